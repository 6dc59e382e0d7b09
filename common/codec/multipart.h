/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MULTIPART_H
#define NUDGE_MULTIPART_H
/*
 * Forms with files in them: multipart/form-data (RFC 7578).  Nothing is
 * copied; what is found are views of the body.
 */
#include "common/base/slice.h"

enum {
	MULTIPART_BOUNDARY_MAX = 70, /* RFC 2046 */
	MULTIPART_PARTS_MAX = 64     /* nothing behind these is looked at */
};

/* Is this Content-Type such a form's, and what parts it? */
bool multipart_boundary(struct slice content_type, struct slice *boundary);
/* What the first part of this name holds, a file or a field; false: absent. */
bool multipart_find(struct slice body, struct slice boundary, const char *name,
    struct slice *value);

#endif
