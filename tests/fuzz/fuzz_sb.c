/* SPDX-License-Identifier: MIT */
/*
 * A conversation of three, one of whom may say anything.  The first byte says
 * how large the pieces are in which it comes, the second whether a reader is
 * slow meanwhile, whether it all comes often enough to be held back, and whether
 * it comes from a place.  Whatever it is, the others read whole lines of the few
 * kinds there are, and can go on talking.
 */
#include "common/base/num.h"
#include "common/base/panic.h"
#include "tests/proto/sb_play.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define THERE "{c8d443de-df66-4678-8951-9e6d282ac83b}"

enum {
	MESSAGE_MAX = 1664,
	LINES_MAX = 100000,
	OFTEN = 60
};

static unsigned
words_of(const char *line)
{
	unsigned n = 1;

	for (; *line != '\0'; line++) {
		ASSERT((unsigned char)*line >= ' ');
		n += *line == ' ';
	}
	return n;
}

static void
read_message(struct player *p)
{
	uint64_t n;

	ASSERT(num_parse_u64(slice_text(play_word(p, 3)), &n));
	ASSERT(n <= MESSAGE_MAX);
	(void)play_hears_length(p, (size_t)n);
}

static bool
is_about_eve(const char *line)
{
	static const char *const lines[] = { "BYE eve@e.com",
		"JOI eve@e.com eve@e.com 32", "JOI eve@e.com eve@e.com 32:0",
		"JOI eve@e.com eve@e.com", "BYE eve@e.com;" THERE,
		"JOI eve@e.com;" THERE " eve@e.com 32:0" };
	bool found = false;

	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		found |= strcmp(line, lines[i]) == 0;
	return found;
}

/* Everything up to the line that a friend says at the end. */
static void
read_until(struct player *p, const char *last)
{
	for (unsigned i = 0; i < LINES_MAX; i++) {
		const char *line = play_hears_like(p, "*");
		unsigned n = words_of(line);

		if (strcmp(line, last) == 0) {
			play_hears_bytes(p, "end");
			return;
		}
		if (strncmp(line, "MSG eve@e.com eve@e.com ", 24) == 0 &&
		    n == 4)
			read_message(p);
		else
			ASSERT(is_about_eve(line));
	}
	panic_at(__FILE__, __LINE__, "the talk has no end");
}

/* Who is called hears the ring and nothing else. */
static void
read_rings(struct player *p)
{
	play_say(p, "PNG");
	while (strcmp(play_hears_like(p, "*"), "QNG 60") != 0) {
		ASSERT(strcmp(play_word(p, 0), "RNG") == 0);
		ASSERT(strcmp(play_word(p, 5), "eve@e.com") == 0);
	}
	play_hears_nothing(p);
}

static void
say_in_pieces(struct player *p, struct slice in, size_t piece)
{
	while (in.n > 0) {
		play_say_bytes(p, in.p, size_min(piece, in.n));
		in = slice_from(in, piece);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct player *bob, *carol, *dora, *eve, *b, *c, *e;
	size_t piece;
	struct slice in;
	struct world *w;

	if (size < 2)
		return 0;
	piece = data[0] == 0 ? SIZE_MAX : data[0];
	in = slice_make(data + 2, size - 2);
	w = world_new();
	bob = play_online(w, "bob@b.com", "MSNP9");
	carol =
	    play_online(w, "carol@c.com", data[1] & 4 ? "MSNP18" : "MSNP12");
	dora = play_online(w, "dora@d.com", "MSNP9");
	eve = data[1] & 8 ? play_online_at(w, "eve@e.com", "MSNP18", THERE)
			  : play_online(w, "eve@e.com", "MSNP11");
	b = sb_open(w, bob, "bob@b.com");
	c = sb_join(w, b, carol, "carol@c.com");
	/* that it came itself */
	play_ignore(c);
	e = sb_join(w, b, eve, "eve@e.com");
	play_stuck(c, data[1] & 1);
	for (int i = 0; i < (data[1] & 2 ? OFTEN : 1); i++)
		say_in_pieces(e, in, data[1] & 2 ? SIZE_MAX : piece);
	play_stuck(c, false);
	world_pass(w, 2000);
	sb_say(b, 1, "U", "end", 3);
	sb_say(c, 1, "U", "end", 3);
	read_until(b, "MSG carol@c.com carol@c.com 3");
	read_until(c, "MSG bob@b.com bob@b.com 3");
	sb_nobody_hears(b, c, NULL);
	read_rings(dora);
	world_free(w);
	return 0;
}
