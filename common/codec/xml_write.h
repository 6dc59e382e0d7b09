/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_XML_WRITE_H
#define NUDGE_XML_WRITE_H
/*
 * XML into a buf.  Names are given with their prefix, exactly as the wire
 * wants them; text and attribute values are escaped; characters XML 1.0
 * forbids are left out.  No white space is ever added between elements.
 */
#include "common/base/buf.h"

struct xml_writer {
	struct buf *out;
	const char *open[32]; /* names of open elements */
	unsigned depth;
	bool in_tag; /* the start tag still takes attributes */
};

void xml_writer_init(struct xml_writer *w, struct buf *out);
void xml_declare(struct xml_writer *w);
void xml_open(struct xml_writer *w, const char *name);
void xml_attr_add(struct xml_writer *w, const char *name, struct slice value);
void xml_text(struct xml_writer *w, struct slice text);
/* Bytes that are XML already. */
void xml_raw(struct xml_writer *w, struct slice xml);
void xml_close(struct xml_writer *w);
/* <name>text</name> */
void xml_leaf(struct xml_writer *w, const char *name, struct slice text);
/* The escaping alone, for use outside a writer. */
void xml_escape(struct buf *out, struct slice text);

#endif
