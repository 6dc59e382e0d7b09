/* SPDX-License-Identifier: MIT */
#include "common/net/log_peer.h"

#include "common/base/map.h"
#include "common/base/panic.h"

enum {
	PLACES = 2048,
	PROBES = 8,
	FIELDS_MAX = 12,
	MINUTE_MS = 60 * 1000,
	NETWORK_TEXT = ADDR_TEXT_MAX + 4,
	V4_BYTES = 3,
	V6_BYTES = 6,
};

/* What one network did in a minute. */
struct tally {
	const char *event; /* NULL: free */
	struct addr network;
	enum log_level level;
	uint64_t since;
	uint32_t written, kept;
};

static struct {
	const struct env *env;
	uint64_t seed[2];
	struct tally places[PLACES];
	struct tally others; /* who found no place; events are mixed */
} book;

void
log_peer_setup(const struct env *env)
{
	/* pages that nobody has touched yet stay so */
	if (book.env != NULL)
		memset(&book, 0, sizeof(book));
	book.env = env;
	env_random(env, book.seed, sizeof(book.seed));
}

/* The network as an address; family 0 of what has none. */
static struct addr
network_of(const struct addr *peer)
{
	struct addr a = { .family = peer->family };

	if (peer->family != 0)
		memcpy(a.ip, peer->ip, peer->family == 4 ? V4_BYTES : V6_BYTES);
	return a;
}

static void
add_network(struct buf *b, const struct addr *network)
{
	if (network->family == 0) {
		buf_add_char(b, '-');
		return;
	}
	addr_add_ip(b, network);
	buf_addf(b, "/%d", 8 * (network->family == 4 ? V4_BYTES : V6_BYTES));
}

static void
tally_end(struct tally *t)
{
	struct buf network = BUF_INIT(NETWORK_TEXT);

	if (t->event == NULL)
		return;
	add_network(&network, &t->network);
	if (t->kept > 0) {
		const struct log_field fields[] = { LOG_N("times", t->kept),
			LOG_S("network", buf_slice(&network)) };

		log_event(t->level, t->event, fields, ARRAY_LEN(fields));
	}
	buf_free(&network);
	t->event = NULL;
}

static bool
tally_is_over(const struct tally *t, uint64_t now)
{
	return t->event == NULL || now - t->since >= MINUTE_MS;
}

static struct tally *
tally_begin(struct tally *t, const char *event, const struct addr *network,
    enum log_level level, uint64_t now)
{
	tally_end(t);
	*t = (struct tally){ .event = event,
		.network = *network,
		.level = level,
		.since = now };
	return t;
}

static struct tally *
tally_of(const char *event, const struct addr *network, enum log_level level,
    uint64_t now)
{
	uint64_t hash = map_siphash(book.seed[0], book.seed[1],
	    slice_make((const char *)network->ip, V6_BYTES));
	struct tally *spare = NULL;

	/* an event is a literal: its address is its name */
	hash += (uint64_t)(uintptr_t)event * 0x9e3779b97f4a7c15u;
	for (unsigned i = 0; i < PROBES; i++) {
		struct tally *t = &book.places[((hash >> 32) + i) % PLACES];

		if (t->event == event && addr_eq(&t->network, network))
			return tally_is_over(t, now)
			    ? tally_begin(t, event, network, level, now)
			    : t;
		if (spare == NULL && tally_is_over(t, now))
			spare = t;
	}
	if (spare != NULL)
		return tally_begin(spare, event, network, level, now);
	if (tally_is_over(&book.others, now))
		(void)tally_begin(&book.others, "others", &(struct addr){ 0 },
		    level, now);
	return &book.others;
}

void
log_peer_event(enum log_level level, unsigned most, const char *event,
    const struct addr *peer, const struct log_field *fields, size_t n)
{
	struct log_field all[FIELDS_MAX];
	struct addr network = network_of(peer);
	struct tally *own, *sum;
	char text[ADDR_TEXT_MAX];
	uint64_t now;

	if (book.env == NULL)
		log_peer_setup(env_real());
	ASSERT(n < FIELDS_MAX);
	now = env_mono_ms(book.env);
	own = tally_of(event, &network, level, now);
	sum = tally_of(event, &(struct addr){ .family = 1 }, level, now);
	if (own->written >= most || sum->written >= LOG_PEER_ALL) {
		own->kept++;
		return;
	}
	own->written++;
	sum->written++;
	all[0] = LOG_T("peer", addr_text(peer, text));
	memcpy(all + 1, fields, n * sizeof(fields[0]));
	log_event(level, event, all, n + 1);
}

void
log_peer_sums(bool all)
{
	uint64_t now;

	if (book.env == NULL)
		return;
	now = env_mono_ms(book.env);
	for (unsigned i = 0; i < PLACES; i++)
		if (all || tally_is_over(&book.places[i], now))
			tally_end(&book.places[i]);
	if (all || tally_is_over(&book.others, now))
		tally_end(&book.others);
}
