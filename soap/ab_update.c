/* SPDX-License-Identifier: MIT */
/* ABContactUpdate: what is said of a contact, or of oneself (soap 4.4). */
#include "common/codec/hex.h"
#include "soap/call.h"
#include "soap/fields.h"
#include "soap/shape.h"

/* One contact's part of the document. */
struct update {
	const struct xml_node *info;
	struct slice words; /* p NULL: everything that is there */
	struct card card;
	struct buf kept;   /* the card as it will be kept */
	struct slice name; /* percent-encoded, when renamed */
	bool renamed;
};

static bool
update_named(const struct update *u, const char *word, const char *element)
{
	if (u->words.p == NULL)
		return xml_child(u->info, element) != NULL;
	return fields_named(u->words, word, element);
}

/* Read the card, change it, and look whether all of it can be kept. */
static enum soap_end
update_read(struct soap_call *c, struct update *u, struct slice kept)
{
	card_read(&u->card, &c->arena, kept);
	fields_take(&u->card, u->info, u->words);
	u->renamed = update_named(u, "DisplayName", "displayName");
	if (u->renamed)
		u->name = soap_encoded(c,
		    slice_trim(xml_child_text(u->info, "displayName")));
	if (u->name.n > 0 && !name_acceptable(u->name))
		return SOAP_NAME_TOO_LONG;
	return u->card.refused ? SOAP_CARD_TOO_LONG : SOAP_DONE;
}

static enum soap_end
update_write(struct update *u)
{
	card_write(&u->card, &u->kept);
	return buf_ok(&u->kept) ? SOAP_DONE : SOAP_CARD_TOO_LONG;
}

/* ---- oneself ---- */

/* A setting that every dialect has leaves the card and becomes a flag. */
static enum soap_end
update_flag(struct soap_call *c, struct update *u, const char *key,
    uint32_t flag)
{
	struct slice value = slice_trim(card_get(&u->card, slice_text(key)));
	bool on = slice_eq_text(value, "1");

	if (!on && !slice_eq_text(value, "2"))
		return SOAP_DONE;
	return soap_end_of(account_set_flag(&c->request, c->account, flag, on));
}

static enum soap_end
update_me(struct soap_call *c, struct update *u, const struct book *book)
{
	const struct slice none = slice_make("", 0);
	struct account *me = c->account;
	enum soap_end end = update_read(c, u, book->card);

	if (end == SOAP_DONE)
		end = update_flag(c, u, "aMSN.IM.GTC", ACCOUNT_PROMPT);
	if (end == SOAP_DONE)
		end = update_flag(c, u, "aMSN.IM.BLP", ACCOUNT_ALLOW_ALL);
	if (end != SOAP_DONE)
		return end;
	card_set(&u->card, SLICE_LIT("aMSN.IM.GTC"), none);
	card_set(&u->card, SLICE_LIT("aMSN.IM.BLP"), none);
	card_set(&u->card, SLICE_LIT(".contactType"), none);
	end = update_write(u);
	if (end == SOAP_DONE && u->renamed)
		end = soap_end_of(account_set_name(&c->request, me, u->name));
	if (end == SOAP_DONE && !slice_eq(buf_slice(&u->kept), book->card))
		end = soap_end_of(
		    book_set_own_card(&c->request, me, buf_slice(&u->kept)));
	return end;
}

/* ---- somebody else ---- */

/*
 * On the forward list is who is a Messenger user; who is none any more keeps
 * its card.  Of a telephone nothing else is true.
 */
static enum soap_end
update_user(struct soap_call *c, const struct update *u, struct contact *k,
    bool *moved)
{
	struct slice said = xml_child_text(u->info, "isMessengerUser");
	bool on = (k->lists & LIST_FORWARD) != 0;
	struct account *other;
	enum soap_end end;

	if (!(k->lists & (LIST_FORWARD | LIST_CARD)) &&
	    !(update_named(u, "IsMessengerUser", "isMessengerUser") &&
		soap_true(said)))
		return SOAP_NO_SUCH_CONTACT;
	if (!update_named(u, "IsMessengerUser", "isMessengerUser") ||
	    soap_true(said) == on ||
	    shape_telephone(person_address(k->who)).p != NULL)
		return SOAP_DONE;
	*moved = true;
	if (!on)
		return soap_card_to_user(c, &u->card, k);
	end = soap_other_side(c, k->who, &other);
	if (end != SOAP_DONE)
		return end;
	return soap_end_of(
	    roster_to_card(&c->request, c->account, k->who, other));
}

/* Who has no address of its own is never without a name. */
static enum soap_end
update_name(struct soap_call *c, const struct update *u,
    const struct contact *k)
{
	if (!u->renamed ||
	    (u->name.n == 0 && roster_is_card_address(person_address(k->who))))
		return SOAP_DONE;
	return soap_end_of(
	    roster_rename(&c->request, c->account, k->who, u->name));
}

static enum soap_end
update_contact(struct soap_call *c, struct update *u, const struct book *book,
    struct contact *k)
{
	const struct book_entry *e = soap_book_entry(book, k->id);
	struct slice before = e != NULL ? e->card : slice_make("", 0);
	struct account *me = c->account;
	enum soap_end end = update_read(c, u, before);
	bool moved = false;

	if (end == SOAP_DONE)
		end = update_write(u);
	if (end == SOAP_DONE)
		end = update_user(c, u, k, &moved);
	if (end != SOAP_DONE)
		return end;
	k = roster_find_id(&me->roster, c->id);
	end = update_name(c, u, k);
	if (end == SOAP_DONE &&
	    (moved || !slice_eq(buf_slice(&u->kept), before)))
		end = soap_end_of(book_set_card(&c->request, me, k->who,
		    buf_slice(&u->kept)));
	return end;
}

static enum soap_end
update_one(struct soap_call *c, const struct xml_node *contact)
{
	struct slice guid = slice_trim(xml_child_text(contact, "contactId"));
	struct update u = { .info = xml_child(contact, "contactInfo"),
		.words = xml_child_text(contact, "propertiesChanged"),
		.kept = BUF_INIT(SOAP_CARD_MAX) };
	unsigned char me[ROSTER_ID_BYTES];
	const struct book *book;
	struct contact *k;
	enum soap_end end;
	bool own;

	soap_me_id(c->account, me);
	own = slice_eq_text(xml_child_text(u.info, "contactType"), "Me") ||
	    (guid_parse(guid, c->id) && memcmp(c->id, me, sizeof(me)) == 0);
	end = soap_book(c, &book);
	if (end == SOAP_DONE && own) {
		end = update_me(c, &u, book);
	} else if (end == SOAP_DONE) {
		end = soap_contact_by_id(c, guid, &k);
		if (end == SOAP_DONE)
			end = update_contact(c, &u, book, k);
	}
	buf_free(&u.kept);
	return end;
}

enum soap_end
soap_ab_contact_update(struct soap_call *c)
{
	const struct xml_node *list = xml_child(c->in.method, "contacts");
	const struct xml_node *contact = soap_item(c, list, "Contact");
	enum soap_end end;

	if (contact == NULL)
		return soap_nothing(c);
	end = update_one(c, contact);
	return end == SOAP_DONE ? SOAP_NEXT : end;
}
