/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MSNP_DIALECT_H
#define NUDGE_MSNP_DIALECT_H
/*
 * Protocol versions are rows.  This is the only place where a version number
 * means anything; everything else asks for a feature.
 */
#include "common/base/slice.h"

enum dialect_feature {
	D_TWN = 1 << 0,     /* USR TWN */
	D_SERIALS = 1 << 1, /* list serial numbers, groups by number */
	D_GUIDS = 1 << 2,   /* ADC, SBP; contacts and groups by GUID */
	D_CAPS = 1 << 3,    /* capability number in presence */
	D_OBJECT = 1 << 4,  /* msnobj in presence */
	D_QNG_SECONDS = 1 << 5,
	D_NAME_IN_OK = 1 << 6, /* friendly name in USR OK */
	D_PENDING = 1 << 7,    /* pending list */
	D_ACCEPT = 1 << 8,     /* ADC RL from the client */
	D_NOTES = 1 << 9,      /* UUX and UBX */
	D_SHIELDS = 1 << 10,   /* GCF */
	D_SBS = 1 << 11,
	D_NETWORK = 1 << 12,  /* network type in LST */
	D_SB_CAPS = 1 << 13,  /* capability number in IRO and JOI */
	D_PAGES = 1 << 14,    /* PAG */
	D_PAGES_2 = 1 << 15,  /* PGD */
	D_ABCH = 1 << 16,     /* ABCHMigrated in the profile */
	D_OWN_NAME = 1 << 17, /* PRP MFN */
	D_MAIL_DATA = 1 << 18,
	D_TELEPHONES = 1 << 19, /* tel: contacts */
	D_CVR0_ECHO = 1 << 20,
	D_SSO = 1 << 21,         /* USR SSO */
	D_BOOK = 1 << 22,        /* lists from web services: ADL, no SYN */
	D_NETWORK_IDS = 1 << 23, /* networks of addresses; FQY, UUM */
	D_DIRECT = 1 << 24,      /* told whether it may connect directly */
	D_PLACES = 1 << 25,      /* several endpoints; two capability numbers */
	D_JOINED = 1 << 26,      /* "1:address"; NLN at first as well */
	/* what single programs need (dialect_of_client()) */
	D_ONE_NUMBER = 1 << 27, /* reads one capability number alone */
	D_ANY_OBJECT = 1 << 28, /* sees nobody who has no msnobj */
};

struct dialect {
	const char *name;
	uint32_t features;
	uint8_t index; /* row number; the wire shape told to the core */
};

const struct dialect *dialect_find(struct slice name);
const struct dialect *dialect_by_index(unsigned index);
/* The best row among the words of a VER, or NULL. */
const struct dialect *dialect_choose(const struct slice *words, unsigned n);
/* d as this program (the name in its CVR) must be spoken to. */
const struct dialect *
dialect_of_client(const struct dialect *d, struct slice client);

static inline bool
dialect_has(const struct dialect *d, uint32_t features)
{
	return (d->features & features) == features;
}

#endif
