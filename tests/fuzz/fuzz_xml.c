/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a document.  What was read keeps the limits, and every text
 * and value comes back unchanged through the writer.
 */
#include "common/base/panic.h"
#include "common/codec/xml_read.h"
#include "common/codec/xml_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct xml_limits limits = { .depth = 16,
	.nodes = 500,
	.bytes = 1 << 16 };

struct walk {
	struct xml_writer w;
	unsigned nodes;
};

static void
walk(struct walk *at, const struct xml_node *node, unsigned depth)
{
	ASSERT(depth <= limits.depth);
	ASSERT(node->name.p != NULL && node->text.p != NULL);
	at->nodes++;
	xml_open(&at->w, "e");
	for (const struct xml_attr *a = node->attrs; a != NULL; a = a->next) {
		at->nodes++;
		if (a == node->attrs)
			xml_attr_add(&at->w, "k", a->value);
	}
	xml_text(&at->w, node->text);
	xml_close(&at->w);
	XML_EACH(it, node) {
		ASSERT(it->parent == node);
		walk(at, it, depth + 1);
	}
}

/* The same elements, one after another. */
static const struct xml_node *
compare(const struct xml_node *copy, const struct xml_node *node)
{
	ASSERT(copy != NULL);
	ASSERT(slice_eq(copy->text, node->text));
	if (node->attrs != NULL)
		ASSERT(slice_eq(xml_attr(copy, "k"), node->attrs->value));
	copy = copy->next;
	XML_EACH(it, node)
		copy = compare(copy, it);
	return copy;
}

static void
round_trip(struct arena *a, const struct xml_node *root)
{
	const struct xml_limits roomy = { 4, 4000, 1 << 22 };
	struct buf out = BUF_INIT(1 << 22);
	struct walk at = { .nodes = 0 };
	const struct xml_node *copy;
	const char *why;

	xml_writer_init(&at.w, &out);
	xml_declare(&at.w);
	xml_open(&at.w, "r");
	walk(&at, root, 1);
	xml_close(&at.w);
	ASSERT(at.nodes <= limits.nodes);
	ASSERT(buf_ok(&out));
	copy = xml_read(a, buf_slice(&out), &roomy, &why);
	ASSERT(copy != NULL);
	ASSERT(compare(copy->child, root) == NULL);
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	const struct xml_node *root;
	const char *why = NULL;

	arena_init(&a, 1 << 24);
	root = xml_read(&a, slice_make(data, size), &limits, &why);
	if (root != NULL)
		round_trip(&a, root);
	else
		ASSERT(why != NULL);
	arena_free(&a);
	return 0;
}
