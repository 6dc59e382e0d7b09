/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NAMES_H
#define NUDGE_NAMES_H
/*
 * The names Messenger programs ask for, as rows of names.def.  The
 * certificates are for all of them; who points one program here needs a few.
 */
#include "common/base/base.h"

/* Families of programs that ask for the same names. */
enum {
	NAMES_MSN1 = 1,    /* 1.0 to 3.6 */
	NAMES_MSN4 = 2,    /* 4.5 to 4.7, Windows Messenger */
	NAMES_MSN5 = 4,    /* 5.0 */
	NAMES_MSN6 = 8,    /* 6.0 to 6.2 */
	NAMES_MSN7 = 16,   /* 7.0 */
	NAMES_MSN75 = 32,  /* 7.5 */
	NAMES_WLM8 = 64,   /* 8.0 to 8.5 */
	NAMES_WLM14 = 128, /* 2009 */
	NAMES_WLM15 = 256, /* 2011, 2012 */
	NAMES_MAC = 512,
	NAMES_OTHER = 1024, /* programs of others */
};

struct name {
	const char *host;
	unsigned programs; /* mask of NAMES_ */
};

struct name_zone {
	const char *domain;
	bool whole; /* a DNS server may answer all that lies below */
};

extern const struct name name_rows[];
extern const size_t name_nrows;
extern const struct name_zone name_zones[];
extern const size_t name_nzones;

#endif
