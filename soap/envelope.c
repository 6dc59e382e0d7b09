/* SPDX-License-Identifier: MIT */
#include "soap/envelope.h"

#include "soap/call.h"

/* Of the address book, of messages to be read, of one to be sent. */
static struct slice
envelope_ticket(const struct xml_node *header)
{
	const struct xml_node *book = xml_child(header, "ABAuthHeader");
	const struct xml_node *read = xml_child(header, "PassportCookie");
	const struct xml_node *sent = xml_child(header, "Ticket");

	if (book != NULL)
		return xml_child_text(book, "TicketToken");
	if (read != NULL)
		return xml_child_text(read, "t");
	return sent != NULL ? xml_attr(sent, "passport") : (struct slice){ 0 };
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
	e->ticket = slice_trim(envelope_ticket(e->header));
	return NULL;
}
