/* SPDX-License-Identifier: MIT */
/* LIST and LISTX: which rooms there are (chat-ircx 14). */
#include "chat/room.h"

#include "chat/ircx/quote.h"
#include "common/base/num.h"

enum {
	TERMS_MAX = 16,
	ROWS_MAX = 400 /* what an output queue holds */
};

/* One word of a LISTX: a number to compare with, or a mask. */
struct term {
	char what; /* M members, C creation, T topic time, or a mask's letter */
	char sign; /* < or > */
	uint32_t number;
	struct slice mask;
};

struct search {
	struct user *user;
	struct term terms[TERMS_MAX];
	unsigned nterms;
	unsigned left; /* rows that may still be told */
	bool truncated;
	void (*say)(struct user *u, const struct room *r);
};

static uint32_t
minutes_since(const struct room *r, int64_t when)
{
	int64_t s = env_wall(r->chat->core->env) - when;

	return s > 0 ? (uint32_t)(s / 60) : 0;
}

static struct slice
term_text(const struct room *r, char what)
{
	switch (what) {
	case 'N':
		return room_name(r);
	case 'T':
		return room_text(r, TEXT_TOPIC);
	case 'S':
		return room_text(r, TEXT_SUBJECT);
	default:
		return room_text(r, TEXT_LANGUAGE);
	}
}

static bool
term_fits(const struct term *t, const struct room *r)
{
	uint32_t n;

	if (t->what == 'R')
		return ((r->modes & MODE_REGISTERED) != 0) == (t->number != 0);
	if (t->sign == 0)
		return ircx_match(t->mask, term_text(r, t->what));
	if (t->what == 'M')
		n = r->nseats;
	else
		n = minutes_since(r,
		    t->what == 'C' ? r->created : r->topic_time);
	return t->sign == '<' ? n < t->number : n > t->number;
}

/* ">5", "C<10", "N=*cat*", "R=1"; false: none of them. */
static bool
term_read(struct slice word, struct term *t)
{
	*t = (struct term){ .what = 'M' };
	if (word.n > 1 && word.p[0] != '<' && word.p[0] != '>') {
		t->what = (char)(word.p[0] & ~0x20);
		word = slice_from(word, 1);
	}
	if (word.n < 2)
		return false;
	if (word.p[0] == '=' && strchr("LNSTR", t->what) != NULL) {
		t->mask = slice_from(word, 1);
		return t->what != 'R' || num_parse_u32(t->mask, &t->number);
	}
	t->sign = word.p[0];
	return (t->sign == '<' || t->sign == '>') &&
	    (t->what == 'M' || t->what == 'C' || t->what == 'T') &&
	    num_parse_u32(slice_from(word, 1), &t->number);
}

static bool
visit(struct map_node *node, void *ctx)
{
	const struct room *r = CONTAINER_OF(node, struct room, node);
	struct search *s = ctx;

	if (!room_is_listed(r, s->user))
		return true;
	for (unsigned i = 0; i < s->nterms; i++)
		if (!term_fits(&s->terms[i], r))
			return true;
	s->truncated = s->left == 0;
	if (s->truncated)
		return false;
	s->left--;
	s->say(s->user, r);
	return true;
}

static void
say_listx(struct user *u, const struct room *r)
{
	struct buf *b = user_reply(u, NUM_LISTX);
	unsigned modes = 0;

	buf_add_char(b, ' ');
	ircx_add_room(u->dialect, b, room_name(r));
	buf_add_text(b, " +");
	for (unsigned i = 0; i < mode_nrows; i++)
		if (r->modes & mode_rows[i].bit && ++modes > 0)
			buf_add_char(b, mode_rows[i].letter);
	buf_addf(b, " %u %u :", r->nseats, r->limit);
	room_add_topic(r, u->dialect, b);
	user_finish(u);
	if (r->texts[TEXT_PICS] != NULL)
		user_say(u, NUM_LISTX_PICS, ":" SLICE_FMT,
		    SLICE_ARG(room_text(r, TEXT_PICS)));
}

static void
say_list(struct user *u, const struct room *r)
{
	struct buf *b = user_reply(u, NUM_LIST);

	buf_add_char(b, ' ');
	ircx_add_room(u->dialect, b, room_name(r));
	buf_addf(b, " %u :", r->nseats);
	room_add_topic(r, u->dialect, b);
	user_finish(u);
}

/* Rooms by name, which hidden ones never are. */
static void
named(struct search *s, struct slice names)
{
	struct slice name;

	while (s->left > 0 && ircx_cut_comma(&names, &name)) {
		struct room *r = room_find(s->user->chat, name);

		if (r != NULL)
			(void)visit(&r->node, s);
	}
}

static bool
read_terms(struct search *s, struct slice words)
{
	struct slice word;

	while (ircx_cut_comma(&words, &word))
		if (s->nterms == TERMS_MAX ||
		    !term_read(word, &s->terms[s->nterms++]))
			return false;
	return true;
}

static void
run(struct search *s, const struct command *in)
{
	if (in->nargs > 0 && ircx_is_room(in->args[0]))
		named(s, in->args[0]);
	else
		map_each(&s->user->chat->rooms, visit, s);
}

enum result
chat_listx(struct user *u, const struct command *in)
{
	struct search s = { .user = u, .left = ROWS_MAX, .say = say_listx };
	uint32_t limit;

	if (in->nargs > 0 && !ircx_is_room(in->args[0]) &&
	    !read_terms(&s, in->args[0])) {
		user_say(u, NUM_BAD_COMMAND, "%s", in->row->verb);
		return RESULT_OK;
	}
	if (in->nargs > 1 && num_parse_u32(in->args[1], &limit) &&
	    limit < s.left)
		s.left = limit;
	user_tell(u, NUM_LISTX_START);
	run(&s, in);
	user_tell(u, s.truncated ? NUM_LISTX_TRUNCATED : NUM_LISTX_END);
	return RESULT_OK;
}

enum result
chat_list(struct user *u, const struct command *in)
{
	struct search s = { .user = u, .left = ROWS_MAX, .say = say_list };

	user_say(u, NUM_LIST_START, "Channel");
	run(&s, in);
	user_tell(u, NUM_LIST_END);
	return RESULT_OK;
}
