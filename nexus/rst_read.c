/* SPDX-License-Identifier: MIT */
/*
 * One reader for both languages: they differ in namespaces, which clients
 * abbreviate as they like, and not in the names of what is read here.
 */
#include "nexus/rst.h"

#include "common/codec/xml_read.h"

#define RST_SOAP12 "http://www.w3.org/2003/05/soap-envelope"
#define RST_SOAP11 "http://schemas.xmlsoap.org/soap/envelope/"
/* The target of those who sign in to MSNP15 and later. */
#define RST_CLEAR  "messengerclear.live.com"

enum {
	RST_NUMBER_MAX = 999
};

/* The namespace is told by the first tag. */
enum rst_kind
rst_read_kind(struct slice body, enum rst_kind guess)
{
	const struct slice soap11 = SLICE_LIT(RST_SOAP11);
	const struct slice soap12 = SLICE_LIT(RST_SOAP12);
	struct slice tag =
	    slice_from(body, slice_find_slice(body, SLICE_LIT("Envelope")));

	tag = slice_upto(tag, slice_find(tag, '>'));
	if (slice_find_slice(tag, soap12) < tag.n)
		return RST_2005;
	if (slice_find_slice(tag, soap11) < tag.n)
		return RST_2004;
	return guess;
}

/* n of "RSTn"; 0 when it is none. */
static unsigned
rst_id(struct slice id)
{
	const struct slice head = SLICE_LIT("RST");
	unsigned n = 0;

	if (!slice_starts(id, head) || id.n > head.n + 3)
		return 0;
	for (size_t i = head.n; i < id.n; i++) {
		if (id.p[i] < '0' || id.p[i] > '9')
			return 0;
		n = n * 10 + (unsigned)(id.p[i] - '0');
	}
	return n;
}

static bool
rst_is_base(const struct rst_wish *w)
{
	return slice_eq_nocase(w->address, SLICE_LIT(RST_BASE));
}

/*
 * Clients find a ticket by its number, in a table without the base ticket:
 * 1 for the first.  Numbers only grow, whatever the ids are (field-notes 4).
 */
static bool
rst_number(const struct rst_request *rq, struct rst_wish *w, struct slice id)
{
	unsigned last = 0;

	for (unsigned i = 0; i < rq->n; i++) {
		if (rq->wishes[i].number > last)
			last = rq->wishes[i].number;
	}
	w->number = rst_id(id);
	if (w->number <= last)
		w->number = last + 1;
	return w->number <= RST_NUMBER_MAX;
}

/* False: the request is refused. */
static bool
rst_wish(struct rst_request *rq, const struct xml_node *node)
{
	const struct xml_node *target =
	    xml_path(node, "AppliesTo/EndpointReference/Address");
	struct rst_wish w = { 0 };

	if (target == NULL || slice_trim(target->text).n == 0)
		return true;
	w.address = slice_trim(target->text);
	w.policy = xml_attr(xml_child(node, "PolicyReference"), "URI");
	if (rq->n == RST_WISHES_MAX || w.address.n > RST_TARGET_MAX)
		return false;
	if (!rst_is_base(&w) && !rst_number(rq, &w, xml_attr(node, "Id")))
		return false;
	w.keyed = w.number == 0 ||
	    slice_eq_nocase(w.address, SLICE_LIT(RST_CLEAR)) ||
	    slice_starts(w.policy, SLICE_LIT("MBI_KEY"));
	rq->wishes[rq->n++] = w;
	return true;
}

/* All of them, or the one that may stand there alone. */
static bool
rst_wishes(struct rst_request *rq, const struct xml_node *body)
{
	const struct xml_node *all =
	    xml_child(body, "RequestMultipleSecurityTokens");

	if (all == NULL)
		all = body;
	XML_EACH(it, all) {
		if (slice_eq_text(it->name, "RequestSecurityToken") &&
		    !rst_wish(rq, it))
			return false;
	}
	if (rq->n == 0)
		rq->wishes[rq->n++] = (struct rst_wish){
			.address = SLICE_LIT(RST_BASE),
			.keyed = true,
		};
	return true;
}

/* Names are typed with blanks around them, passwords may have them inside. */
static bool
rst_who(struct rst_request *rq, const struct xml_node *security)
{
	const struct xml_node *user = xml_child(security, "UsernameToken");

	if (user == NULL) {
		rq->by_token = xml_child(security, "EncryptedData") != NULL ||
		    xml_child(security, "BinarySecurityToken") != NULL;
		return rq->by_token;
	}
	rq->username = slice_trim(xml_child_text(user, "Username"));
	rq->password = xml_child_text(user, "Password");
	return rq->username.p != NULL && rq->password.p != NULL;
}

bool
rst_read(struct arena *a, struct slice body, enum rst_kind guess,
    struct rst_request *out)
{
	const struct xml_limits limits = { .depth = 24,
		.nodes = 2000,
		.bytes = RST_BODY_MAX };
	const struct xml_node *root, *inside;
	const char *why;

	*out = (struct rst_request){ .kind = rst_read_kind(body, guess) };
	root = xml_read(a, body, &limits, &why);
	if (root == NULL || !slice_eq_text(root->name, "Envelope"))
		return false;
	inside = xml_child(root, "Body");
	out->app = slice_trim(
	    xml_child_text(xml_path(root, "Header/AuthInfo"), "HostingApp"));
	return inside != NULL &&
	    rst_who(out, xml_path(root, "Header/Security")) &&
	    rst_wishes(out, inside);
}
