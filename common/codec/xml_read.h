/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_XML_READ_H
#define NUDGE_XML_READ_H
/*
 * XML into a small tree in an arena, on Expat with every door shut: no DTD,
 * no entities beyond the five, ceilings on depth, nodes and text.  Prefix
 * declarations (xmlns:p) are no attributes here; a plain xmlns is one.
 */
#include "common/base/arena.h"

struct xml_attr {
	struct xml_attr *next;
	struct slice name; /* without prefix */
	struct slice value;
};

struct xml_node {
	struct slice name; /* without namespace prefix */
	struct slice text; /* the character data directly inside, joined */
	struct xml_attr *attrs;
	struct xml_node *parent;
	struct xml_node *child;
	struct xml_node *next;
};

struct xml_limits {
	unsigned depth;
	unsigned nodes; /* elements and attributes */
	size_t bytes;   /* of the document */
};

#define XML_EACH(it, parent_) \
	for (struct xml_node *it = (parent_)->child; it != NULL; it = it->next)

/*
 * The root element, or NULL with a short sentence in *why.  Input must be
 * UTF-8 (or say otherwise in its declaration, as Expat understands).
 */
struct xml_node *xml_read(struct arena *a, struct slice text,
    const struct xml_limits *limits, const char **why);
/* First child of that name; NULL-safe in node. */
struct xml_node *xml_child(const struct xml_node *node, const char *name);
/* Walk a/b/c; NULL when a step is missing. */
struct xml_node *xml_path(const struct xml_node *node, const char *path);
/* Text of a child ("" when it is empty), or p == NULL. */
struct slice xml_child_text(const struct xml_node *node, const char *name);
struct slice xml_attr(const struct xml_node *node, const char *name);

#endif
