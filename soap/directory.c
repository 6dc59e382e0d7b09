/* SPDX-License-Identifier: MIT */
/* The directory: profiles as lists of names and values (soap 7.3). */
#include "soap/shape.h"
#include "soap/stamp.h"
#include "soap/storage.h"

#include "common/codec/url.h"

enum {
	DIRECTORY_MANY = 100,
	DIRECTORY_TEXT = 8 * 1024
};

static void
directory_text(struct buf *b, const char *name, struct slice text)
{
	buf_addf(b, "<A><N>%s</N><V xsi:type=\"xsd:string\">", name);
	shape_text(b, text);
	SOAP_LIT(b, "</V></A>");
}

static void
directory_time(struct buf *b, const char *name, uint64_t stamp)
{
	buf_addf(b, "<A><N>%s</N><V xsi:type=\"xsd:dateTime\">", name);
	stamp_add(b, stamp);
	SOAP_LIT(b, "</V></A>");
}

static void
directory_name(struct buf *b, const struct account *a, const struct profile *p)
{
	struct buf name = BUF_INIT(DIRECTORY_TEXT);

	url_decode(&name, account_name(a));
	directory_text(b, "PublicProfile.DisplayName", buf_slice(&name));
	directory_time(b, "PublicProfile.DisplayName.LastModified",
	    p->name_time);
	directory_text(b, "ExpressionProfile.DisplayName", buf_slice(&name));
	directory_time(b, "ExpressionProfile.DisplayName.LastModified",
	    p->name_time);
	buf_free(&name);
}

static void
directory_attributes(struct soap_call *c, const struct account *a,
    const struct profile *p)
{
	struct buf *b = &c->out;
	struct buf text = BUF_INIT(DIRECTORY_TEXT);

	storage_add_id(&text, a, STORAGE_PROFILE);
	directory_text(b, "PublicProfile.ResourceId", buf_slice(&text));
	buf_reset(&text);
	storage_add_id(&text, a, STORAGE_EXPRESSION);
	directory_text(b, "ExpressionProfile.ResourceId", buf_slice(&text));
	directory_name(b, a, p);
	if (p->status.n > 0) {
		directory_text(b, "ExpressionProfile.PersonalStatus",
		    p->status);
		directory_time(b,
		    "ExpressionProfile.PersonalStatus.LastModified",
		    p->status_time);
	}
	if (p->type != PICTURE_NONE) {
		buf_reset(&text);
		storage_add_url(&text, c, p, "static");
		directory_text(b, "UserTileStaticUrl", buf_slice(&text));
	}
	buf_reset(&text);
	buf_add_i64(&text, account_cid(a));
	directory_text(b, "LCid", buf_slice(&text));
	directory_time(b, "LastModified", p->changed);
	buf_free(&text);
}

/* The view of whom an Id names; without attributes when there is nobody. */
struct directory_view {
	struct account *account;
	const struct profile *profile;
};

static enum soap_end
directory_find(struct soap_call *c, const struct xml_node *id,
    struct directory_view *v)
{
	enum soap_end end = storage_by_cid(c,
	    slice_trim(xml_child_text(id, "V1")), &v->account);
	enum result r;

	v->profile = NULL;
	if (end == SOAP_NO_SUCH_ALIAS)
		return SOAP_DONE;
	if (end != SOAP_DONE)
		return end;
	r = profile_get(&c->request, v->account, false, &v->profile);
	return soap_end_of(r);
}

static void
directory_add_view(struct soap_call *c, const struct directory_view *v)
{
	struct slice name =
	    xml_child_text(xml_child(c->in.method, "request"), "ViewName");
	struct buf *b = &c->out;

	SOAP_LIT(b, "<View><ViewName>");
	shape_text(b, slice_upto(name, SOAP_HOST_MAX));
	SOAP_LIT(b, "</ViewName><Attributes>");
	if (v->profile != NULL)
		directory_attributes(c, v->account, v->profile);
	SOAP_LIT(b, "</Attributes></View>");
}

enum soap_end
soap_directory_get(struct soap_call *c)
{
	struct directory_view v;
	enum soap_end end =
	    directory_find(c, xml_path(c->in.method, "request/Id"), &v);

	if (end != SOAP_DONE)
		return end;
	(void)soap_begin(c, 0);
	SOAP_LIT(&c->out, "<GetResult>");
	directory_add_view(c, &v);
	SOAP_LIT(&c->out, "</GetResult>");
	return SOAP_DONE;
}

/* One in each step; the answer grows. */
enum soap_end
soap_directory_get_many(struct soap_call *c)
{
	const struct xml_node *id =
	    soap_item(c, xml_path(c->in.method, "request/Ids"), "Id");
	struct directory_view v;
	enum soap_end end = SOAP_DONE;

	if (c->step >= DIRECTORY_MANY)
		id = NULL;
	if (id != NULL)
		end = directory_find(c, id, &v);
	if (end != SOAP_DONE)
		return end;
	if (c->step == 0) {
		(void)soap_begin(c, 0);
		SOAP_LIT(&c->out, "<GetManyResult>");
	}
	if (id != NULL) {
		directory_add_view(c, &v);
		return SOAP_NEXT;
	}
	SOAP_LIT(&c->out, "</GetManyResult>");
	return SOAP_DONE;
}
