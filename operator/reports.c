/* SPDX-License-Identifier: MIT */
/* What people report: report list, close, reopen, del. */
#include "common/base/blob.h"
#include "common/base/num.h"
#include "common/codec/json.h"
#include "core/desk/report.h"
#include "operator/deed.h"
#include "operator/listed.h"

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

static void
report_json(struct listed *as, const struct report *r)
{
	listed_row(as);
	listed_number(as, "id", r->id);
	listed_bool(as, "open", r->closed == 0);
	listed_time(as, "made", r->made);
	listed_text(as, "kind",
	    slice_text(report_word((enum report_kind)r->kind)));
	listed_text(as, "about", slice_text(r->about));
	listed_text(as, "by", slice_text(r->by));
	listed_text(as, "text", blob_slice(r->text));
	listed_text(as, "note", slice_text(r->note));
	listed_row_end(as);
}

static enum result
list(struct deed *d)
{
	bool every = control_flag(d->call, "all");
	const struct report *all;
	struct listed as;
	enum result r;
	size_t n;

	if (control_args(d->call) !=
	    (unsigned)every + (unsigned)control_flag(d->call, "json"))
		return RESULT_BAD_VALUE;
	r = report_all(&d->rq, &all, &n);
	if (r != RESULT_OK)
		return r;
	listed_begin(&as, d->call);
	for (size_t i = n; i-- > 0;) {
		if (!every && all[i].closed != 0)
			continue;
		if (as.json)
			report_json(&as, &all[i]);
		else
			add_report(control_out(d->call), &all[i]);
		if (control_out(d->call)->n >= FLUSH)
			control_flush(d->call);
	}
	listed_end(&as);
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
