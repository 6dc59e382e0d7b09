/* SPDX-License-Identifier: MIT */
/*
 * MSNP as a stranger may send it: to the reader alone, to a fresh connection,
 * and to a signed-in session of each version with a friend online.  The first
 * byte chooses, the second says where the bytes are cut in two.
 */
#include "common/base/panic.h"
#include "ns/msnp/dialect.h"
#include "ns/msnp/reader.h"
#include "tests/proto/play.h"

enum {
	MODES = 12 /* the reader, a stranger, and each row of dialects */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
play(unsigned mode, size_t cut, struct slice in)
{
	struct world *w = world_new();
	const struct dialect *d = dialect_by_index(mode - 2);
	struct player *p, *friend;

	friend = play_online(w, "bob@b.com", cut % 2 ? "MSNP12" : "MSNP18");
	if (cut % 2)
		play_say(friend, "ADC 6 FL N=alice@a.com F=A");
	else
		play_say_with(friend, "ADL 6",
		    "<ml><d n=\"a.com\"><c n=\"alice\" l=\"3\"/></d></ml>");
	if (d == NULL)
		p = play_connect(w);
	else
		p = play_online(w, "alice@a.com", d->name);
	play_say_bytes(p, in.p, size_min(cut, in.n));
	in = slice_from(in, cut);
	play_say_bytes(p, in.p, in.n);
	world_pass(w, 2000);
	play_say(friend, "CHG 7 BSY 1 0");
	/* whatever one said, the other is served */
	ASSERT(play_is_open(friend));
	world_free(w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in;

	if (size < 2)
		return 0;
	in = slice_make(data + 2, size - 2);
	if (data[0] % MODES == 0)
		read_lines(in);
	else
		play(data[0] % MODES, data[1], in);
	return 0;
}
