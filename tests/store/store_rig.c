/* SPDX-License-Identifier: MIT */
#include "tests/store/store_rig.h"

#include "common/base/log.h"
#include "common/base/panic.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	DEADLINE_MS = 10000
};

/* ---- callbacks ---- */

static void
on_committed(void *ctx, uint64_t upto)
{
	struct store_rig *r = ctx;

	assert_true(upto > r->committed);
	r->committed = upto;
	r->ncommitted++;
	loop_stop(r->loop);
}

static void
on_failed(void *ctx, uint64_t from, uint64_t upto)
{
	struct store_rig *r = ctx;

	assert_false(store_writable(r->s));
	r->nfailed++;
	r->failed_from = from;
	r->failed_upto = upto;
	loop_stop(r->loop);
}

static void
on_recovered(void *ctx)
{
	struct store_rig *r = ctx;

	assert_true(store_writable(r->s));
	r->nrecovered++;
	loop_stop(r->loop);
}

static void
on_guard(struct timer *t)
{
	struct store_rig *r = CONTAINER_OF(t, struct store_rig, guard);

	r->late = true;
	loop_stop(r->loop);
}

/* ---- life ---- */

void
rig_init(struct store_rig *r, bool on_loop)
{
	int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);

	*r = (struct store_rig){ .on_loop = on_loop };
	assert_true(quiet >= 0);
	log_setup(LOG_ERROR, false, quiet);
	(void)snprintf(r->dir, sizeof(r->dir), "/tmp/nudge-store-XXXXXX");
	assert_non_null(mkdtemp(r->dir));
	(void)snprintf(r->path, sizeof(r->path), "%s/file.db", r->dir);
	r->guard.fire = on_guard;
	r->loop = loop_new(env_real());
}

void
rig_free(struct store_rig *r)
{
	char path[512];
	struct dirent *e;
	DIR *d;

	if (r->s != NULL)
		rig_close(r);
	loop_free(r->loop);
	d = opendir(r->dir);
	while (d != NULL && (e = readdir(d)) != NULL) {
		(void)snprintf(path, sizeof(path), "%s/%s", r->dir, e->d_name);
		if (e->d_name[0] != '.')
			(void)unlink(path);
	}
	if (d != NULL)
		(void)closedir(d);
	(void)rmdir(r->dir);
}

bool
rig_open(struct store_rig *r)
{
	struct store_config cfg = { .loop = r->loop,
		.path = r->path,
		.vfs = r->vfs,
		.on_loop = r->on_loop,
		.committed = on_committed,
		.failed = on_failed,
		.recovered = on_recovered,
		.ctx = r };

	r->committed = 0;
	r->ncommitted = r->nfailed = r->nrecovered = 0;
	r->s = store_open(&cfg, r->err, sizeof(r->err));
	return r->s != NULL;
}

void
rig_close(struct store_rig *r)
{
	store_close(r->s);
	r->s = NULL;
}

const char *
rig_file(struct store_rig *r, const char *name, char out[128])
{
	(void)snprintf(out, 128, "%s/%s", r->dir, name);
	return out;
}

int
rig_setup_thread(void **state)
{
	struct store_rig *r = mem_alloc(sizeof(*r));

	rig_init(r, false);
	*state = r;
	return rig_open(r) ? 0 : -1;
}

int
rig_setup_memory(void **state)
{
	struct store_rig *r = mem_alloc(sizeof(*r));

	rig_init(r, true);
	(void)snprintf(r->path, sizeof(r->path), ":memory:");
	*state = r;
	return rig_open(r) ? 0 : -1;
}

int
rig_teardown(void **state)
{
	struct store_rig *r = *state;

	rig_free(r);
	free(r);
	return 0;
}

void
rig_sql(const char *path, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* ---- waiting ---- */

void
rig_until(struct store_rig *r, bool (*done)(void *), void *ctx)
{
	r->late = false;
	timer_start(r->loop, &r->guard, DEADLINE_MS);
	while (!done(ctx) && !r->late)
		loop_run(r->loop);
	timer_stop(&r->guard);
	assert_false(r->late);
}

static bool
is_settled(void *ctx)
{
	struct store_rig *r = ctx;

	return r->committed == store_last(r->s);
}

void
rig_settle(struct store_rig *r)
{
	rig_until(r, is_settled, r);
	assert_true(store_committed(r->s) == store_last(r->s));
}

struct times {
	const unsigned *seen;
	unsigned wanted;
};

static bool
is_so_often(void *ctx)
{
	const struct times *t = ctx;

	return *t->seen >= t->wanted;
}

void
rig_until_failed(struct store_rig *r, unsigned times)
{
	struct times t = { &r->nfailed, times };

	rig_until(r, is_so_often, &t);
}

void
rig_until_recovered(struct store_rig *r, unsigned times)
{
	struct times t = { &r->nrecovered, times };

	rig_until(r, is_so_often, &t);
}

/* ---- changes ---- */

uint64_t
rig_put_account(struct store_rig *r, uint64_t id, const char *address)
{
	struct store_change c = { .kind = STORE_ACCOUNT_PUT, .id = id };

	c.u.account = (struct store_account){ .id = id,
		.address = slice_text(address),
		.password = SLICE_LIT("$y$hash") };
	return store_change(r->s, &c);
}

uint64_t
rig_delete_account(struct store_rig *r, uint64_t id)
{
	struct store_change c = { .kind = STORE_ACCOUNT_DELETE, .id = id };

	return store_change(r->s, &c);
}

uint64_t
rig_put_contact(struct store_rig *r, uint64_t owner, const char *address,
    uint32_t lists)
{
	struct store_change c = { .kind = STORE_CONTACT_PUT, .id = owner };

	c.u.contact = (struct store_contact){ .address = slice_text(address),
		.lists = lists };
	return store_change(r->s, &c);
}

uint64_t
rig_delete_contact(struct store_rig *r, uint64_t owner, const char *address)
{
	struct store_change c = { .kind = STORE_CONTACT_DELETE, .id = owner };

	c.u.contact.address = slice_text(address);
	return store_change(r->s, &c);
}

uint64_t
rig_put_group(struct store_rig *r, uint64_t owner, uint32_t number,
    const char *name)
{
	struct store_change c = { .kind = STORE_GROUP_PUT, .id = owner };

	c.u.group.number = number;
	c.u.group.name = slice_text(name);
	memset(c.u.group.id, (int)number, STORE_ID_BYTES);
	return store_change(r->s, &c);
}

/* ---- answers ---- */

static void
keep(struct store_answer *a, struct slice *s)
{
	size_t at = a->text.n;

	/* room for everything was made before: nothing moves */
	assert_true(a->text.cap - a->text.n >= s->n);
	buf_add_slice(&a->text, *s);
	s->p = a->text.p + at;
}

static void
on_image(struct store_load *load, enum store_outcome how,
    const struct store_image *im)
{
	struct store_answer *a = CONTAINER_OF(load, struct store_answer, load);

	assert_false(a->answered);
	a->answered = true;
	a->how = how;
	assert_int_equal(how == STORE_FOUND, im != NULL);
	loop_stop(a->rig->loop);
	if (im == NULL)
		return;
	assert_true(im->ncontacts <= ARRAY_LEN(a->contacts));
	assert_true(im->ngroups <= ARRAY_LEN(a->groups));
	a->account = im->account;
	keep(a, &a->account.address);
	keep(a, &a->account.name);
	keep(a, &a->account.password);
	keep(a, &a->account.sealed);
	keep(a, &a->account.home);
	keep(a, &a->account.remote_id);
	keep(a, &a->account.group0);
	for (size_t i = 0; i < STORE_PROPS; i++)
		keep(a, &a->account.props[i]);
	a->ncontacts = im->ncontacts;
	for (size_t i = 0; i < im->ncontacts; i++) {
		a->contacts[i] = im->contacts[i];
		keep(a, &a->contacts[i].address);
		keep(a, &a->contacts[i].name);
	}
	a->ngroups = im->ngroups;
	for (size_t i = 0; i < im->ngroups; i++) {
		a->groups[i] = im->groups[i];
		keep(a, &a->groups[i].name);
	}
}

static void
answer_init(struct store_rig *r, struct store_answer *a)
{
	*a = (struct store_answer){ .rig = r };
	buf_init(&a->text, 1 << 20);
	assert_true(buf_reserve(&a->text, 256 << 10));
	a->load.done = on_image;
}

void
rig_ask_remote(struct store_rig *r, struct store_answer *a, const char *home,
    const char *remote)
{
	answer_init(r, a);
	a->load.home = slice_text(home);
	a->load.remote_id = slice_text(remote);
	store_load(r->s, &a->load);
}

void
rig_ask(struct store_rig *r, struct store_answer *a, const char *address,
    uint64_t id)
{
	answer_init(r, a);
	if (address != NULL)
		a->load.address = slice_text(address);
	a->load.id = id;
	store_load(r->s, &a->load);
	assert_false(a->answered);
}

static bool
is_answered(void *ctx)
{
	const struct store_answer *a = ctx;

	return a->answered;
}

void
rig_wait(struct store_rig *r, struct store_answer *a)
{
	rig_until(r, is_answered, a);
}

void
rig_load(struct store_rig *r, struct store_answer *a, const char *address,
    uint64_t id)
{
	rig_ask(r, a, address, id);
	rig_wait(r, a);
}

void
rig_answer_free(struct store_answer *a)
{
	buf_free(&a->text);
}

static void
on_book(struct store_book *b, enum store_outcome how)
{
	struct store_opened *o = CONTAINER_OF(b, struct store_opened, book);

	assert_false(o->answered);
	o->answered = true;
	o->how = how;
	loop_stop(o->rig->loop);
}

static bool
is_open(void *ctx)
{
	return ((const struct store_opened *)ctx)->answered;
}

void
rig_book(struct store_rig *r, struct store_opened *o, uint64_t id,
    uint64_t since)
{
	*o = (struct store_opened){ .rig = r,
		.book = { .id = id, .since = since, .done = on_book } };
	store_book(r->s, &o->book);
	assert_false(o->answered);
	rig_until(r, is_open, o);
}

void
rig_book_free(struct store_opened *o)
{
	store_book_free(&o->book);
}
