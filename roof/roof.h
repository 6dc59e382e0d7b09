/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_ROOF_H
#define NUDGE_ROOF_H
/*
 * The roof: nudged.c and this folder are the only code that sees every front.
 */
#include "chat/chat.h"
#include "common/base/version.h"
#include "common/http/http.h"
#include "common/ops/control.h"
#include "common/ops/options.h"
#include "common/ops/service.h"
#include "core/session.h"
#include "nexus/nexus.h"
#include "nexus/upstream/upstream.h"
#include "ns/ns.h"
#include "operator/keyring.h"
#include "operator/operator.h"
#include "soap/soap.h"
#include "web/admin/admin.h"
#include "web/connect.h"
#include "web/web.h"

enum {
	ROOF_ERR = 512,
	ROOF_DOORS = 6,
};

/* One listening port, on every address it has. */
struct door {
	const char *name;
	enum conf_key port;
	enum conf_key address;
	struct listener *listeners[LISTENERS_MAX]; /* in the setting's order */
	struct subnets proxies;
	const struct listener_user *user;
	void *ctx;
};

struct server {
	struct options opts;
	char file[2 * OPTIONS_PATH]; /* the settings file, absolute */
	struct conf *conf;
	struct loop *loop;
	struct workers *workers;
	struct metrics *metrics;
	struct conn_limits *limits;
	/* before a sign-in; HTTP before, and between requests; its bodies */
	struct {
		struct crowd *strangers, *web, *idle, *bodies;
	} crowds;
	struct barrier barrier;
	struct core core;
	struct keyring keyring;
	struct tls *tls;
	struct http *http;
	struct ns *ns;
	struct nexus *nexus;
	struct upstream *upstream; /* NULL: none is set */
	struct soap *soap;
	struct web *web;
	struct chat *chat;
	struct connect *connect;
	struct admin *admin;
	struct service *service;
	struct control *control;
	struct operator op;
	struct door doors[ROOF_DOORS];
	struct timer drain_poll, sums;
	uint64_t drain_until;
	int lock;
	bool may_pass; /* what hindered the start */
};

/* Values of settings. */
static inline struct slice
text(const struct server *s, enum conf_key k)
{
	return conf_text(s->conf, k);
}

static inline unsigned
number(const struct server *s, enum conf_key k)
{
	return (unsigned)conf_int(s->conf, k);
}

/* ---- settings.c: what the parts are told ---- */
struct core_config roof_core_settings(const struct server *s);
struct ns_config roof_ns_settings(const struct server *s);
struct chat_config roof_chat_settings(const struct server *s);
struct web_config roof_web_settings(const struct server *s);
int roof_nexus_settings(const struct server *s, struct nexus_config *c,
    char *err, size_t errlen);
/* Names for the certificates, at most KEYRING_NAMES - 1 bytes. */
void roof_cert_names(const struct server *s, struct buf *names);
void roof_tls_settings(const struct server *s, struct tls_config *c);
/* What is switched on can be had of the libraries here. */
int roof_tls_check(const struct server *s, char *err, size_t errlen);
/* Also the certificate authority, whenever it may have changed. */
void roof_connect_settings(struct server *s);
void roof_log_settings(const struct server *s);
/* Give every part the settings as they are now. */
bool roof_apply(struct server *s, char *err, size_t errlen);
/* ---- upstream.c: servers that decide about passwords ---- */
int roof_upstream_check(const struct server *s, char *err, size_t errlen);
/* The settings as they are now; builds it when the first server is set. */
int roof_upstream_apply(struct server *s, char *err, size_t errlen);
void roof_upstream_free(struct server *s);
bool roof_upstream_list(void *server, struct buf *out);
void roof_upstream_test(void *server, struct control_call *call);
/* ---- crowds.c: who gives way when there are too many ---- */
void roof_crowds(struct server *s);
void roof_crowds_apply(struct server *s);
void roof_crowds_free(struct server *s);
/* For http_set_known(): is it somebody we gave a token? */
bool roof_knows(void *server, struct http_request *rq, struct slice head);
/* ---- sums.c: lines of the log that came too often ---- */
void roof_sums_begin(struct server *s);
void roof_sums_end(struct server *s);
/* ---- gauges.c ---- */
void roof_gauges(struct server *s);
/* ---- doors.c: the listening ports ---- */
int roof_open_doors(struct server *s, char *err, size_t errlen);
/* The line that says where people come in; also for "systemctl status". */
void roof_say_ready(const struct server *s);
/* Take the settings that are reloadable. */
void roof_doors_apply(struct server *s);
/* All, or only the one of MSNP over TCP. */
void roof_close_doors(struct server *s, bool all);
/* ---- hooks.c: what the operator asks of the roof ---- */
extern const struct operator_hooks roof_hooks;
extern const struct service_user roof_signals;
void roof_certs_renewed(void *server);
/* "https://host:port", where people reach the pages. */
void roof_add_site(void *server, struct buf *out);
/* ---- admin.c: what the admin pages ask of it ---- */
extern const struct admin_hooks roof_admin_hooks;
bool roof_admin_link(void *server, struct buf *out);
void roof_banned(void *server, const struct subnet *network);
/* ---- rooms.c: what pages ask of chat rooms ---- */
extern const struct web_rooms roof_rooms;
/* ---- kept.c: settings from one run to the next ---- */
/* A line for what lets people do more than in the last run, one for variables;
 * notes what this run goes by. */
void roof_kept_start(struct server *s);
void roof_kept_reload(const struct server *s);
void roof_settings(void *server, struct operator_settings *out);
bool roof_settings_fit(void *server, const struct conf_change *changes,
    size_t n, struct buf *out);
/* ---- advice.c: a warning for what is allowed and will not work ---- */
void roof_advise(const struct server *s);
/* ---- build.c: up from the floor, and down again ---- */
int roof_build(struct server *s, char *err, size_t errlen);
void roof_take_down(struct server *s);

#endif
