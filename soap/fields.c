/* SPDX-License-Identifier: MIT */
#include "soap/fields.h"

#include "common/codec/url.h"

/* clang-format off */
const struct field_plain field_plains[] = {
	{ "ContactFirstName",        "firstName" },
	{ "MiddleName",              "MiddleName" },
	{ "ContactLastName",         "lastName" },
	{ "ContactQuickName",        "quickName" },
	{ "ContactType",             "contactType" },
	{ "Comment",                 "comment" },
	{ "ContactBirthDate",        "birthdate" },
	{ "Anniversary",             "Anniversary" },
	{ "ContactPrimaryEmailType", "primaryEmailType" },
	{ "IsFavorite",              "isFavorite" },
	{ "HasSpace",                "hasSpace" },
};
/* clang-format on */
const size_t field_nplains = ARRAY_LEN(field_plains);

const struct field_list field_lists[] = {
	{ .word = "ContactEmail",
	    .list = "emails",
	    .item = "ContactEmail",
	    .type = "contactEmailType",
	    .changed = "propertiesChanged",
	    .tail = "<MessengerEnabledExternally>false"
		    "</MessengerEnabledExternally><propertiesChanged/>",
	    .parts = { { "email", NULL }, { "isMessengerEnabled", "false" },
		{ "Capability", "0" } },
	    .section = 'e' },
	{ .word = "ContactPhone",
	    .list = "phones",
	    .item = "ContactPhone",
	    .type = "contactPhoneType",
	    .changed = "propertiesChanged",
	    .tail = "<propertiesChanged/>",
	    .parts = { { "number", NULL }, { "isMessengerEnabled", "false" } },
	    .section = 'p' },
	{ .word = "ContactLocation",
	    .list = "locations",
	    .item = "ContactLocation",
	    .type = "contactLocationType",
	    .changed = "Changes",
	    .tail = "",
	    .parts = { { "name", NULL }, { "street", NULL }, { "city", NULL },
		{ "state", NULL }, { "country", NULL },
		{ "postalCode", NULL } },
	    .section = 'l' },
	{ .word = "ContactWebSite",
	    .list = "webSites",
	    .item = "ContactWebSite",
	    .type = "contactWebSiteType",
	    .changed = "propertiesChanged",
	    .tail = "",
	    .parts = { { "webURL", NULL } },
	    .section = 'w' },
};
const size_t field_nlists = ARRAY_LEN(field_lists);

bool
fields_named(struct slice words, const char *word, const char *element)
{
	struct slice whole = slice_text(word), next;
	struct slice prefix = SLICE_LIT("Contact");

	words = slice_upto(words, FIELD_WORDS);
	while (slice_cut(&words, ' ', &next)) {
		next = slice_trim(next);
		if (next.n == 0)
			continue;
		if (slice_eq_nocase(next, whole) ||
		    slice_eq_nocase(next, slice_text(element)))
			return true;
		if (slice_starts(whole, prefix) &&
		    slice_eq_nocase(next, slice_from(whole, prefix.n)))
			return true;
	}
	return false;
}

/* Take one element, if it is named or all that is there is taken. */
static void
take_plain(struct card *card, const struct xml_node *info, struct slice words,
    const struct field_plain *row)
{
	struct buf key = BUF_INIT(CARD_KEY);
	struct slice text = xml_child_text(info, row->element);

	if (words.p == NULL ? text.p == NULL
			    : !fields_named(words, row->word, row->element))
		return;
	buf_add_char(&key, '.');
	buf_add_text(&key, row->element);
	card_set(card, buf_slice(&key), text);
	buf_free(&key);
}

/* Types are words of the client's; some become parts of keys. */
static bool
type_fine(struct slice type)
{
	if (type.n == 0 || type.n > 40)
		return false;
	for (size_t i = 0; i < type.n; i++) {
		char c = type.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9')))
			return false;
	}
	return true;
}

static void
take_item(struct card *card, const struct xml_node *item,
    const struct field_list *row)
{
	struct slice type = slice_trim(xml_child_text(item, row->type));
	struct slice words = xml_child_text(item, row->changed);
	struct buf key = BUF_INIT(CARD_KEY);

	if (!type_fine(type))
		return;
	for (size_t i = 0; i < FIELD_PARTS && row->parts[i].element; i++) {
		const char *name = row->parts[i].element;
		struct slice text = xml_child_text(item, name);

		if (text.p == NULL && !fields_named(words, name, name))
			continue;
		buf_reset(&key);
		buf_add_char(&key, row->section);
		buf_add_slice(&key, type);
		buf_add_char(&key, '.');
		buf_add_text(&key, name);
		card_set(card, buf_slice(&key), text);
	}
	buf_free(&key);
}

static void
take_list(struct card *card, const struct xml_node *info, struct slice words,
    const struct field_list *row)
{
	const struct xml_node *list = xml_child(info, row->list);

	if (words.p != NULL && !fields_named(words, row->word, row->list))
		return;
	if (list == NULL) {
		if (words.p != NULL)
			card_clear(card, slice_make(&row->section, 1));
		return;
	}
	XML_EACH(item, list)
		if (slice_eq_text(item->name, row->item))
			take_item(card, item, row);
}

/* Each names what it sets; one without a value is deleted. */
static void
take_annotations(struct card *card, const struct xml_node *info,
    struct slice words)
{
	const struct xml_node *list = xml_child(info, "annotations");
	struct buf key = BUF_INIT(4 * CARD_KEY);

	if (list == NULL ||
	    (words.p != NULL &&
		!fields_named(words, "Annotation", "annotations")))
		return;
	XML_EACH(it, list) {
		struct slice name = slice_trim(xml_child_text(it, "Name"));

		if (name.n == 0)
			continue;
		buf_reset(&key);
		buf_add_char(&key, 'a');
		url_encode(&key, name);
		card_set(card, buf_ok(&key) ? buf_slice(&key) : name,
		    xml_child_text(it, "Value"));
	}
	buf_free(&key);
}

void
fields_take(struct card *card, const struct xml_node *info, struct slice words)
{
	for (size_t i = 0; i < field_nplains; i++)
		take_plain(card, info, words, &field_plains[i]);
	for (size_t i = 0; i < field_nlists; i++)
		take_list(card, info, words, &field_lists[i]);
	take_annotations(card, info, words);
}
