/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MSNP_DIALECT_H
#define NUDGE_MSNP_DIALECT_H
/*
 * Protocol versions are rows.  This is the only place where a version number
 * means anything; everything else asks for a feature.
 */
#include "common/base/slice.h"

/* What a version knows.  More than an enum has bits for. */
#define D_BIT(bit) (UINT64_C(1) << (bit))

#define D_TWN         D_BIT(0) /* USR TWN */
#define D_SERIALS     D_BIT(1) /* list serial numbers */
#define D_GUIDS       D_BIT(2) /* ADC, SBP; contacts and groups by GUID */
#define D_CAPS        D_BIT(3) /* capability number in presence */
#define D_OBJECT      D_BIT(4) /* msnobj in presence */
#define D_QNG_SECONDS D_BIT(5)
#define D_NAME_IN_OK  D_BIT(6)  /* friendly name in USR OK */
#define D_PENDING     D_BIT(7)  /* pending list */
#define D_ACCEPT      D_BIT(8)  /* ADC RL from the client */
#define D_NOTES       D_BIT(9)  /* UUX and UBX */
#define D_SHIELDS     D_BIT(10) /* GCF */
#define D_SBS         D_BIT(11)
#define D_NETWORK     D_BIT(12) /* network type in LST */
#define D_SB_CAPS     D_BIT(13) /* capability number in IRO and JOI */
#define D_PAGES       D_BIT(14) /* PAG */
#define D_PAGES_2     D_BIT(15) /* PGD */
#define D_ABCH        D_BIT(16) /* ABCHMigrated in the profile */
#define D_OWN_NAME    D_BIT(17) /* PRP MFN */
#define D_MAIL_DATA   D_BIT(18)
#define D_TELEPHONES  D_BIT(19) /* tel: contacts */
#define D_CVR0_ECHO   D_BIT(20)
#define D_SSO         D_BIT(21) /* USR SSO */
#define D_BOOK        D_BIT(22) /* lists from web services: ADL, no SYN */
#define D_NETWORK_IDS D_BIT(23) /* networks of addresses; FQY, UUM */
#define D_DIRECT      D_BIT(24) /* told whether it may connect directly */
#define D_PLACES      D_BIT(25) /* several endpoints; two capability numbers */
#define D_JOINED      D_BIT(26) /* "1:address"; NLN at first as well */
/* what single programs need (dialect_of_client()) */
#define D_ONE_NUMBER  D_BIT(27) /* reads one capability number alone */
#define D_ANY_OBJECT  D_BIT(28) /* sees nobody who has no msnobj */
/* of the first years, and what came in their course */
#define D_MD5         D_BIT(29) /* INF, USR MD5 */
#define D_CTP         D_BIT(30) /* USR CTP */
#define D_APART       D_BIT(31) /* SYN list by list; LST, FND asked for */
#define D_PROFILE     D_BIT(32) /* all of the profile; kinds of mail notices */
#define D_PHONES      D_BIT(33) /* PRP, BPR; NOT; SDC */
#define D_VERIFIED    D_BIT(34) /* whether the address is, in USR OK */
#define D_CHALLENGE   D_BIT(35) /* CHL, QRY */
#define D_LONG_ANSWER D_BIT(36) /* with the second hash */
#define D_GROUPS      D_BIT(37)
#define D_REFERRER    D_BIT(38) /* who refers, in XFR NS */
#define D_PEER        D_BIT(39) /* the client's address in its profile */

struct dialect {
	const char *name;
	uint64_t features;
	uint8_t index; /* row number; the wire shape told to the core */
};

const struct dialect *dialect_find(struct slice name);
const struct dialect *dialect_by_index(unsigned index);
/* The best row among the words of a VER, or NULL. */
const struct dialect *dialect_choose(const struct slice *words, unsigned n);
/*
 * The best one behind d among them, or NULL: for answers that name all
 * versions in common.
 */
const struct dialect *dialect_choose_below(const struct dialect *d,
    const struct slice *words, unsigned n);
/* d as this program (name and version in its CVR) must be spoken to. */
const struct dialect *dialect_of_client(const struct dialect *d,
    struct slice client, struct slice version);

static inline bool
dialect_has(const struct dialect *d, uint64_t features)
{
	return (d->features & features) == features;
}

#endif
