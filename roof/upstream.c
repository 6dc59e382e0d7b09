/* SPDX-License-Identifier: MIT */
/* Servers that decide about passwords: built when one is set. */
#include "common/base/panic.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "nexus/upstream/config.h"
#include "roof/roof.h"

#include <stdlib.h>

enum {
	ID_BYTES = 8
};

/* NULL, and a sentence in err. */
static struct upstream_config *
read_settings(const struct server *s, char *err, size_t errlen)
{
	struct upstream_config *c = mem_alloc(sizeof(*c));
	struct upstream_settings says = {
		.servers = text(s, CONF_UP_SERVERS),
		.domains = text(s, CONF_UP_DOMAINS),
		.local = text(s, CONF_UP_LOCAL),
		.ca = text(s, CONF_UP_CA),
		.pin = text(s, CONF_UP_PIN),
		.kind = text(s, CONF_UP_KIND),
		.mode = text(s, CONF_UP_MODE),
		.provision = text(s, CONF_UP_PROVISION),
		.fallback = text(s, CONF_UP_FALLBACK),
		.policy = text(s, CONF_UP_POLICY),
		.redirects = text(s, CONF_UP_REDIRECTS),
		.plain = text(s, CONF_UP_PLAIN),
		.truncate = text(s, CONF_UP_TRUNCATE),
		.timeout_s = number(s, CONF_UP_TIMEOUT),
		.parallel = number(s, CONF_UP_PARALLEL),
		.failures = number(s, CONF_UP_FAILURES),
		.pause_s = number(s, CONF_UP_PAUSE),
		.max_reply = (size_t)number(s, CONF_UP_REPLY) * 1024,
	};

	/*
	 * Not above: gcc 12 (-ftrivial-auto-var-init=zero) may clear the padding
	 * of such a struct in the middle of an array that is initialized.
	 */
	says.tables[UPSTREAM_MSN75] = text(s, CONF_UP_MSN75);
	says.tables[UPSTREAM_WLM80] = text(s, CONF_UP_WLM80);
	says.tables[UPSTREAM_WLM81] = text(s, CONF_UP_WLM81);
	says.tables[UPSTREAM_WLM2009] = text(s, CONF_UP_WLM2009);
	says.tables[UPSTREAM_WLM2011] = text(s, CONF_UP_WLM2011);
	if (upstream_config_parse(c, &says, err, errlen) == 0)
		return c;
	free(c);
	return NULL;
}

int
roof_upstream_check(const struct server *s, char *err, size_t errlen)
{
	struct upstream_config *c = read_settings(s, err, errlen);

	free(c);
	return c != NULL ? 0 : -1;
}

/* Known to others, and says nothing of the key it is made of. */
static void
add_id(const struct server *s, struct buf *out)
{
	const struct slice what = SLICE_LIT("upstream server id");
	unsigned char mac[SHA256_BYTES];

	digest_hmac_sha256(slice_make(s->core.seal_key,
			       sizeof(s->core.seal_key)),
	    &what, 1, mac);
	hex_encode(out, slice_make(mac, ID_BYTES));
}

static int
make(struct server *s, const struct upstream_config *c, char *err,
    size_t errlen)
{
	struct buf id = BUF_INIT(2 * ID_BYTES);

	add_id(s, &id);
	s->upstream =
	    upstream_new(s->loop, s->metrics, c, buf_slice(&id), err, errlen);
	buf_free(&id);
	if (s->upstream == NULL)
		return -1;
	s->core.elsewhere = upstream_elsewhere(s->upstream);
	return 0;
}

int
roof_upstream_apply(struct server *s, char *err, size_t errlen)
{
	struct upstream_config *c = read_settings(s, err, errlen);
	int rc = 0;

	if (c == NULL)
		return -1;
	if (s->upstream != NULL)
		upstream_config_set(s->upstream, c);
	else if (c->nservers > 0)
		rc = make(s, c, err, errlen);
	free(c);
	return rc;
}

void
roof_upstream_free(struct server *s)
{
	upstream_free(s->upstream);
	s->upstream = NULL;
	s->core.elsewhere = NULL;
}

/* ---- what the operator asks ---- */

static bool
has_none(const struct server *s, struct buf *out)
{
	if (s->upstream != NULL)
		return false;
	buf_add_text(out,
	    "no other server is set: see upstream.servers and "
	    "docs/UPSTREAM.md\n");
	return true;
}

bool
roof_upstream_list(void *server, struct buf *out)
{
	struct server *s = server;

	if (!has_none(s, out))
		upstream_list(s->upstream, out);
	return true;
}

static void
tested(void *call, bool good)
{
	control_done(call, good);
}

void
roof_upstream_test(void *server, struct control_call *call)
{
	struct server *s = server;
	const struct upstream_trial trial = { .address = control_arg(call, 0),
		.password = control_option(call, "password"),
		.server = control_option(call, "server"),
		.out = control_out(call),
		.done = tested,
		.ctx = call };

	if (has_none(s, trial.out))
		control_done(call, false);
	else
		upstream_test(s->upstream, &trial);
}
