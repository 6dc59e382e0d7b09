/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BENCH_SOAPCLIENT_H
#define NUDGE_BENCH_SOAPCLIENT_H
/*
 * What programs from MSNP13 on ask the contact services when they sign in:
 * who may see whom, and the address book.
 */
#include "bench/web.h"

#define SOAP_HOST "contacts.msn.com"

struct soap_question {
	const char *path;
	const char *method;
	const char *document; /* what stands inside the method's element */
	const char *item;     /* how each thing in the answer begins */
	unsigned own;         /* items that are there in an empty book */
};

extern const struct soap_question soap_members; /* FindMembership */
extern const struct soap_question soap_book;    /* ABFindAll */

/* With a ticket as rst_ticket() has it; out has WEB_TEXT bytes. */
size_t
soap_request(char *out, const struct soap_question *q, const char *ticket);

#endif
