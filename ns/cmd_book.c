/* SPDX-License-Identifier: MIT */
/*
 * ADL, RML and FQY: the lists of clients that keep them at the web services
 * (ns-modern 4).  What they say here they say there too, in either order, so
 * that what is so already is no error.
 */
#include "common/codec/xml_write.h"
#include "ns/cmd_list.h"
#include "ns/msnp/ceiling.h"
#include "ns/msnp/ml.h"
#include "ns/shapes.h"

enum {
	FQY_PEOPLE_MAX = 200
};

static enum result
so_already(enum result r, enum result harmless)
{
	return r == harmless ? RESULT_OK : r;
}

static enum result
answer_error(struct conn *c, const struct command *in, unsigned code)
{
	conn_error(c, in, code);
	return RESULT_OK;
}

static enum result
answer_ok(struct conn *c, const struct command *in)
{
	buf_add_text(conn_reply(c, in), " OK");
	conn_finish(c);
	return RESULT_OK;
}

static void
attribute(struct buf *b, const char *name, struct slice value)
{
	buf_addf(b, " %s=\"", name);
	xml_escape(b, value);
	buf_add_char(b, '"');
}

/* ---- one person ---- */

static bool
is_address(const struct conn *c, const struct ml_person *p)
{
	char key[ADDRESS_MAX + 1];

	return (!p->telephone || cmd_list_telephone(c, p->address)) &&
	    cmd_list_address(c, p->address, key);
}

/* The reference goes to the caller; NULL when it is no address. */
static struct person *
find_person(const struct conn *c, const struct ml_person *p)
{
	char key[ADDRESS_MAX + 1];

	if (!is_address(c, p) || !cmd_list_address(c, p->address, key))
		return NULL;
	return person_intern(c->ns->core, slice_text(key));
}

/* The account behind a person, or NULL for a telephone. */
static enum result
find_account(const struct command *in, const struct ml_person *p,
    struct account **out)
{
	*out = NULL;
	return p->telephone ? RESULT_OK : account_get(in->rq, p->address, out);
}

/*
 * Onto allow or block.  Clients say both halves of blocking, here and at the
 * web services, and no order is promised: the last word counts.
 */
static enum result
put_privacy(struct conn *c, const struct command *in, struct person *who,
    struct slice name, enum list_bit list)
{
	struct account *me = c->session.account;
	enum list_bit other = list == LIST_ALLOW ? LIST_BLOCK : LIST_ALLOW;
	enum result r =
	    so_already(roster_remove(in->rq, me, who, other), RESULT_NOT_THERE);

	if (r != RESULT_OK)
		return r;
	return so_already(roster_add_privacy(in->rq, me, who, list, name),
	    RESULT_ALREADY_THERE);
}

static enum result
put_on_lists(struct conn *c, const struct command *in,
    const struct ml_person *p, struct person *who, struct account *target)
{
	struct account *me = c->session.account;
	struct slice name =
	    target != NULL ? account_name(target) : slice_make("", 0);
	enum result r = RESULT_OK;

	if (p->lists & LIST_FORWARD)
		r = so_already(roster_add_forward(in->rq, me, who, target,
				   name),
		    RESULT_ALREADY_THERE);
	if (r == RESULT_OK && (p->lists & LIST_ALLOW))
		r = put_privacy(c, in, who, name, LIST_ALLOW);
	if (r == RESULT_OK && (p->lists & LIST_BLOCK))
		r = put_privacy(c, in, who, name, LIST_BLOCK);
	return r;
}

static enum result
take_off_lists(struct conn *c, const struct command *in,
    const struct ml_person *p, struct person *who, struct account *target)
{
	static const enum list_bit privacy[] = { LIST_ALLOW, LIST_BLOCK };
	struct account *me = c->session.account;
	enum result r = RESULT_OK;

	if (p->lists & LIST_FORWARD)
		r = so_already(roster_remove_forward(in->rq, me, who, target),
		    RESULT_NOT_THERE);
	for (size_t i = 0; i < ARRAY_LEN(privacy) && r == RESULT_OK; i++) {
		if (!(p->lists & privacy[i]))
			continue;
		r = roster_remove(in->rq, me, who, privacy[i]);
		if (r == RESULT_OK)
			roster_left_note(c->ns->core, me, who, privacy[i]);
		r = so_already(r, RESULT_NOT_THERE);
	}
	return r;
}

/* ---- everybody first, then something is done ---- */

/* One of whom nothing could be done, as the answer names them. */
static void
add_wrong(struct buf *kept, const struct ml_person *p)
{
	if (kept->n + p->address.n >= CEILING_GIVE_PAYLOAD / 2)
		return;
	if (!p->telephone) {
		buf_add_text(kept, "<d");
		attribute(kept, "n", p->domain);
		buf_add_char(kept, '>');
	} else {
		buf_add_text(kept, "<t>");
	}
	buf_add_text(kept, "<c");
	attribute(kept, "n", p->local);
	buf_add_text(kept,
	    p->telephone ? " t=\"4\" /></t>" : " t=\"1\" /></d>");
}

/*
 * OK when all can be put on lists; else nothing is done, and those that
 * cannot are in job->kept.
 */
static enum result
check_all(struct conn *c, const struct command *in, const struct ml *ml)
{
	struct job *job = gate_job(in);

	while (job->found < ml->n) {
		const struct ml_person *p = &ml->people[job->found];
		struct account *target;
		enum result r = find_account(in, p, &target);

		if (r == RESULT_WAIT || r == RESULT_STORE_FAILED)
			return r;
		if (r != RESULT_OK || !is_address(c, p))
			add_wrong(&job->kept, p);
		gate_job_next(in, &job->found);
	}
	return job->kept.n > 0 ? RESULT_NO_SUCH_ACCOUNT : RESULT_OK;
}

/* Is there room for all that are new? */
static bool
all_fit(const struct conn *c, const struct ml *ml)
{
	const struct roster *r = &c->session.account->roster;
	const struct core_config *cfg = &c->ns->core->cfg;
	size_t forward = r->nforward, privacy = r->nprivacy;
	char key[ADDRESS_MAX + 1];

	for (unsigned i = 0; i < ml->n; i++) {
		const struct ml_person *p = &ml->people[i];
		const struct contact *k = cmd_list_address(c, p->address, key)
		    ? cmd_list_own(c, slice_text(key))
		    : NULL;
		unsigned has = k != NULL ? k->lists : 0;

		forward += (p->lists & ~has & LIST_FORWARD) != 0;
		privacy += (p->lists & (LIST_ALLOW | LIST_BLOCK)) != 0 &&
		    (has & (LIST_ALLOW | LIST_BLOCK)) == 0;
	}
	return (forward == r->nforward || forward <= cfg->max_forward) &&
	    (privacy == r->nprivacy || privacy <= cfg->max_privacy);
}

/*
 * 241 with the people it is about.  Of the numbers that clients read a
 * payload behind all know this one (programs-2 rule A); the length stands
 * there twice, because most read it behind the TrID and Miranda in the fourth
 * word alone (programs-1 3, 9); and the payload ends its line, for those that
 * read it as one (emesene, em-msn).
 */
static enum result
answer_wrong(struct conn *c, const struct command *in)
{
	const struct buf *kept = &gate_job(in)->kept;
	size_t n = sizeof("<ml></ml>\r\n") - 1 + kept->n;
	struct buf *b = conn_line(c);

	metrics_add(c->ns->core->metrics, COUNTER_NS_ERRORS, 1);
	buf_addf(b, "241 " SLICE_FMT " %zu %zu\r\n<ml>", SLICE_ARG(in->trid), n,
	    n);
	buf_add_slice(b, buf_slice(kept));
	buf_add_text(b, "</ml>\r\n");
	conn_send(c);
	return RESULT_OK;
}

typedef enum result (*change_fn)(struct conn *c, const struct command *in,
    const struct ml_person *p, struct person *who, struct account *target);

/* Everybody in turn; those dealt with before a wait are passed over. */
static enum result
change_all(struct conn *c, const struct command *in, const struct ml *ml,
    change_fn change)
{
	struct job *job = gate_job(in);

	while (job->done < ml->n) {
		const struct ml_person *p = &ml->people[job->done];
		struct account *target;
		struct person *who;
		enum result r = find_account(in, p, &target);

		/* who is gone can still be taken off */
		if (r == RESULT_NO_SUCH_ACCOUNT && change == take_off_lists)
			r = RESULT_OK;
		if (r != RESULT_OK)
			return r;
		who = find_person(c, p);
		if (who == NULL)
			return RESULT_BAD_ADDRESS;
		r = change(c, in, p, who, target);
		person_unref(c->ns->core, who);
		if (r != RESULT_OK)
			return r;
		gate_job_next(in, &job->done);
	}
	return RESULT_OK;
}

/* ---- ADL, RML ---- */

/* Who is there is said at once, with the TrID of the command. */
static void
show_new(struct conn *c, const struct command *in, const struct ml *ml)
{
	char key[ADDRESS_MAX + 1];

	for (unsigned i = 0; i < ml->n; i++) {
		const struct ml_person *p = &ml->people[i];
		struct account *a = NULL;

		if (!p->telephone && (p->lists & LIST_FORWARD) &&
		    address_canonical(p->address, key))
			a = account_peek(c->ns->core, slice_text(key));
		if (a != NULL)
			cmd_list_met(c, in, a);
	}
}

enum result
cmd_adl(struct conn *c, const struct command *in)
{
	const struct ml_rules rules = { .lists = true,
		.exclusive = true,
		.circles = dialect_has(c->dialect, D_JOINED) };
	struct ml ml;
	unsigned wrong = ml_read(&c->ns->arena, in->payload, &rules, &ml);
	enum result r;

	if (wrong != 0)
		return answer_error(c, in, wrong);
	/* it tells what it was told by the web services */
	if (ml.initial)
		return answer_ok(c, in);
	r = check_all(c, in, &ml);
	if (r == RESULT_NO_SUCH_ACCOUNT)
		return answer_wrong(c, in);
	if (r == RESULT_OK && gate_job(in)->done == 0 && !all_fit(c, &ml))
		r = RESULT_LIST_FULL;
	if (r == RESULT_OK)
		r = change_all(c, in, &ml, put_on_lists);
	if (r != RESULT_OK)
		return r;
	answer_ok(c, in);
	show_new(c, in, &ml);
	return RESULT_OK;
}

enum result
cmd_rml(struct conn *c, const struct command *in)
{
	const struct ml_rules rules = { .lists = true,
		.circles = dialect_has(c->dialect, D_JOINED) };
	struct ml ml;
	unsigned wrong = ml_read(&c->ns->arena, in->payload, &rules, &ml);
	enum result r;

	if (wrong != 0)
		return answer_error(c, in, wrong);
	for (unsigned i = 0; i < ml.n; i++)
		if (!is_address(c, &ml.people[i]))
			return RESULT_BAD_ADDRESS;
	r = change_all(c, in, &ml, take_off_lists);
	return r == RESULT_OK ? answer_ok(c, in) : r;
}

/* ---- FQY ---- */

/* Number i of the answer: network 1, or 0 for who is nowhere. */
static void
add_answer(struct buf *b, const struct ml *ml, unsigned i, bool known)
{
	const struct ml_person *p = &ml->people[i];

	if (i == 0 || !slice_eq(p->domain, p[-1].domain)) {
		buf_add_text(b, i == 0 ? "<d" : "</d><d");
		attribute(b, "n", p->domain);
		buf_add_char(b, '>');
	}
	buf_add_text(b, "<c");
	attribute(b, "n", p->local);
	buf_add_text(b, known ? " t=\"1\"/>" : " t=\"0\"/>");
}

static enum result
ask_all(const struct command *in, const struct ml *ml)
{
	struct job *job = gate_job(in);

	while (job->done < ml->n) {
		struct account *a;
		enum result r =
		    account_get(in->rq, ml->people[job->done].address, &a);

		if (r == RESULT_WAIT || r == RESULT_STORE_FAILED)
			return r;
		job->found += r == RESULT_OK;
		add_answer(&job->kept, ml, job->done, r == RESULT_OK);
		gate_job_next(in, &job->done);
	}
	if (!buf_ok(&job->kept))
		return RESULT_BAD_VALUE;
	return job->found > 0 ? RESULT_OK : RESULT_NO_SUCH_ACCOUNT;
}

static bool
has_telephones(const struct ml *ml)
{
	for (unsigned i = 0; i < ml->n; i++)
		if (ml->people[i].telephone)
			return true;
	return false;
}

/*
 * One library adds whoever is known once more and asks again when it hears
 * that it had done so, up to 80 times (field-runs 2.10); told of no network it
 * would stop.  But libpurple asks in the same words, and takes a person without
 * a network for nobody, so all are told of it.
 */
enum result
cmd_fqy(struct conn *c, const struct command *in)
{
	const struct ml_rules rules = { .lists = false };
	struct ml ml;
	unsigned wrong = ml_read(&c->ns->arena, in->payload, &rules, &ml);
	const struct buf *kept = &gate_job(in)->kept;
	enum result r;
	struct buf *b;

	if (wrong != 0)
		return answer_error(c, in, wrong);
	if (ml.n == 0 || ml.n > FQY_PEOPLE_MAX || has_telephones(&ml))
		return answer_error(c, in, 241);
	r = ask_all(in, &ml);
	if (r != RESULT_OK)
		return r;
	b = conn_reply(c, in);
	buf_addf(b, " %zu\r\n<ml>", sizeof("<ml></d></ml>") - 1 + kept->n);
	buf_add_slice(b, buf_slice(kept));
	buf_add_text(b, "</d></ml>");
	conn_send(c);
	return RESULT_OK;
}
