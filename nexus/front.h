/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NEXUS_FRONT_H
#define NUDGE_NEXUS_FRONT_H
/*
 * What the files of the Passport front share: one request's way from the
 * question to the verdict to the reply, and the pieces replies are made of.
 */
#include "common/codec/page.h"
#include "core/people/account.h"
#include "nexus/nexus.h"
#include "nexus/passport.h"
#include "nexus/rst.h"
#include "nexus/upstream/upstream.h"

enum {
	NEXUS_URLS_MAX = 1024,
	NEXUS_ARENA_MAX = 512 * 1024
};

/*
 * Clients replace cached Nexus answers only when this is higher: raise it
 * whenever one of the URLs changes.
 */
#define NEXUS_CONFIG_VERSION "15"
/*
 * DARealm and srealm, spelled as the servers of the time did (seed 004): the
 * two differ in case, which did not make WinINet give up.
 */
#define NEXUS_REALM          "Passport.Net"
#define NEXUS_REALM_401      "Passport.NET"

struct nexus {
	struct core *core;
	struct nexus_config cfg;
	char urls[NEXUS_URLS_MAX]; /* value of PassportURLs */
};

/* How a sign-in ended, whichever path it took. */
enum nexus_verdict {
	NEXUS_WAIT,     /* not yet */
	NEXUS_GOOD,     /* visit->account */
	NEXUS_ASK,      /* no credentials */
	NEXUS_STALE,    /* the challenge is ours, of too long ago */
	NEXUS_WRONG,    /* address or password */
	NEXUS_LOCKED,   /* too many failures */
	NEXUS_DISABLED, /* the account was switched off */
	NEXUS_MOVED,    /* visit->host has the account, or visit->url */
	NEXUS_LATER,    /* busy, draining, store trouble */
	NEXUS_BROKEN,   /* the request makes no sense */
	NEXUS_TOO_LONG,
};

/* One HTTP request that asks the core something. */
struct nexus_visit {
	struct request request;
	struct http_request *http;
	struct nexus *nexus;
	struct arena arena; /* lives until the reply was sent */
	struct passport_request asked;
	bool foreign;                /* the challenge is not this server's */
	struct rst_request *rst;     /* of a token service; else NULL */
	struct upstream_asker asker; /* for whoever must ask further */
	struct slice secret;         /* has a password: wipe it when done */
	struct account *account;
	struct token by; /* it was shown this; else the password */
	struct slice host;
	struct slice url; /* whole, of an upstream's; p NULL: only host */
	enum nexus_verdict verdict;
};

/*
 * Judge, wait until what was judged is durable, reply.  judge may run several
 * times and answers NEXUS_WAIT when the core said so; reply runs once.
 */
struct nexus_flow {
	enum nexus_verdict (*judge)(struct nexus_visit *v);
	void (*reply)(struct nexus_visit *v);
};
enum http_outcome nexus_visit_run(struct http_request *rq, struct nexus *n,
    const struct nexus_flow *flow);
/* A request that was sent here by another login server (passport.md 5.3). */
bool nexus_was_sent_here(const struct http_request *rq);
/* signin_password() on v->asked, as a verdict. */
enum nexus_verdict nexus_visit_password(struct nexus_visit *v);
enum nexus_verdict nexus_verdict_of(enum result r);

/*
 * Status and the headers of the login servers (seed 004), in their order; the
 * connection closes behind the reply, as theirs did.
 */
void nexus_reply_begin(struct http_request *rq, const struct nexus *n,
    unsigned status);
/*
 * The cookies of a success, or the same ones expired.  A browser is told not
 * to send its session along with what another site's page asks; Lax, as it
 * may have come from Messenger's own form.  Of that (v->by) they open what its
 * menus lead to and no more, and live no longer.
 */
enum nexus_reader {
	NEXUS_PROGRAM,
	NEXUS_BROWSER,
	NEXUS_MENU
};
void nexus_reply_cookies(struct nexus_visit *v, enum nexus_reader reader);
void nexus_reply_no_cookies(struct http_request *rq);

/* routes */
enum http_outcome nexus_login2(struct http_request *rq, void *front);
enum http_outcome nexus_form(struct http_request *rq, void *front);
enum http_outcome nexus_logout(struct http_request *rq, void *front);
enum http_outcome nexus_mail(struct http_request *rq, void *front);
enum http_outcome nexus_rst(struct http_request *rq, void *front);
enum http_outcome nexus_rst_below(struct http_request *rq, void *front);
enum http_outcome nexus_notrst(struct http_request *rq, void *front);
enum http_outcome nexus_sqm(struct http_request *rq, void *front);
enum http_outcome nexus_ppcrl(struct http_request *rq, void *front);
enum http_outcome nexus_sha1auth(struct http_request *rq, void *front);

/* The files of nexus/pages. */
extern const struct slice nexus_page_login;
extern const struct slice nexus_page_done;
extern const struct slice nexus_page_logout;

/* Another site's form; of the two pages that Messenger's own file posts to. */
bool nexus_from_elsewhere(const struct http_request *rq);

/*
 * May a browser be sent there?  http or https on one of the service's own
 * names, or a path of the mailbox; nothing that could end a header.
 */
bool nexus_url_allowed(struct slice url);

/*
 * What an old library says of its program: "X-Policy: target|policy" and
 * "X-Client: version;{guid}" (real-accounts.md 8).  False: pay no heed to it.
 */
bool nexus_policy_ok(struct slice header);
bool nexus_client_ok(struct slice header);
/* "login.far.example:444" of "https://login.far.example:444/x"; else empty. */
struct slice nexus_url_host(struct slice url);
/* asker.c: what this request says beside its password. */
void nexus_asker_read(struct nexus_visit *v);

#endif
