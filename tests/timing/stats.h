/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TIMING_STATS_H
#define NUDGE_TIMING_STATS_H
/*
 * Do samples of several kinds differ?  Kinds are measured in rounds, one of
 * each in any order, so that the samples of a round belong together: all tests
 * are of differences within a round.
 */
#include <stddef.h>

enum {
	STATS_KINDS_MAX = 16
};

struct stats {
	const char *title;
	const char *const *names;
	size_t kinds, rounds;
	double *us[STATS_KINDS_MAX]; /* microseconds, by round */
};

/* Of one kind against another. */
struct stats_pair {
	double median;       /* of the differences, in nanoseconds */
	double low, high;    /* 95 % of bootstraps of their trimmed mean */
	double sign;         /* p-values: the sign test, */
	double signed_ranks; /* Wilcoxon's, */
	double t;            /* Student's of pairs */
};

void stats_compare(const struct stats *s, size_t a, size_t b,
    struct stats_pair *out);
/* Friedman's test of all kinds at once. */
double stats_friedman(const struct stats *s);
/*
 * Print all of it.  The smallest p-value there is, of all pairs and of all
 * together, times the number of tests it was looked for in (1 at most).
 */
double stats_report(const struct stats *s);

/* Ends the program when these do not find what was put in, or find more. */
void stats_check(void);

/* Chance of a value of chi-squared above x. */
double stats_chi2_above(double x, unsigned degrees);

#endif
