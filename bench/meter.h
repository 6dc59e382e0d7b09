/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BENCH_METER_H
#define NUDGE_BENCH_METER_H
/*
 * What the benchmarks measure with: clocks, the processor time and the memory
 * of another process, and samples with percentiles.  Results go to standard
 * output as "key value" lines.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Print "load: ..." and end: a benchmark that meets the unexpected is void. */
_Noreturn void
meter_die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

uint64_t meter_now(void);
/*
 * Nanoseconds process pid has run, user and system, every thread it has or
 * had.  pid 0: this process.
 */
uint64_t meter_cpu(pid_t pid);
/* A field of /proc/PID/smaps_rollup in KiB: "Rss:", "Pss:". */
uint64_t meter_memory(pid_t pid, const char *field);

/* Samples in nanoseconds; those past the ceiling are counted, not kept. */
struct meter_samples {
	uint32_t *v;
	size_t n;
	size_t cap;
	uint64_t lost;
};

void meter_samples_init(struct meter_samples *s, size_t cap);
void meter_samples_add(struct meter_samples *s, uint64_t ns);
/* Sorts, and prints NAME_n, NAME_p50_ns, NAME_p99_ns and NAME_max_ns. */
void meter_samples_print(struct meter_samples *s, const char *name);
void meter_samples_free(struct meter_samples *s);

/* Time and processor time, summed over one or several spans. */
struct meter_span {
	pid_t pid;
	uint64_t wall0, cpu0, own0;
	uint64_t wall, cpu, own;
};

void meter_span_begin(struct meter_span *s);
void meter_span_end(struct meter_span *s);
/*
 * Prints "UNITS count", per_s, cpu_ns (of the measured process, for one of
 * them), and how busy a processor the server and the generator kept.
 */
void
meter_span_print(const struct meter_span *s, const char *units, uint64_t count);

#endif
