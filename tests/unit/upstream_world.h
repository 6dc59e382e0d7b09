/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TEST_UPSTREAM_WORLD_H
#define NUDGE_TEST_UPSTREAM_WORLD_H
/*
 * The asking side and a server that answers what the test wrote.  Its name is
 * "friends", on http://127.0.0.1:PORT/RST.srf, with the domain friends.example.
 */
#include "nexus/upstream/config.h"
#include "nexus/upstream/upstream.h"
#include "tests/unit/scripted.h"

enum {
	UPSTREAM_JOBS = 120
};

struct upstream_ask {
	struct elsewhere_job job;
	unsigned done;
};

struct upstream_world {
	struct env env;
	uint64_t ms; /* added to the real clock */
	struct loop *loop;
	struct metrics *metrics;
	struct scripted server;
	struct upstream_settings says;
	char servers[256];
	struct upstream_config *cfg;
	struct upstream *up;
	struct elsewhere *seam;
	struct upstream_ask asks[UPSTREAM_JOBS];
};

int upstream_world_make(void **state);
int upstream_world_end(void **state);
/* With what says says, from now on. */
void upstream_world_set(struct upstream_world *w);
/* Ask; done later. */
struct upstream_ask *upstream_world_post(struct upstream_world *w, unsigned i,
    const char *password, const struct upstream_asker *asker);
/* Until it is answered. */
enum elsewhere_verdict
upstream_world_wait(struct upstream_world *w, struct upstream_ask *a);
/* Both, as the first of all. */
enum elsewhere_verdict
upstream_world_ask(struct upstream_world *w, const char *password);
/* Does the last question hold that text? */
bool upstream_world_heard(const struct upstream_world *w, const char *text);
/* The value of a line of metrics. */
uint64_t upstream_world_count(const struct upstream_world *w, const char *name);

/* Answers. */
#define UPSTREAM_PP(id)                                                      \
	"<S:Header><psf:pp xmlns:psf=\"p\"><psf:PUID>" id "</psf:PUID>"      \
	"<psf:authstate>0x48803</psf:authstate>"                             \
	"<psf:reqstatus>0x0</psf:reqstatus><psf:credProperties>"             \
	"<psf:credProperty Name=\"CID\">862d987eb60b7a63</psf:credProperty>" \
	"<psf:credProperty Name=\"FirstName\">Al 100%</psf:credProperty>"    \
	"<psf:credProperty Name=\"LastName\">B\xc3\xa4r</psf:credProperty>"  \
	"</psf:credProperties></psf:pp></S:Header>"
#define UPSTREAM_TICKET                                                     \
	"<w:RequestSecurityTokenResponse><w:RequestedSecurityToken>"        \
	"<EncryptedData Id=\"BinaryDAToken0\"/></w:RequestedSecurityToken>" \
	"</w:RequestSecurityTokenResponse>"
#define UPSTREAM_ENVELOPE(inside)                                         \
	"<?xml version=\"1.0\"?><S:Envelope xmlns:S=\"s\" xmlns:w=\"w\" " \
	"xmlns:psf=\"p\">" inside "</S:Envelope>"
#define UPSTREAM_SIGNED_IN                                                                           \
	UPSTREAM_ENVELOPE(UPSTREAM_PP(                                                               \
	    "0003BFFDB7D5F624") "<S:Body><w:RequestSecurityTokenResponseCollection>" UPSTREAM_TICKET \
				"</w:RequestSecurityTokenResponseCollection>"                        \
				"</S:Body>")
#define UPSTREAM_FAULT(code, status, more)                                 \
	UPSTREAM_ENVELOPE(                                                 \
	    "<S:Header><psf:pp><psf:authstate>0x80048800"                  \
	    "</psf:authstate><psf:reqstatus>" status "</psf:reqstatus>"    \
	    "</psf:pp></S:Header><S:Fault><faultcode>" code "</faultcode>" \
	    "<faultstring>Authentication Failure</faultstring>" more       \
	    "</S:Fault>")
#define UPSTREAM_REFUSED \
	UPSTREAM_FAULT("wsse:FailedAuthentication", "0x80048821", "")

#endif
