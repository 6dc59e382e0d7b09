/* SPDX-License-Identifier: MIT */
/*
 * People in the address book who are no Messenger users: with an e-mail
 * address, a telephone, or a name alone (soap 4.1, 4.4).
 */
#include "soap/call.h"
#include "soap/fields.h"
#include "soap/shape.h"

/* ---- what a contactInfo says ---- */

/* The first text of this name in a list's items. */
static struct slice
first_of(const struct xml_node *info, const char *list, const char *element)
{
	const struct xml_node *items = xml_child(info, list);

	if (items == NULL)
		return (struct slice){ 0 };
	XML_EACH(it, items) {
		struct slice text = slice_trim(xml_child_text(it, element));

		if (text.n > 0)
			return text;
	}
	return (struct slice){ 0 };
}

static struct slice
both_names(struct soap_call *c, const struct xml_node *info)
{
	struct slice first = slice_trim(xml_child_text(info, "firstName"));
	struct slice last = slice_trim(xml_child_text(info, "lastName"));
	struct buf b = BUF_INIT(first.n + last.n + 1);
	struct slice out;

	buf_add_slice(&b, first);
	if (first.n > 0 && last.n > 0)
		buf_add_char(&b, ' ');
	buf_add_slice(&b, last);
	out = arena_copy(&c->arena, buf_slice(&b));
	buf_free(&b);
	return out;
}

struct slice
soap_card_name(struct soap_call *c, const struct xml_node *info)
{
	const struct slice said[] = {
		slice_trim(xml_child_text(info, "displayName")),
		slice_trim(xml_child_text(info, "quickName")),
		both_names(c, info),
		first_of(info, "emails", "email"),
		first_of(info, "phones", "number"),
	};
	struct slice name;

	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		name = said[i].n > 0 ? soap_encoded(c, said[i]) : said[i];
		if (name.n > 0 && name_acceptable(name))
			return name;
	}
	return (struct slice){ 0 };
}

enum soap_end
soap_card_of(struct soap_call *c, const struct xml_node *info, struct buf *out)
{
	struct card card;

	if (info == NULL)
		return SOAP_DONE;
	card_read(&card, &c->arena, slice_make("", 0));
	fields_take(&card, info, (struct slice){ 0 });
	/* it becomes an ordinary one */
	card_set(&card, SLICE_LIT(".contactType"), slice_make("", 0));
	card_write(&card, out);
	return card.refused || !buf_ok(out) ? SOAP_CARD_TOO_LONG : SOAP_DONE;
}

/* ---- a new one ---- */

/* Whoever has a Passport is known by it, others by an address of ours. */
static enum soap_end
card_person(struct soap_call *c, struct slice passport, struct person **out)
{
	struct core *core = c->request.core;
	char key[ADDRESS_MAX + 1];

	c->subject = passport;
	if (passport.n == 0)
		roster_card_address(core, key);
	else if (!address_canonical(passport, key))
		return SOAP_EMAIL_NO_AT;
	*out = person_intern(core, slice_text(key));
	return SOAP_DONE;
}

static enum soap_end
card_put(struct soap_call *c, const struct soap_addition *add,
    struct person *who, struct slice card)
{
	struct account *me = c->account;
	const struct contact *k;
	enum result r;

	r = roster_add_card(&c->request, me, who, soap_card_name(c, add->info));
	k = roster_find(&me->roster, who);
	if (k != NULL)
		memcpy(c->id, k->id, ROSTER_ID_BYTES);
	if (r == RESULT_ALREADY_THERE)
		return SOAP_CONTACT_EXISTS;
	if (r == RESULT_OK && card.n > 0)
		r = book_set_card(&c->request, me, who, card);
	return soap_end_of(r);
}

enum soap_end
soap_add_card(struct soap_call *c, const struct soap_addition *add)
{
	struct buf card = BUF_INIT(SOAP_CARD_MAX);
	struct person *who = NULL;
	enum soap_end end = soap_card_of(c, add->info, &card);

	if (end == SOAP_DONE)
		end = card_person(c, add->address, &who);
	if (end == SOAP_DONE)
		end = card_put(c, add, who, buf_slice(&card));
	if (who != NULL)
		person_unref(c->request.core, who);
	buf_free(&card);
	return end;
}

/* ---- from one to the other ---- */

/* An e-mail address on the card, rather one that is said to be Messenger's. */
static struct slice
card_email(const struct card *card)
{
	const struct slice part = SLICE_LIT(".email");
	struct slice found = { 0 };

	for (unsigned i = 0; i < card->n; i++) {
		struct slice key = card->lines[i].key;

		if (key.n == 0 || key.p[0] != 'e' ||
		    !slice_ends_nocase(key, part))
			continue;
		if (slice_starts(key, SLICE_LIT("eMessenger")))
			return slice_trim(card->lines[i].value);
		if (found.n == 0)
			found = slice_trim(card->lines[i].value);
	}
	return found;
}

enum soap_end
soap_card_to_user(struct soap_call *c, const struct card *card,
    const struct contact *k)
{
	struct slice address = person_address(k->who);
	struct account *other;
	enum result r;

	if (roster_is_card_address(address))
		address = card_email(card);
	c->subject = address;
	r = account_get(&c->request, address, &other);
	if (r == RESULT_NO_SUCH_ACCOUNT || r == RESULT_BAD_ADDRESS)
		return SOAP_NO_SUCH_PASSPORT;
	if (r != RESULT_OK)
		return soap_end_of(r);
	if (other->person == k->who)
		r = roster_add_forward(&c->request, c->account, k->who, other,
		    contact_name(k));
	else
		r = roster_card_becomes(&c->request, c->account, k->who, other);
	return r == RESULT_ALREADY_THERE ? SOAP_CONTACT_EXISTS : soap_end_of(r);
}
