/* SPDX-License-Identifier: MIT */
#include "tests/timing/stats.h"

#include "common/base/panic.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BOOTSTRAPS = 500,
	TRIM = 4, /* a fourth at each end is left out of a trimmed mean */
};

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int
by_magnitude(const void *a, const void *b)
{
	double x = fabs(*(const double *)a), y = fabs(*(const double *)b);

	return (x > y) - (x < y);
}

/* Chance of something as far from 0 as this, either way. */
static double
normal_two_sided(double z)
{
	return erfc(fabs(z) / sqrt(2));
}

double
stats_chi2_above(double x, unsigned degrees)
{
	double q = degrees % 2 == 0 ? 0 : erfc(sqrt(x / 2));

	if (x <= 0)
		return 1;
	for (double a = degrees % 2 == 0 ? 0 : 0.5; a < degrees / 2.0; a++)
		q += exp(a * log(x / 2) - x / 2 - lgamma(a + 1));
	return q < 1 ? q : 1;
}

/* ---- of one pair ---- */

static double
sign_test(const double *d, size_t n)
{
	double more = 0, all = 0;

	for (size_t i = 0; i < n; i++) {
		more += d[i] > 0;
		all += d[i] != 0;
	}
	if (all == 0)
		return 1;
	return normal_two_sided((more - all / 2) / sqrt(all / 4));
}

/* d is ordered by magnitude on the way. */
static double
signed_rank_test(double *d, size_t n)
{
	double plus = 0, ties = 0, from = 0, count, variance;
	size_t i = 0;

	qsort(d, n, sizeof(*d), by_magnitude);
	while (i < n && d[i] == 0)
		i++;
	count = (double)(n - i);
	if (count == 0)
		return 1;
	while (i < n) {
		size_t end = i;
		double t, rank;

		while (end < n && fabs(d[end]) == fabs(d[i]))
			end++;
		t = (double)(end - i);
		rank = from + (t + 1) / 2;
		for (; i < end; i++)
			plus += d[i] > 0 ? rank : 0;
		ties += t * t * t - t;
		from += t;
	}
	variance = count * (count + 1) * (2 * count + 1) / 24 - ties / 48;
	return normal_two_sided(
	    (plus - count * (count + 1) / 4) / sqrt(variance));
}

static double
t_test(const double *d, size_t n)
{
	double mean = 0, variance = 0;

	for (size_t i = 0; i < n; i++)
		mean += d[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		variance += (d[i] - mean) * (d[i] - mean) / (double)(n - 1);
	if (variance == 0)
		return mean == 0 ? 1 : 0;
	/* of so many samples that Student's distribution is the normal one */
	return normal_two_sided(mean / sqrt(variance / (double)n));
}

static uint64_t
dice(void)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/*
 * Draw as many differences again, with replacement: as they are in order, it
 * is enough to know how often each was drawn.
 */
static double
bootstrap_once(const double *ordered, size_t n, uint16_t *drawn)
{
	const size_t skip = n / TRIM, keep = n - 2 * skip;
	double sum = 0;
	size_t at = 0;

	memset(drawn, 0, n * sizeof(*drawn));
	for (size_t i = 0; i < n; i++)
		drawn[dice() % n]++;
	for (size_t i = 0; i < n && at < skip + keep; i++) {
		size_t end = at + drawn[i];
		size_t lo = at > skip ? at : skip;
		size_t hi = end < skip + keep ? end : skip + keep;

		if (hi > lo)
			sum += ordered[i] * (double)(hi - lo);
		at = end;
	}
	return sum / (double)keep;
}

static void
bootstrap(const double *ordered, size_t n, struct stats_pair *out)
{
	uint16_t *drawn = mem_alloc_array(n, sizeof(*drawn));
	double means[BOOTSTRAPS];

	for (size_t i = 0; i < BOOTSTRAPS; i++)
		means[i] = bootstrap_once(ordered, n, drawn);
	qsort(means, BOOTSTRAPS, sizeof(means[0]), by_size);
	out->low = means[BOOTSTRAPS / 40] * 1000;
	out->high = means[BOOTSTRAPS - 1 - BOOTSTRAPS / 40] * 1000;
	free(drawn);
}

/* The p-values alone. */
static double *
pair_tests(const struct stats *s, size_t a, size_t b, struct stats_pair *out)
{
	double *d = mem_alloc_array(s->rounds, sizeof(*d));

	for (size_t i = 0; i < s->rounds; i++)
		d[i] = s->us[b][i] - s->us[a][i];
	out->sign = sign_test(d, s->rounds);
	out->t = t_test(d, s->rounds);
	out->signed_ranks = signed_rank_test(d, s->rounds);
	return d;
}

void
stats_compare(const struct stats *s, size_t a, size_t b, struct stats_pair *out)
{
	double *d = pair_tests(s, a, b, out);

	qsort(d, s->rounds, sizeof(*d), by_size);
	out->median = d[s->rounds / 2] * 1000;
	bootstrap(d, s->rounds, out);
	free(d);
}

/* ---- of all ---- */

double
stats_friedman(const struct stats *s)
{
	const double n = (double)s->rounds, k = (double)s->kinds;
	double sums[STATS_KINDS_MAX] = { 0 }, q = 0, ties = 0;

	for (size_t i = 0; i < s->rounds; i++)
		for (size_t a = 0; a < s->kinds; a++) {
			double below = 0, equal = 0;

			for (size_t b = 0; b < s->kinds; b++) {
				below += s->us[b][i] < s->us[a][i];
				equal += s->us[b][i] == s->us[a][i];
			}
			sums[a] += below + (equal + 1) / 2;
			ties += equal * equal - 1;
		}
	for (size_t a = 0; a < s->kinds; a++)
		q += (sums[a] - n * (k + 1) / 2) * (sums[a] - n * (k + 1) / 2);
	q *= 12 / (n * k * (k + 1) - ties / (k - 1));
	return stats_chi2_above(q, (unsigned)s->kinds - 1);
}

static double
median_of(const double *v, size_t n)
{
	double *copy = mem_alloc_array(n, sizeof(*copy)), found;

	memcpy(copy, v, n * sizeof(*copy));
	qsort(copy, n, sizeof(*copy), by_size);
	found = copy[n / 2];
	free(copy);
	return found;
}

/* Among all pairs; how many p-values there were. */
static size_t
worst_pair(const struct stats *s, double *p, size_t *a, size_t *b)
{
	size_t tests = 0;

	*p = 1;
	*a = *b = 0;
	for (size_t i = 0; i < s->kinds; i++)
		for (size_t j = i + 1; j < s->kinds; j++) {
			struct stats_pair found = { 0 };
			double least;

			free(pair_tests(s, i, j, &found));
			least =
			    fmin(found.sign, fmin(found.signed_ranks, found.t));
			tests += 3;
			if (least >= *p)
				continue;
			*p = least;
			*a = i;
			*b = j;
		}
	return tests;
}

double
stats_report(const struct stats *s)
{
	double all = stats_friedman(s), worst, widest = 0;
	size_t a, b, tests;

	ASSERT(s->kinds <= STATS_KINDS_MAX && s->rounds >= 10);
	printf("%s, %zu rounds\n", s->title, s->rounds);
	printf("  %-28s %10s %8s %17s %8s %8s %8s\n", "", "median us",
	    "diff ns", "95 % of bootstraps", "sign", "ranks", "t");
	for (size_t k = 0; k < s->kinds; k++) {
		struct stats_pair p = { 0 };

		printf("  %-28s %10.3f", s->names[k],
		    median_of(s->us[k], s->rounds));
		if (k > 0) {
			stats_compare(s, 0, k, &p);
			printf(" %8.2f %8.2f %8.2f %8.1e %8.1e %8.1e", p.median,
			    p.low, p.high, p.sign, p.signed_ranks, p.t);
		}
		printf("\n");
		widest = fmax(widest, p.high - p.low);
	}
	tests = worst_pair(s, &worst, &a, &b) + 1;
	printf("  all together (Friedman) p = %.1e; the worst of %zu pairs, "
	       "\"%s\" and \"%s\", p = %.1e\n",
	    all, tests / 3, s->names[a], s->names[b], worst);
	printf("  a difference of %.0f ns would have been seen\n", widest);
	return fmin(1, fmin(all, worst) * (double)tests);
}

/* ---- do they find what is there, and nothing else? ---- */

void
stats_check(void)
{
	static const char *const names[] = { "a", "b", "c" };
	static double v[3][2000];
	const struct stats s = { "check", names, 3, ARRAY_LEN(v[0]),
		{ v[0], v[1], v[2] } };
	struct stats_pair p = { 0 };

	ASSERT(fabs(stats_chi2_above(3.8415, 1) - 0.05) < 1e-5);
	ASSERT(fabs(stats_chi2_above(11.0705, 5) - 0.05) < 1e-5);
	ASSERT(fabs(stats_chi2_above(21.0261, 12) - 0.05) < 1e-5);
	for (size_t k = 0; k < 3; k++)
		for (size_t i = 0; i < s.rounds; i++)
			v[k][i] = 100 + (double)(dice() % 1000) / 1000;
	stats_compare(&s, 0, 1, &p);
	ASSERT(fmin(p.sign, fmin(p.signed_ranks, p.t)) > 1e-4);
	ASSERT(p.low < 0 && p.high > 0);
	ASSERT(stats_friedman(&s) > 1e-4);
	/* a tenth of what chance does */
	for (size_t i = 0; i < s.rounds; i++)
		v[1][i] += 0.1;
	stats_compare(&s, 0, 1, &p);
	ASSERT(fmax(p.sign, fmax(p.signed_ranks, p.t)) < 1e-9);
	ASSERT(p.low > 0 && p.low < 100 && p.high > 100);
	ASSERT(stats_friedman(&s) < 1e-9);
}
