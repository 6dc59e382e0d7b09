/* SPDX-License-Identifier: MIT */
/*
 * The methods of the storage service.  Everybody has a profile from the
 * beginning, so that none is ever missing.
 */
#include "soap/storage.h"

#include "common/codec/base64.h"

/* <method>Result with an id inside. */
static enum soap_end
storage_result(struct soap_call *c, enum storage_item item)
{
	struct slice name = c->method->name;
	struct buf *b = soap_begin(c, 0);

	buf_addf(b, "<" SLICE_FMT "Result>", SLICE_ARG(name));
	storage_add_id(b, c->account, item);
	buf_addf(b, "</" SLICE_FMT "Result>", SLICE_ARG(name));
	return SOAP_DONE;
}

/* Nobody writes what is another's; who names nothing means one's own. */
static bool
storage_not_own(const struct soap_call *c, struct slice id)
{
	id = slice_trim(id);
	return id.n > 0 && !storage_is_own(c, id, 0);
}

static bool
storage_not_own_handle(const struct soap_call *c, const struct xml_node *handle)
{
	const struct xml_node *alias = xml_child(handle, "Alias");
	struct slice name = slice_trim(xml_child_text(alias, "Name"));

	if (storage_not_own(c, xml_child_text(handle, "ResourceID")))
		return true;
	return name.n > 0 && !storage_names(c->account, name) &&
	    !slice_eq_nocase(name, account_address(c->account));
}

/* ---- the profile ---- */

/* The account that this handle of the request means, and its profile. */
static enum soap_end
storage_open(struct soap_call *c, const char *handle, struct account **a,
    const struct profile **p)
{
	enum soap_end end =
	    storage_owner(c, xml_child(c->in.method, handle), a);

	if (end != SOAP_DONE)
		return end;
	return soap_end_of(profile_get(&c->request, *a, false, p));
}

enum soap_end
soap_get_profile(struct soap_call *c)
{
	const struct profile *p;
	struct account *a;
	enum soap_end end = storage_open(c, "profileHandle", &a, &p);
	struct buf *b;

	if (end != SOAP_DONE)
		return end;
	b = soap_begin(c, 0);
	SOAP_LIT(b, "<GetProfileResult>");
	storage_add_profile(c, a, p);
	SOAP_LIT(b, "</GetProfileResult>");
	return SOAP_DONE;
}

/* What an ExpressionProfile says; elements that are missing change nothing. */
static enum soap_end
storage_take_words(struct soap_call *c, const struct xml_node *expression)
{
	struct slice name =
	    slice_trim(xml_child_text(expression, "DisplayName"));
	struct slice status = xml_child_text(expression, "PersonalStatus");
	enum result r = RESULT_OK;

	name = soap_encoded(c, name);
	if (name.n > 0 && !name_acceptable(name))
		return SOAP_NAME_TOO_LONG;
	if (status.p != NULL)
		r = profile_set_status(&c->request, c->account, status);
	if (r == RESULT_OK && name.n > 0 &&
	    !slice_eq(name, account_name(c->account)))
		r = account_set_name(&c->request, c->account, name);
	return soap_end_of(r);
}

static enum soap_end
storage_drop_words(struct soap_call *c, const struct xml_node *which)
{
	enum result r = RESULT_OK;

	if (soap_true(xml_child_text(which, "PersonalStatus")))
		r = profile_set_status(&c->request, c->account, SLICE_LIT(""));
	if (r == RESULT_OK && soap_true(xml_child_text(which, "DisplayName")))
		r = account_set_name(&c->request, c->account, SLICE_LIT(""));
	return soap_end_of(r);
}

enum soap_end
soap_update_profile(struct soap_call *c)
{
	const struct xml_node *m = c->in.method;
	const struct xml_node *profile = xml_child(m, "profile");
	enum soap_end end;

	if (storage_not_own(c, xml_child_text(profile, "ResourceID")))
		return SOAP_NOT_YOURS;
	end = storage_take_words(c, xml_child(profile, "ExpressionProfile"));
	if (end == SOAP_DONE)
		end = storage_drop_words(c,
		    xml_path(m,
			"profileAttributesToDelete/"
			"ExpressionProfileAttributes"));
	return end == SOAP_DONE ? soap_nothing(c) : end;
}

enum soap_end
soap_create_profile(struct soap_call *c)
{
	enum soap_end end = storage_take_words(c,
	    xml_path(c->in.method, "profile/ExpressionProfile"));

	return end == SOAP_DONE ? storage_result(c, STORAGE_PROFILE) : end;
}

enum soap_end
soap_share_item(struct soap_call *c)
{
	if (storage_not_own(c, xml_child_text(c->in.method, "resourceID")))
		return SOAP_NOT_YOURS;
	return storage_result(c, STORAGE_PROFILE);
}

enum soap_end
soap_get_item_version(struct soap_call *c)
{
	struct buf *b = soap_begin(c, 0);

	SOAP_LIT(b, "<GetItemVersionResult/>");
	return SOAP_DONE;
}

/* ---- the picture ---- */

enum soap_end
soap_find_documents(struct soap_call *c)
{
	const struct profile *p;
	struct account *a;
	enum soap_end end = storage_open(c, "objectHandle", &a, &p);
	struct buf *b;

	if (end != SOAP_DONE)
		return end;
	b = soap_begin(c, 0);
	SOAP_LIT(b, "<FindDocumentsResult>");
	if (p->type != PICTURE_NONE) {
		SOAP_LIT(b, "<Document><ResourceID>");
		storage_add_id(b, a, STORAGE_PHOTO);
		SOAP_LIT(b, "</ResourceID><Name>UserTile</Name></Document>");
	}
	SOAP_LIT(b, "</FindDocumentsResult>");
	return SOAP_DONE;
}

/* The first stream that has bytes; what they are, they say themselves. */
static enum soap_end
storage_take_picture(struct soap_call *c)
{
	const struct xml_node *streams =
	    xml_path(c->in.method, "document/DocumentStreams");
	struct buf b = BUF_INIT(PROFILE_PICTURE_MAX);
	struct slice data = { 0 };
	enum result r = RESULT_BAD_VALUE;

	if (streams == NULL)
		return SOAP_BAD_ARGUMENT;
	XML_EACH(it, streams)
		if (data.n == 0)
			data = slice_trim(xml_child_text(it, "Data"));
	if (data.n > 0 && base64_decode(&b, data) && buf_ok(&b))
		r = profile_set_picture(&c->request, c->account, buf_slice(&b));
	buf_free(&b);
	return soap_end_of(r);
}

enum soap_end
soap_create_document(struct soap_call *c)
{
	enum soap_end end;

	if (storage_not_own_handle(c, xml_child(c->in.method, "parentHandle")))
		return SOAP_NOT_YOURS;
	end = storage_take_picture(c);
	return end == SOAP_DONE ? storage_result(c, STORAGE_PHOTO) : end;
}

enum soap_end
soap_update_document(struct soap_call *c)
{
	const struct xml_node *document = xml_child(c->in.method, "document");
	enum soap_end end;

	if (storage_not_own(c, xml_child_text(document, "ResourceID")))
		return SOAP_NOT_YOURS;
	end = storage_take_picture(c);
	return end == SOAP_DONE ? soap_nothing(c) : end;
}

/* The picture is the profile's from the moment it came. */
enum soap_end
soap_create_relationships(struct soap_call *c)
{
	const struct xml_node *all = xml_child(c->in.method, "relationships");

	if (all == NULL)
		return soap_nothing(c);
	XML_EACH(it, all)
		if (storage_not_own(c, xml_child_text(it, "SourceID")) ||
		    storage_not_own(c, xml_child_text(it, "TargetID")))
			return SOAP_NOT_YOURS;
	return soap_nothing(c);
}

/*
 * A picture that is not the profile's any more is gone; out of the collection
 * of tiles alone it may go without that.
 */
enum soap_end
soap_delete_relationships(struct soap_call *c)
{
	const struct xml_node *m = c->in.method;
	const struct xml_node *source = xml_child(m, "sourceHandle");
	const struct xml_node *targets = xml_child(m, "targetHandles");
	enum result r = RESULT_OK;
	bool gone = false;

	if (storage_not_own_handle(c, source))
		return SOAP_NOT_YOURS;
	if (targets != NULL)
		XML_EACH(it, targets) {
			if (storage_not_own_handle(c, it))
				return SOAP_NOT_YOURS;
			gone |= storage_is_own(c,
			    slice_trim(xml_child_text(it, "ResourceID")),
			    STORAGE_PHOTO);
		}
	gone &=
	    storage_is_own(c, slice_trim(xml_child_text(source, "ResourceID")),
		STORAGE_EXPRESSION);
	if (gone)
		r = profile_set_picture(&c->request, c->account, SLICE_LIT(""));
	return r == RESULT_OK ? soap_nothing(c) : soap_end_of(r);
}
