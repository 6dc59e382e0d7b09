/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NEXUS_RST_H
#define NUDGE_NEXUS_RST_H
/*
 * The language of the token services (rst.md): RST.srf speaks WS-Trust of 2004
 * in SOAP 1.1, RST2.srf that of 2005 in SOAP 1.2.  Pure functions; nothing
 * here knows a socket or an account.
 */
#include "common/base/arena.h"
#include "common/base/buf.h"

enum {
	RST_BODY_MAX = 64 * 1024,
	RST_WISHES_MAX = 32,
	RST_TARGET_MAX = 256,
	RST_ANSWER_MAX = 128 * 1024,
	RST_SECRET_BYTES = 24
};

/* The target whose ticket asks for more tickets. */
#define RST_BASE      "http://Passport.NET/tb"
/* The one that signs in without a proof. */
#define RST_MESSENGER "messenger.msn.com"

enum rst_kind {
	RST_2004,
	RST_2005
};

/* One target a ticket is asked for. */
struct rst_wish {
	struct slice address;
	struct slice policy; /* p NULL: none */
	unsigned number;     /* N of CompactN; 0 is the base ticket */
	bool keyed;          /* the client wants to prove it knows a secret */
};

struct rst_request {
	enum rst_kind kind;
	struct slice username;
	struct slice password; /* wipe it when done */
	bool by_token;         /* a base ticket in place of a password */
	struct slice app;      /* HostingApp: what the program says it is */
	const char *site_name; /* rst_site_name(); NULL: RST_COMPACT */
	unsigned n;            /* at least 1 */
	struct rst_wish wishes[RST_WISHES_MAX];
};

/* Which language a body is in, though it may be unreadable; else is a guess. */
enum rst_kind rst_read_kind(struct slice body, enum rst_kind guess);
/*
 * False when it makes no sense or asks for more than RST_WISHES_MAX targets.
 * kind is right in any case.  Slices live in the arena.
 */
bool rst_read(struct arena *a, struct slice body, enum rst_kind guess,
    struct rst_request *out);

/* How programs find their tickets: this, and the number. */
#define RST_COMPACT "Compact"
/* What this one, by its User-Agent and its body, wants for "?id=" policies. */
const char *rst_site_name(struct slice agent, struct slice body);

/* What a wish is given. */
struct rst_grant {
	struct slice ticket; /* without "t=" */
	unsigned char secret[RST_SECRET_BYTES];
};

struct rst_answer {
	const struct rst_request *asked;
	const struct rst_grant *grants; /* one for each wish */
	struct slice address;           /* of the account */
	struct slice peer;              /* IP address of who asks */
	uint64_t cid;
	int64_t now, expires; /* Unix seconds */
};
void rst_write_answer(struct buf *out, const struct rst_answer *a);

/* ---- shared by the writers ---- */
#define RST_PSF "http://schemas.microsoft.com/Passport/SoapServices/SOAPFault"

/* How a language calls things: namespaces, and one element. */
struct rst_names {
	const char *soap, *wsse, *wst, *wsa, *wsp;
	const char *life;
};
const struct rst_names *rst_names(enum rst_kind kind);
/* Who answers, and when. */
void rst_write_server(struct buf *out, int64_t now);

enum rst_fault {
	RST_FAULT_PASSWORD, /* or name, or ticket */
	RST_FAULT_LOCKED,   /* too many wrong ones */
	RST_FAULT_REQUEST,  /* it makes no sense */
	RST_FAULT_MOVED,    /* ask at url */
	RST_FAULT_LATER,    /* the service is not available */
};
/* url is for MOVED. */
void rst_write_fault(struct buf *out, enum rst_kind kind, enum rst_fault fault,
    int64_t now, struct slice url);

#endif
