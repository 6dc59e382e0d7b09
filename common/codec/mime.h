/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MIME_H
#define NUDGE_MIME_H
/* The MIME headers of MSG payloads and mail notices. */
#include "common/base/buf.h"

/*
 * Cut a payload into headers and body at the first empty line (CR LF or LF).
 * Without one everything is headers.
 */
void
mime_split(struct slice payload, struct slice *headers, struct slice *body);
/* Value of the first header of this name (no case), trimmed; false: absent. */
bool mime_header(struct slice headers, const char *name, struct slice *value);
/* "Name: value CR LF" */
void mime_add(struct buf *out, const char *name, struct slice value);
/* The media type of a Content-Type value, without parameters, trimmed. */
struct slice mime_type(struct slice content_type);

/* Text as one encoded word of a header: "=?utf-8?B?...?=". */
void mime_word_encode(struct buf *out, struct slice text);
/*
 * A header's text with its encoded words decoded, appended; false when it
 * cannot be read as UTF-8.
 */
bool mime_word_decode(struct buf *out, struct slice s);

#endif
