/* SPDX-License-Identifier: MIT */
#include "core/door/signin.h"
#include "roof/roof.h"

enum {
	FEW = 4,           /* connections that no network is blamed for */
	FEW_BYTES = 256,   /* KiB of bodies */
	SIGN_IN_MS = 5000, /* in which a program says something */
	BETWEEN_MS = 1000, /* and after which it may connect again */
	TOKEN_LEAST = 90,  /* characters: ours are longer */
	TRIES = 8,         /* what looks like a token, of one request */
	NAMES = 3,         /* "name=t=" */
	UNITS = 1024 * 1024 / HTTP_BODY_UNIT
};

void
roof_crowds(struct server *s)
{
	const uint32_t many = number(s, CONF_SIGN_INS);
	const struct crowd_limits before = { many, FEW, SIGN_IN_MS },
				  between = { many, FEW, BETWEEN_MS },
				  bodies = { number(s, CONF_LIMIT_BODIES) *
					      UNITS,
					  FEW_BYTES * 1024 / HTTP_BODY_UNIT,
					  SIGN_IN_MS };
	const struct env *env = env_real();

	s->crowds.strangers = crowd_new(env, &before);
	s->crowds.web = crowd_new(env, &before);
	s->crowds.idle = crowd_new(env, &between);
	s->crowds.bodies = crowd_new(env, &bodies);
	conn_limits_crowds(s->limits,
	    (struct crowd *[]){ s->crowds.strangers, s->crowds.web,
		s->crowds.idle, s->crowds.bodies },
	    4);
}

void
roof_crowds_apply(struct server *s)
{
	crowd_set_ceiling(s->crowds.strangers, number(s, CONF_SIGN_INS));
	crowd_set_ceiling(s->crowds.web, number(s, CONF_SIGN_INS));
	crowd_set_ceiling(s->crowds.idle, number(s, CONF_SIGN_INS));
	crowd_set_ceiling(s->crowds.bodies,
	    number(s, CONF_LIMIT_BODIES) * UNITS);
}

void
roof_crowds_free(struct server *s)
{
	crowd_free(s->crowds.strangers);
	crowd_free(s->crowds.web);
	crowd_free(s->crowds.idle);
	crowd_free(s->crowds.bodies);
}

/* ---- who is known ---- */

static bool
is_token_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '*' ||
	    c == '.' || c == '!' || c == '+' || c == '/' || c == '$' ||
	    c == '=';
}

/* "TOKEN", "t=TOKEN", "name=t=TOKEN" */
static bool
is_token(const struct server *s, struct slice word)
{
	for (unsigned i = 0; i < NAMES; i++) {
		size_t eq = slice_find(word, '=');

		if (signin_knows(&s->core, word))
			return true;
		if (eq == word.n)
			break;
		word = slice_from(word, eq + 1);
	}
	return false;
}

/*
 * Does a token of ours stand in it?  In which of a dozen forms does not
 * matter here: the handler looks closely, this only lets it come so far.
 */
static bool
has_token(const struct server *s, struct slice text)
{
	unsigned tries = 0;

	for (size_t i = 0; i < text.n && tries < TRIES;) {
		size_t n = 0;

		while (i + n < text.n && is_token_char(text.p[i + n]))
			n++;
		if (n >= TOKEN_LEAST) {
			tries++;
			if (is_token(s, slice_make(text.p + i, n)))
				return true;
		}
		i += n + 1;
	}
	return false;
}

bool
roof_knows(void *server, struct http_request *rq, struct slice head)
{
	const struct server *s = server;
	struct slice id;

	return has_token(s, http_header(rq, "Cookie")) ||
	    has_token(s, http_header(rq, "Authorization")) ||
	    has_token(s, head) ||
	    (http_query_arg(rq, "SessionID", &id) && ns_relays(s->ns, id));
}
