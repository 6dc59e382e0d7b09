/* SPDX-License-Identifier: MIT */
#include "web/ctt.h"

#include "common/codec/xml_read.h"

const char *
ctt_read(struct arena *a, struct slice text,
    void (*take)(void *ctx, struct slice address), void *ctx)
{
	static const struct xml_limits limits = { .depth = 8,
		.nodes = 4 * CTT_CONTACTS_MAX,
		.bytes = CTT_BYTES_MAX };
	const struct xml_node *list;
	const char *why;
	size_t n = 0;

	list =
	    xml_path(xml_read(a, text, &limits, &why), "service/contactlist");
	if (list == NULL)
		return "This is no file of contacts.";
	XML_EACH(it, list) {
		if (!slice_eq_text(it->name, "contact"))
			continue;
		if (n++ == CTT_CONTACTS_MAX)
			return "There are too many contacts in this file.";
		take(ctx, slice_trim(it->text));
	}
	return NULL;
}
