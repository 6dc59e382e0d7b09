/* SPDX-License-Identifier: MIT */
#include "soap/envelope.h"

#include "soap/call.h"

/* Every service has a header of its own for it. */
static struct slice
envelope_one(const struct xml_node *head)
{
	if (slice_eq_text(head->name, "PassportCookie"))
		return xml_child_text(head, "t");
	if (slice_eq_text(head->name, "Ticket"))
		return xml_attr(head, "passport");
	if (slice_eq_text(head->name, "AuthTokenHeader"))
		return xml_child_text(head, "Token");
	return xml_child_text(head, "TicketToken");
}

static struct slice
envelope_ticket(const struct xml_node *header)
{
	struct slice ticket = { 0 };

	if (header == NULL)
		return ticket;
	XML_EACH(it, header)
		if (ticket.n == 0)
			ticket = slice_trim(envelope_one(it));
	return ticket;
}

const char *
envelope_read(struct envelope *e, struct arena *a, struct slice text)
{
	static const struct xml_limits limits = { .depth = ENVELOPE_DEPTH,
		.nodes = ENVELOPE_NODES,
		.bytes = SOAP_BODY_MAX };
	const struct xml_node *body, *root;
	const char *why;

	*e = (struct envelope){ 0 };
	root = xml_read(a, text, &limits, &why);
	if (root == NULL)
		return why;
	if (!slice_eq_text(root->name, "Envelope"))
		return "no envelope";
	body = xml_child(root, "Body");
	if (body == NULL || body->child == NULL)
		return "no body";
	e->method = body->child;
	e->header = xml_child(root, "Header");
	e->ticket = envelope_ticket(e->header);
	return NULL;
}
