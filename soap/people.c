/* SPDX-License-Identifier: MIT */
/* Changes of the roster that several methods make. */
#include "common/codec/url.h"
#include "core/door/signin.h"
#include "soap/call.h"
#include "soap/fields.h"
#include "soap/shape.h"

enum soap_end
soap_other_side(struct soap_call *c, const struct person *who,
    struct account **out)
{
	enum result r;

	*out = NULL;
	if (shape_telephone(person_address(who)).p != NULL)
		return SOAP_DONE;
	r = account_get(&c->request, person_address(who), out);
	if (r == RESULT_WAIT)
		return SOAP_WAIT;
	return r == RESULT_STORE_FAILED ? SOAP_LATER : SOAP_DONE;
}

/* ---- privacy ---- */

/* Onto one of allow and block, off the other. */
static enum soap_end
decide(struct soap_call *c, struct person *who, enum list_bit list)
{
	const enum list_bit other =
	    list == LIST_ALLOW ? LIST_BLOCK : LIST_ALLOW;
	struct account *me = c->account;
	const struct contact *k = roster_find(&me->roster, who);
	struct slice name = { 0 };
	enum result r;

	if (k != NULL && (k->lists & other)) {
		r = roster_remove(&c->request, me, who, other);
		if (r != RESULT_OK)
			return soap_end_of(r);
	}
	if (who->account != NULL)
		name = account_name(who->account);
	r = roster_add_privacy(&c->request, me, who, list, name);
	if (r != RESULT_OK && r != RESULT_ALREADY_THERE)
		return soap_end_of(r);
	k = roster_find(&me->roster, who);
	if (k->lists & LIST_PENDING)
		return soap_end_of(roster_accept(&c->request, me, who));
	return SOAP_DONE;
}

enum soap_end
soap_allow(struct soap_call *c, struct person *who)
{
	return decide(c, who, LIST_ALLOW);
}

enum soap_end
soap_block(struct soap_call *c, struct person *who)
{
	return decide(c, who, LIST_BLOCK);
}

/*
 * On the card that the other side has of the caller; not when it is one of its
 * own making.  What cannot be kept is not worth a fault.
 */
void
soap_invite(struct soap_call *c, struct account *other, struct slice words)
{
	const struct person *me = c->account->person;
	const struct contact *k = roster_find(&other->roster, me);
	struct buf kept = BUF_INIT(CARD_MAX_PENDING);
	struct card card;

	words = slice_trim(words);
	if (words.n == 0 || k == NULL || !(k->lists & LIST_PENDING) ||
	    (k->lists & LIST_FORWARD))
		return;
	card_read(&card, &c->arena, slice_make("", 0));
	card_set(&card, SLICE_LIT(".invite"), words);
	card_write(&card, &kept);
	if (buf_ok(&kept))
		(void)book_set_card(&c->request, other, me, buf_slice(&kept));
	buf_free(&kept);
}

/* ---- the forward list ---- */

enum soap_end
soap_drop_contact(struct soap_call *c, struct person *who)
{
	const struct contact *k = roster_find(&c->account->roster, who);
	struct account *other;
	enum soap_end end;

	if (k != NULL && (k->lists & LIST_CARD))
		return soap_end_of(
		    roster_remove_card(&c->request, c->account, who));
	end = soap_other_side(c, who, &other);
	if (end != SOAP_DONE)
		return end;
	return soap_end_of(
	    roster_remove_forward(&c->request, c->account, who, other));
}

/* An e-mail address for Messenger; those of other networks are marked so. */
static struct slice
addition_email(const struct xml_node *info, bool *federated)
{
	const struct xml_node *list = xml_child(info, "emails");
	bool user = soap_true(xml_child_text(info, "isMessengerUser"));

	*federated = false;
	if (list == NULL)
		return (struct slice){ 0 };
	XML_EACH(it, list) {
		struct slice type = xml_child_text(it, "contactEmailType");
		struct slice email = slice_trim(xml_child_text(it, "email"));
		bool other = slice_starts(type, SLICE_LIT("Messenger"));

		if (email.n == 0 ||
		    !(user || other ||
			soap_true(xml_child_text(it, "isMessengerEnabled"))))
			continue;
		*federated = other;
		return email;
	}
	return (struct slice){ 0 };
}

static struct slice
addition_phone(struct soap_call *c, const struct xml_node *info)
{
	const struct xml_node *list = xml_child(info, "phones");

	if (list == NULL)
		return (struct slice){ 0 };
	XML_EACH(it, list)
		if (soap_true(xml_child_text(it, "isMessengerEnabled")))
			return soap_telephone(c, xml_child_text(it, "number"));
	return (struct slice){ 0 };
}

enum soap_end
soap_addition_of(struct soap_call *c, const struct xml_node *info,
    struct soap_addition *out)
{
	*out = (struct soap_addition){ .info = info };
	out->invite =
	    soap_annotation(xml_path(info,
				"MessengerMemberInfo/PendingAnnotations"),
		"MSN.IM.InviteMessage");
	out->address = slice_trim(xml_child_text(info, "passportName"));
	if (out->address.n > 0) {
		out->card = slice_eq_nocase(slice_trim(xml_child_text(info,
						"isMessengerUser")),
		    SLICE_LIT("false"));
		return SOAP_DONE;
	}
	out->address = addition_email(info, &out->federated);
	if (out->address.n == 0)
		out->address = addition_phone(c, info);
	out->card = out->address.n == 0 && soap_card_name(c, info).n > 0;
	return out->address.n > 0 || out->card ? SOAP_DONE : SOAP_EMAIL_NO_AT;
}

/* Domains without a dot are fine when somebody lives there. */
static enum soap_end
nobody(struct soap_call *c, const struct soap_addition *add)
{
	size_t at = slice_find(add->address, '@');

	c->subject = add->address;
	if (at == add->address.n)
		return SOAP_EMAIL_NO_AT;
	if (slice_find(slice_from(add->address, at), '.') ==
	    add->address.n - at)
		return SOAP_EMAIL_NO_DOT;
	return add->federated ? SOAP_FEDERATED : SOAP_NO_SUCH_PASSPORT;
}

/* Everything that must be known before anything changes. */
struct adding {
	struct person *who;
	struct account *other; /* NULL: a telephone */
	struct buf card;       /* what to keep; failed: too much */
};

static enum soap_end
adding_person(struct soap_call *c, const struct soap_addition *add,
    struct adding *a)
{
	enum result r;

	if (shape_telephone(add->address).p != NULL) {
		a->who = person_intern(c->request.core, add->address);
		return SOAP_DONE;
	}
	r = account_get(&c->request, add->address, &a->other);
	if (r == RESULT_NO_SUCH_ACCOUNT || r == RESULT_BAD_ADDRESS)
		return nobody(c, add);
	if (r == RESULT_OK)
		a->who = person_ref(a->other->person);
	return soap_end_of(r);
}

static enum soap_end
adding_do(struct soap_call *c, const struct soap_addition *add,
    const struct adding *a)
{
	struct account *me = c->account;
	struct slice name = { 0 };
	const struct contact *k;
	enum soap_end end;
	enum result r;

	if (a->other != NULL)
		name = account_name(a->other);
	r = roster_add_forward(&c->request, me, a->who, a->other, name);
	k = roster_find(&me->roster, a->who);
	if (k != NULL)
		memcpy(c->id, k->id, ROSTER_ID_BYTES);
	if (r == RESULT_ALREADY_THERE)
		return SOAP_CONTACT_EXISTS;
	end = soap_end_of(r);
	if (end == SOAP_DONE && a->card.n > 0)
		end = soap_end_of(book_set_card(&c->request, me, a->who,
		    buf_slice(&a->card)));
	if (end != SOAP_DONE || a->other == NULL)
		return end;
	soap_invite(c, a->other, add->invite);
	k = roster_find(&me->roster, a->who);
	if (add->allow && !(k->lists & LIST_BLOCK))
		end = soap_allow(c, a->who);
	return end;
}

enum soap_end
soap_add_contact(struct soap_call *c, const struct soap_addition *add)
{
	struct adding a = { .card = BUF_INIT(SOAP_CARD_MAX) };
	enum soap_end end;

	if (add->card)
		return soap_add_card(c, add);
	end = adding_person(c, add, &a);
	if (end == SOAP_DONE)
		end = soap_card_of(c, add->info, &a.card);
	if (end == SOAP_DONE)
		end = adding_do(c, add, &a);
	if (a.who != NULL)
		person_unref(c->request.core, a.who);
	buf_free(&a.card);
	return end;
}
