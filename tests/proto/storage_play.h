/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TESTS_STORAGE_PLAY_H
#define NUDGE_TESTS_STORAGE_PLAY_H
/* Calls of the storage service, for a program that includes it once. */
#include "tests/proto/soap_play.h"

#include "common/codec/base64.h"
#include "core/people/profile.h"

#define STORE "SchematizedStore"
#define WORDS "GetProfileResult/ExpressionProfile/"

static inline void
get_profile(struct caller *c, const char *name)
{
	char inside[300];

	(void)snprintf(inside, sizeof(inside),
	    "<profileHandle><Alias><Name>%s</Name><NameSpace>MyCidStuff"
	    "</NameSpace></Alias><RelationshipName>MyProfile"
	    "</RelationshipName></profileHandle>",
	    name);
	caller_call(c, STORE, "GetProfile", inside);
}

static inline void
own_profile(struct caller *c)
{
	get_profile(c, c->cid);
	caller_good(c, "GetProfileResponse");
}

static inline bool
there(struct caller *c, const char *path)
{
	return xml_path(c->body, path) != NULL;
}

/* Put this picture there, as a client of 2008 does. */
static inline unsigned
upload(struct caller *c, const char *method, struct slice bytes)
{
	struct buf b = BUF_INIT(CALL_MAX);
	unsigned status;

	buf_addf(&b,
	    "<document><ResourceID>%s!205</ResourceID><Name>x</Name>"
	    "<DocumentStreams><DocumentStream><MimeType>png</MimeType><Data>",
	    c->cid);
	base64_encode(&b, bytes);
	buf_addf(&b,
	    "</Data><DataSize>0</DataSize></DocumentStream></DocumentStreams>"
	    "</document>");
	buf_add_char(&b, '\0');
	status = caller_call(c, STORE, method, b.p);
	buf_free(&b);
	return status;
}

/* Where the own picture is; "-" when there is none. */
static inline const char *
picture_address(struct caller *c)
{
	static char address[PROFILE_ADDRESS_BYTES + 1];
	struct slice url;

	own_profile(c);
	url = there(c, WORDS "StaticUserTilePublicURL")
	    ? caller_text(c, WORDS "StaticUserTilePublicURL")
	    : slice_make("", 0);
	url = slice_from(url,
	    slice_find_slice(url, SLICE_LIT("/usertile/")) + 10);
	url = slice_upto(url, slice_find(url, '/'));
	(void)snprintf(address, sizeof(address), "%.*s", (int)url.n,
	    url.n > 0 ? url.p : "-");
	return address;
}

static inline unsigned
tile(struct caller *c, const char *cid, const char *which)
{
	char path[200];

	(void)snprintf(path, sizeof(path), "/storage/usertile/%s/%s", cid,
	    which);
	return caller_get(c, path, "");
}

#endif
