/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SOAP_ENVELOPE_H
#define NUDGE_SOAP_ENVELOPE_H
/*
 * A SOAP 1.1 request as a document: by local names, whatever their prefixes,
 * in any order (soap 1).
 */
#include "common/codec/xml_read.h"

enum {
	ENVELOPE_DEPTH = 32,
	ENVELOPE_NODES = 8000
};

struct envelope {
	const struct xml_node *method; /* the first element in Body */
	const struct xml_node *header; /* may be NULL */
	struct slice ticket; /* however it is carried; p NULL: there is none */
};

/* NULL, or a short sentence saying why it is none. */
const char *
envelope_read(struct envelope *e, struct arena *a, struct slice text);

#endif
