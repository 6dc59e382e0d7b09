/* SPDX-License-Identifier: MIT */
#include "common/base/log.h"
#include "roof/roof.h"

#include <stdio.h>

enum {
	MINUTE_MS = 60 * 1000,
	DAY_S = 24 * 3600
};

/* The staff of the chat rooms, without its ranks. */
static void
reserve(const struct server *s, char *out, size_t n)
{
	struct slice rest = text(s, CONF_CHAT_STAFF), word;
	struct buf b = BUF_INIT(n - 1);

	while (slice_cut_word(&rest, &word)) {
		size_t colon = slice_find(word, ':');

		buf_add_slice(&b,
		    colon < word.n ? slice_from(word, colon + 1) : word);
		buf_add_char(&b, ' ');
	}
	if (b.n > 0)
		memcpy(out, b.p, b.n);
	out[b.n] = '\0';
	buf_free(&b);
}

struct core_config
roof_core_settings(const struct server *s)
{
	struct slice signup = text(s, CONF_SIGNUP);
	struct core_config c = { .signup = SIGNUP_CLOSED,
		.signups = number(s, CONF_LIMIT_SIGNUPS),
		.signups_lan = number(s, CONF_LIMIT_SIGNUPS_LAN),
		.guess_delay_s = number(s, CONF_GUESS_DELAY),
		.seal_passwords = conf_bool(s->conf, CONF_MD5),
		.ask_per_minute = number(s, CONF_UP_MINUTE),
		.ask_per_hour = number(s, CONF_UP_HOUR),
		.md5_days = number(s, CONF_UP_MD5_DAYS),
		.ticket_life_s = number(s, CONF_TICKET_LIFE),
		.token_life_s = DAY_S,
		.max_forward = number(s, CONF_MAX_CONTACTS),
		.max_privacy = number(s, CONF_MAX_PRIVACY),
		.max_strangers = number(s, CONF_MAX_STRANGERS),
		.max_members = number(s, CONF_SB_MEMBERS),
		.talk_rate = number(s, CONF_SB_RATE) * 1024,
		.pass_life_s = 120,
		.signin_days = number(s, CONF_SIGNIN_DAYS),
		.mail_days = number(s, CONF_MAIL_DAYS),
		.cache_accounts = number(s, CONF_CACHE_ACCOUNTS) };

	if (slice_eq_text(signup, "first-login"))
		c.signup = SIGNUP_FIRST_LOGIN;
	else if (slice_eq_text(signup, "open"))
		c.signup = SIGNUP_OPEN;
	else if (slice_eq_text(signup, "invite"))
		c.signup = SIGNUP_INVITE;
	reserve(s, c.reserved, sizeof(c.reserved));
	(void)snprintf(c.reserved_names, sizeof(c.reserved_names), SLICE_FMT,
	    SLICE_ARG(text(s, CONF_RESERVED_NAMES)));
	return c;
}

struct web_config
roof_web_settings(const struct server *s)
{
	struct web_config c = {
		.plain_passwords = conf_bool(s->conf, CONF_WEB_PLAIN),
		.plain_chat = conf_bool(s->conf, CONF_CHAT_PLAIN),
		.https_port = (uint16_t)number(s, CONF_HTTPS_PORT),
		.chat_port = (uint16_t)number(s, CONF_CHAT_PORT),
		.chat_directory = (uint16_t)number(s, CONF_CHAT_DIRECTORY),
	};

	if (c.chat_directory == 0)
		c.chat_directory = c.chat_port;
	(void)snprintf(c.public_address, sizeof(c.public_address), SLICE_FMT,
	    SLICE_ARG(text(s, CONF_PUBLIC_ADDRESS)));
	(void)snprintf(c.chat_codebase, sizeof(c.chat_codebase), SLICE_FMT,
	    SLICE_ARG(text(s, CONF_CHAT_CODEBASE)));
	return c;
}

static enum ns_challenge
challenge_mode(const struct server *s)
{
	struct slice word = text(s, CONF_NS_CHALLENGE);

	if (slice_eq_text(word, "on"))
		return NS_CHALLENGE_ON;
	return slice_eq_text(word, "observe") ? NS_CHALLENGE_OBSERVE
					      : NS_CHALLENGE_OFF;
}

struct ns_config
roof_ns_settings(const struct server *s)
{
	struct slice address = text(s, CONF_PUBLIC_ADDRESS);
	struct ns_config c = { .dispatch = conf_bool(s->conf, CONF_NS_DISPATCH),
		.ctp = conf_bool(s->conf, CONF_NS_CTP),
		.challenge = challenge_mode(s),
		.port = (uint16_t)number(s, CONF_NS_PORT),
		.sign_in_ms = MINUTE_MS,
		.idle_ms = 3 * MINUTE_MS,
		.sb_idle_ms = number(s, CONF_SB_IDLE) * 1000,
		.ping_s = 60,
		.strangers = s->crowds.strangers,
		.limits = s->limits };

	(void)snprintf(c.public_address, sizeof(c.public_address), SLICE_FMT,
	    SLICE_ARG(address));
	return c;
}

struct chat_config
roof_chat_settings(const struct server *s)
{
	struct chat_config c = { .plain = conf_bool(s->conf, CONF_CHAT_PLAIN),
		.sign_in_ms = MINUTE_MS / 2,
		.ping_ms = 90 * 1000,
		.lines = number(s, CONF_CHAT_LINES),
		.max_rooms = number(s, CONF_CHAT_ROOMS),
		.network_rooms = number(s, CONF_CHAT_SHARE),
		.max_members = number(s, CONF_CHAT_MEMBERS),
		.limits = s->limits,
		.strangers = s->crowds.strangers };

	(void)snprintf(c.public_address, sizeof(c.public_address), SLICE_FMT,
	    SLICE_ARG(text(s, CONF_PUBLIC_ADDRESS)));
	if (number(s, CONF_CHAT_DIRECTORY) != 0)
		c.port = (uint16_t)number(s, CONF_CHAT_PORT);
	(void)snprintf(c.names, sizeof(c.names), SLICE_FMT,
	    SLICE_ARG(text(s, CONF_CHAT_NAMES)));
	(void)snprintf(c.staff, sizeof(c.staff), SLICE_FMT,
	    SLICE_ARG(text(s, CONF_CHAT_STAFF)));
	(void)snprintf(c.words, sizeof(c.words), SLICE_FMT,
	    SLICE_ARG(text(s, CONF_CHAT_WORDS)));
	return c;
}

int
roof_nexus_settings(const struct server *s, struct nexus_config *c, char *err,
    size_t errlen)
{
	if (nexus_config_parse(c, text(s, CONF_NEXUS_LOGIN),
		text(s, CONF_NEXUS_REDIRECT), err, errlen) != 0)
		return -1;
	(void)snprintf(c->web, sizeof(c->web), SLICE_FMT,
	    SLICE_ARG(text(s, CONF_NEXUS_WEB)));
	return 0;
}

void
roof_cert_names(const struct server *s, struct buf *names)
{
	buf_add_char(names, ' ');
	buf_add_slice(names, text(s, CONF_NEXUS_LOGIN));
	public_add_names(text(s, CONF_PUBLIC_ADDRESS), names);
}

static struct tls_config
tls_switches(const struct server *s)
{
	return (struct tls_config){ .allow_legacy =
					conf_bool(s->conf, CONF_TLS_LEGACY),
		.allow_3des = conf_bool(s->conf, CONF_TLS_3DES),
		.allow_rc4 = conf_bool(s->conf, CONF_TLS_RC4),
		.allow_ssl3 = conf_bool(s->conf, CONF_TLS_SSL3),
		.old_goodbye = conf_bool(s->conf, CONF_TLS_GOODBYE),
		.hello_ms = 5000,
		.handshake_ms = 20000 };
}

void
roof_tls_settings(const struct server *s, struct tls_config *c)
{
	*c = tls_switches(s);
	keyring_fill(&s->keyring, c);
}

int
roof_tls_check(const struct server *s, char *err, size_t errlen)
{
	const struct tls_config c = tls_switches(s);

	return tls_check(&c, err, errlen);
}

void
roof_connect_settings(struct server *s)
{
	struct slice ca = buf_slice(&s->keyring.certs.ca_cert);
	struct connect_config c = { .http_port =
					(uint16_t)number(s, CONF_HTTP_PORT),
		.ns_port = (uint16_t)number(s, CONF_NS_PORT) };
	struct buf der = BUF_INIT(64 * 1024);

	(void)snprintf(c.public_address, sizeof(c.public_address), SLICE_FMT,
	    SLICE_ARG(text(s, CONF_PUBLIC_ADDRESS)));
	connect_config_set(s->connect, &c);
	if (certs_der(ca, &der) == 0)
		connect_set_ca(s->connect, ca, buf_slice(&der));
	buf_free(&der);
}

void
roof_log_settings(const struct server *s)
{
	enum log_level level = LOG_INFO;

	(void)log_level_parse(text(s, CONF_LOG_LEVEL), &level);
	log_setup(level, slice_eq_text(text(s, CONF_LOG_FORMAT), "json"), 2);
}

/* Give every part the settings as they are now. */
bool
roof_apply(struct server *s, char *err, size_t errlen)
{
	struct nexus_config nexus;
	struct ns_config ns = roof_ns_settings(s);
	struct chat_config chat = roof_chat_settings(s);
	struct web_config web = roof_web_settings(s);
	struct buf names = BUF_INIT(KEYRING_NAMES - 1);
	struct tls_config tls;

	if (keyring_read_own(&s->keyring, text(s, CONF_TLS_CERT).p,
		text(s, CONF_TLS_KEY).p, err, errlen) != 0)
		return false;
	roof_tls_settings(s, &tls);
	if (tls_reload(s->tls, &tls, err, errlen) != 0 ||
	    roof_nexus_settings(s, &nexus, err, errlen) != 0 ||
	    roof_upstream_apply(s, err, errlen) != 0)
		return false;
	roof_cert_names(s, &names);
	keyring_rename(&s->keyring, buf_slice(&names));
	buf_free(&names);
	nexus_config_set(s->nexus, &nexus);
	s->core.cfg = roof_core_settings(s);
	ns_config_set(s->ns, &ns);
	chat_config_set(s->chat, &chat);
	web_config_set(s->web, &web);
	roof_connect_settings(s);
	conn_limits_set(s->limits, number(s, CONF_LIMIT_TOTAL),
	    number(s, CONF_LIMIT_ADDRESS));
	roof_crowds_apply(s);
	roof_doors_apply(s);
	roof_log_settings(s);
	return true;
}
