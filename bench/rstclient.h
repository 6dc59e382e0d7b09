/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BENCH_RSTCLIENT_H
#define NUDGE_BENCH_RSTCLIENT_H
/*
 * RST.srf, as programs of MSNP15 ask it: seven tickets at once, of which two
 * are used here.
 */
#include "bench/options.h"
#include "bench/web.h"

#define RST_CLEAR    "messengerclear.live.com" /* the notification server's */
#define RST_CONTACTS "contacts.msn.com"

/* Account n's request; out has WEB_TEXT bytes.  Returns its length. */
size_t
rst_request(char *out, const struct options *o, unsigned n, const char *policy);
/*
 * The ticket for an address out of a NUL-terminated answer, as it stands in
 * the document (that is, with "&amp;"); false: none.
 */
bool rst_ticket(const char *answer, const char *address, char out[WEB_TICKET]);
/* The secret that comes with it, in base64; false: none. */
bool rst_secret(const char *answer, const char *address, char out[WEB_TICKET]);

#endif
