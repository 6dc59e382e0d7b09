/* SPDX-License-Identifier: MIT */
#include "bench/fan.h"

#include "bench/meter.h"

#include <stdio.h>
#include <string.h>

enum {
	FAN_WARM = 3,
	FAN_PATIENCE_S = 10
};

static size_t
fan_input(struct wire *w, char *p, size_t n)
{
	struct fan *f = w->owner;
	size_t at = 0, used;
	struct frame frame;

	while ((used = frame_take(p + at, n - at, &frame)) > 0) {
		at += used;
		if (f->mark ? strstr(frame.line, f->mark) == NULL
			    : memcmp(frame.line, "NLN", 3) != 0)
			continue;
		f->line = used;
		if (++f->heard == f->opt->watchers)
			f->net->stop = true;
	}
	return at;
}

void
fan_listen(struct fan *f, struct wire *w)
{
	w->owner = f;
	w->input = fan_input;
}

void
fan_run(struct fan *f)
{
	struct meter_span span = { .pid = (pid_t)f->opt->pid };
	struct meter_samples served;
	unsigned turn, turns = f->opt->changes + FAN_WARM;

	meter_samples_init(&served, f->opt->changes);
	net_run(f->net, meter_now() + f->opt->settle_ms * 1000000ULL);
	for (turn = 0; turn < turns; turn++) {
		uint64_t began = meter_now();

		if (turn >= FAN_WARM)
			meter_span_begin(&span);
		f->heard = 0;
		f->say(f, turn);
		if (!net_run(f->net, began + FAN_PATIENCE_S * 1000000000ULL))
			meter_die("%u of %u were told", f->heard,
			    f->opt->watchers);
		if (turn >= FAN_WARM)
			meter_samples_add(&served, meter_now() - began);
		/* the echo to the speaker may still be under way */
		net_run(f->net, meter_now() + 2000000U);
		if (turn >= FAN_WARM)
			meter_span_end(&span);
		net_run(f->net, meter_now() + f->opt->pace_us * 1000ULL);
	}
	meter_span_print(&span, "deliveries",
	    (uint64_t)f->opt->changes * f->opt->watchers);
	meter_samples_print(&served, "served");
	meter_samples_free(&served);
	printf("line_bytes %zu\n", f->line);
}
