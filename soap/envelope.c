/* SPDX-License-Identifier: MIT */
#include "soap/envelope.h"

#include "soap/call.h"

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
	e->ticket = xml_child_text(xml_path(root, "Header/ABAuthHeader"),
	    "TicketToken");
	e->ticket = slice_trim(e->ticket);
	return NULL;
}
