/* SPDX-License-Identifier: MIT */
/* What people report: report list, close, reopen, del. */
#include "common/base/blob.h"
#include "common/base/num.h"
#include "common/codec/json.h"
#include "core/report.h"
#include "operator/deed.h"

enum {
	FLUSH = 64 * 1024
};

/* One line, whatever people wrote. */
static void
add_report(struct buf *out, const struct report *r)
{
	buf_addf(out, "%llu\t%s\t", (unsigned long long)r->id,
	    r->closed != 0 ? "closed" : "open");
	http_add_date(out, r->made);
	buf_addf(out, "\t%s\t%s\t%s\t", report_word((enum report_kind)r->kind),
	    r->about, r->by[0] != '\0' ? r->by : "(deleted)");
	json_add_text(out, blob_slice(r->text));
	buf_addf(out, "\t%s\n", r->note);
}

static enum result
list(struct deed *d)
{
	bool every = slice_eq_text(control_arg(d->call, 0), "--all");
	const struct report *all;
	enum result r;
	size_t n;

	if (!every && control_args(d->call) != 0)
		return RESULT_BAD_VALUE;
	r = report_all(&d->rq, &all, &n);
	for (size_t i = n; i-- > 0;) {
		if (!every && all[i].closed != 0)
			continue;
		add_report(control_out(d->call), &all[i]);
		if (control_out(d->call)->n >= FLUSH)
			control_flush(d->call);
	}
	return r;
}

void
operator_report_list(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, list);
}

/* The report named by the first word. */
static bool
named(const struct deed *d, uint64_t *id)
{
	return num_parse_u64(control_arg(d->call, 0), id);
}

static enum result
close(struct deed *d)
{
	struct slice note = control_option(d->call, "note");
	uint64_t id;

	if (control_args(d->call) != (note.p != NULL ? 3u : 1u) ||
	    !named(d, &id))
		return RESULT_BAD_VALUE;
	return report_close(&d->rq, id, note);
}

void
operator_report_close(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, close);
}

/* What needs nothing but the number. */
static enum result
change(struct deed *d, enum result (*run)(struct request *rq, uint64_t id))
{
	uint64_t id;

	return named(d, &id) ? run(&d->rq, id) : RESULT_BAD_VALUE;
}

static enum result
reopen(struct deed *d)
{
	return change(d, report_reopen);
}

void
operator_report_reopen(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, reopen);
}

static enum result
del(struct deed *d)
{
	return change(d, report_delete);
}

void
operator_report_del(struct control_call *call, void *ctx)
{
	deed_start(call, ctx, del);
}
