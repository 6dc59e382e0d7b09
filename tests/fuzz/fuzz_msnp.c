/* SPDX-License-Identifier: MIT */
/*
 * MSNP as a stranger may send it: to the reader alone, to a fresh connection,
 * to a signed-in session of each version with a friend online, and to a
 * switchboard with that friend in it.  The first byte chooses, the second says
 * where the bytes are cut in two, and whether programs are challenged.
 */
#include "common/base/panic.h"
#include "ns/msnp/dialect.h"
#include "ns/msnp/reader.h"
#include "tests/proto/sb_play.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	READER,
	FRESH,
	FIRST_DIALECT,
	SEATED = 18, /* behind the rows of dialects */
	MODES
};

static void
read_lines(struct slice in)
{
	struct msnp_line line;
	size_t used;

	while (in.n > 0) {
		enum msnp_read how = msnp_read_line(in, &line, &used);

		ASSERT(used <= in.n);
		if (how != MSNP_LINE)
			return;
		ASSERT(line.verb.n > 0 && used > 0);
		ASSERT(line.nwords <= MSNP_WORDS_MAX);
		for (unsigned i = 0; i < line.nwords; i++)
			ASSERT(line.words[i].n > 0 && line.words[i].p >= in.p &&
			    line.words[i].p + line.words[i].n <= in.p + used);
		in = slice_from(in, used);
	}
}

static void
say_in_two(struct player *p, size_t cut, struct slice in)
{
	play_say_bytes(p, in.p, size_min(cut, in.n));
	in = slice_from(in, cut);
	play_say_bytes(p, in.p, in.n);
}

static void
play(unsigned mode, size_t cut, struct slice in)
{
	struct world *w = world_new();
	struct player *p, *friend, *seat = NULL;
	const struct dialect *d;

	world_config(w)->challenge =
	    cut % 2 ? NS_CHALLENGE_ON : NS_CHALLENGE_OFF;
	world_reload(w);
	friend = play_online(w, "bob@b.com", "MSNP12");
	play_say(friend, "ADC 6 FL N=alice@a.com F=A");
	play_ignore(friend);
	if (mode == FRESH) {
		p = play_connect(w);
	} else if (mode == SEATED) {
		p = play_online(w, "alice@a.com", "MSNP9");
		play_ignore(friend);
		p = sb_open(w, p, "alice@a.com");
		seat = sb_join(w, p, friend, "bob@b.com");
	} else {
		d = dialect_by_index(mode - FIRST_DIALECT);
		ASSERT(d != NULL);
		p = play_online(w, "alice@a.com", d->name);
	}
	say_in_two(p, cut, in);
	world_pass(w, 2000);
	/* whatever one said, the other is served */
	play_say(friend, "CHG 7 BSY 1 0");
	ASSERT(play_is_open(friend));
	ASSERT(seat == NULL || play_is_open(seat) || !play_is_open(p));
	world_free(w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in;

	if (size < 2)
		return 0;
	in = slice_make(data + 2, size - 2);
	if (data[0] % MODES == READER)
		read_lines(in);
	else
		play(data[0] % MODES, data[1], in);
	return 0;
}
