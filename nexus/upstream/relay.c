/* SPDX-License-Identifier: MIT */
/*
 * Answers that are passed on as they are: which questions may be, and which
 * tickets are in them (real-accounts.md 6.1).
 */
#include "nexus/upstream/upstream.h"

#include "common/base/calendar.h"

#include "common/codec/base64.h"
#include "common/codec/xml_read.h"
#include "nexus/upstream/text.h"

#include <time.h>

enum {
	RELAY_BYTES_MAX = 4 << 20
};

static size_t
count(struct slice text, struct slice word)
{
	size_t n = 0;

	for (; text.n >= word.n; text = slice_from(text, 1))
		n += slice_eq_nocase(slice_upto(text, word.n), word);
	return n;
}

/*
 * By the bytes: two readers may see different things in a document that is
 * odd, and the upstream must not have judged another account than the one that
 * is let in here.  Two tags each of UsernameToken, Username and Password.
 */
bool
upstream_is_plain(struct slice body)
{
	return count(body, SLICE_LIT("Username")) == 4 &&
	    count(body, SLICE_LIT("UsernameToken")) == 2 &&
	    count(body, SLICE_LIT("Password")) == 2 &&
	    count(body, SLICE_LIT("<!")) == 0;
}

/* 2008-06-28T08:21:33Z */
static int64_t
relay_time(struct slice s)
{
	char text[21] = "";
	struct tm tm = { 0 };
	const char *end;

	s = slice_trim(s);
	if (s.n != 20)
		return 0;
	memcpy(text, s.p, s.n);
	end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return end != NULL && *end == '\0' ? calendar_seconds(&tm) : 0;
}

static void
relay_secret(const struct xml_node *response, struct upstream_token *t)
{
	struct slice text =
	    xml_child_text(xml_child(response, "RequestedProofToken"),
		"BinarySecret");
	struct buf raw = BUF_INIT(2 * RST_SECRET_BYTES);

	t->has_secret = text.n > 0 && base64_decode(&raw, text) &&
	    buf_ok(&raw) && raw.n == RST_SECRET_BYTES;
	if (t->has_secret)
		memcpy(t->secret, raw.p, RST_SECRET_BYTES);
	buf_free(&raw);
}

static bool
relay_token(const struct xml_node *response, struct upstream_token *t)
{
	const struct xml_node *life = xml_child(response, "LifeTime");
	struct slice ticket =
	    xml_child_text(xml_child(response, "RequestedSecurityToken"),
		"BinarySecurityToken");

	if (!slice_eq_text(response->name, "RequestSecurityTokenResponse") ||
	    slice_trim(ticket).n == 0)
		return false;
	if (life == NULL)
		life = xml_child(response, "Lifetime");
	*t = (struct upstream_token){ .ticket = slice_trim(ticket),
		.address = slice_trim(
		    xml_child_text(xml_path(response,
				       "AppliesTo/EndpointReference"),
			"Address")),
		.expires = relay_time(xml_child_text(life, "Expires")) };
	relay_secret(response, t);
	return true;
}

size_t
upstream_read_tokens(struct arena *a, struct slice reply,
    struct upstream_token *out, size_t max)
{
	const struct xml_limits limits = { .depth = UPSTREAM_DEPTH_MAX,
		.nodes = UPSTREAM_NODES_MAX,
		.bytes = RELAY_BYTES_MAX };
	const struct xml_node *all;
	const char *why = NULL;
	size_t n = 0;

	all = xml_child(xml_read(a, reply, &limits, &why), "Body");
	if (xml_child(all, "RequestSecurityTokenResponseCollection") != NULL)
		all = xml_child(all, "RequestSecurityTokenResponseCollection");
	if (all == NULL)
		return 0;
	XML_EACH(it, all)
		if (n < max && relay_token(it, &out[n]))
			n++;
	return n;
}
