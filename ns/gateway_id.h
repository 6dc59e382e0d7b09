/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NS_GATEWAY_ID_H
#define NUDGE_NS_GATEWAY_ID_H
/*
 * SessionID: two decimal numbers around a dot, which some clients look for
 * (sb 12.2).  Neither is ever 0.
 */
#include "common/base/buf.h"
#include "common/base/env.h"

enum {
	GATEWAY_ID_TEXT = 31
};

struct gateway_id {
	uint64_t prefix;
	uint32_t turn;
};

bool gateway_id_parse(struct slice text, struct gateway_id *id);
void gateway_id_add(struct buf *b, const struct gateway_id *id);
/* Unguessable ones. */
uint64_t gateway_id_prefix(const struct env *env);
uint32_t gateway_id_turn(const struct env *env);

#endif
