/* SPDX-License-Identifier: MIT */
/* Contacts of the address book (soap 4.1). */
#include "common/codec/hex.h"
#include "soap/call.h"
#include "soap/fields.h"
#include "soap/shape.h"
#include "soap/stamp.h"

/* ---- what the card has ---- */

/* The type in a key such as "pContactPhoneMobile.number". */
static struct slice
item_type(struct slice key)
{
	return slice_upto(slice_from(key, 1), slice_find(key, '.') - 1);
}

static void
item_part(struct shape *s, const struct field_list *row, struct slice rest,
    struct slice type, const struct field_part *part)
{
	struct card_line line;

	while (card_next(&rest, &line)) {
		if (line.key.p[0] != row->section ||
		    slice_find(line.key, '.') == line.key.n ||
		    !slice_eq(item_type(line.key), type))
			continue;
		if (slice_eq_text(slice_from(line.key, type.n + 2),
			part->element)) {
			shape_leaf(s, part->element, line.value);
			return;
		}
	}
	if (part->missing != NULL)
		shape_leaf(s, part->element, slice_text(part->missing));
}

static void
list_item(struct shape *s, const struct field_list *row, struct slice card,
    struct slice type)
{
	buf_add_char(s->out, '<');
	buf_add_text(s->out, row->item);
	buf_add_char(s->out, '>');
	shape_leaf(s, row->type, type);
	for (size_t i = 0; i < FIELD_PARTS && row->parts[i].element; i++)
		item_part(s, row, card, type, &row->parts[i]);
	buf_add_text(s->out, row->tail);
	buf_add_text(s->out, "</");
	buf_add_text(s->out, row->item);
	buf_add_char(s->out, '>');
}

/* Lines of one thing follow one another: a card is sorted. */
static void
card_list(struct shape *s, const struct field_list *row, struct slice card)
{
	struct slice rest = card, last = { 0 };
	struct card_line line;

	while (card_next(&rest, &line)) {
		struct slice type;

		if (line.key.p[0] != row->section ||
		    slice_find(line.key, '.') == line.key.n)
			continue;
		type = item_type(line.key);
		if (last.p != NULL && slice_eq(type, last))
			continue;
		if (last.p == NULL)
			buf_addf(s->out, "<%s>", row->list);
		last = type;
		list_item(s, row, card, type);
	}
	if (last.p != NULL)
		buf_addf(s->out, "</%s>", row->list);
}

static void
annotation(struct shape *s, struct slice name, struct slice value)
{
	SOAP_LIT(s->out, "<Annotation><Name>");
	shape_encoded(s, name);
	SOAP_LIT(s->out, "</Name><Value>");
	shape_encoded(s, value);
	SOAP_LIT(s->out, "</Value></Annotation>");
}

static void
card_annotations(struct shape *s, struct slice card)
{
	struct card_line line;
	bool open = false;

	while (card_next(&card, &line)) {
		if (line.key.p[0] != 'a')
			continue;
		if (!open)
			SOAP_LIT(s->out, "<annotations>");
		open = true;
		annotation(s, slice_from(line.key, 1), line.value);
	}
	if (open)
		SOAP_LIT(s->out, "</annotations>");
}

static void
card_lists(struct shape *s, struct slice card)
{
	for (size_t i = 0; card.n > 0 && i < field_nlists; i++)
		card_list(s, &field_lists[i], card);
}

/* ---- what every contact has ---- */

static void
group_ids(struct shape *s, const struct book_entry *e)
{
	const struct roster *r = &s->me->roster;
	bool left = false;

	if (e->groups == 0 && !s->delta) {
		SHAPE_LIT(s->out, "<groupIds/>");
		return;
	}
	SHAPE_LIT(s->out, "<groupIds>");
	for (unsigned i = 0; i < r->ngroups; i++) {
		if (!(e->groups & 1u << r->groups[i].number)) {
			left = true;
			continue;
		}
		SHAPE_LIT(s->out, "<guid>");
		guid_add(s->out, r->groups[i].id);
		SHAPE_LIT(s->out, "</guid>");
	}
	SHAPE_LIT(s->out, "</groupIds>");
	if (!s->delta || !left)
		return;
	SHAPE_LIT(s->out, "<groupIdsDeleted>");
	for (unsigned i = 0; i < r->ngroups; i++) {
		if (e->groups & 1u << r->groups[i].number)
			continue;
		SHAPE_LIT(s->out, "<guid>");
		guid_add(s->out, r->groups[i].id);
		SHAPE_LIT(s->out, "</guid>");
	}
	SHAPE_LIT(s->out, "</groupIdsDeleted>");
}

static void
contact_type(struct shape *s, struct slice card, const char *type)
{
	static const char *const fine[] = { "Regular", "Live", "LivePending",
		"LiveRejected", "LiveDropped", "Messenger", "Messenger2" };
	struct slice said = card_find(card, ".contactType");

	if (type == NULL && said.n == 0) {
		SHAPE_LIT(s->out, "<contactType>Regular</contactType>");
		return;
	}
	for (size_t i = 0; type == NULL && i < ARRAY_LEN(fine); i++)
		if (slice_eq_text(said, fine[i]))
			type = fine[i];
	shape_leaf(s, "contactType", slice_text(type ? type : "Regular"));
}

/* Where the name stands in the answer, if it does: most are said twice. */
struct contact_said {
	size_t at, n;
};

static struct contact_said
contact_names(struct shape *s, struct slice card, struct slice name)
{
	struct slice quick = card_find(card, ".quickName");
	struct contact_said said = { 0 };

	SHAPE_LIT(s->out, "<quickName>");
	said.at = s->out->n;
	shape_encoded(s, quick.n > 0 ? quick : name);
	if (quick.n == 0)
		said.n = s->out->n - said.at;
	SHAPE_LIT(s->out, "</quickName>");
	if (card.n == 0)
		return said;
	shape_leaf(s, "firstName", card_find(card, ".firstName"));
	shape_leaf(s, "MiddleName", card_find(card, ".MiddleName"));
	shape_leaf(s, "lastName", card_find(card, ".lastName"));
	return said;
}

static void
contact_display(struct shape *s, struct slice name, struct contact_said said)
{
	SHAPE_LIT(s->out,
	    "<IsPassportNameHidden>false</IsPassportNameHidden><displayName>");
	if (said.n > 0)
		buf_add_again(s->out, said.at, said.n);
	else
		shape_encoded(s, name);
}

struct contact_flags {
	bool mobile, messenger, gone;
};

/* Pieces that follow one another, so that usual contacts take one of them. */
#define CONTACT_MOBILE(yes)                                    \
	"</CID><IsNotMobileVisible>false</IsNotMobileVisible>" \
	"<isMobileIMEnabled>" yes "</isMobileIMEnabled>"
#define CONTACT_MESSENGER(yes) "<isMessengerUser>" yes "</isMessengerUser>"
#define CONTACT_FAVORITE(yes)  "<isFavorite>" yes "</isFavorite>"
#define CONTACT_SPACE                                      \
	"<isSmtp>false</isSmtp><hasSpace>false</hasSpace>" \
	"<spotWatchState>NoDevice</spotWatchState>"
#define CONTACT_BIRTH                           \
	"<birthdate>" SOAP_NEVER "</birthdate>" \
	"<primaryEmailType>ContactEmailPersonal</primaryEmailType>"
#define CONTACT_PRIMARY                                              \
	"<PrimaryLocation>ContactLocationPersonal</PrimaryLocation>" \
	"<PrimaryPhone>ContactPhonePersonal</PrimaryPhone>"          \
	"<IsPrivate>false</IsPrivate><Gender>Unspecified</Gender>"   \
	"<TimeZone>None</TimeZone>"
#define CONTACT_DELETED(yes)                 \
	"</contactInfo><propertiesChanged/>" \
	"<fDeleted>" yes "</fDeleted><lastChange>"

/* From the number to spotWatchState. */
static void
contact_flags(struct buf *b, struct slice card, struct contact_flags f)
{
	if (f.mobile)
		SHAPE_LIT(b, CONTACT_MOBILE("true"));
	else
		SHAPE_LIT(b, CONTACT_MOBILE("false"));
	if (f.messenger)
		SHAPE_LIT(b, CONTACT_MESSENGER("true"));
	else
		SHAPE_LIT(b, CONTACT_MESSENGER("false"));
	if (slice_eq_text(card_find(card, ".isFavorite"), "true"))
		SHAPE_LIT(b, CONTACT_FAVORITE("true") CONTACT_SPACE);
	else
		SHAPE_LIT(b, CONTACT_FAVORITE("false") CONTACT_SPACE);
}

/* To the last child of contactInfo. */
static void
contact_details(struct shape *s, struct slice card)
{
	struct slice birth = card_find(card, ".birthdate");
	struct slice mail = card_find(card, ".primaryEmailType");

	shape_leaf(s, "birthdate", birth.n > 0 ? birth : SLICE_LIT(SOAP_NEVER));
	shape_leaf(s, "primaryEmailType",
	    mail.n > 0 ? mail : SLICE_LIT("ContactEmailPersonal"));
	SHAPE_LIT(s->out, CONTACT_PRIMARY);
	shape_leaf(s, "Anniversary", card_find(card, ".Anniversary"));
	shape_leaf(s, "comment", card_find(card, ".comment"));
}

/* From displayName's end to lastChange. */
static void
contact_rest(struct shape *s, int64_t cid, struct slice card,
    struct contact_flags f)
{
	struct buf *b = s->out;

	SHAPE_LIT(b, "</displayName><puid>0</puid><CID>");
	buf_add_i64(b, cid);
	if (card.n == 0 && f.messenger && !f.mobile && !f.gone) {
		SHAPE_LIT(b,
		    CONTACT_MOBILE("false") CONTACT_MESSENGER("true")
			CONTACT_FAVORITE("false") CONTACT_SPACE CONTACT_BIRTH
			    CONTACT_PRIMARY CONTACT_DELETED("false"));
		return;
	}
	contact_flags(b, card, f);
	contact_details(s, card);
	if (f.gone)
		SHAPE_LIT(b, CONTACT_DELETED("true"));
	else
		SHAPE_LIT(b, CONTACT_DELETED("false"));
}

/* A telephone without an account of its own. */
static void
contact_phone(struct shape *s, struct slice number)
{
	SHAPE_LIT(s->out,
	    "<phones><ContactPhone><contactPhoneType>ContactPhoneMobile"
	    "</contactPhoneType><number>");
	shape_text(s->out, number);
	SHAPE_LIT(s->out,
	    "</number><isMessengerEnabled>true</isMessengerEnabled>"
	    "<propertiesChanged/></ContactPhone></phones>");
}

/* Who is in an address book. */
static const unsigned book_lists = LIST_FORWARD | LIST_CARD;

void
shape_contact_inside(struct shape *s, const struct book_entry *e,
    const char *type)
{
	struct slice tel = shape_telephone(e->address);
	struct contact_said said;
	struct buf *b = s->out;

	SHAPE_LIT(b, "<contactId>");
	guid_add(b, e->id);
	SHAPE_LIT(b, "</contactId><contactInfo>");
	if (tel.p != NULL)
		contact_phone(s, tel);
	else
		card_lists(s, e->card);
	card_annotations(s, e->card);
	group_ids(s, e);
	contact_type(s, e->card, type);
	said = contact_names(s, e->card, e->name);
	if (tel.p == NULL && !roster_is_card_address(e->address)) {
		SHAPE_LIT(b, "<passportName>");
		shape_text(b, e->address);
		SHAPE_LIT(b, "</passportName>");
	}
	contact_display(s, e->name, said);
	contact_rest(s, shape_cid(s, e), e->card,
	    (struct contact_flags){ tel.p != NULL,
		(e->lists & LIST_FORWARD) && tel.p == NULL,
		!(e->lists & book_lists) });
	stamp_add(b, e->changed);
	SHAPE_LIT(b, "</lastChange>");
}

void
shape_contact(struct shape *s, const struct book_entry *e, const char *type)
{
	SHAPE_LIT(s->out, "<Contact>");
	shape_contact_inside(s, e, type);
	SHAPE_LIT(s->out, "</Contact>");
}

void
shape_contacts(struct shape *s, const struct book *book)
{
	for (size_t i = 0; i < book->nentries; i++) {
		const struct book_entry *e = &book->entries[i];

		if ((e->lists & book_lists) ||
		    (s->delta && (e->gone & book_lists)))
			shape_contact(s, e, NULL);
	}
}

/* ---- the owner ---- */

/* Settings every dialect has are the account's; others are on its card. */
static void
me_annotations(struct shape *s, struct slice card)
{
	static const struct {
		const char *key, *usual;
	} others[] = { { "aMSN.IM.MBEA", "0" }, { "aMSN.IM.MPOP", "1" },
		{ "aMSN.IM.RoamLiveProperties", "1" } };
	uint32_t flags = s->me->flags;
	struct card_line line;

	SHAPE_LIT(s->out, "<annotations>");
	annotation(s, SLICE_LIT("MSN.IM.GTC"),
	    slice_text(flags & ACCOUNT_PROMPT ? "1" : "2"));
	annotation(s, SLICE_LIT("MSN.IM.BLP"),
	    slice_text(flags & ACCOUNT_ALLOW_ALL ? "1" : "2"));
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (card_find(card, others[i].key).n == 0)
			annotation(s, slice_text(others[i].key + 1),
			    slice_text(others[i].usual));
	while (card_next(&card, &line))
		if (line.key.p[0] == 'a')
			annotation(s, slice_from(line.key, 1), line.value);
	SHAPE_LIT(s->out, "</annotations>");
}

void
shape_me(struct shape *s, const struct book *book)
{
	unsigned char id[ROSTER_ID_BYTES];
	struct contact_said said;
	struct buf *b = s->out;

	soap_me_id(s->me, id);
	SHAPE_LIT(b, "<Contact><contactId>");
	guid_add(b, id);
	SHAPE_LIT(b, "</contactId><contactInfo>");
	card_lists(s, book->card);
	me_annotations(s, book->card);
	contact_type(s, book->card, "Me");
	said = contact_names(s, book->card, account_name(s->me));
	SHAPE_LIT(b, "<passportName>");
	shape_text(b, account_address(s->me));
	SHAPE_LIT(b, "</passportName>");
	contact_display(s, account_name(s->me), said);
	contact_rest(s, account_cid(s->me), book->card,
	    (struct contact_flags){ false, false, false });
	stamp_add(b, shape_changed(book));
	SHAPE_LIT(b, "</lastChange></Contact>");
}
