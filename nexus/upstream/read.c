/* SPDX-License-Identifier: MIT */
/*
 * What an upstream answers (real-accounts.md 4.3 and 4.4), read by local
 * names: servers write prefixes and order as they like.
 */
#include "nexus/upstream/text.h"

#include "common/codec/hex.h"
#include "common/codec/url.h"
#include "common/codec/xml_read.h"

#include <stdio.h>

enum {
	READ_ARENA_MAX = 8 << 20,
	READ_BYTES_MAX = 4 << 20,
	READ_GOOD = 0x48803
};

/* Too many wrong passwords. */
static const uint32_t read_locked = 0x80048823, read_locked_too = 0x80048824;

static const struct xml_limits read_limits = { .depth = UPSTREAM_DEPTH_MAX,
	.nodes = UPSTREAM_NODES_MAX,
	.bytes = READ_BYTES_MAX };

/* "0x80048821"; 0 when it is no number. */
static uint32_t
read_code(struct slice s)
{
	uint32_t v = 0;

	s = slice_trim(s);
	if (slice_starts_nocase(s, SLICE_LIT("0x")))
		s = slice_from(s, 2);
	if (s.n == 0 || s.n > 8)
		return 0;
	for (size_t i = 0; i < s.n; i++) {
		int d = hex_value(s.p[i]);

		if (d < 0)
			return 0;
		v = v << 4 | (uint32_t)d;
	}
	return v;
}

/* What stands behind the prefix. */
static struct slice
local_name(struct slice name)
{
	name = slice_trim(name);
	return slice_from(name,
	    slice_find(name, ':') < name.n ? slice_find(name, ':') + 1 : 0);
}

/* In the old language beside the header, in the new one in the body. */
static const struct xml_node *
find_fault(const struct xml_node *root)
{
	const struct xml_node *fault = xml_child(root, "Fault");

	return fault != NULL ? fault : xml_path(root, "Body/Fault");
}

static bool
printable(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '!' || s.p[i] > '~')
			return false;
	return true;
}

static struct slice
property(const struct xml_node *pp, const char *name)
{
	const struct xml_node *all = xml_child(pp, "credProperties");

	if (all == NULL)
		return (struct slice){ 0 };
	XML_EACH(it, all)
		if (slice_eq_text(xml_attr(it, "Name"), name))
			return slice_trim(it->text);
	return (struct slice){ 0 };
}

/* "First Last", as names are kept here; what is too long is left out. */
static void
read_name(const struct xml_node *pp, struct upstream_answer *out)
{
	struct slice first = property(pp, "FirstName");
	struct slice last = property(pp, "LastName");
	struct buf plain = BUF_INIT(ELSEWHERE_NAME_MAX);
	struct buf coded = BUF_INIT(ELSEWHERE_NAME_MAX);

	buf_add_slice(&plain, first);
	if (first.n > 0 && last.n > 0)
		buf_add_char(&plain, ' ');
	buf_add_slice(&plain, last);
	url_encode_word(&coded, buf_slice(&plain));
	if (buf_ok(&plain) && buf_ok(&coded))
		snprintf(out->name, sizeof(out->name), SLICE_FMT,
		    SLICE_ARG(buf_slice(&coded)));
	buf_free(&plain);
	buf_free(&coded);
}

static void
read_who(const struct xml_node *pp, struct upstream_answer *out)
{
	struct slice id = slice_trim(xml_child_text(pp, "PUID"));

	if (id.n <= ELSEWHERE_ID_MAX && printable(id))
		snprintf(out->remote_id, sizeof(out->remote_id), SLICE_FMT,
		    SLICE_ARG(id));
	read_name(pp, out);
}

static bool
has_ticket(const struct xml_node *response)
{
	const struct xml_node *ticket =
	    xml_child(response, "RequestedSecurityToken");

	return slice_eq_text(response->name, "RequestSecurityTokenResponse") &&
	    ticket != NULL && ticket->child != NULL;
}

/* One ticket of those asked for is enough: some policy may be refused. */
static bool
has_tickets(const struct xml_node *root)
{
	const struct xml_node *body = xml_child(root, "Body");
	const struct xml_node *all =
	    xml_child(body, "RequestSecurityTokenResponseCollection");

	if (all == NULL)
		all = body;
	if (all == NULL)
		return false;
	XML_EACH(it, all)
		if (has_ticket(it))
			return true;
	return false;
}

/*
 * Where to go: beside the code, in the details, or in the header, by those who
 * send the whole of it.
 */
static struct slice
read_url(const struct xml_node *fault, const struct xml_node *pp)
{
	struct slice url = xml_child_text(fault, "redirectUrl");

	if (url.n == 0)
		url = xml_child_text(xml_child(fault, "Detail"), "redirectUrl");
	if (url.n == 0)
		url = xml_child_text(xml_child(fault, "detail"), "redirectUrl");
	if (url.n == 0)
		url = xml_child_text(xml_path(fault, "Detail/error"),
		    "redirectUrl");
	if (url.n == 0)
		url = xml_child_text(pp, "redirectUrl");
	return slice_trim(url);
}

static void
say(struct upstream_answer *out, enum elsewhere_verdict verdict,
    const char *why)
{
	out->verdict = verdict;
	out->why = why;
}

/*
 * 0x80048823 means "locked out", but some servers of the older language say
 * it of every wrong password (rst.md 3.1): it counts where they would have
 * said something else.
 */
static bool
is_locked(const struct xml_node *fault, struct slice code, uint32_t status)
{
	bool old = xml_child(fault, "faultcode") != NULL;

	if (status == read_locked_too)
		return true;
	return status == read_locked &&
	    !(old && slice_eq_text(code, "FailedAuthentication") &&
		slice_eq_text(slice_trim(xml_child_text(fault, "faultstring")),
		    "Authentication Failure"));
}

static void
read_fault(const struct xml_node *fault, const struct xml_node *pp,
    struct upstream_answer *out)
{
	struct slice code = local_name(xml_child_text(fault, "faultcode"));
	uint32_t inner =
	    read_code(xml_child_text(xml_path(fault, "Detail/error"), "value"));
	struct slice url = read_url(fault, pp);

	if (code.n == 0)
		code = local_name(
		    xml_child_text(xml_path(fault, "Code/Subcode"), "Value"));
	if (inner != 0)
		out->status = inner;
	if (slice_eq_text(code, "Redirect")) {
		if (url.n == 0 || url.n > ELSEWHERE_URL_MAX ||
		    !printable(url)) {
			say(out, ELSEWHERE_DOWN, "a redirect to nowhere");
			return;
		}
		snprintf(out->url, sizeof(out->url), SLICE_FMT, SLICE_ARG(url));
		say(out, ELSEWHERE_MOVED, "a redirect");
	} else if (is_locked(fault, code, out->status)) {
		say(out, ELSEWHERE_LOCKED, "the account is locked for a while");
	} else if (slice_eq_text(code, "FailedAuthentication")) {
		say(out, ELSEWHERE_WRONG, "address or password is wrong");
	} else {
		say(out, ELSEWHERE_DOWN,
		    "a fault that is none of the password");
	}
}

static void
read_document(const struct xml_node *root, unsigned http,
    struct upstream_answer *out)
{
	const struct xml_node *pp = xml_path(root, "Header/pp");
	const struct xml_node *fault = find_fault(root);
	struct slice state = slice_trim(xml_child_text(pp, "authstate"));

	out->understood = true;
	out->status = read_code(xml_child_text(pp, "reqstatus"));
	if (fault != NULL) {
		read_fault(fault, pp, out);
		return;
	}
	if (http != 200 || !has_tickets(root)) {
		say(out, ELSEWHERE_DOWN, "no tickets and no fault");
		return;
	}
	if ((state.n > 0 && read_code(state) != READ_GOOD) ||
	    out->status != 0) {
		say(out, ELSEWHERE_DOWN, "tickets, but not signed in");
		return;
	}
	read_who(pp, out);
	say(out, ELSEWHERE_GOOD, "signed in");
}

void
upstream_read(struct slice reply, unsigned http, struct upstream_answer *out)
{
	const struct xml_node *root;
	const char *why = NULL;
	struct arena a;

	*out = (struct upstream_answer){ 0 };
	if (http != 200 && http != 500) {
		say(out, ELSEWHERE_DOWN, "a status that is no answer");
		return;
	}
	arena_init(&a, READ_ARENA_MAX);
	root = xml_read(&a, reply, &read_limits, &why);
	if (root == NULL || !slice_eq_text(root->name, "Envelope"))
		say(out, ELSEWHERE_DOWN, "no document we can read");
	else
		read_document(root, http, out);
	arena_free(&a);
}
