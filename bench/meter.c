/* SPDX-License-Identifier: MIT */
#include "bench/meter.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

_Noreturn void
meter_die(const char *fmt, ...)
{
	va_list ap;

	fputs("load: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static uint64_t
meter_clock(clockid_t id)
{
	struct timespec ts;

	if (clock_gettime(id, &ts) != 0)
		meter_die("clock: %s", strerror(errno));
	return (uint64_t)ts.tv_sec * 1000000000U + (uint64_t)ts.tv_nsec;
}

uint64_t
meter_now(void)
{
	return meter_clock(CLOCK_MONOTONIC);
}

uint64_t
meter_cpu(pid_t pid)
{
	clockid_t id;
	int rc = clock_getcpuclockid(pid, &id);

	if (rc != 0)
		meter_die("process %d: %s", (int)pid, strerror(rc));
	return meter_clock(id);
}

uint64_t
meter_memory(pid_t pid, const char *field)
{
	char path[64], line[256];
	uint64_t kib = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	f = fopen(path, "re");
	if (!f)
		meter_die("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), f))
		if (strncmp(line, field, strlen(field)) == 0)
			kib = strtoull(line + strlen(field), NULL, 10);
	fclose(f);
	return kib;
}

void
meter_samples_init(struct meter_samples *s, size_t cap)
{
	*s = (struct meter_samples){ .cap = cap };
	s->v = calloc(cap, sizeof(*s->v));
	if (!s->v)
		meter_die("no memory for %zu samples", cap);
}

void
meter_samples_add(struct meter_samples *s, uint64_t ns)
{
	if (s->n == s->cap) {
		s->lost++;
		return;
	}
	s->v[s->n++] = ns > UINT32_MAX ? UINT32_MAX : (uint32_t)ns;
}

static int
meter_compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void
meter_samples_print(struct meter_samples *s, const char *name)
{
	printf("%s_n %zu\n", name, s->n);
	if (s->n == 0)
		return;
	qsort(s->v, s->n, sizeof(*s->v), meter_compare);
	printf("%s_p50_ns %" PRIu32 "\n", name, s->v[s->n / 2]);
	printf("%s_p99_ns %" PRIu32 "\n", name, s->v[s->n - 1 - s->n / 100]);
	printf("%s_max_ns %" PRIu32 "\n", name, s->v[s->n - 1]);
}

void
meter_samples_free(struct meter_samples *s)
{
	free(s->v);
	*s = (struct meter_samples){ .v = NULL };
}

void
meter_span_begin(struct meter_span *s)
{
	s->wall0 = meter_now();
	s->own0 = meter_cpu(0);
	s->cpu0 = s->pid ? meter_cpu(s->pid) : 0;
}

void
meter_span_end(struct meter_span *s)
{
	s->cpu += s->pid ? meter_cpu(s->pid) - s->cpu0 : 0;
	s->own += meter_cpu(0) - s->own0;
	s->wall += meter_now() - s->wall0;
}

void
meter_span_print(const struct meter_span *s, const char *units, uint64_t count)
{
	double n = count ? (double)count : 1.0;
	double wall = s->wall ? (double)s->wall : 1.0;

	printf("%s %" PRIu64 "\n", units, count);
	printf("per_s %.1f\n", (double)count * 1e9 / wall);
	printf("cpu_ns %.1f\n", (double)s->cpu / n);
	printf("server_busy %.3f\n", (double)s->cpu / wall);
	printf("load_busy %.3f\n", (double)s->own / wall);
}
