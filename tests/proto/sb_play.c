/* SPDX-License-Identifier: MIT */
#include "tests/proto/sb_play.h"

#include <stdio.h>
#include <string.h>

static void
keep(char *to, size_t room, const char *word)
{
	assert_true(strlen(word) < room);
	(void)snprintf(to, room, "%s", word);
}

void
sb_ask(struct player *ns, struct sb_pass *pass)
{
	play_say(ns, "XFR 15 SB");
	play_hears_like(ns, "XFR 15 SB 192.0.2.1:1863 CKI *");
	pass->id[0] = '\0';
	keep(pass->cookie, sizeof(pass->cookie), play_word(ns, 5));
}

struct player *
sb_enter(struct world *w, const struct sb_pass *pass, const char *address)
{
	struct player *p = play_connect(w);

	play_sayf(p, "USR 1 %s %s", address, pass->cookie);
	return p;
}

struct player *
sb_open(struct world *w, struct player *ns, const char *address)
{
	struct sb_pass pass;
	struct player *p;

	sb_ask(ns, &pass);
	p = sb_enter(w, &pass, address);
	play_hears_like(p, "USR 1 OK *");
	assert_string_equal(play_word(p, 3), address);
	return p;
}

void
sb_call(struct player *caller, struct player *callee_ns, const char *callee,
    struct sb_pass *pass)
{
	play_sayf(caller, "CAL 2 %s", callee);
	play_hears_like(caller, "CAL 2 RINGING *");
	keep(pass->id, sizeof(pass->id), play_word(caller, 3));
	play_hears_like(callee_ns, "RNG * 192.0.2.1:1863 CKI * *");
	assert_string_equal(play_word(callee_ns, 1), pass->id);
	keep(pass->cookie, sizeof(pass->cookie), play_word(callee_ns, 4));
}

struct player *
sb_answer(struct world *w, const struct sb_pass *pass, const char *address)
{
	struct player *p = play_connect(w);

	play_sayf(p, "ANS 1 %s %s %s", address, pass->cookie, pass->id);
	return p;
}

struct player *
sb_join(struct world *w, struct player *caller, struct player *callee_ns,
    const char *callee)
{
	struct sb_pass pass;
	struct player *p;

	sb_call(caller, callee_ns, callee, &pass);
	p = sb_answer(w, &pass, callee);
	while (strcmp(play_hears_like(p, "*"), "ANS 1 OK") != 0)
		assert_string_equal(play_word(p, 0), "IRO");
	play_hears_like(caller, "JOI *");
	assert_string_equal(play_word(caller, 1), callee);
	return p;
}

void
sb_nobody_hears(struct player *first, ...)
{
	va_list ap;

	va_start(ap, first);
	for (struct player *p = first; p != NULL;
	     p = va_arg(ap, struct player *))
		play_hears_nothing(p);
	va_end(ap);
}

void
sb_say(struct player *p, unsigned trid, const char *letter, const void *bytes,
    size_t n)
{
	struct buf b = BUF_INIT(1 << 16);

	buf_addf(&b, "MSG %u %s %zu\r\n", trid, letter, n);
	buf_add(&b, bytes, n);
	assert_true(buf_ok(&b));
	play_say_bytes(p, b.p, b.n);
	buf_free(&b);
}

void
sb_hears_msg(struct player *p, const char *address, const char *name,
    const void *bytes, size_t n)
{
	play_hearsf(p, "MSG %s %s %zu", address, name, n);
	assert_memory_equal(play_hears_length(p, n), bytes, n);
}
