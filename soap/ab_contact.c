/* SPDX-License-Identifier: MIT */
/* Contacts come and go (soap 4.4, 4.6). */
#include "common/codec/hex.h"
#include "soap/call.h"
#include "soap/shape.h"
#include "soap/stamp.h"

/* <NameResult><guid>c->id</guid></NameResult> */
static enum soap_end
contact_answer_guid(struct soap_call *c, const char *result)
{
	struct buf *b = soap_begin(c, 0);

	buf_addf(b, "<%s><guid>", result);
	guid_add(b, c->id);
	buf_addf(b, "</guid></%s>", result);
	return SOAP_DONE;
}

enum soap_end
soap_ab_contact_add(struct soap_call *c)
{
	const struct xml_node *in = c->in.method;
	const struct xml_node *options = xml_child(in, "options");
	struct soap_addition add;
	enum soap_end end;

	end = soap_addition_of(c, xml_path(in, "contacts/Contact/contactInfo"),
	    &add);
	if (end != SOAP_DONE)
		return end;
	/* one client puts them beside its contacts */
	if (options == NULL)
		options = xml_path(in, "contacts/options");
	add.allow =
	    soap_true(xml_child_text(options, "EnableAllowListManagement"));
	end = soap_add_contact(c, &add);
	if (end != SOAP_DONE)
		return end;
	return contact_answer_guid(c, "ABContactAddResult");
}

static enum soap_end
contact_delete(struct soap_call *c, const struct xml_node *contact)
{
	struct contact *k;
	enum soap_end end;

	end = soap_contact_by_id(c, xml_child_text(contact, "contactId"), &k);
	return end == SOAP_DONE ? soap_drop_contact(c, k->who) : end;
}

enum soap_end
soap_ab_contact_delete(struct soap_call *c)
{
	const struct xml_node *list = xml_child(c->in.method, "contacts");
	const struct xml_node *contact = soap_item(c, list, "Contact");
	enum soap_end end;

	if (contact == NULL)
		return soap_nothing(c);
	end = contact_delete(c, contact);
	return end == SOAP_DONE ? SOAP_NEXT : end;
}

enum soap_end
soap_delete_contact(struct soap_call *c)
{
	enum soap_end end = contact_delete(c, c->in.method);

	return end == SOAP_DONE ? soap_nothing(c) : end;
}

/* ---- contacts and groups ---- */

/* Join or leave the group with this GUID. */
static enum soap_end
contact_file(struct soap_call *c, struct person *who,
    const struct xml_node *guid, bool join)
{
	struct account *me = c->account;
	unsigned char id[ROSTER_ID_BYTES];
	const struct group *g = NULL;
	enum result r;

	if (guid_parse(slice_trim(guid->text), id))
		g = roster_group_id(&me->roster, id);
	if (g == NULL)
		return SOAP_NO_SUCH_GROUP;
	if (join)
		r = roster_group_join(&c->request, me, who, g->number);
	else
		r = roster_group_leave(&c->request, me, who, g->number);
	return r == RESULT_NOT_IN_GROUP ? SOAP_DONE : soap_end_of(r);
}

static enum soap_end
contact_file_all(struct soap_call *c, struct person *who, bool join)
{
	const struct xml_node *ids =
	    xml_path(c->in.method, "groupFilter/groupIds");
	enum soap_end end = SOAP_DONE;

	if (ids == NULL)
		return SOAP_NO_SUCH_GROUP;
	XML_EACH(it, ids) {
		end = contact_file(c, who, it, join);
		if (end != SOAP_DONE)
			break;
	}
	return end;
}

/* Asked before a contact is made only to be filed. */
static bool
contact_groups_exist(const struct soap_call *c)
{
	const struct xml_node *ids =
	    xml_path(c->in.method, "groupFilter/groupIds");
	unsigned char id[ROSTER_ID_BYTES];

	if (ids == NULL)
		return false;
	XML_EACH(it, ids)
		if (!guid_parse(slice_trim(it->text), id) ||
		    roster_group_id(&c->account->roster, id) == NULL)
			return false;
	return true;
}

/* The contact a document names by id, or by address, made if need be. */
static enum soap_end
contact_find_or_add(struct soap_call *c, const struct xml_node *contact,
    struct contact **out)
{
	struct slice id = xml_child_text(contact, "contactId");
	struct soap_addition add;
	enum soap_end end;

	if (id.n > 0)
		return soap_contact_by_id(c, id, out);
	end = soap_addition_of(c, xml_child(contact, "contactInfo"), &add);
	if (end != SOAP_DONE)
		return end;
	add.allow = soap_true(
	    xml_child_text(xml_child(c->in.method, "groupContactAddOptions"),
		"EnableAllowListManagement"));
	end = soap_add_contact(c, &add);
	*out = roster_find_id(&c->account->roster, c->id);
	return end == SOAP_CONTACT_EXISTS ? SOAP_DONE : end;
}

enum soap_end
soap_ab_group_contact_add(struct soap_call *c)
{
	const struct xml_node *list = xml_child(c->in.method, "contacts");
	const struct xml_node *contact = soap_item(c, list, "Contact");
	struct contact *k;
	enum soap_end end;

	if (contact == NULL && c->step > 0)
		return contact_answer_guid(c, "ABGroupContactAddResult");
	if (!contact_groups_exist(c))
		return SOAP_NO_SUCH_GROUP;
	end = contact_find_or_add(c, contact, &k);
	if (end == SOAP_DONE)
		end = contact_file_all(c, k->who, true);
	return end == SOAP_DONE ? SOAP_NEXT : end;
}

enum soap_end
soap_ab_group_contact_delete(struct soap_call *c)
{
	const struct xml_node *list = xml_child(c->in.method, "contacts");
	const struct xml_node *contact = soap_item(c, list, "Contact");
	struct contact *k;
	enum soap_end end;

	if (contact == NULL)
		return soap_nothing(c);
	end = soap_contact_by_id(c, xml_child_text(contact, "contactId"), &k);
	if (end == SOAP_DONE)
		end = contact_file_all(c, k->who, false);
	return end == SOAP_DONE ? SOAP_NEXT : end;
}

/* ---- relations, as the last clients call them ---- */

/* An answer that is the contact c->id. */
static enum soap_end
contact_answer(struct soap_call *c, const char *result, const char *type)
{
	const struct contact *k = roster_find_id(&c->account->roster, c->id);
	struct book_entry e = { 0 };
	struct shape s;
	struct buf *b;

	if (k == NULL)
		return SOAP_NO_SUCH_CONTACT;
	e.address = person_address(k->who);
	e.name = contact_name(k);
	e.lists = k->lists;
	e.groups = k->groups;
	e.changed = (uint64_t)env_wall(c->request.core->env) * STAMP_PER_SECOND;
	memcpy(e.id, k->id, ROSTER_ID_BYTES);
	b = soap_begin(c, 0);
	shape_begin(&s, b, c->request.core, c->account);
	buf_addf(b, "<%s>", result);
	shape_contact_inside(&s, &e, type);
	buf_addf(b, "</%s>", result);
	shape_end(&s);
	return SOAP_DONE;
}

enum soap_end
soap_create_contact(struct soap_call *c)
{
	const struct xml_node *in = c->in.method;
	struct slice email =
	    slice_trim(xml_child_text(xml_child(in, "contactHandle"), "Email"));
	struct soap_addition add;
	enum soap_end end;

	end = soap_addition_of(c, xml_child(in, "contactInfo"), &add);
	if (email.n > 0) {
		add.address = email;
		add.card = false;
		end = SOAP_DONE;
	}
	if (end == SOAP_DONE)
		end = soap_add_contact(c, &add);
	if (end != SOAP_DONE)
		return end;
	return contact_answer(c, "CreateContactResult", "LivePending");
}

/* Yes or no to a contact; circles, type 5, are not offered. */
enum soap_end
soap_manage_connection(struct soap_call *c)
{
	const struct xml_node *in = c->in.method;
	struct slice action = slice_trim(xml_child_text(in, "action"));
	struct account *other;
	struct contact *k;
	enum soap_end end;

	if (slice_eq_text(slice_trim(xml_child_text(in, "relationshipType")),
		"5"))
		return SOAP_FORBIDDEN;
	end = soap_contact_by_id(c, xml_child_text(in, "contactId"), &k);
	if (end == SOAP_DONE)
		end = soap_other_side(c, k->who, &other);
	if (end != SOAP_DONE)
		return end;
	if (other != NULL && slice_eq_text(action, "1") &&
	    soap_true(xml_child_text(in, "presence")))
		end = soap_allow(c, k->who);
	if (end == SOAP_DONE && other != NULL)
		soap_invite(c, other,
		    soap_annotation(xml_child(in, "annotations"),
			"MSN.IM.InviteMessage"));
	if (end != SOAP_DONE)
		return end;
	return contact_answer(c, "ManageWLConnectionResult", "Live");
}

enum soap_end
soap_break_connection(struct soap_call *c)
{
	const struct xml_node *in = c->in.method;
	struct account *other;
	struct contact *k;
	enum soap_end end;

	end = soap_contact_by_id(c, xml_child_text(in, "contactId"), &k);
	if (end == SOAP_DONE)
		end = soap_other_side(c, k->who, &other);
	if (end == SOAP_DONE && other != NULL &&
	    soap_true(xml_child_text(in, "blockContact")))
		end = soap_block(c, k->who);
	if (end == SOAP_DONE) {
		k = roster_find_id(&c->account->roster, c->id);
		end = soap_drop_contact(c, k->who);
	}
	return end == SOAP_DONE ? soap_nothing(c) : end;
}
