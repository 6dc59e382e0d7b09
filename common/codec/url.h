/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_URL_H
#define NUDGE_URL_H
/* Percent encoding (RFC 3986) as clients of 1999-2012 use it. */
#include "common/base/buf.h"

/* Escape all but letters, digits and -._~ ; hex digits upper case. */
void url_encode(struct buf *out, struct slice s);
/*
 * Escape only what would break a line of words: '%', blanks and controls.
 * (ns-classic 2.4: at least '%', space, CR, LF.)
 */
void url_encode_word(struct buf *out, struct slice s);
/*
 * Decode %XX; '+' stays '+'.  A '%' without two hex digits stays as it is.
 */
void url_decode(struct buf *out, struct slice s);
/* The same, and '+' is a space (HTML forms). */
void url_decode_form(struct buf *out, struct slice s);
/* Every '%' is followed by two hex digits. */
bool url_well_formed(struct slice s);

#endif
