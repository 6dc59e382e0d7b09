/* SPDX-License-Identifier: MIT */
#include "common/net/subnet.h"

#include "common/base/num.h"

enum {
	V4_BITS = 32,
	V6_BITS = 128,
	MAPPED_BITS = V6_BITS - V4_BITS
};

bool
subnet_parse(struct subnet *s, struct slice text)
{
	size_t slash = slice_find(text, '/');
	struct slice ip = slice_upto(text, slash);
	bool colons = slice_find(ip, ':') < ip.n;
	uint32_t most = colons ? V6_BITS : V4_BITS;
	uint32_t bits = most;

	if (!addr_parse_ip(&s->base, ip))
		return false;
	if (slash < text.n &&
	    (!num_parse_u32(slice_from(text, slash + 1), &bits) || bits > most))
		return false;
	if (colons && s->base.family == 4) {
		if (bits < MAPPED_BITS)
			return false;
		bits -= MAPPED_BITS;
	}
	s->bits = (uint8_t)bits;
	return true;
}

bool
subnet_has(const struct subnet *s, const struct addr *a)
{
	size_t whole = s->bits / 8;
	unsigned rest = s->bits % 8;

	if (a->family == 0 || a->family != s->base.family ||
	    memcmp(a->ip, s->base.ip, whole) != 0)
		return false;
	return rest == 0 ||
	    (a->ip[whole] ^ s->base.ip[whole]) >> (8 - rest) == 0;
}

bool
subnet_eq(const struct subnet *a, const struct subnet *b)
{
	return a->bits == b->bits && subnet_has(a, &b->base);
}

bool
subnets_read(struct subnets *out, struct slice list, struct slice who,
    struct slice *wrong)
{
	struct slice word;
	unsigned words = 0;

	out->n = 0;
	while (slice_cut_word(&list, &word)) {
		size_t eq = slice_find(word, '=');
		bool named = eq < word.n;
		struct subnet s;

		*wrong = word;
		if (words++ == SUBNETS_MAX ||
		    !subnet_parse(&s, named ? slice_from(word, eq + 1) : word))
			return false;
		if (!named || slice_eq(slice_upto(word, eq), who))
			out->v[out->n++] = s;
	}
	return true;
}

bool
subnets_have(const struct subnets *list, const struct addr *a)
{
	for (unsigned i = 0; i < list->n; i++)
		if (subnet_has(&list->v[i], a))
			return true;
	return false;
}
