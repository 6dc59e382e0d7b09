/* SPDX-License-Identifier: MIT */
/* Groups (soap 4.5). */
#include "common/codec/hex.h"
#include "common/codec/url.h"
#include "soap/call.h"

/* Names of groups differ by more than the case of their letters. */
static bool
group_taken(struct soap_call *c, struct slice name, unsigned but)
{
	const struct roster *r = &c->account->roster;
	struct buf b = BUF_INIT(GROUP_NAME_ENCODED);
	bool taken = slice_eq_nocase(name, SLICE_LIT("(No Group)"));

	for (unsigned i = 0; i < r->ngroups && !taken; i++) {
		buf_reset(&b);
		url_decode(&b, blob_slice(r->groups[i].name));
		taken = r->groups[i].number != but &&
		    slice_eq_nocase(name, buf_slice(&b));
	}
	buf_free(&b);
	return taken;
}

static enum soap_end
group_favorite(struct soap_call *c, unsigned number,
    const struct xml_node *info)
{
	struct slice said = xml_child_text(info, "IsFavorite");
	struct slice card = slice_make("", 0);

	if (said.p == NULL)
		return SOAP_DONE;
	if (soap_true(said))
		card = SLICE_LIT(".isFavorite=true\n");
	return soap_end_of(
	    book_set_group_card(&c->request, c->account, number, card));
}

enum soap_end
soap_ab_group_add(struct soap_call *c)
{
	const struct xml_node *info =
	    xml_path(c->in.method, "groupInfo/GroupInfo");
	struct slice name = slice_trim(xml_child_text(info, "name"));
	unsigned number = 0;
	enum soap_end end;
	struct buf *b;

	if (name.n == 0)
		return SOAP_BAD_ARGUMENT;
	if (group_taken(c, name, 0))
		return SOAP_GROUP_EXISTS;
	end = soap_end_of(roster_group_add(&c->request, c->account,
	    soap_encoded(c, name), &number));
	if (end == SOAP_DONE)
		end = group_favorite(c, number, info);
	if (end != SOAP_DONE)
		return end;
	b = soap_begin(c, 0);
	SOAP_LIT(b, "<ABGroupAddResult><guid>");
	guid_add(b, roster_group(&c->account->roster, number)->id);
	SOAP_LIT(b, "</guid></ABGroupAddResult>");
	return SOAP_DONE;
}

static struct group *
group_of(const struct soap_call *c, struct slice guid)
{
	unsigned char id[ROSTER_ID_BYTES];

	if (!guid_parse(slice_trim(guid), id))
		return NULL;
	return roster_group_id(&c->account->roster, id);
}

static enum soap_end
group_update(struct soap_call *c, const struct xml_node *group)
{
	const struct xml_node *info = xml_child(group, "groupInfo");
	struct slice name = slice_trim(xml_child_text(info, "name"));
	struct group *g = group_of(c, xml_child_text(group, "groupId"));
	enum soap_end end = SOAP_DONE;
	unsigned number;

	if (g == NULL)
		return SOAP_NO_SUCH_GROUP;
	number = g->number;
	if (name.n > 0) {
		if (group_taken(c, name, number))
			return SOAP_GROUP_EXISTS;
		end = soap_end_of(roster_group_rename(&c->request, c->account,
		    number, soap_encoded(c, name)));
	}
	return end == SOAP_DONE ? group_favorite(c, number, info) : end;
}

enum soap_end
soap_ab_group_update(struct soap_call *c)
{
	const struct xml_node *list = xml_child(c->in.method, "groups");
	const struct xml_node *group = soap_item(c, list, "Group");
	enum soap_end end;

	if (group == NULL)
		return soap_nothing(c);
	end = group_update(c, group);
	return end == SOAP_DONE ? SOAP_NEXT : end;
}

enum soap_end
soap_ab_group_delete(struct soap_call *c)
{
	const struct xml_node *ids =
	    xml_path(c->in.method, "groupFilter/groupIds");
	const struct xml_node *id = soap_item(c, ids, "guid");
	enum soap_end end;
	struct group *g;

	if (id == NULL)
		return soap_nothing(c);
	g = group_of(c, id->text);
	if (g == NULL)
		return SOAP_NO_SUCH_GROUP;
	end = soap_end_of(
	    roster_group_remove(&c->request, c->account, g->number));
	return end == SOAP_DONE ? SOAP_NEXT : end;
}
