/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NUM_H
#define NUDGE_NUM_H
/*
 * Numbers as the wire writes them.  Parsers take the whole slice or fail:
 * no sign, no blanks, no overflow.
 */
#include "common/base/slice.h"

#define NUM_MAX_DIGITS 20

bool num_parse_u64(struct slice s, uint64_t *out);
bool num_parse_u32(struct slice s, uint32_t *out);
/* With an optional leading '-'. */
bool num_parse_i64(struct slice s, int64_t *out);
/* Decimal digits without NUL into out[NUM_MAX_DIGITS]; returns how many. */
size_t num_format_u64(uint64_t v, char *out);

#endif
