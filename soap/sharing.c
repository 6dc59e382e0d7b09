/* SPDX-License-Identifier: MIT */
/* Changes of the membership lists, one member in each step (soap 3.2). */
#include "common/base/num.h"
#include "soap/call.h"
#include "soap/shape.h"

/* The member of this step and its role; NULL when all are done. */
static const struct xml_node *
sharing_member(const struct soap_call *c, unsigned *role)
{
	const struct xml_node *all = xml_child(c->in.method, "memberships");
	unsigned n = 0;

	if (all == NULL)
		return NULL;
	XML_EACH(one, all) {
		const struct xml_node *list = xml_child(one, "Members");

		*role =
		    member_role(slice_trim(xml_child_text(one, "MemberRole")));
		if (list == NULL)
			continue;
		XML_EACH(it, list)
			if (slice_eq_text(it->name, "Member") && n++ == c->step)
				return it;
	}
	return NULL;
}

/* Only the messenger's lists are kept; other services get their way. */
static bool
sharing_other_service(const struct soap_call *c)
{
	struct slice type = slice_trim(
	    xml_child_text(xml_child(c->in.method, "serviceHandle"), "Type"));

	return type.n > 0 && !slice_eq_text(type, "Messenger");
}

static struct slice
sharing_address(const struct xml_node *member)
{
	struct slice s = slice_trim(xml_child_text(member, "PassportName"));

	return s.n > 0 ? s : slice_trim(xml_child_text(member, "Email"));
}

static enum soap_end
sharing_add(struct soap_call *c, const struct xml_node *member, unsigned role)
{
	struct account *other;
	enum result r;

	/* telephones see nobody; other roles are nobody's business */
	if (role == 0 || xml_child(member, "PhoneNumber") != NULL)
		return SOAP_DONE;
	r = account_get(&c->request, sharing_address(member), &other);
	if (r == RESULT_NO_SUCH_ACCOUNT || r == RESULT_BAD_ADDRESS)
		return SOAP_NO_SUCH_USER;
	if (r != RESULT_OK)
		return soap_end_of(r);
	switch ((enum member_role)role) {
	case MEMBER_ALLOW:
		return soap_allow(c, other->person);
	case MEMBER_BLOCK:
		return soap_block(c, other->person);
	case MEMBER_REVERSE:
		/* "I saw it": nothing to see is fine, too */
		r = roster_accept(&c->request, c->account, other->person);
		return r == RESULT_NOT_THERE ? SOAP_DONE : soap_end_of(r);
	case MEMBER_PENDING:
		break;
	}
	return SOAP_DONE;
}

enum soap_end
soap_add_member(struct soap_call *c)
{
	const struct xml_node *member;
	enum soap_end end;
	unsigned role;

	member = sharing_other_service(c) ? NULL : sharing_member(c, &role);
	if (member == NULL)
		return soap_nothing(c);
	end = sharing_add(c, member, role);
	return end == SOAP_DONE ? SOAP_NEXT : end;
}

/* ---- removal ---- */

/* By the number a list gave it; *out stays NULL when there is none. */
static enum soap_end
sharing_by_number(struct soap_call *c, const struct xml_node *member,
    unsigned role, struct contact **out)
{
	const struct book *book;
	enum soap_end end;
	uint64_t id;

	if (!num_parse_u64(slice_trim(xml_child_text(member, "MembershipId")),
		&id) ||
	    id == 0 || id % MEMBER_NUMBERS != role)
		return SOAP_DONE;
	end = soap_book(c, &book);
	if (end != SOAP_DONE)
		return end;
	for (size_t i = 0; i < book->nentries; i++)
		if (book->entries[i].number == id / MEMBER_NUMBERS)
			*out = roster_find_id(&c->account->roster,
			    book->entries[i].id);
	return SOAP_DONE;
}

static struct contact *
sharing_by_name(const struct soap_call *c, const struct xml_node *member)
{
	struct core *core = c->request.core;
	char key[ADDRESS_MAX + 1];
	struct contact *k;
	struct person *p;

	if (!address_canonical(sharing_address(member), key))
		return NULL;
	p = person_intern(core, slice_text(key));
	k = roster_find(&c->account->roster, p);
	/* a contact holds its person, so this lets only a stranger go */
	person_unref(core, p);
	return k;
}

/* The program said it to the notification server a moment ago. */
static bool
sharing_just_left(struct soap_call *c, const struct xml_node *member,
    const struct contact *k, enum list_bit list)
{
	struct slice who =
	    k != NULL ? person_address(k->who) : slice_make("", 0);
	char key[ADDRESS_MAX + 1];

	if (k == NULL && address_canonical(sharing_address(member), key))
		who = slice_text(key);
	return roster_left_take(c->request.core, c->account, who, list);
}

static enum soap_end
sharing_remove(struct soap_call *c, const struct xml_node *member,
    unsigned role)
{
	struct contact *k = NULL;
	enum list_bit list;
	enum soap_end end;
	enum result r = RESULT_NOT_THERE;

	/* who has one on the list is not one's own to say */
	if (role == 0 || role == MEMBER_REVERSE)
		return SOAP_DONE;
	end = sharing_by_number(c, member, role, &k);
	if (end != SOAP_DONE)
		return end;
	if (k == NULL)
		k = sharing_by_name(c, member);
	list = (enum list_bit)member_list(role);
	if (k != NULL)
		r = roster_remove(&c->request, c->account, k->who, list);
	if (r != RESULT_NOT_THERE)
		return soap_end_of(r);
	if (!sharing_just_left(c, member, k, list))
		c->absent = true;
	return SOAP_DONE;
}

enum soap_end
soap_delete_member(struct soap_call *c)
{
	const struct xml_node *member;
	enum soap_end end;
	unsigned role;

	member = sharing_other_service(c) ? NULL : sharing_member(c, &role);
	if (member == NULL)
		return c->absent ? SOAP_NO_SUCH_MEMBER : soap_nothing(c);
	end = sharing_remove(c, member, role);
	return end == SOAP_DONE ? SOAP_NEXT : end;
}
