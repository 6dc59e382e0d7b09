/* SPDX-License-Identifier: MIT */
#include "ns/gateway_id.h"

#include "common/base/num.h"

bool
gateway_id_parse(struct slice text, struct gateway_id *id)
{
	size_t dot = slice_find(text, '.');

	return dot < text.n && text.n <= GATEWAY_ID_TEXT &&
	    num_parse_u64(slice_upto(text, dot), &id->prefix) &&
	    num_parse_u32(slice_from(text, dot + 1), &id->turn) &&
	    id->prefix != 0 && id->turn != 0;
}

void
gateway_id_add(struct buf *b, const struct gateway_id *id)
{
	buf_add_u64(b, id->prefix);
	buf_add_char(b, '.');
	buf_add_u64(b, id->turn);
}

uint64_t
gateway_id_prefix(const struct env *env)
{
	uint64_t n = 0;

	while (n == 0)
		env_random(env, &n, sizeof(n));
	return n;
}

uint32_t
gateway_id_turn(const struct env *env)
{
	uint32_t n = 0;

	while (n == 0)
		env_random(env, &n, sizeof(n));
	return n;
}
