/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SOAP_STORAGE_H
#define NUDGE_SOAP_STORAGE_H
/*
 * The storage service: what of an account follows its owner from computer to
 * computer (soap 6).  Things have names "<number of the account>!<which>".
 */
#include "core/people/profile.h"
#include "soap/call.h"

enum storage_item {
	STORAGE_PROFILE = 106,
	STORAGE_EXPRESSION = 118,
	STORAGE_PHOTO = 205
};

/* ---- storage_handle.c ---- */
/* 16 hex digits. */
void storage_add_cid(struct buf *b, const struct account *a);
void
storage_add_id(struct buf *b, const struct account *a, enum storage_item item);
/* A thing of the caller's own; item 0: any. */
bool storage_is_own(const struct soap_call *c, struct slice id,
    enum storage_item item);
/* 16 hex digits, or decimal ones. */
bool storage_parse_cid(struct slice s, int64_t *cid);
/* Is this the number of that account, hex or decimal? */
bool storage_names(const struct account *a, struct slice cid);
/*
 * Whose things a handle means: one's own when it does not say.  DONE, WAIT,
 * LATER, or NO_SUCH_ALIAS when the caller may not see them.
 */
enum soap_end storage_owner(struct soap_call *c, const struct xml_node *handle,
    struct account **out);
/* The same by number. */
enum soap_end
storage_by_cid(struct soap_call *c, struct slice cid, struct account **out);

/* ---- storage_shape.c ---- */
const char *storage_mime(enum picture_type type);
/* Where the picture in p is, until there is another. */
void storage_add_url(struct buf *b, const struct soap_call *c,
    const struct profile *p, const char *which);
/* <name>stamp</name> */
void storage_add_time(struct buf *b, const char *name, uint64_t stamp);
/* What stands inside <GetProfileResult>. */
void storage_add_profile(struct soap_call *c, const struct account *a,
    const struct profile *p);

#endif
