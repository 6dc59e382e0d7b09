/* SPDX-License-Identifier: MIT */
#include "common/base/panic.h"
#include "common/codec/digest.h"
#include "web/connect_parts.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	CERT_MAX = 64 * 1024
};

struct connect *
connect_new(const struct env *env)
{
	struct connect *c = mem_alloc(sizeof(*c));

	c->env = c->tests.env = env;
	buf_init(&c->pem, CERT_MAX);
	buf_init(&c->der, CERT_MAX);
	return c;
}

void
connect_free(struct connect *c)
{
	buf_free(&c->pem);
	buf_free(&c->der);
	free(c);
}

void
connect_config_set(struct connect *c, const struct connect_config *cfg)
{
	c->cfg = *cfg;
}

static void
print(char *out, size_t size, const unsigned char *sum, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)snprintf(out + 3 * i, size - 3 * i, "%02X%s", sum[i],
		    i + 1 < n ? ":" : "");
}

void
connect_set_ca(struct connect *c, struct slice pem, struct slice der)
{
	unsigned char sum[SHA1_BYTES];

	buf_reset(&c->pem);
	buf_reset(&c->der);
	buf_add_slice(&c->pem, pem);
	buf_add_slice(&c->der, der);
	digest_sha1(&der, 1, sum);
	print(c->sha1, sizeof(c->sha1), sum, SHA1_BYTES);
}

/* clang-format off */
static const struct http_route rows[] = {
	{ "/connect",              HTTP_GET, HTTP_PLAIN | HTTP_TLS, 0, connect_page },
	{ "/connect/",             HTTP_GET, HTTP_PLAIN | HTTP_TLS, 0, connect_page },
	{ "/connect/ok.gif",       HTTP_GET, HTTP_PLAIN | HTTP_TLS, 0, connect_picture },
	{ "/connect/test",         HTTP_GET, HTTP_PLAIN,            0, connect_try },
	{ "/connect/test",         HTTP_GET, HTTP_TLS,              0, connect_try_plain },
	{ "/connect/test/seen",    HTTP_GET, HTTP_PLAIN | HTTP_TLS, 0, connect_seen },
	{ "/connect/get/*",        HTTP_GET, HTTP_PLAIN | HTTP_TLS, 0, connect_get },
	{ "/connect/nudge.cer",    HTTP_GET, HTTP_PLAIN | HTTP_TLS, 0, connect_file },
	{ "/connect/nudge.crt",    HTTP_GET, HTTP_PLAIN | HTTP_TLS, 0, connect_file },
	{ "/connect/nudge.pem",    HTTP_GET, HTTP_PLAIN | HTTP_TLS, 0, connect_file },
	{ "/connect/dnsmasq.conf", HTTP_GET, HTTP_PLAIN | HTTP_TLS, 0, connect_dns },
};
/* clang-format on */

const struct http_route *
connect_routes(size_t *n)
{
	*n = ARRAY_LEN(rows);
	return rows;
}
