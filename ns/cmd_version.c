/* SPDX-License-Identifier: MIT */
/* Versions of the protocol and of the client (ns-classic 3, 4.1). */
#include "ns/conn.h"
#include "ns/shapes.h"

#include <stdlib.h>

enum {
	CVR_ARGS = 6, /* lcid os osver arch client version ... */
	CVR_CLIENT = 4,
	CVR_VERSION = 5,
	VERSION_MAX = 64
};

static bool
offers(const struct command *in, const char *name)
{
	for (unsigned i = 0; i < in->nargs; i++)
		if (slice_eq_nocase(in->args[i], slice_text(name)))
			return true;
	return false;
}

/*
 * One client of the first years looks for its own favorite in the answer,
 * whatever was chosen, another wants its very own line back: all versions in
 * common are named (field-notes 10, field-runs 2.13).  Later programs read the
 * one that was chosen (seed 002).
 */
static void
add_others(struct buf *b, const struct dialect *d, const struct command *in)
{
	while ((d = dialect_choose_below(d, in->args, in->nargs)) != NULL)
		shape_word(b, slice_text(d->name));
}

enum result
cmd_ver(struct conn *c, const struct command *in)
{
	const struct dialect *d = dialect_choose(in->args, in->nargs);
	struct buf *b = conn_reply(c, in);

	if (d != NULL) {
		c->dialect = d;
		conn_enter(c, CONN_VERSIONED);
		shape_word(b, slice_text(d->name));
		if (!dialect_has(d, D_BOOK))
			add_others(b, d, in);
		/* one client wants it there, others do not mind */
		if (dialect_has(d, D_CVR0_ECHO) && offers(in, "CVR0"))
			buf_add_text(b, " CVR0");
		conn_finish(c);
		return RESULT_OK;
	}
	if (in->nargs == 1 && offers(in, "CVR0")) {
		conn_enter(c, CONN_CVR0);
		buf_add_text(b, " CVR0");
		conn_finish(c);
		return RESULT_OK;
	}
	buf_add_text(b, " 0");
	conn_finish(c);
	conn_end(c, CLOSE_NO_DIALECT);
	return RESULT_OK;
}

enum result
cmd_ver_again(struct conn *c, const struct command *in)
{
	conn_refuse(c, in, 715, CLOSE_WRONG_STATE);
	return RESULT_OK;
}

/*
 * The client's own version is the recommended and the oldest allowed one:
 * nobody is told to update, or made to.
 */
static void
answer_versions(struct conn *c, const struct command *in)
{
	struct slice version = in->args[CVR_VERSION];
	struct buf *b = conn_reply(c, in);

	if (version.n > VERSION_MAX)
		version = SLICE_LIT("1.0.0000");
	for (int i = 0; i < 3; i++)
		shape_word(b, version);
	buf_add_text(b, " http://messenger.msn.com/ http://messenger.msn.com/");
	conn_finish(c);
}

/* The operator sees it: nothing but plain letters, and not too many. */
static void
note_client(struct conn *c, const struct command *in)
{
	struct buf b = BUF_INIT(2 * VERSION_MAX + 1);

	buf_add_slice(&b, slice_upto(in->args[CVR_CLIENT], VERSION_MAX));
	buf_add_char(&b, ' ');
	buf_add_slice(&b, slice_upto(in->args[CVR_VERSION], VERSION_MAX));
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] < ' ' || b.p[i] > '~')
			b.p[i] = '?';
	free(c->client);
	c->client = slice_dup(buf_slice(&b));
	buf_free(&b);
}

enum result
cmd_cvr(struct conn *c, const struct command *in)
{
	if (in->nargs < CVR_ARGS) {
		conn_error(c, in, 710);
		return RESULT_OK;
	}
	/* a session was told to the core with its shape: too late */
	if (c->state == CONN_VERSIONED || c->state == CONN_CHALLENGED)
		c->dialect = dialect_of_client(c->dialect, in->args[CVR_CLIENT],
		    in->args[CVR_VERSION]);
	note_client(c, in);
	answer_versions(c, in);
	return RESULT_OK;
}

enum result
cmd_cvq(struct conn *c, const struct command *in)
{
	cmd_cvr(c, in);
	conn_end(c, CLOSE_DONE);
	return RESULT_OK;
}

enum result
cmd_out(struct conn *c, const struct command *in)
{
	(void)in;
	conn_end(c, CLOSE_OUT);
	return RESULT_OK;
}
