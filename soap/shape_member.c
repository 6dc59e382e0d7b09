/* SPDX-License-Identifier: MIT */
/* Membership lists (soap 3.1). */
#include "soap/call.h"
#include "soap/card.h"
#include "soap/shape.h"
#include "soap/stamp.h"

/*
 * Where what strangers wrote would make an answer larger than this, it goes
 * without their words, and then without their names.
 */
enum {
	MEMBER_WORDS_MAX = 8 * 1024 * 1024,
	MEMBER_NAMES_MAX = 2 * MEMBER_WORDS_MAX
};

struct role_row {
	const char *name;
	uint8_t list;
};

/* clang-format off */
static const struct role_row roles_known[] = {
	[MEMBER_ALLOW] =   { "Allow",   LIST_ALLOW },
	[MEMBER_BLOCK] =   { "Block",   LIST_BLOCK },
	[MEMBER_REVERSE] = { "Reverse", LIST_REVERSE },
	[MEMBER_PENDING] = { "Pending", LIST_PENDING },
};
/* clang-format on */

unsigned
member_role(struct slice name)
{
	for (unsigned r = 1; r < ARRAY_LEN(roles_known); r++)
		if (slice_eq_text(name, roles_known[r].name))
			return r;
	return 0;
}

uint8_t
member_list(unsigned role)
{
	return roles_known[role].list;
}

/*
 * Who is pending is in no other role, and whoever was allowed or blocked is
 * pending no more, whichever client decided it.
 */
static uint8_t
member_lists(const struct book_entry *e)
{
	if (!(e->lists & LIST_PENDING))
		return e->lists;
	if (e->lists & (LIST_ALLOW | LIST_BLOCK))
		return e->lists & (uint8_t)~LIST_PENDING;
	return LIST_PENDING;
}

static void
member_head(struct buf *b, const struct book_entry *e, unsigned role, bool tel)
{
	if (tel)
		SHAPE_LIT(b, "<Member xsi:type=\"PhoneMember\"><MembershipId>");
	else
		SHAPE_LIT(b,
		    "<Member xsi:type=\"PassportMember\"><MembershipId>");
	buf_add_u64(b, (uint64_t)e->number * MEMBER_NUMBERS + role);
	if (tel)
		SHAPE_LIT(b, "</MembershipId><Type>Phone</Type>");
	else
		SHAPE_LIT(b, "</MembershipId><Type>Passport</Type>");
}

/* Who asks to be let in is shown by name, with what they said. */
static void
member_asks(struct shape *s, const struct book_entry *e)
{
	struct slice said = card_find(e->card, ".invite");

	shape_leaf(s, "DisplayName",
	    s->out->n < MEMBER_NAMES_MAX ? e->name : e->address);
	SHAPE_LIT(s->out, "<State>Accepted</State>");
	if (said.n == 0 || s->out->n >= MEMBER_WORDS_MAX)
		return;
	SHAPE_LIT(s->out,
	    "<Annotations><Annotation><Name>MSN.IM.InviteMessage</Name>");
	shape_leaf(s, "Value", said);
	SHAPE_LIT(s->out, "</Annotation></Annotations>");
}

/* What is the same in every role: from the date of LastChanged on. */
static void
member_rest(struct shape *s, const struct book_entry *e, struct slice tel)
{
	struct buf *b = s->out;
	size_t at = b->n;

	stamp_add(b, e->changed);
	SHAPE_LIT(b, "</LastChanged><JoinedDate>");
	buf_add_again(b, at, buf_ok(b) ? STAMP_TEXT : 0);
	SHAPE_LIT(b,
	    "</JoinedDate><ExpirationDate>" SOAP_NEVER
	    "</ExpirationDate><Changes/>");
	if (tel.p != NULL) {
		SHAPE_LIT(b, "<PhoneNumber>");
		shape_text(b, tel);
		SHAPE_LIT(b, "</PhoneNumber></Member>");
		return;
	}
	SHAPE_LIT(b, "<PassportName>");
	shape_text(b, e->address);
	SHAPE_LIT(b,
	    "</PassportName><IsPassportNameHidden>false"
	    "</IsPassportNameHidden><PassportId>0</PassportId><CID>");
	buf_add_i64(b, shape_cid(s, e));
	SHAPE_LIT(b,
	    "</CID><PassportChanges/><LookedupByCID>false</LookedupByCID>"
	    "</Member>");
}

static void
member_add(struct shape *s, const struct book_entry *e, unsigned role,
    bool deleted)
{
	struct slice tel = shape_telephone(e->address);
	struct buf *b = s->out;

	member_head(b, e, role, tel.p != NULL);
	if (role == MEMBER_PENDING)
		member_asks(s, e);
	else
		SHAPE_LIT(b, "<State>Accepted</State>");
	if (deleted)
		SHAPE_LIT(b, "<Deleted>true</Deleted><LastChanged>");
	else
		SHAPE_LIT(b, "<Deleted>false</Deleted><LastChanged>");
	member_rest(s, e, tel);
}

static void
role_open(struct buf *b, unsigned role)
{
	SHAPE_LIT(b, "<Membership><MemberRole>");
	buf_add_text(b, roles_known[role].name);
	SHAPE_LIT(b, "</MemberRole><Members>");
}

/* Deltas list only roles with changes, and in these who changed. */
static void
role_add(struct shape *s, const struct book *book, unsigned role)
{
	const uint8_t list = roles_known[role].list;
	bool open = !s->delta;

	if (open)
		role_open(s->out, role);
	for (size_t i = 0; i < book->nentries; i++) {
		const struct book_entry *e = &book->entries[i];
		bool in = (member_lists(e) & list) != 0;

		if (!in && !(s->delta && ((e->lists | e->gone) & list)))
			continue;
		if (!open)
			role_open(s->out, role);
		open = true;
		member_add(s, e, role, !in);
	}
	if (!open)
		return;
	if (s->delta)
		SHAPE_LIT(s->out,
		    "</Members><MembershipIsComplete>false"
		    "</MembershipIsComplete></Membership>");
	else
		SHAPE_LIT(s->out,
		    "</Members><MembershipIsComplete>true"
		    "</MembershipIsComplete></Membership>");
}

static void
owner_add(struct shape *s, const struct book *book)
{
	struct buf *b = s->out;

	SOAP_LIT(b,
	    "<OwnerNamespace><Info><Handle><Id>" SOAP_NO_GUID
	    "</Id><IsPassportNameHidden>false</IsPassportNameHidden><CID>0"
	    "</CID></Handle><CreatorPuid>0</CreatorPuid><CreatorCID>");
	buf_add_i64(b, account_cid(s->me));
	SOAP_LIT(b, "</CreatorCID><CreatorPassportName>");
	shape_text(b, account_address(s->me));
	SOAP_LIT(b,
	    "</CreatorPassportName><CircleAttributes><IsPresenceEnabled>false"
	    "</IsPresenceEnabled><Domain>WindowsLive</Domain>"
	    "</CircleAttributes><MessengerApplicationServiceCreated>false"
	    "</MessengerApplicationServiceCreated></Info><Changes/>"
	    "<CreateDate>");
	stamp_add(b, book->created);
	SOAP_LIT(b, "</CreateDate><LastChange>");
	stamp_add(b, shape_changed(book));
	SOAP_LIT(b, "</LastChange></OwnerNamespace>");
}

void
shape_members(struct shape *s, const struct book *book, unsigned roles)
{
	struct buf *b = s->out;

	SOAP_LIT(b, "<Services>");
	/* nothing asked for, or nothing new: the service is left out */
	if (roles != 0 && (!s->delta || book->nentries > 0)) {
		SOAP_LIT(b, "<Service><Memberships>");
		for (unsigned r = 1; r < ARRAY_LEN(roles_known); r++)
			if (roles & 1u << r)
				role_add(s, book, r);
		SOAP_LIT(b,
		    "</Memberships><Info><Handle><Id>1</Id>"
		    "<Type>Messenger</Type><ForeignId/></Handle>"
		    "<InverseRequired>false</InverseRequired>"
		    "<AuthorizationCriteria>Everyone</AuthorizationCriteria>"
		    "<IsBot>false</IsBot></Info><Changes/><LastChange>");
		stamp_add(b, shape_changed(book));
		SOAP_LIT(b, "</LastChange><Deleted>false</Deleted></Service>");
	}
	SOAP_LIT(b, "</Services>");
	owner_add(s, book);
}
