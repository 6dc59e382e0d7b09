/* SPDX-License-Identifier: MIT */
#include "tests/store/powercut_world.h"

#include "common/base/num.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

const char *const powercut_people[PEOPLE] = { "a@x", "b@x", "c@x", "d@x", "e@x",
	"f@x", "g@x", "h@x" };

void
powercut_world_apply(struct world *w, const struct deed *d)
{
	switch (d->kind) {
	case STORE_ACCOUNT_PUT:
		w->account[d->who] = d->stamp;
		break;
	case STORE_ACCOUNT_DELETE:
		w->account[d->who] = 0;
		w->card[d->who] = 0;
		w->author[d->who] = 0;
		for (size_t i = 0; i < PEOPLE; i++) {
			w->contact[d->who][i] = w->contact[i][d->who] = 0;
			w->trace[d->who][i] = w->trace[i][d->who] = 0;
		}
		for (size_t i = 0; i < GROUPS; i++)
			w->group[d->who][i] = 0;
		break;
	case STORE_CONTACT_PUT:
		w->contact[d->who][d->whom] = d->stamp;
		w->trace[d->who][d->whom] = 0;
		break;
	case STORE_CONTACT_DELETE:
		if (w->contact[d->who][d->whom] != 0 ||
		    w->trace[d->who][d->whom] != 0)
			w->trace[d->who][d->whom] = d->stamp;
		w->contact[d->who][d->whom] = 0;
		break;
	case STORE_ACCOUNT_CARD:
		w->card[d->who] = d->stamp;
		break;
	case STORE_GROUP_PUT:
		w->group[d->who][d->whom] = d->stamp;
		break;
	case STORE_GROUP_DELETE:
		w->group[d->who][d->whom] = 0;
		break;
	case STORE_REPORT_PUT:
		if (w->report[d->who] == 0)
			w->author[d->who] = d->who + 1;
		w->report[d->who] = d->stamp;
		break;
	case STORE_PROFILE_PUT:
	case STORE_CONTACT_CARD:
	case STORE_GROUP_CARD:
	case STORE_MESSAGE_PUT:
	case STORE_MESSAGE_MARK:
	case STORE_SIGNIN_PUT:
	case STORE_EXPIRE:
	case STORE_MESSAGE_DELETE:
	case STORE_KEPT_PUT:
	case STORE_KEPT_DELETE:
	case STORE_INVITE_PUT:
	case STORE_BAN_PUT:
	case STORE_NETWORK_PUT:
		fail();
	}
}

static uint64_t
id_stamp(const unsigned char id[STORE_ID_BYTES])
{
	uint64_t v;

	memcpy(&v, id, sizeof(v));
	return v;
}

/* What only a book shows. */
static void
world_load_book(struct store_rig *rig, struct world *w, unsigned who)
{
	struct store_opened o;

	rig_book(rig, &o, who + 1, 1);
	assert_int_equal(o.how, STORE_FOUND);
	if (o.book.card.n > 0)
		assert_true(num_parse_u64(o.book.card, &w->card[who]));
	for (size_t i = 0; i < o.book.ncontacts; i++) {
		const struct store_contact *c = &o.book.contacts[i];
		unsigned whom = (unsigned)(c->address.p[0] - 'a');

		assert_true(whom < PEOPLE);
		assert_int_equal(c->gone, c->lists == 0);
		if (c->lists == 0)
			w->trace[who][whom] = c->changed;
		else
			assert_true(c->changed == id_stamp(c->id));
	}
	rig_book_free(&o);
}

struct reports_read {
	struct store_reports reports;
	struct store_rig *rig;
	bool answered;
};

static void
on_reports(struct store_reports *q, enum store_outcome how)
{
	struct reports_read *in = CONTAINER_OF(q, struct reports_read, reports);

	assert_int_equal(how, STORE_FOUND);
	in->answered = true;
	loop_stop(in->rig->loop);
}

static bool
is_answered(void *ctx)
{
	return ((const struct reports_read *)ctx)->answered;
}

static void
world_load_reports(struct store_rig *rig, struct world *w)
{
	struct reports_read in = { .reports.done = on_reports, .rig = rig };

	store_reports(rig->s, &in.reports);
	rig_until(rig, is_answered, &in);
	for (size_t i = 0; i < in.reports.n; i++) {
		const struct store_report *r = &in.reports.all[i];

		assert_true(r->id >= 1 && r->id <= PEOPLE);
		assert_int_equal(r->by.n > 0, r->author != 0);
		w->report[r->id - 1] = (uint64_t)r->closed;
		w->author[r->id - 1] = r->author;
	}
	store_reports_free(&in.reports);
}

void
powercut_world_load(struct store_rig *rig, struct world *w)
{
	*w = (struct world){ 0 };
	for (unsigned i = 0; i < PEOPLE; i++) {
		struct store_answer a;

		rig_load(rig, &a, powercut_people[i], 0);
		assert_int_not_equal(a.how, STORE_ERROR);
		if (a.how == STORE_FOUND) {
			assert_true(a.account.id == i + 1);
			w->account[i] = (uint64_t)a.account.created;
			assert_true(a.account.verified == a.account.created);
			assert_int_equal(a.account.home.n, w->account[i] % 7);
			assert_int_equal(a.account.remote_id.n,
			    w->account[i] % 8);
			world_load_book(rig, w, i);
		}
		for (size_t j = 0; j < a.ncontacts; j++) {
			unsigned k =
			    (unsigned)(a.contacts[j].address.p[0] - 'a');

			assert_true(k < PEOPLE);
			w->contact[i][k] = id_stamp(a.contacts[j].id);
		}
		for (size_t j = 0; j < a.ngroups; j++)
			w->group[i][a.groups[j].number - 1] =
			    id_stamp(a.groups[j].id);
		rig_answer_free(&a);
	}
	world_load_reports(rig, w);
}
