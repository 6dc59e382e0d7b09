/* SPDX-License-Identifier: MIT */
/*
 * IRCX as a stranger may send it: to the reader alone, to a fresh connection,
 * to people of each dialect in a room with others.  The first byte chooses,
 * the second says where the bytes are cut in two.
 */
#include "chat/ircx/dialect.h"
#include "chat/ircx/name.h"
#include "chat/ircx/reader.h"
#include "common/base/panic.h"
#include "tests/proto/chat_play.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	READER,
	FRESH,
	PLAIN,
	MEMBER,
	HOST,
	FIRST_DIALECT,
	STAFF = FIRST_DIALECT + 8, /* who watches all events */
	MODES
};

static void
read_lines(struct slice in)
{
	struct ircx_line line;
	size_t used;

	while (in.n > 0) {
		enum ircx_read how = ircx_read_line(in, &line, &used);

		ASSERT(used <= in.n);
		if (how != IRCX_LINE)
			return;
		ASSERT(line.verb.n > 0 && used > 0);
		ASSERT(line.nwords <= IRCX_WORDS_MAX);
		for (unsigned i = 0; i < line.nwords; i++)
			ASSERT(line.words[i].p >= in.p &&
			    line.words[i].p + line.words[i].n <= in.p + used);
		if (line.nwords > 1)
			(void)ircx_match(line.words[0], line.words[1]);
		in = slice_from(in, used);
	}
}

/* A name that people typed is what they read again; bytes hurt nobody. */
static void
read_name(struct slice in)
{
	struct buf word = BUF_INIT(256), name = BUF_INIT(256);
	struct slice plain = in;

	if (ircx_is_room(in))
		plain = slice_from(in, in.p[0] == '%' ? 2 : 1);
	(void)chat_room_read(in, &name);
	buf_reset(&name);
	if (chat_room_write(in, &word)) {
		ASSERT(chat_room_read(buf_slice(&word), &name));
		ASSERT(slice_eq(buf_slice(&name), plain));
	}
	buf_free(&word);
	buf_free(&name);
}

static struct player *
staff(struct world *w)
{
	static const char *const types[] = { "CHANNEL", "MEMBER", "SERVER",
		"CONNECT", "SOCKET", "USER" };
	struct chat_config *cfg = world_chat_config(w);
	struct player *p;

	(void)snprintf(cfg->staff, sizeof(cfg->staff), "a@a.com");
	(void)snprintf(cfg->words, sizeof(cfg->words), "x, friend");
	world_reload(w);
	p = chat_member(w, "a@a.com", "somebody", "IRC8");
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		play_sayf(p, "EVENT ADD %s", types[i]);
	play_ignore(p);
	return p;
}

static struct player *
somebody(struct world *w, unsigned mode)
{
	static const char *const versions[] = { "IRC1", "IRC2", "IRC3", "IRC4",
		"IRC5", "IRC6", "IRC7", "IRC8" };

	if (mode == FRESH)
		return play_connect_chat(w, "192.0.2.10");
	if (mode == PLAIN || mode == HOST)
		return chat_plain(w, "somebody");
	if (mode == STAFF)
		return staff(w);
	if (mode == MEMBER)
		return chat_member(w, "a@a.com", "somebody", "IRC8");
	return chat_guest(w, "somebody", versions[mode - FIRST_DIALECT]);
}

/* No line is longer than a client reads, or ends where another reads on. */
static void
check_heard(struct player *p)
{
	const char *line;

	while ((line = play_hears_any(p)) != NULL) {
		ASSERT(strlen(line) + 2 <= IRCX_SAID_MAX);
		ASSERT(ircx_is_one_line(slice_text(line)));
	}
}

static void
play(unsigned mode, size_t cut, struct slice in)
{
	struct world *w = world_new();
	struct player *friend = chat_guest(w, "friend", "IRC8");
	struct player *old = chat_plain(w, "old");
	struct player *p = somebody(w, mode);

	if (mode == HOST)
		chat_joins(p, "#r");
	chat_joins(friend, "%#r");
	chat_joins(old, "#r");
	play_ignore(p);
	if (mode != FRESH && mode != HOST)
		chat_joins(p, "%#r");
	cut = size_min(cut, in.n);
	play_say_bytes(p, in.p, cut);
	play_say_bytes(p, in.p + cut, in.n - cut);
	world_pass(w, 2000);
	/* whatever one said, the others are served */
	check_heard(friend);
	check_heard(old);
	check_heard(p);
	if (mode != STAFF || play_is_open(friend)) {
		play_say(friend, "PING :still");
		play_hears(friend, ":chat.nudge PONG chat.nudge :still");
	}
	world_free(w);
}

/* Passwords are hashed by workers, of which a play has none. */
static bool
asks_for_a_hash(struct slice in)
{
	for (; in.n > 0; in = slice_from(in, 1))
		if (slice_starts_nocase(in, SLICE_LIT("AUTHENTICATE")) ||
		    slice_starts_nocase(in, SLICE_LIT("PASS")))
			return true;
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in;

	if (size < 2)
		return 0;
	in = slice_make(data + 2, size - 2);
	if (data[0] % MODES == READER) {
		read_lines(in);
		read_name(in);
	} else if (!asks_for_a_hash(in)) {
		play(data[0] % MODES, data[1], in);
	}
	return 0;
}
