/* SPDX-License-Identifier: MIT */
#include "common/ops/metrics.h"

#include "common/base/list.h"
#include "common/base/panic.h"

#include <stdlib.h>

struct gauge {
	struct list node;
	const char *name;
	const char *help;
	uint64_t (*read)(void *ctx);
	void *ctx;
};

struct family {
	struct list node;
	enum metrics_type type;
	const char *name;
	const char *help;
	void (*each)(void *ctx, struct metrics_rows *rows);
	void *ctx;
};

struct metrics_rows {
	const struct family *family;
	struct buf *out;
	bool open; /* OpenMetrics */
};

struct metrics {
	uint64_t counters[COUNTERS];
	uint64_t closed[CLOSE_REASONS];
	const uint64_t *closed_too; /* counted elsewhere; may be NULL */
	struct list gauges;
	struct list families;
};

struct row {
	const char *name;
	const char *help;
};

static const struct row rows[COUNTERS] = {
#define COUNTER(id, name, help) [COUNTER_##id] = { name, help },
#include "common/ops/counters.def"
#undef COUNTER
};

struct metrics *
metrics_new(void)
{
	struct metrics *m = mem_alloc(sizeof(*m));

	list_init(&m->gauges);
	list_init(&m->families);
	return m;
}

void
metrics_free(struct metrics *m)
{
	if (m == NULL)
		return;
	LIST_EACH(it, &m->gauges)
		free(CONTAINER_OF(it, struct gauge, node));
	LIST_EACH(it, &m->families)
		free(CONTAINER_OF(it, struct family, node));
	free(m);
}

void
metrics_add(struct metrics *m, enum counter c, uint64_t n)
{
	m->counters[c] += n;
}

uint64_t
metrics_get(const struct metrics *m, enum counter c)
{
	return m->counters[c];
}

void
metrics_closed(struct metrics *m, enum close_reason why)
{
	m->closed[why]++;
}

void
metrics_closed_by(struct metrics *m, const uint64_t *counts)
{
	m->closed_too = counts;
}

static uint64_t
close_count(const struct metrics *m, unsigned why)
{
	return m->closed[why] + (m->closed_too ? m->closed_too[why] : 0);
}

void
metrics_gauge(struct metrics *m, const char *name, const char *help,
    uint64_t (*read)(void *ctx), void *ctx)
{
	struct gauge *g = mem_alloc(sizeof(*g));

	*g = (struct gauge){ .name = name,
		.help = help,
		.read = read,
		.ctx = ctx };
	list_push(&m->gauges, &g->node);
}

void
metrics_family(struct metrics *m, enum metrics_type type, const char *name,
    const char *help, void (*each)(void *ctx, struct metrics_rows *rows),
    void *ctx)
{
	struct family *f = mem_alloc(sizeof(*f));

	*f = (struct family){ .type = type,
		.name = name,
		.help = help,
		.each = each,
		.ctx = ctx };
	list_push(&m->families, &f->node);
}

static void
each_family(const struct metrics *m, struct buf *out,
    void (*head)(struct buf *out, const struct family *f))
{
	LIST_EACH(it, &m->families) {
		const struct family *f = CONTAINER_OF(it, struct family, node);
		struct metrics_rows to = { f, out, head != NULL };

		if (head != NULL)
			head(out, f);
		f->each(f->ctx, &to);
	}
}

static void
add_line(struct buf *out, const char *head, const char *name, uint64_t v)
{
	buf_add_text(out, head);
	buf_add_text(out, name);
	buf_add_char(out, ' ');
	buf_add_u64(out, v);
	buf_add_char(out, '\n');
}

void
metrics_lines(const struct metrics *m, struct buf *out)
{
	for (size_t i = 0; i < COUNTERS; i++)
		add_line(out, "", rows[i].name, m->counters[i]);
	for (unsigned r = 0; r < CLOSE_REASONS; r++)
		add_line(out, "close.", close_name((enum close_reason)r),
		    close_count(m, r));
	LIST_EACH(it, &m->gauges) {
		const struct gauge *g = CONTAINER_OF(it, struct gauge, node);

		add_line(out, "", g->name, g->read(g->ctx));
	}
	each_family(m, out, NULL);
}

/* ns.sign-ins as nudge_ns_sign_ins */
static void
add_name(struct buf *out, const char *name)
{
	buf_add_text(out, "nudge_");
	for (; *name != '\0'; name++)
		buf_add_char(out, *name == '.' || *name == '-' ? '_' : *name);
}

/* Help and label text: backslash, quote and line end are escaped. */
static void
add_escaped(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n') {
			buf_add_text(out, "\\n");
			continue;
		}
		if (*text == '\\' || *text == '"')
			buf_add_char(out, '\\');
		buf_add_char(out, *text);
	}
}

static void
add_head(struct buf *out, const struct row *r, const char *type)
{
	buf_add_text(out, "# TYPE ");
	add_name(out, r->name);
	buf_addf(out, " %s\n# HELP ", type);
	add_name(out, r->name);
	buf_add_char(out, ' ');
	add_escaped(out, r->help);
	buf_add_char(out, '\n');
}

static void
add_family_head(struct buf *out, const struct family *f)
{
	struct row r = { f->name, f->help };

	add_head(out, &r, f->type == METRICS_COUNTER ? "counter" : "gauge");
}

void
metrics_row(struct metrics_rows *to, const struct metrics_label *labels,
    size_t n, uint64_t value)
{
	struct buf *out = to->out;

	if (!to->open) {
		buf_add_text(out, to->family->name);
		for (size_t i = 0; i < n; i++)
			buf_addf(out, ".%s", labels[i].text);
		add_line(out, "", "", value);
		return;
	}
	add_name(out, to->family->name);
	if (to->family->type == METRICS_COUNTER)
		buf_add_text(out, "_total");
	for (size_t i = 0; i < n; i++) {
		buf_addf(out, "%c%s=\"", i == 0 ? '{' : ',', labels[i].key);
		add_escaped(out, labels[i].text);
		buf_add_char(out, '"');
	}
	add_line(out, n > 0 ? "}" : "", "", value);
}

void
metrics_open(const struct metrics *m, struct buf *out)
{
	static const struct row closed = { "close",
		"connections closed, by reason" };

	for (size_t i = 0; i < COUNTERS; i++) {
		add_head(out, &rows[i], "counter");
		add_name(out, rows[i].name);
		add_line(out, "_total", "", m->counters[i]);
	}
	add_head(out, &closed, "counter");
	for (unsigned r = 0; r < CLOSE_REASONS; r++) {
		buf_add_text(out, "nudge_close_total{reason=\"");
		add_escaped(out, close_name((enum close_reason)r));
		add_line(out, "\"}", "", close_count(m, r));
	}
	LIST_EACH(it, &m->gauges) {
		const struct gauge *g = CONTAINER_OF(it, struct gauge, node);
		struct row r = { g->name, g->help };

		add_head(out, &r, "gauge");
		add_name(out, g->name);
		add_line(out, "", "", g->read(g->ctx));
	}
	each_family(m, out, add_family_head);
	buf_add_text(out, "# EOF\n");
}
