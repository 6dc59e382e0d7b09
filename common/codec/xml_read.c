/* SPDX-License-Identifier: MIT */
#include "common/codec/xml_read.h"

#include <expat.h>
#include <limits.h>

/* An element whose end has not been seen. */
struct open_element {
	struct xml_node *node;
	struct xml_node *last_child;
	char *text;
	size_t text_n;
	size_t text_cap;
};

struct reader {
	XML_Parser parser;
	struct arena *arena;
	const struct xml_limits *limits;
	struct open_element *open; /* limits->depth of them */
	unsigned depth;
	unsigned nodes;
	struct xml_node *root;
	const char *why; /* set: the document is refused */
};

static void
refuse(struct reader *r, const char *why)
{
	if (r->why == NULL)
		r->why = why;
	(void)XML_StopParser(r->parser, XML_FALSE);
}

static struct slice
without_prefix(const char *name)
{
	struct slice s = slice_text(name);
	size_t colon = slice_find(s, ':');

	return colon < s.n ? slice_from(s, colon + 1) : s;
}

static bool
count_node(struct reader *r)
{
	if (r->nodes >= r->limits->nodes) {
		refuse(r, "too many elements");
		return false;
	}
	r->nodes++;
	return true;
}

static void
add_attrs(struct reader *r, struct xml_node *node, const XML_Char **pairs)
{
	struct xml_attr **tail = &node->attrs;

	for (; pairs[0] != NULL; pairs += 2) {
		struct xml_attr *attr;

		if (!count_node(r))
			return;
		if (slice_starts(slice_text(pairs[0]), SLICE_LIT("xmlns:")))
			continue;
		attr = arena_alloc(r->arena, sizeof(*attr));
		if (attr == NULL) {
			refuse(r, "too large");
			return;
		}
		attr->name = arena_copy(r->arena, without_prefix(pairs[0]));
		attr->value = arena_copy(r->arena, slice_text(pairs[1]));
		if (attr->name.p == NULL || attr->value.p == NULL) {
			refuse(r, "too large");
			return;
		}
		*tail = attr;
		tail = &attr->next;
	}
}

static void
link_node(struct reader *r, struct xml_node *node)
{
	struct open_element *up;

	if (r->depth == 0) {
		r->root = node;
		return;
	}
	up = &r->open[r->depth - 1];
	node->parent = up->node;
	if (up->last_child != NULL)
		up->last_child->next = node;
	else
		up->node->child = node;
	up->last_child = node;
}

static void XMLCALL
on_start(void *ctx, const XML_Char *name, const XML_Char **attrs)
{
	struct reader *r = ctx;
	struct xml_node *node;

	if (r->why != NULL || !count_node(r))
		return;
	if (r->depth >= r->limits->depth) {
		refuse(r, "nested too deeply");
		return;
	}
	node = arena_alloc(r->arena, sizeof(*node));
	if (node != NULL)
		node->name = arena_copy(r->arena, without_prefix(name));
	if (node == NULL || node->name.p == NULL) {
		refuse(r, "too large");
		return;
	}
	node->text = SLICE_LIT("");
	link_node(r, node);
	r->open[r->depth++] = (struct open_element){ .node = node };
	add_attrs(r, node, attrs);
}

static void XMLCALL
on_end(void *ctx, const XML_Char *name)
{
	struct reader *r = ctx;
	struct open_element *top;

	(void)name;
	if (r->why != NULL)
		return;
	top = &r->open[--r->depth];
	if (top->text_n > 0)
		top->node->text = slice_make(top->text, top->text_n);
}

/*
 * Text comes in pieces, a child between any two of them.  Room is doubled, so
 * that a document of nothing but small pieces costs no more than its length.
 */
static void XMLCALL
on_text(void *ctx, const XML_Char *p, int len)
{
	struct reader *r = ctx;
	struct open_element *top;
	size_t n = (size_t)len;

	if (r->why != NULL || n == 0)
		return;
	top = &r->open[r->depth - 1];
	if (n > top->text_cap - top->text_n) {
		size_t cap = size_max(2 * top->text_cap, top->text_n + n);
		char *text = arena_alloc(r->arena, cap);

		if (text == NULL) {
			refuse(r, "too large");
			return;
		}
		if (top->text_n > 0)
			memcpy(text, top->text, top->text_n);
		top->text = text;
		top->text_cap = cap;
	}
	memcpy(top->text + top->text_n, p, n);
	top->text_n += n;
}

/* No grammar of the sender's own, hence no entities to expand or to fetch. */
static void XMLCALL
on_doctype(void *ctx, const XML_Char *name, const XML_Char *sysid,
    const XML_Char *pubid, int has_subset)
{
	(void)name;
	(void)sysid;
	(void)pubid;
	(void)has_subset;
	refuse(ctx, "has a document type declaration");
}

static bool
set_up(struct reader *r)
{
	size_t depth = r->limits->depth;

	/* a ceiling for the multiplication, far above any real limit */
	if (depth == 0 || depth > 4096)
		return false;
	r->open = arena_alloc(r->arena, depth * sizeof(*r->open));
	if (r->open == NULL)
		return false;
	r->parser = XML_ParserCreate(NULL);
	if (r->parser == NULL)
		return false;
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, on_start, on_end);
	XML_SetCharacterDataHandler(r->parser, on_text);
	XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
	return true;
}

struct xml_node *
xml_read(struct arena *a, struct slice text, const struct xml_limits *limits,
    const char **why)
{
	struct reader r = { .arena = a, .limits = limits };

	if (text.n > limits->bytes || text.n > INT_MAX) {
		*why = "too large";
		return NULL;
	}
	if (!set_up(&r)) {
		*why = "too large";
		return NULL;
	}
	if (XML_Parse(r.parser, text.p, (int)text.n, XML_TRUE) !=
		XML_STATUS_OK &&
	    r.why == NULL)
		r.why = XML_ErrorString(XML_GetErrorCode(r.parser));
	XML_ParserFree(r.parser);
	if (r.why != NULL) {
		*why = r.why;
		return NULL;
	}
	return r.root;
}

static struct xml_node *
child_named(const struct xml_node *node, struct slice name)
{
	if (node == NULL)
		return NULL;
	XML_EACH(it, node)
		if (slice_eq(it->name, name))
			return it;
	return NULL;
}

struct xml_node *
xml_child(const struct xml_node *node, const char *name)
{
	return child_named(node, slice_text(name));
}

struct xml_node *
xml_path(const struct xml_node *node, const char *path)
{
	struct slice rest = slice_text(path);
	struct slice step;
	struct xml_node *at = NULL;

	while (slice_cut(&rest, '/', &step)) {
		at = child_named(node, step);
		node = at;
	}
	return at;
}

struct slice
xml_child_text(const struct xml_node *node, const char *name)
{
	const struct xml_node *child = xml_child(node, name);

	return child != NULL ? child->text : (struct slice){ 0 };
}

struct slice
xml_attr(const struct xml_node *node, const char *name)
{
	if (node == NULL)
		return (struct slice){ 0 };
	for (const struct xml_attr *it = node->attrs; it != NULL; it = it->next)
		if (slice_eq_text(it->name, name))
			return it->value;
	return (struct slice){ 0 };
}
