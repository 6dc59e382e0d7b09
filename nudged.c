/* SPDX-License-Identifier: MIT */
/*
 * The roof: the only file that sees every front.  It reads the settings,
 * builds the house from the floor up, opens the doors, and takes it down in
 * the opposite order.
 */
#include "common/base/log.h"
#include "common/base/panic.h"
#include "common/http/http.h"
#include "common/ops/control.h"
#include "common/ops/options.h"
#include "common/ops/service.h"
#include "core/session.h"
#include "nexus/nexus.h"
#include "ns/ns.h"
#include "operator/keyring.h"
#include "operator/operator.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NUDGE_VERSION "0.1.0"

enum {
	ERR = 512,
	DOORS = 4,
	DRAIN_POLL_MS = 50,
	MINUTE_MS = 60 * 1000,
	DAY_S = 24 * 3600,
};

/* One listening port. */
struct door {
	const char *name;
	enum conf_key port;
	enum conf_key address;
	struct listener *listener;
	const struct listener_user *user;
	void *ctx;
};

struct server {
	struct options opts;
	struct conf *conf;
	struct loop *loop;
	struct workers *workers;
	struct metrics *metrics;
	struct conn_limits *limits;
	struct barrier barrier;
	struct core core;
	struct keyring keyring;
	struct tls *tls;
	struct http *http;
	struct ns *ns;
	struct nexus *nexus;
	struct service *service;
	struct control *control;
	struct operator op;
	struct door doors[DOORS];
	struct timer drain_poll;
	uint64_t drain_until;
	int lock;
};

static struct slice
text(const struct server *s, enum conf_key k)
{
	return conf_text(s->conf, k);
}

static unsigned
number(const struct server *s, enum conf_key k)
{
	return (unsigned)conf_int(s->conf, k);
}

/* ---- settings to the parts ---- */

static struct core_config
core_settings(const struct server *s)
{
	struct slice signup = text(s, CONF_SIGNUP);
	struct core_config c = { .signup = SIGNUP_CLOSED,
		.ticket_life_s = number(s, CONF_TICKET_LIFE),
		.token_life_s = DAY_S,
		.max_forward = number(s, CONF_MAX_CONTACTS),
		.max_privacy = number(s, CONF_MAX_PRIVACY),
		.max_members = number(s, CONF_SB_MEMBERS),
		.pass_life_s = 120,
		.cache_accounts = number(s, CONF_CACHE_ACCOUNTS) };

	if (slice_eq_text(signup, "first-login"))
		c.signup = SIGNUP_FIRST_LOGIN;
	else if (slice_eq_text(signup, "open"))
		c.signup = SIGNUP_OPEN;
	return c;
}

static struct ns_config
ns_settings(const struct server *s)
{
	struct slice address = text(s, CONF_PUBLIC_ADDRESS);
	struct ns_config c = { .dispatch = conf_bool(s->conf, CONF_NS_DISPATCH),
		.port = (uint16_t)number(s, CONF_NS_PORT),
		.sign_in_ms = MINUTE_MS,
		.idle_ms = 3 * MINUTE_MS,
		.sb_idle_ms = number(s, CONF_SB_IDLE) * 1000,
		.ping_s = 60,
		.overload_sign_ins = number(s, CONF_SIGN_INS),
		.limits = s->limits };

	(void)snprintf(c.public_address, sizeof(c.public_address), SLICE_FMT,
	    SLICE_ARG(address));
	return c;
}

static struct nexus_config
nexus_settings(const struct server *s)
{
	return (struct nexus_config){ .login_host = text(s, CONF_NEXUS_LOGIN),
		.redirects = text(s, CONF_NEXUS_REDIRECT) };
}

static void
tls_settings(const struct server *s, struct tls_config *c)
{
	*c = (struct tls_config){ .allow_legacy =
				      conf_bool(s->conf, CONF_TLS_LEGACY),
		.allow_3des = conf_bool(s->conf, CONF_TLS_3DES),
		.allow_rc4 = conf_bool(s->conf, CONF_TLS_RC4),
		.hello_ms = 5000,
		.handshake_ms = 20000 };
	keyring_fill(&s->keyring, c);
}

static void
log_settings(const struct server *s)
{
	enum log_level level = LOG_INFO;

	(void)log_level_parse(text(s, CONF_LOG_LEVEL), &level);
	log_setup(level, slice_eq_text(text(s, CONF_LOG_FORMAT), "json"), 2);
}

/* ---- gauges ---- */

static uint64_t
read_sessions(void *ctx)
{
	return ((struct server *)ctx)->core.nsessions;
}

static uint64_t
read_ns_connections(void *ctx)
{
	return ns_connections(((struct server *)ctx)->ns);
}

static uint64_t
read_accounts(void *ctx)
{
	return ((struct server *)ctx)->core.by_id.count;
}

static uint64_t
read_conversations(void *ctx)
{
	return ((struct server *)ctx)->core.conversations.count;
}

static uint64_t
read_tls_full(void *ctx)
{
	return tls_get_stats(((struct server *)ctx)->tls)->full;
}

static uint64_t
read_tls_resumed(void *ctx)
{
	return tls_get_stats(((struct server *)ctx)->tls)->resumed;
}

static uint64_t
read_tls_failed(void *ctx)
{
	return tls_get_stats(((struct server *)ctx)->tls)->failed;
}

static uint64_t
read_http_requests(void *ctx)
{
	return http_get_stats(((struct server *)ctx)->http)->requests;
}

static uint64_t
read_store_waiting(void *ctx)
{
	const struct store *st = ((struct server *)ctx)->core.store;

	return store_last(st) - store_committed(st);
}

static void
add_gauges(struct server *s)
{
	/* clang-format off */
	static const struct {
		const char *name;
		const char *help;
		uint64_t (*read)(void *ctx);
	} rows[] = {
		{ "sessions",         "sessions signed in",             read_sessions },
		{ "ns.open",          "open connections on the MSNP port", read_ns_connections },
		{ "accounts.loaded",  "account records in memory",      read_accounts },
		{ "sb.open",          "switchboard sessions",           read_conversations },
		{ "tls.full",         "full handshakes so far",         read_tls_full },
		{ "tls.resumed",      "resumed handshakes so far",      read_tls_resumed },
		{ "tls.failed",       "failed handshakes so far",       read_tls_failed },
		{ "http.requests",    "HTTP requests so far",           read_http_requests },
		{ "store.waiting",    "changes not yet durable",        read_store_waiting },
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		metrics_gauge(s->metrics, rows[i].name, rows[i].help,
		    rows[i].read, s);
}

/* ---- doors ---- */

static void
ns_accepted(void *ctx, int fd, const struct addr *peer,
    const struct addr *local)
{
	static const struct stream_limits limits = { .out_soft = 128 * 1024,
		.out_hard = 2 * 1024 * 1024,
		.in_max = MSNP_HELD_MAX };
	struct server *s = ctx;
	struct link *l = stream_new(s->loop, fd, &limits, &s->barrier);

	(void)local;
	if (l == NULL) {
		conn_limits_leave(s->limits, peer);
		return;
	}
	metrics_add(s->metrics, COUNTER_NS_CONNECTIONS, 1);
	ns_accept(s->ns, l);
	stream_start(l);
}

static void
ns_refused(void *ctx, const struct addr *peer, int which)
{
	struct server *s = ctx;
	enum close_reason why = which == 0 ? CLOSE_TOO_MANY : CLOSE_SERVER_FULL;
	char ip[ADDR_TEXT_MAX];

	metrics_closed(s->metrics, why);
	log_warn("connection-refused", LOG_T("peer", addr_text(peer, ip)),
	    LOG_T("reason", close_name(why)));
}

static const struct listener_user ns_door = { ns_accepted, ns_refused };

static const char *
door_advice(int err)
{
	if (err == -EACCES)
		return "ports below 1024 need root or CAP_NET_BIND_SERVICE; "
		       "choose another with --set";
	if (err == -EADDRINUSE)
		return "another program has it; stop that or choose another "
		       "port with --set";
	return "check listen.address";
}

static int
open_door(struct server *s, struct door *d, char *err, size_t errlen)
{
	uint16_t port = (uint16_t)number(s, d->port);
	int why;

	if (port == 0)
		return 0;
	d->listener = listener_open(s->loop, text(s, d->address), port,
	    s->limits, d->user, d->ctx, &why);
	if (d->listener != NULL)
		return 0;
	(void)snprintf(err, errlen, "cannot listen on port %u (%s): %s; %s",
	    port, d->name, strerror(-why), door_advice(why));
	return -1;
}

static int
open_doors(struct server *s, char *err, size_t errlen)
{
	const struct door doors[DOORS] = {
		{ "ns.port", CONF_NS_PORT, CONF_LISTEN_ADDRESS, NULL, &ns_door,
		    s },
		{ "http.port", CONF_HTTP_PORT, CONF_LISTEN_ADDRESS, NULL,
		    &http_listener_user, http_plain_ctx(s->http) },
		{ "https.port", CONF_HTTPS_PORT, CONF_LISTEN_ADDRESS, NULL,
		    &http_listener_user, http_tls_ctx(s->http, s->tls, false) },
		{ "admin.port", CONF_ADMIN_PORT, CONF_ADMIN_ADDRESS, NULL,
		    &http_listener_user, http_tls_ctx(s->http, s->tls, true) },
	};

	for (size_t i = 0; i < DOORS; i++) {
		s->doors[i] = doors[i];
		if (open_door(s, &s->doors[i], err, errlen) != 0)
			return -1;
	}
	return 0;
}

static void
close_doors(struct server *s)
{
	for (size_t i = 0; i < DOORS; i++) {
		if (s->doors[i].listener != NULL)
			listener_close(s->doors[i].listener);
		s->doors[i].listener = NULL;
	}
}

/* ---- what the operator asks of the roof ---- */

static bool
hook_listeners(void *ctx, struct buf *out)
{
	struct server *s = ctx;

	for (size_t i = 0; i < DOORS; i++) {
		const struct door *d = &s->doors[i];

		if (d->listener != NULL)
			buf_addf(out, "%s " SLICE_FMT " %u\n", d->name,
			    SLICE_ARG(text(s, d->address)),
			    listener_port(d->listener));
	}
	return true;
}

static void
online_row(void *ctx, struct slice address, const char *dialect,
    const struct addr *peer)
{
	char ip[ADDR_TEXT_MAX];

	buf_addf(ctx, SLICE_FMT "\t%s\t%s\n", SLICE_ARG(address), dialect,
	    addr_text(peer, ip));
}

static bool
hook_online(void *ctx, struct buf *out)
{
	ns_each_online(((struct server *)ctx)->ns, online_row, out);
	return true;
}

/* Give every part the settings as they are now. */
static bool
apply_settings(struct server *s, char *err, size_t errlen)
{
	struct nexus_config nexus = nexus_settings(s);
	struct ns_config ns = ns_settings(s);
	struct tls_config tls;

	if (keyring_read_own(&s->keyring, text(s, CONF_TLS_CERT).p,
		text(s, CONF_TLS_KEY).p, err, errlen) != 0)
		return false;
	tls_settings(s, &tls);
	if (tls_reload(s->tls, &tls, err, errlen) != 0 ||
	    nexus_config_set(s->nexus, &nexus, err, errlen) != 0)
		return false;
	s->core.cfg = core_settings(s);
	ns_config_set(s->ns, &ns);
	conn_limits_set(s->limits, number(s, CONF_LIMIT_TOTAL),
	    number(s, CONF_LIMIT_ADDRESS));
	log_settings(s);
	return true;
}

static bool
hook_reload(void *ctx, struct buf *out)
{
	struct server *s = ctx;
	char err[ERR] = "";
	struct conf *next = options_conf(&s->opts, out, err, sizeof(err));
	bool ok = false;

	service_reloading(s->service);
	if (next != NULL) {
		conf_adopt(s->conf, next, out);
		conf_free(next);
		ok = apply_settings(s, err, sizeof(err));
	}
	if (!ok) {
		buf_addf(out, "%s\n", err);
		log_error("reload-failed", LOG_T("why", err));
	} else {
		log_info("reloaded",
		    LOG_T("config", s->opts.config ? s->opts.config : ""));
	}
	service_ready(s->service);
	return ok;
}

static void
drain_step(struct timer *t)
{
	struct server *s = CONTAINER_OF(t, struct server, drain_poll);

	if (ns_connections(s->ns) > 0 && loop_now(s->loop) < s->drain_until) {
		timer_start(s->loop, t, DRAIN_POLL_MS);
		return;
	}
	loop_stop(s->loop);
}

static void
drain(void *ctx)
{
	struct server *s = ctx;

	if (s->core.draining)
		return;
	log_info("draining", LOG_N("sessions", s->core.nsessions));
	service_stopping(s->service);
	close_doors(s);
	core_drain(&s->core);
	ns_drain(s->ns);
	s->drain_until =
	    loop_now(s->loop) + number(s, CONF_LIMIT_DRAIN) * 1000u;
	s->drain_poll.fire = drain_step;
	timer_start(s->loop, &s->drain_poll, DRAIN_POLL_MS);
}

static bool
hook_drain(void *ctx, struct buf *out)
{
	buf_add_text(out, "stopping\n");
	drain(ctx);
	return true;
}

static bool
hook_rotate(void *ctx, struct buf *out)
{
	struct server *s = ctx;

	(void)out;
	return keyring_rotate(&s->keyring, s->core.env) == 0;
}

static bool
hook_certs_show(void *ctx, struct buf *out)
{
	certs_describe(&((struct server *)ctx)->keyring.certs, out);
	return true;
}

static bool
hook_certs_export(void *ctx, const char *path, struct buf *out)
{
	struct server *s = ctx;
	char err[ERR] = "";

	if (keyring_export(&s->keyring, path, err, sizeof(err)) != 0) {
		buf_addf(out, "%s\n", err);
		return false;
	}
	buf_addf(out,
	    "%s/ca.cer is for Windows, %s/ca.pem for everything else\n", path,
	    path);
	return true;
}

static const struct operator_hooks hooks = { hook_listeners, hook_online,
	hook_reload, hook_drain, hook_rotate, hook_certs_show,
	hook_certs_export };

static void
signal_reload(void *ctx)
{
	struct buf out = BUF_INIT(65536);

	(void)hook_reload(ctx, &out);
	buf_free(&out);
}

static const struct service_user signals = { signal_reload, drain };

static void
certs_renewed(void *ctx)
{
	struct server *s = ctx;
	struct tls_config cfg;
	char err[ERR] = "";

	tls_settings(s, &cfg);
	if (tls_reload(s->tls, &cfg, err, sizeof(err)) != 0)
		log_error("certs-not-loaded", LOG_T("why", err));
	else
		log_info("certs-renewed", LOG_T("text", "new leaves in use"));
}

/* ---- building, from the floor up ---- */

static int
build_floor(struct server *s, char *err, size_t errlen)
{
	static const struct work_limits work[WORK_CLASSES] = {
		[WORK_TLS] = { .running = 2, .waiting = 4096 },
		[WORK_HASH] = { .running = 2, .waiting = 256 },
	};
	struct slice dir = text(s, CONF_DATA_DIR);
	const struct env *env = env_real();

	s->lock = service_lock_folder(dir.p, err, errlen);
	if (s->lock < 0)
		return -1;
	s->loop = loop_new(env);
	s->workers = workers_new(s->loop, 3, work);
	s->metrics = metrics_new();
	s->limits = conn_limits_new(env, number(s, CONF_LIMIT_TOTAL),
	    number(s, CONF_LIMIT_ADDRESS));
	barrier_init(&s->barrier);
	return 0;
}

static int
build_core(struct server *s, char *err, size_t errlen)
{
	const struct env *env = env_real();
	struct core *c = &s->core;
	char path[4200];
	struct store_config store = { .loop = s->loop,
		.path = path,
		.committed = core_committed,
		.failed = core_failed,
		.recovered = core_recovered,
		.ctx = c };

	(void)snprintf(path, sizeof(path), SLICE_FMT "/nudge.db",
	    SLICE_ARG(text(s, CONF_DATA_DIR)));
	c->store = store_open(&store, err, errlen);
	if (c->store == NULL)
		return -1;
	c->loop = s->loop;
	c->env = env;
	c->barrier = &s->barrier;
	c->metrics = s->metrics;
	c->passwords = passwords_new(env, s->workers, 65536);
	c->penalty_pair = penalty_new(env, 65536, 10, 60);
	c->penalty_address = penalty_new(env, 65536, 60, 60);
	c->penalty_account = penalty_new(env, 65536, 60, 60);
	c->once = token_once_new(env, 262144);
	c->cfg = core_settings(s);
	core_start(c);
	return 0;
}

static int
build_keys(struct server *s, char *err, size_t errlen)
{
	struct keyring *k = &s->keyring;

	k->store = s->core.store;
	k->loop = s->loop;
	k->workers = s->workers;
	k->keys = &s->core.keys;
	k->renewed = certs_renewed;
	k->ctx = s;
	(void)snprintf(k->names, sizeof(k->names), SLICE_FMT " " SLICE_FMT,
	    SLICE_ARG(text(s, CONF_PUBLIC_ADDRESS)),
	    SLICE_ARG(text(s, CONF_NEXUS_LOGIN)));
	if (keyring_open(k, err, errlen) != 0 ||
	    keyring_read_own(k, text(s, CONF_TLS_CERT).p,
		text(s, CONF_TLS_KEY).p, err, errlen) != 0)
		return -1;
	keyring_watch(k);
	return 0;
}

static int
build_fronts(struct server *s, char *err, size_t errlen)
{
	static const struct http_limits limits = { .header_bytes = 16384,
		.idle_s = 60,
		.first_ms = 10000 };
	struct ns_config ns = ns_settings(s);
	struct nexus_config nexus = nexus_settings(s);
	struct tls_config tls;
	size_t n;

	tls_settings(s, &tls);
	s->tls = tls_new(s->loop, s->workers, &tls, err, errlen);
	if (s->tls == NULL)
		return -1;
	s->nexus = nexus_new(&s->core, &nexus, err, errlen);
	if (s->nexus == NULL)
		return -1;
	s->ns = ns_new(&s->core, &ns);
	s->http = http_new(s->loop, &limits, s->limits);
	http_add_routes(s->http, nexus_routes(&n), n, s->nexus);
	s->op = (struct operator){ &s->core, &hooks, s };
	http_add_routes(s->http, operator_routes, operator_nroutes, &s->op);
	add_gauges(s);
	return 0;
}

static int
build_control(struct server *s, char *err, size_t errlen)
{
	char path[4200];

	(void)snprintf(path, sizeof(path), SLICE_FMT "/control.sock",
	    SLICE_ARG(text(s, CONF_DATA_DIR)));
	s->control = control_open(s->loop, path, operator_commands,
	    operator_ncommands, &s->op, err, errlen);
	if (s->control == NULL)
		return -1;
	s->service = service_new(s->loop, &signals, s);
	return 0;
}

static int
build(struct server *s, char *err, size_t errlen)
{
	if (build_floor(s, err, errlen) != 0 ||
	    build_core(s, err, errlen) != 0 ||
	    build_keys(s, err, errlen) != 0 ||
	    build_fronts(s, err, errlen) != 0 ||
	    open_doors(s, err, errlen) != 0 ||
	    build_control(s, err, errlen) != 0)
		return -1;
	return 0;
}

static void
take_down(struct server *s)
{
	control_close(s->control);
	service_free(s->service);
	timer_stop(&s->drain_poll);
	http_free(s->http);
	/* whoever did not leave in time is cut off with the process */
	if (ns_connections(s->ns) > 0) {
		store_close(s->core.store);
		_exit(0);
	}
	ns_free(s->ns);
	nexus_free(s->nexus);
	keyring_close(&s->keyring);
	workers_free(s->workers);
	tls_free(s->tls);
	store_close(s->core.store);
	core_stop(&s->core);
	passwords_free(s->core.passwords);
	penalty_free(s->core.penalty_pair);
	penalty_free(s->core.penalty_address);
	penalty_free(s->core.penalty_account);
	token_once_free(s->core.once);
	conn_limits_free(s->limits);
	metrics_free(s->metrics);
	loop_free(s->loop);
	conf_free(s->conf);
	(void)close(s->lock);
}

/* ---- main ---- */

static int
complain(const char *err)
{
	(void)fprintf(stderr, "nudged: %s\n", err);
	return 1;
}

static void
print(struct buf *b)
{
	(void)fwrite(b->p, 1, b->n, stdout);
	buf_free(b);
}

/* True when the command line only asked to be told something. */
static bool
told(const struct options *o)
{
	struct buf out = BUF_INIT(1 << 20);

	if (o->help)
		options_usage(&out);
	else if (o->version)
		buf_add_text(&out, "nudged " NUDGE_VERSION "\n");
	else if (o->describe)
		conf_describe(&out);
	print(&out);
	return o->help || o->version || o->describe;
}

static bool
only_settings(const struct server *s)
{
	struct buf out = BUF_INIT(1 << 20);

	if (s->opts.print_config)
		conf_print(s->conf, &out);
	else if (s->opts.check)
		buf_add_text(&out, "the settings are fine\n");
	print(&out);
	return s->opts.print_config || s->opts.check;
}

int
main(int argc, char **argv)
{
	static struct server s;
	struct buf warn = BUF_INIT(65536);
	char err[ERR] = "";

	if (options_parse(&s.opts, argc, argv, environ, err, sizeof(err)) != 0)
		return complain(err);
	if (told(&s.opts))
		return 0;
	s.conf = options_conf(&s.opts, &warn, err, sizeof(err));
	if (warn.n > 0)
		(void)fprintf(stderr, SLICE_FMT, SLICE_ARG(buf_slice(&warn)));
	buf_free(&warn);
	if (s.conf == NULL)
		return complain(err);
	if (only_settings(&s))
		return 0;
	log_settings(&s);
	service_harden();
	if (build(&s, err, sizeof(err)) != 0)
		return complain(err);
	log_info("ready", LOG_S("data", text(&s, CONF_DATA_DIR)),
	    LOG_N("ns", number(&s, CONF_NS_PORT)),
	    LOG_N("http", number(&s, CONF_HTTP_PORT)),
	    LOG_N("https", number(&s, CONF_HTTPS_PORT)));
	service_ready(s.service);
	loop_run(s.loop);
	take_down(&s);
	return 0;
}
