/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MSNP_ML_H
#define NUDGE_MSNP_ML_H
/*
 * The membership list in ADL, RML and FQY: people by domain (ns-modern 4).
 * Checked as a whole; nothing is looked up here.
 */
#include "common/base/arena.h"

enum {
	ML_PEOPLE_MAX = 1000
};

struct ml_person {
	struct slice domain;  /* as it was written; empty: a telephone */
	struct slice local;   /* as it was written */
	struct slice address; /* both together */
	uint8_t lists;
	bool telephone;
};

struct ml {
	bool initial; /* l="1": what the client has, and no change */
	struct ml_person *people;
	unsigned n;
};

/* What the reader is asked for. */
struct ml_rules {
	bool lists;     /* people are put on lists: l must be said */
	bool exclusive; /* allow and block exclude each other */
	bool circles;   /* this version knows of circles */
};

/* 0, or the error of ns-modern 4.1. */
unsigned ml_read(struct arena *a, struct slice text,
    const struct ml_rules *rules, struct ml *out);

#endif
