/* SPDX-License-Identifier: MIT */
#include "common/base/log.h"
#include "common/base/panic.h"
#include "common/net/listener.h"
#include "core/desk/ban.h"
#include "operator/mark.h"
#include "roof/roof.h"

#include <stdio.h>
#include <unistd.h>

enum {
	RESERVE = 8 * 1024 * 1024 /* for when memory is short */
};

/*
 * The limit of descriptors is as high as it may go by now, and often lower
 * than that of connections.  Who asked for so many is warned.
 */
static void
tell_descriptors(const struct server *s)
{
	unsigned wanted = number(s, CONF_LIMIT_TOTAL);
	enum log_level level =
	    conf_given(s->conf, CONF_LIMIT_TOTAL) ? LOG_WARN : LOG_INFO;
	int most = listener_descriptors();

	if ((unsigned)most < wanted)
		log_at(level, "descriptors", LOG_N("limit.connections", wanted),
		    LOG_N("served", most),
		    LOG_T("text",
			"raise ulimit -n, or LimitNOFILE of the service"));
}

static int
build_floor(struct server *s, char *err, size_t errlen)
{
	static const struct work_limits work[WORK_CLASSES] = {
		[WORK_TLS] = { .running = 2, .waiting = 4096 },
		[WORK_HASH] = { .running = 2, .waiting = 256 },
		[WORK_COPY] = { .running = 1, .waiting = 1 },
	};
	struct slice dir = text(s, CONF_DATA_DIR);
	const struct env *env = env_real();

	s->lock = service_lock_folder(dir.p, err, errlen);
	if (s->lock < 0)
		return -1;
	tell_descriptors(s);
	s->loop = loop_new(env);
	s->workers = workers_new(s->loop, 4, work);
	s->metrics = metrics_new();
	s->limits = conn_limits_new(env, number(s, CONF_LIMIT_TOTAL),
	    number(s, CONF_LIMIT_ADDRESS));
	conn_limits_trust_loopback(s->limits);
	roof_crowds(s);
	roof_sums_begin(s);
	mem_reserve(RESERVE);
	barrier_init(&s->barrier);
	return 0;
}

static bool
is_banned(void *core, const struct addr *peer)
{
	return ban_has(core, peer);
}

/* For "systemctl status". */
static void
failed(void *core, uint64_t from, uint64_t upto)
{
	core_failed(core, from, upto);
	service_status(core_disk_words(core));
}

static void
recovered(void *core)
{
	core_recovered(core);
	service_status(core_disk_words(core));
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
		.failed = failed,
		.recovered = recovered,
		.ctx = c };

	(void)snprintf(path, sizeof(path), SLICE_FMT "/nudge.db",
	    SLICE_ARG(text(s, CONF_DATA_DIR)));
	c->store = store_open(&store, err, errlen);
	if (c->store == NULL) {
		s->may_pass = true;
		return -1;
	}
	c->loop = s->loop;
	c->env = env;
	c->barrier = &s->barrier;
	c->metrics = s->metrics;
	c->passwords = passwords_new(env, s->workers, 65536);
	c->penalty_pair = penalty_new(env, 65536, 10, 60);
	c->penalty_address = penalty_new(env, 65536, 10, 300);
	c->penalty_looked_at = penalty_new(env, 65536, 10, 300);
	c->penalty_account = penalty_new(env, 65536, 60, 60);
	c->once = token_once_new(env, 262144);
	c->cfg = roof_core_settings(s);
	core_start(c);
	core_number_by_clock(c);
	conn_limits_ban(s->limits, is_banned, c);
	return 0;
}

static int
build_keys(struct server *s, char *err, size_t errlen)
{
	struct keyring *k = &s->keyring;
	struct buf names = BUF_INIT(KEYRING_NAMES - 1);

	k->store = s->core.store;
	k->folder = text(s, CONF_DATA_DIR).p;
	k->loop = s->loop;
	k->workers = s->workers;
	k->keys = &s->core.keys;
	k->seal_key = s->core.seal_key;
	k->renewed = roof_certs_renewed;
	k->ctx = s;
	roof_cert_names(s, &names);
	(void)snprintf(k->names, sizeof(k->names), SLICE_FMT,
	    SLICE_ARG(buf_slice(&names)));
	buf_free(&names);
	if (keyring_open(k, err, errlen) != 0 ||
	    keyring_read_own(k, text(s, CONF_TLS_CERT).p,
		text(s, CONF_TLS_KEY).p, err, errlen) != 0) {
		s->may_pass = store_full(k->store);
		return -1;
	}
	keyring_watch(k);
	return 0;
}

static int
build_fronts(struct server *s, char *err, size_t errlen)
{
	const struct http_limits limits = { .header_bytes = 16384,
		.idle_s = 60,
		.first_ms = 10000,
		.strangers = s->crowds.web,
		.idle = s->crowds.idle,
		.bodies = s->crowds.bodies };
	struct ns_config ns = roof_ns_settings(s);
	struct chat_config chat = roof_chat_settings(s);
	struct web_config web = roof_web_settings(s);
	struct nexus_config nexus;
	const struct http_route *rows;
	struct tls_config tls;
	size_t n;

	roof_tls_settings(s, &tls);
	s->tls = tls_new(s->loop, s->workers, &tls, err, errlen);
	if (s->tls == NULL ||
	    roof_nexus_settings(s, &nexus, err, errlen) != 0 ||
	    roof_upstream_apply(s, err, errlen) != 0)
		return -1;
	s->nexus = nexus_new(&s->core, &nexus);
	s->ns = ns_new(&s->core, &ns);
	s->chat = chat_new(&s->core, &chat);
	s->http = http_new(s->loop, &limits, s->limits);
	http_set_known(s->http, roof_knows, s);
	rows = nexus_routes(&n);
	http_add_routes(s->http, rows, n, s->nexus);
	rows = ns_routes(&n);
	http_add_routes(s->http, rows, n, s->ns);
	s->soap = soap_new(&s->core);
	rows = soap_routes(&n);
	http_add_routes(s->http, rows, n, s->soap);
	rows = soap_get_routes(&n);
	http_add_routes(s->http, rows, n, s->soap);
	s->web = web_new(&s->core, &web, &roof_rooms, s);
	rows = web_routes(&n);
	http_add_routes(s->http, rows, n, s->web);
	s->connect = connect_new(env_real());
	roof_connect_settings(s);
	rows = connect_routes(&n);
	http_add_routes(s->http, rows, n, s->connect);
	s->admin = admin_new(&s->core, &roof_admin_hooks, s);
	rows = admin_routes(&n);
	http_add_routes(s->http, rows, n, s->admin);
	s->op = (struct operator){ .core = &s->core,
		.hooks = &roof_hooks,
		.ctx = s,
		.folder = text(s, CONF_DATA_DIR).p,
		.workers = s->workers };
	http_add_routes(s->http, operator_routes, operator_nroutes, &s->op);
	roof_gauges(s);
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
	s->service = service_new(s->loop, &roof_signals, s);
	return 0;
}

int
roof_build(struct server *s, char *err, size_t errlen)
{
	if (build_floor(s, err, errlen) != 0 ||
	    build_core(s, err, errlen) != 0 ||
	    build_keys(s, err, errlen) != 0 ||
	    build_fronts(s, err, errlen) != 0 ||
	    roof_open_doors(s, err, errlen) != 0 ||
	    build_control(s, err, errlen) != 0)
		return -1;
	return 0;
}

void
roof_take_down(struct server *s)
{
	operator_trace_stop(&s->op);
	control_close(s->control);
	service_free(s->service);
	timer_stop(&s->drain_poll);
	mark_renew(s->core.store, s->keyring.folder, s->core.env);
	roof_sums_end(s);
	/* whoever did not leave in time is cut off with the process */
	if (conn_limits_open(s->limits) > 0 || s->core.nrequests > 0) {
		operator_backup_stop(&s->op);
		store_close(s->core.store);
		_exit(0);
	}
	roof_upstream_free(s);
	ns_free(s->ns);
	chat_free(s->chat);
	nexus_free(s->nexus);
	soap_free(s->soap);
	web_free(s->web);
	connect_free(s->connect);
	admin_free(s->admin);
	keyring_close(&s->keyring);
	workers_free(s->workers);
	s->op.workers = NULL;
	tls_free(s->tls);
	store_close(s->core.store);
	core_stop(&s->core);
	passwords_free(s->core.passwords);
	penalty_free(s->core.penalty_pair);
	penalty_free(s->core.penalty_address);
	penalty_free(s->core.penalty_looked_at);
	penalty_free(s->core.penalty_account);
	token_once_free(s->core.once);
	conn_limits_free(s->limits);
	roof_crowds_free(s);
	metrics_free(s->metrics);
	loop_free(s->loop);
	conf_free(s->conf);
	(void)close(s->lock);
}
