/* SPDX-License-Identifier: MIT */
#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "common/codec/url.h"
#include "soap/call.h"

enum {
	TELEPHONE_DIGITS = 30
};

const struct xml_node *
soap_item(const struct soap_call *c, const struct xml_node *parent,
    const char *name)
{
	unsigned n = 0;

	if (parent == NULL)
		return NULL;
	XML_EACH(it, parent)
		if (slice_eq_text(it->name, name) && n++ == c->step)
			return it;
	return NULL;
}

enum soap_end
soap_contact_by_id(struct soap_call *c, struct slice guid, struct contact **out)
{
	*out = NULL;
	if (guid_parse(slice_trim(guid), c->id))
		*out = roster_find_id(&c->account->roster, c->id);
	return *out != NULL ? SOAP_DONE : SOAP_NO_SUCH_CONTACT;
}

bool
soap_true(struct slice s)
{
	return slice_eq_nocase(slice_trim(s), SLICE_LIT("true"));
}

struct slice
soap_encoded(struct soap_call *c, struct slice text)
{
	struct buf b = BUF_INIT(SOAP_BODY_MAX * 3);
	struct slice out;

	url_encode_word(&b, text);
	out = arena_copy(&c->arena, buf_slice(&b));
	buf_free(&b);
	return out.p != NULL ? out : SLICE_LIT("");
}

struct slice
soap_telephone(struct soap_call *c, struct slice number)
{
	const struct slice none = { 0 };
	char text[4 + 1 + TELEPHONE_DIGITS] = "tel:";
	size_t n = 4, digits = 0;

	number = slice_trim(number);
	for (size_t i = 0; i < number.n; i++) {
		char ch = number.p[i];

		if (ch >= '0' && ch <= '9')
			digits++;
		else if (ch == ' ' || ch == '-' || ch == '(' || ch == ')')
			continue;
		else if (ch != '+' || n != 4)
			return none;
		if (digits > TELEPHONE_DIGITS)
			return none;
		text[n++] = ch;
	}
	return digits > 0 ? arena_copy(&c->arena, slice_make(text, n)) : none;
}

struct slice
soap_annotation(const struct xml_node *list, const char *name)
{
	if (list == NULL)
		return (struct slice){ 0 };
	XML_EACH(it, list)
		if (slice_eq_text(slice_trim(xml_child_text(it, "Name")), name))
			return xml_child_text(it, "Value");
	return (struct slice){ 0 };
}

void
soap_me_id(const struct account *a, unsigned char id[ROSTER_ID_BYTES])
{
	unsigned char digest[SHA1_BYTES];
	struct slice parts[] = { SLICE_LIT("me"), { (const char *)&a->id, 8 } };

	digest_sha1(parts, ARRAY_LEN(parts), digest);
	memcpy(id, digest, ROSTER_ID_BYTES);
}
