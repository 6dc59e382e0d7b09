/* SPDX-License-Identifier: MIT */
/* Store and Store2: a message for whom is away (soap 5.3). */
#include "common/base/num.h"
#include "common/codec/base64.h"
#include "common/codec/chl.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "common/codec/mime.h"
#include "core/people/presence.h"
#include "core/talk/mailbox.h"
#include "soap/oim.h"

#define OIM_2004 "http://messenger.msn.com/ws/2004/09/oim/"
#define OIM_2006 "http://messenger.live.com/ws/2006/09/oim/"

/* What the elements inside say of themselves; NULL: nothing. */
static const char *
namespace_inside(const struct xml_node *node)
{
	if (node == NULL)
		return NULL;
	XML_EACH(it, node) {
		struct slice said = slice_trim(xml_attr(it, "xmlns"));

		if (slice_eq_text(said, OIM_2004))
			return OIM_2004;
		if (slice_eq_text(said, OIM_2006))
			return OIM_2006;
	}
	return NULL;
}

/*
 * Programs of MSNP13 to 15 write an action of 2006 over elements of 2004, and
 * look for the answer's in their own (field-runs 2.6).
 */
const char *
oim_namespace(const struct soap_call *c)
{
	struct slice action = http_header(c->http, "SOAPAction");
	struct slice old = SLICE_LIT("/2004/09/oim/");
	const char *said = namespace_inside(c->in.header);

	if (said == NULL && c->in.method != NULL)
		said = namespace_inside(c->in.method->parent);
	if (said != NULL)
		return said;
	return slice_find_slice(action, old) < action.n ? OIM_2004 : OIM_2006;
}

/* Clients keep their answer for later: always the same for one account. */
void
oim_challenge(const struct soap_call *c, char *out)
{
	const struct slice id =
	    slice_make(&c->account->id, sizeof(c->account->id));
	unsigned char mac[SHA256_BYTES];

	digest_hmac_sha256(slice_make(c->soap->secret, sizeof(c->soap->secret)),
	    &id, 1, mac);
	for (unsigned i = 0; i < CHL_DIGITS; i++)
		out[i] = (char)('0' + mac[i] % 10);
}

/* That of a product nobody knows is good; none at all never is. */
static bool
key_good(const struct soap_call *c, const struct xml_node *ticket)
{
	char challenge[CHL_DIGITS];

	oim_challenge(c, challenge);
	return ticket != NULL &&
	    chl_judge(slice_make(challenge, sizeof(challenge)),
		xml_attr(ticket, "appid"),
		slice_trim(xml_attr(ticket, "lockkey")), true) != CHL_WRONG;
}

static bool
from_owner(const struct soap_call *c, const struct xml_node *from)
{
	char key[ADDRESS_MAX + 1];

	return from != NULL &&
	    address_canonical(slice_trim(xml_attr(from, "memberName")), key) &&
	    slice_eq_text(account_address(c->account), key);
}

static bool
header_is(struct slice headers, const char *name, const char *value)
{
	struct slice s;

	return mime_header(headers, name, &s) &&
	    slice_eq_nocase(mime_type(s), slice_text(value));
}

static bool
has_capitals(struct slice guid)
{
	for (size_t i = 0; i < guid.n; i++)
		if (guid.p[i] >= 'A' && guid.p[i] <= 'F')
			return true;
	return false;
}

/* What a sender's headers must say; run and number are taken from them. */
static bool
headers_good(struct slice headers, struct mail *m)
{
	struct slice run, number;
	uint32_t n;

	if (!mime_header(headers, "X-OIM-Run-Id", &run))
		return false;
	m->run_capitals = has_capitals(run);
	return guid_parse(run, m->run) &&
	    header_is(headers, "MIME-Version", "1.0") &&
	    header_is(headers, "Content-Type", "text/plain") &&
	    header_is(headers, "Content-Transfer-Encoding", "base64") &&
	    header_is(headers, "X-OIM-Message-Type", "OfflineMessage") &&
	    mime_header(headers, "X-OIM-Sequence-Num", &number) &&
	    num_parse_u32(number, &n) && n == m->number;
}

/* Text decoded into the call's arena. */
static bool
decoded(struct soap_call *c, size_t max, struct slice in,
    bool (*decode)(struct buf *out, struct slice s), struct slice *out)
{
	struct buf b = BUF_INIT(max);
	bool ok = decode(&b, in) && buf_ok(&b);

	if (ok)
		*out = arena_copy(&c->arena, buf_slice(&b));
	buf_free(&b);
	return ok && out->p != NULL;
}

static bool
take(struct soap_call *c, struct mail *m)
{
	const struct xml_node *h = c->in.header;
	struct slice headers, body;

	if (!num_parse_u32(slice_trim(xml_child_text(xml_child(h, "Sequence"),
			       "MessageNumber")),
		&m->number))
		return false;
	if (!decoded(c, MAIL_NAME_MAX,
		xml_attr(xml_child(h, "From"), "friendlyName"),
		mime_word_decode, &m->name))
		return false;
	mime_split(xml_child_text(c->in.method->parent, "Content"), &headers,
	    &body);
	return headers_good(headers, m) &&
	    decoded(c, MAIL_TEXT_MAX, body, base64_decode, &m->text);
}

static void
answer(struct soap_call *c, uint32_t number)
{
	struct buf *b = soap_begin_bare(c);

	buf_addf(b,
	    "<soap:Header><SequenceAcknowledgment "
	    "xmlns=\"http://schemas.xmlsoap.org/ws/2003/03/rm\"><Identifier "
	    "xmlns=\"http://schemas.xmlsoap.org/ws/2002/07/utility\">"
	    "http://messenger.msn.com</Identifier><AcknowledgmentRange "
	    "Upper=\"%u\" Lower=\"%u\"/></SequenceAcknowledgment>"
	    "</soap:Header><soap:Body><StoreResponse xmlns=\"%s\">"
	    "<PointsConsumed>0</PointsConsumed></StoreResponse></soap:Body>",
	    number, number, oim_namespace(c));
}

static enum soap_end
send(struct soap_call *c, struct account *to)
{
	struct mail m = { .number = 0 };
	enum result r;

	if (!privacy_allows(to, c->account->person))
		return SOAP_OIM_REFUSED;
	if (!take(c, &m))
		return SOAP_OIM_CONTENT;
	r = mailbox_send(&c->request, c->account, to, &m);
	if (r == RESULT_BAD_VALUE)
		return SOAP_OIM_CONTENT;
	if (r == RESULT_TOO_ACTIVE)
		return SOAP_OIM_THROTTLED;
	if (r != RESULT_OK)
		return SOAP_OIM_REFUSED;
	answer(c, m.number);
	return SOAP_DONE;
}

enum soap_end
soap_oim_store(struct soap_call *c)
{
	const struct xml_node *h = c->in.header;
	const struct xml_node *whom = xml_child(h, "To");
	struct account *to;
	enum result r;

	if (!key_good(c, xml_child(h, "Ticket")))
		return SOAP_OIM_KEY;
	if (!from_owner(c, xml_child(h, "From")) || whom == NULL)
		return SOAP_OIM_REFUSED;
	r = account_get(&c->request, slice_trim(xml_attr(whom, "memberName")),
	    &to);
	if (r == RESULT_WAIT)
		return SOAP_WAIT;
	return r == RESULT_OK ? send(c, to) : SOAP_OIM_REFUSED;
}
