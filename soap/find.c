/* SPDX-License-Identifier: MIT */
/* Reading: the book and the membership lists. */
#include "common/base/panic.h"
#include "common/codec/hex.h"
#include "soap/call.h"
#include "soap/shape.h"
#include "soap/stamp.h"

#include <stdlib.h>

enum {
	/* what a contact takes in an answer, about */
	FIND_CONTACT = 1600,
	FIND_MEMBER = 640,
	FIND_BOOK = 4096
};

enum soap_end
soap_book(struct soap_call *c, const struct book **out)
{
	return soap_end_of(book_get(&c->request, c->account, 0, out));
}

enum soap_end
soap_book_since(struct soap_call *c, struct slice deltas_only,
    struct slice last_change, const struct book **out, bool *delta)
{
	uint64_t since = 0;
	enum soap_end end;

	if (soap_true(deltas_only) && !stamp_parse(last_change, &since))
		return SOAP_FULL_SYNC;
	*delta = since > 0;
	end = soap_end_of(book_get(&c->request, c->account, since, out));
	if (end != SOAP_DONE || since == 0)
		return end;
	/* from a life before this one, or before what is remembered */
	if (since < (*out)->forgotten || since < (*out)->created ||
	    since > shape_changed(*out))
		return SOAP_FULL_SYNC;
	return SOAP_DONE;
}

const struct book_entry *
soap_book_entry(const struct book *book, const unsigned char id[])
{
	for (size_t i = 0; i < book->nentries; i++)
		if (memcmp(book->entries[i].id, id, ROSTER_ID_BYTES) == 0)
			return &book->entries[i];
	return NULL;
}

/* ---- membership lists ---- */

/* All four roles, unless the client asks for other services alone. */
static unsigned
find_roles(const struct xml_node *method)
{
	const struct xml_node *types = xml_path(method, "serviceFilter/Types");
	const unsigned all = 1u << MEMBER_ALLOW | 1u << MEMBER_BLOCK |
	    1u << MEMBER_REVERSE | 1u << MEMBER_PENDING;

	if (types == NULL || types->child == NULL)
		return all;
	XML_EACH(it, types)
		if (slice_eq_text(slice_trim(it->text), "Messenger"))
			return all;
	return 0;
}

static enum soap_end
find_members(struct soap_call *c, const char *result, unsigned roles)
{
	const struct xml_node *in = c->in.method;
	const struct book *book;
	struct shape s;
	struct buf *b;
	bool delta;
	enum soap_end end = soap_book_since(c, xml_child_text(in, "deltasOnly"),
	    xml_child_text(in, "lastChange"), &book, &delta);

	if (end != SOAP_DONE)
		return end;
	b = soap_begin(c, FIND_BOOK + book->nentries * 2 * FIND_MEMBER);
	shape_begin(&s, b, c->request.core, c->account);
	s.delta = delta;
	buf_addf(b, "<%s>", result);
	shape_members(&s, book, roles);
	buf_addf(b, "</%s>", result);
	shape_end(&s);
	return SOAP_DONE;
}

enum soap_end
soap_find_membership(struct soap_call *c)
{
	return find_members(c, "FindMembershipResult",
	    find_roles(c->in.method));
}

enum soap_end
soap_find_membership_by_role(struct soap_call *c)
{
	const struct xml_node *list = xml_child(c->in.method, "includedRoles");
	unsigned roles = find_roles(c->in.method);
	unsigned wanted = 0;

	if (list != NULL && list->child != NULL) {
		XML_EACH(it, list)
			wanted |= 1u << member_role(slice_trim(it->text));
		roles &= wanted;
	}
	return find_members(c, "FindMembershipByRoleResult", roles);
}

/* ---- the book ---- */

static struct buf *
find_begin(struct soap_call *c, struct shape *s, const struct book *book)
{
	struct buf *b =
	    soap_begin(c, FIND_BOOK + book->nentries * FIND_CONTACT);

	shape_begin(s, b, c->request.core, c->account);
	s->token = &c->token;
	return b;
}

enum soap_end
soap_ab_find_all(struct soap_call *c)
{
	const struct xml_node *in = c->in.method;
	const struct book *book;
	struct shape s;
	struct buf *b;
	bool delta;
	enum soap_end end = soap_book_since(c, xml_child_text(in, "deltasOnly"),
	    xml_child_text(in, "lastChange"), &book, &delta);

	if (end != SOAP_DONE)
		return end;
	b = find_begin(c, &s, book);
	s.delta = delta;
	SOAP_LIT(b, "<ABFindAllResult><groups>");
	shape_groups(&s, book);
	SOAP_LIT(b, "</groups><contacts>");
	shape_contacts(&s, book);
	shape_me(&s, book);
	SOAP_LIT(b, "</contacts><ab>");
	shape_ab(&s, book);
	SOAP_LIT(b, "</ab></ABFindAllResult>");
	shape_end(&s);
	return SOAP_DONE;
}

enum soap_end
soap_ab_find_paged(struct soap_call *c)
{
	const struct xml_node *filter =
	    xml_child(c->in.method, "filterOptions");
	const struct book *book;
	struct shape s;
	struct buf *b;
	bool delta;
	enum soap_end end =
	    soap_book_since(c, xml_child_text(filter, "DeltasOnly"),
		xml_child_text(filter, "LastChanged"), &book, &delta);

	if (end != SOAP_DONE)
		return end;
	b = find_begin(c, &s, book);
	s.delta = delta;
	SOAP_LIT(b, "<ABFindContactsPagedResult><Groups>");
	shape_groups(&s, book);
	SOAP_LIT(b, "</Groups><Contacts>");
	shape_contacts(&s, book);
	shape_me(&s, book);
	SOAP_LIT(b, "</Contacts><CircleResult>");
	shape_circle_ticket(&s);
	SOAP_LIT(b, "</CircleResult><Ab>");
	shape_ab(&s, book);
	SOAP_LIT(b, "</Ab></ABFindContactsPagedResult>");
	shape_end(&s);
	return SOAP_DONE;
}

/* Wanted ids, sorted, because there may be thousands of both. */
struct wanted {
	unsigned char (*ids)[ROSTER_ID_BYTES];
	size_t n;
};

static int
wanted_order(const void *a, const void *b)
{
	return memcmp(a, b, ROSTER_ID_BYTES);
}

static bool
wanted_has(const struct wanted *w, const unsigned char id[])
{
	return w->n > 0 &&
	    bsearch(id, w->ids, w->n, sizeof(w->ids[0]), wanted_order) != NULL;
}

static struct wanted
wanted_read(struct soap_call *c, const struct xml_node *ids)
{
	struct wanted w = { .ids = arena_alloc(&c->arena,
				ENVELOPE_NODES * sizeof(w.ids[0])) };

	if (ids == NULL || w.ids == NULL)
		return w;
	XML_EACH(it, ids)
		if (w.n < ENVELOPE_NODES &&
		    guid_parse(slice_trim(it->text), w.ids[w.n]))
			w.n++;
	qsort(w.ids, w.n, sizeof(w.ids[0]), wanted_order);
	return w;
}

/* Ids nobody has are left out, and so are repeated ones. */
static void
find_wanted(struct shape *s, const struct book *book, const struct wanted *w)
{
	unsigned char me[ROSTER_ID_BYTES];

	for (size_t i = 0; i < book->nentries; i++) {
		const struct book_entry *e = &book->entries[i];

		if ((e->lists & (LIST_FORWARD | LIST_CARD)) &&
		    wanted_has(w, e->id))
			shape_contact(s, e, NULL);
	}
	soap_me_id(s->me, me);
	if (wanted_has(w, me))
		shape_me(s, book);
}

enum soap_end
soap_ab_find_by_contacts(struct soap_call *c)
{
	const struct book *book;
	struct wanted wanted;
	struct shape s;
	struct buf *b;
	enum soap_end end = soap_book(c, &book);

	if (end != SOAP_DONE)
		return end;
	b = find_begin(c, &s, book);
	SOAP_LIT(b, "<ABFindByContactsResult><contacts>");
	wanted = wanted_read(c, xml_child(c->in.method, "contactIds"));
	find_wanted(&s, book, &wanted);
	SOAP_LIT(b, "</contacts><ab>");
	shape_ab(&s, book);
	SOAP_LIT(b, "</ab></ABFindByContactsResult>");
	shape_end(&s);
	return SOAP_DONE;
}

/* ---- what needs no book ---- */

/* Every account has a book from its first day. */
enum soap_end
soap_ab_add(struct soap_call *c)
{
	SOAP_LIT(soap_begin(c, 0),
	    "<ABAddResult>" SOAP_NO_GUID "</ABAddResult>");
	return SOAP_DONE;
}

enum soap_end
soap_add_service(struct soap_call *c)
{
	SOAP_LIT(soap_begin(c, 0), "<AddServiceResult>1</AddServiceResult>");
	return SOAP_DONE;
}

enum soap_end
soap_find_friends(struct soap_call *c)
{
	SOAP_LIT(soap_begin(c, 0),
	    "<FindFriendsInCommonResult><MatchedList/><UnmatchedList/>"
	    "<MatchedCount>0</MatchedCount><UnmatchedCount>0</UnmatchedCount>"
	    "</FindFriendsInCommonResult>");
	return SOAP_DONE;
}
