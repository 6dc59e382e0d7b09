/* SPDX-License-Identifier: MIT */
/*
 * Rooms that stay (mode r): what was set of them is kept with the account that
 * founded them, as lines of quoted words.
 */
#include "chat/access.h"

#include "chat/ircx/quote.h"
#include "common/base/log.h"
#include "common/base/num.h"
#include "core/keep.h"

enum {
	ROOMS_KEPT_MAX = 3 /* of one account */
};

static struct slice
folded_name(const struct room *r)
{
	return slice_make(r->folded, r->name_n);
}

/* ---- writing ---- */

static void
add_word(struct buf *b, const struct blob *text)
{
	buf_add_char(b, ' ');
	if (text != NULL)
		ircx_quote(b, blob_slice(text));
}

static void
write_image(const struct room *r, struct buf *b)
{
	buf_addf(b, "name %s\nmodes %u %u\ntimes %lld %lld\nquoted %d\n",
	    r->name, (unsigned)r->modes, r->limit, (long long)r->created,
	    (long long)r->topic_time, r->topic_quoted);
	for (unsigned i = 0; i < ROOM_TEXTS; i++) {
		if (r->texts[i] == NULL)
			continue;
		buf_addf(b, "text %u", i);
		add_word(b, r->texts[i]);
		buf_add_char(b, '\n');
	}
	if (r->topic_by != NULL) {
		buf_add_text(b, "topic-by");
		add_word(b, r->topic_by);
		buf_add_char(b, '\n');
	}
	for (unsigned i = 0; i < r->naccess; i++) {
		const struct access *a = &r->access[i];

		buf_addf(b, "access %u %d %lld", a->level, a->by_owner,
		    (long long)a->until);
		add_word(b, a->mask);
		add_word(b, a->adder);
		add_word(b, a->reason);
		add_word(b, a->given);
		add_word(b, a->by);
		buf_addf(b, " %lld\n", (long long)a->since);
	}
}

static enum result
save(struct room *r, uint64_t founder, struct request *rq)
{
	struct buf image = BUF_INIT(KEEP_VALUE_MAX);
	struct kept *k;
	enum result r2;

	write_image(r, &image);
	/* a hundred entries of the longest kind fit */
	r2 = buf_ok(&image) ? keep_put(rq, KEEP_ROOM, folded_name(r), founder,
				  buf_slice(&image), &k)
			    : RESULT_BUSY;
	buf_free(&image);
	if (r2 == RESULT_OK) {
		r->seq = k->seq;
		r->founder = k->owner;
	}
	return r2;
}

bool
room_is_kept(const struct room *r)
{
	return r->modes & MODE_REGISTERED &&
	    keep_has(r->chat->core, KEEP_ROOM, folded_name(r));
}

void
room_changed(struct room *r, struct request *rq)
{
	if (!(r->modes & MODE_REGISTERED))
		return;
	if (!room_is_kept(r)) {
		/* its founder's account was deleted, and this with it */
		r->modes &= ~(uint32_t)MODE_REGISTERED;
		r->founder = 0;
	} else {
		(void)save(r, r->founder, rq);
	}
}

bool
room_may_change(const struct room *r, struct user *u)
{
	if (!(r->modes & MODE_REGISTERED) ||
	    account_writable(u->chat->core) == RESULT_OK)
		return true;
	user_tell(u, NUM_NO_RESOURCES);
	return false;
}

bool
room_keep(struct room *r, struct user *u, struct request *rq)
{
	if (u->account == NULL) {
		user_say_room(u, NUM_GUESTS_NOT, r, NULL);
		return false;
	}
	if (keep_count(rq, KEEP_ROOM, u->account) >= ROOMS_KEPT_MAX) {
		user_tell(u, NUM_NO_RESOURCES);
		return false;
	}
	r->modes |= MODE_REGISTERED;
	if (save(r, u->account->id, rq) != RESULT_OK) {
		r->modes &= ~(uint32_t)MODE_REGISTERED;
		user_tell(u, NUM_NO_RESOURCES);
		return false;
	}
	share_release(r);
	return true;
}

bool
room_let_go(struct room *r, struct user *u, struct request *rq)
{
	struct kept *k = keep_find(rq, KEEP_ROOM, folded_name(r));

	if (k != NULL && !keep_delete(rq, k)) {
		user_tell(u, NUM_NO_RESOURCES);
		return false;
	}
	r->modes &= ~(uint32_t)MODE_REGISTERED;
	r->founder = 0;
	r->seq = rq->seq;
	return true;
}

/* ---- reading ---- */

static struct slice
word(struct slice *rest)
{
	struct slice w = { 0 };

	(void)slice_cut(rest, ' ', &w);
	return w;
}

static uint32_t
number(struct slice *rest)
{
	uint32_t n = 0;

	(void)num_parse_u32(word(rest), &n);
	return n;
}

static int64_t
moment(struct slice *rest)
{
	int64_t n = 0;

	(void)num_parse_i64(word(rest), &n);
	return n;
}

/* The next word without its quotes. */
static struct slice
unquoted(struct slice *rest, struct buf *b)
{
	size_t at = b->n;

	if (!ircx_unquote(b, word(rest)) || !buf_ok(b))
		return (struct slice){ 0 };
	return slice_from(buf_slice(b), at);
}

/* Lines of earlier versions end in the reason. */
static void
read_access(struct room *r, struct slice rest)
{
	enum {
		MASK,
		ADDER,
		REASON,
		GIVEN,
		BY,
		WORDS
	};
	struct access a = { .level = (uint8_t)number(&rest) };
	struct access_words words;
	struct buf b[WORDS];
	struct slice s[WORDS];

	a.by_owner = number(&rest) != 0;
	a.until = moment(&rest);
	for (unsigned i = 0; i < WORDS; i++) {
		buf_init(&b[i], 512);
		s[i] = unquoted(&rest, &b[i]);
	}
	a.since = moment(&rest);
	words = (struct access_words){ s[MASK], s[ADDER], s[REASON], s[GIVEN],
		s[BY] };
	if (a.level < ACCESS_LEVELS && words.mask.n > 0)
		(void)access_add(r, &a, &words);
	for (unsigned i = 0; i < WORDS; i++)
		buf_free(&b[i]);
}

static void
read_topic_by(struct room *r, struct slice rest)
{
	struct buf b = BUF_INIT(512);
	struct slice nick = unquoted(&rest, &b);

	blob_unref(r->topic_by);
	r->topic_by = nick.n > 0 ? ircx_text(nick) : NULL;
	buf_free(&b);
}

static void
read_text(struct room *r, struct slice rest)
{
	struct buf b = BUF_INIT(1024);
	uint32_t which = number(&rest);
	struct slice text = unquoted(&rest, &b);

	if (which < ROOM_TEXTS)
		room_set_text(r, (enum room_text)which, text);
	buf_free(&b);
}

static void
read_line(struct room *r, struct slice line)
{
	struct slice what = word(&line);

	if (slice_eq_text(what, "modes")) {
		r->modes = number(&line) | MODE_REGISTERED;
		r->limit = number(&line);
	} else if (slice_eq_text(what, "times")) {
		r->created = moment(&line);
		r->topic_time = moment(&line);
	} else if (slice_eq_text(what, "quoted")) {
		r->topic_quoted = number(&line) != 0;
	} else if (slice_eq_text(what, "text")) {
		read_text(r, line);
	} else if (slice_eq_text(what, "topic-by")) {
		read_topic_by(r, line);
	} else if (slice_eq_text(what, "access")) {
		read_access(r, line);
	}
}

void
room_restore(struct chat *chat, const struct kept *k)
{
	struct slice rest = blob_slice(k->value), line, name;
	struct room *r = NULL;
	int64_t topic_time;

	if (slice_cut(&rest, '\n', &line) &&
	    slice_eq_text(word(&line), "name") && line.n > 0 &&
	    line.n <= ROOM_NAME_MAX && slice_find(line, ' ') == line.n) {
		name = line;
		r = room_new(chat, name);
	}
	if (r == NULL) {
		log_warn("room-not-restored", LOG_S("room", kept_name(k)));
		return;
	}
	r->founder = k->owner;
	while (slice_cut(&rest, '\n', &line)) {
		topic_time = r->topic_time;
		read_line(r, line);
		/* setting the text is no change of it */
		if (slice_starts(line, SLICE_LIT("text")))
			r->topic_time = topic_time;
	}
}
