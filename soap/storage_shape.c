/* SPDX-License-Identifier: MIT */
/* Profiles as XML, with the elements clients know. */
#include "common/base/panic.h"
#include "soap/shape.h"
#include "soap/stamp.h"
#include "soap/storage.h"

/* Where pictures are when the client does not say where it is. */
#define STORAGE_HOST "storage.msn.com"

const char *
storage_mime(enum picture_type type)
{
	switch (type) {
	case PICTURE_GIF:
		return "image/gif";
	case PICTURE_JPEG:
		return "image/jpeg";
	case PICTURE_PNG:
		return "image/png";
	case PICTURE_NONE:
		break;
	}
	return "application/octet-stream";
}

void
storage_add_url(struct buf *b, const struct soap_call *c,
    const struct profile *p, const char *which)
{
	struct slice host = soap_host(c->http);

	SOAP_LIT(b, "https://");
	buf_add_slice(b, host.n > 0 ? host : SLICE_LIT(STORAGE_HOST));
	SOAP_LIT(b, "/storage/usertile/");
	buf_addf(b, SLICE_FMT "/%s", SLICE_ARG(slice_text(p->address)), which);
}

void
storage_add_time(struct buf *b, const char *name, uint64_t stamp)
{
	buf_addf(b, "<%s>", name);
	stamp_add(b, stamp);
	buf_addf(b, "</%s>", name);
}

struct storage_stream {
	const char *name, *type, *url;
	bool mime;
};

static void
shape_stream(struct soap_call *c, const struct profile *p,
    const struct storage_stream *s)
{
	struct buf *b = &c->out;

	buf_addf(b,
	    "<DocumentStream><DocumentStreamName>%s</DocumentStreamName>",
	    s->name);
	if (s->mime)
		buf_addf(b, "<MimeType>%s</MimeType>", storage_mime(p->type));
	buf_addf(b, "<DataSize>%zu</DataSize><PreAuthURL>", p->picture_size);
	storage_add_url(b, c, p, s->url);
	SOAP_LIT(b,
	    "</PreAuthURL><WriteMode>Overwrite</WriteMode>"
	    "<StreamDataStatus>None</StreamDataStatus>"
	    "<StreamStatus>None</StreamStatus><Genie>false</Genie>"
	    "<StreamVersion>0</StreamVersion>");
	buf_addf(b, "<DocumentStreamType>%s</DocumentStreamType>", s->type);
	SOAP_LIT(b,
	    "<IsAliasForDefault>false</IsAliasForDefault>"
	    "<ExpirationDateTime>" SOAP_NEVER "</ExpirationDateTime>"
	    "</DocumentStream>");
}

static void
shape_photo(struct soap_call *c, const struct account *a,
    const struct profile *p)
{
	static const struct storage_stream streams[] = {
		{ "UserTileStatic", "UserTileStatic", "static", true },
		{ "UserTileSmall", "Named", "small", false },
	};
	struct buf *b = &c->out;

	if (p->type == PICTURE_NONE)
		return;
	SOAP_LIT(b, "<Photo><ResourceID>");
	storage_add_id(b, a, STORAGE_PHOTO);
	SOAP_LIT(b, "</ResourceID><DocumentStreams>");
	for (size_t i = 0; i < ARRAY_LEN(streams); i++)
		shape_stream(c, p, &streams[i]);
	SOAP_LIT(b, "</DocumentStreams></Photo>");
}

/* What was never set is left out: clients then keep their own. */
static void
shape_words(struct soap_call *c, const struct account *a,
    const struct profile *p)
{
	struct buf *b = &c->out;
	struct shape s;

	if (p->status.n > 0) {
		SOAP_LIT(b, "<PersonalStatus>");
		shape_text(b, p->status);
		SOAP_LIT(b, "</PersonalStatus>");
		storage_add_time(b, "PersonalStatusLastModified",
		    p->status_time);
	}
	if (a->name != NULL) {
		shape_begin(&s, b, c->request.core, c->account);
		shape_leaf(&s, "DisplayName", account_name(a));
		shape_end(&s);
		storage_add_time(b, "DisplayNameLastModified", p->name_time);
	}
}

void
storage_add_profile(struct soap_call *c, const struct account *a,
    const struct profile *p)
{
	struct buf *b = &c->out;

	SOAP_LIT(b, "<ResourceID>");
	storage_add_id(b, a, STORAGE_PROFILE);
	SOAP_LIT(b, "</ResourceID>");
	storage_add_time(b, "DateModified", p->changed);
	SOAP_LIT(b, "<ExpressionProfile><ResourceID>");
	storage_add_id(b, a, STORAGE_EXPRESSION);
	SOAP_LIT(b, "</ResourceID><Version>205</Version>");
	storage_add_time(b, "DateModified", p->changed);
	SOAP_LIT(b, "<Flags>0</Flags>");
	shape_photo(c, a, p);
	shape_words(c, a, p);
	if (p->type != PICTURE_NONE) {
		SOAP_LIT(b, "<StaticUserTilePublicURL>");
		storage_add_url(b, c, p, "static");
		SOAP_LIT(b, "</StaticUserTilePublicURL>");
	}
	SOAP_LIT(b, "</ExpressionProfile>");
}
