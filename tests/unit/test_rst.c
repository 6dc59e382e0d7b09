/* SPDX-License-Identifier: MIT */
/* Requests for tickets as clients wrote them, and the answers byte by byte. */
#include "common/base/arena.h"
#include "nexus/rst.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum {
	NOW = 1214554893, /* 2008-06-27T08:21:33Z */
	DAY = 86400
};

static struct arena arena;
static struct rst_request rq;

static int
fresh(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 20);
	memset(&rq, 0, sizeof(rq));
	return 0;
}

static int
done(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* What clients sent is kept beside the fuzzer that begins with it. */
static struct slice
sample(const char *name)
{
	static char text[8192];
	char path[80];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "tests/fuzz/corpus/rst/%s", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text), f);
	assert_true(n > 0 && n < sizeof(text));
	fclose(f);
	return slice_make(text, n);
}

static bool
read_text(const char *text)
{
	return rst_read(&arena, slice_text(text), RST_2004, &rq);
}

static void
check_wish(unsigned i, const char *address, const char *policy, bool keyed)
{
	assert_true(i < rq.n);
	assert_int_equal(rq.wishes[i].number, i);
	assert_string_equal(rq.wishes[i].address.p, address);
	if (policy == NULL)
		assert_null(rq.wishes[i].policy.p);
	else
		assert_string_equal(rq.wishes[i].policy.p, policy);
	assert_int_equal(rq.wishes[i].keyed, keyed);
}

struct sample {
	const char *name;
	enum rst_kind kind;
	const char *password;
	unsigned n;
};

/* covers: rst 9 #1, #7; soap 11 #72 */
static void
every_sample_is_understood_in_its_own_language(void **state)
{
	static const struct sample samples[] = {
		{ "msn75", RST_2004, "p&ss<w>rd", 2 },
		{ "msnp13", RST_2004, "p&ss<w>rd", 5 },
		{ "msnp15", RST_2004, "p&ss<w>rd", 7 },
		{ "single-token", RST_2004, "p&ss<w>rd", 2 },
		{ "wlm2009", RST_2005, "secret", 7 },
		{ "wlm2011", RST_2005, "secret", 7 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		const struct sample *s = &samples[i];
		/* the document tells, whatever the address was */
		enum rst_kind wrong = s->kind == RST_2004 ? RST_2005 : RST_2004;

		assert_true(rst_read(&arena, sample(s->name), wrong, &rq));
		assert_int_equal(rq.kind, s->kind);
		assert_string_equal(rq.username.p, "alice@example.com");
		assert_string_equal(rq.password.p, s->password);
		assert_false(rq.by_token);
		assert_int_equal(rq.n, s->n);
		check_wish(0, RST_BASE, NULL, true);
	}
}

static void
targets_and_policies_come_in_the_order_of_the_request(void **state)
{
	(void)state;
	assert_true(rst_read(&arena, sample("msnp13"), RST_2004, &rq));
	check_wish(0, RST_BASE, NULL, true);
	check_wish(1, "messenger.msn.com", "?id=507", false);
	check_wish(2, "contacts.msn.com",
	    "?fs=1&id=24000&kv=7&rn=93S9SWWw&tw=0&ver=2.1.6000.1", false);
	check_wish(3, "voice.messenger.msn.com", "?id=69264", false);
	check_wish(4, "spaces.live.com", "MBI", false);
	assert_true(rst_read(&arena, sample("wlm2011"), RST_2005, &rq));
	check_wish(2, "messengerclear.live.com", "MBI_KEY", true);
	check_wish(6, "rpstauth.live.com", "MBI", false);
}

#define WHO                                                            \
	"<Header><Security><UsernameToken><Username> Al@b </Username>" \
	"<Password> a b </Password></UsernameToken></Security></Header>"
#define WANT(id, target)                                                \
	"<RequestSecurityToken " id "><AppliesTo><EndpointReference>"   \
	"<Address>" target "</Address></EndpointReference></AppliesTo>" \
	"</RequestSecurityToken>"

static void
a_bare_request_without_prefixes_is_understood(void **state)
{
	(void)state;
	assert_true(read_text("<Envelope>" WHO "<Body>" WANT("",
	    " contacts.msn.com\n") "</Body></Envelope>"));
	assert_true(slice_eq_text(rq.username, "Al@b"));
	assert_true(slice_eq_text(rq.password, " a b "));
	assert_int_equal(rq.kind, RST_2004);
	assert_int_equal(rq.n, 1);
	assert_int_equal(rq.wishes[0].number, 1);
	assert_true(slice_eq_text(rq.wishes[0].address, "contacts.msn.com"));
}

/* covers: rst 9 #2; field-notes 4 */
static void
numbers_follow_the_ids_and_only_grow(void **state)
{
	static const unsigned want[] = { 1, 0, 4, 5, 6, 7 };

	(void)state;
	assert_true(read_text(
	    "<Envelope>" WHO "<Body>"
	    "<RequestMultipleSecurityTokens>" WANT("Id='RST0'",
		"a") WANT("Id='RST1'", RST_BASE) WANT("Id='RST4'", "b")
		WANT("Id='RST2'", "c") WANT("", "d") WANT("Id='RSTx'",
		    "e") "</RequestMultipleSecurityTokens></Body></Envelope>"));
	assert_int_equal(rq.n, ARRAY_LEN(want));
	for (unsigned i = 0; i < rq.n; i++)
		assert_int_equal(rq.wishes[i].number, want[i]);
}

static bool
read_many(unsigned n)
{
	struct buf b = BUF_INIT(RST_BODY_MAX);
	bool good;

	buf_add_text(&b, "<Envelope>" WHO "<Body>");
	for (unsigned i = 0; i < n; i++)
		buf_add_text(&b, WANT("", "storage.msn.com"));
	buf_add_text(&b, "</Body></Envelope>");
	assert_true(buf_ok(&b));
	good = rst_read(&arena, buf_slice(&b), RST_2004, &rq);
	buf_free(&b);
	return good;
}

/* covers: rst 9 #4 */
static void
no_target_means_the_base_ticket_and_33_are_too_many(void **state)
{
	(void)state;
	assert_true(read_many(0));
	assert_int_equal(rq.n, 1);
	check_wish(0, RST_BASE, NULL, true);
	assert_true(read_many(32));
	assert_int_equal(rq.n, 32);
	assert_false(read_many(33));
}

static void
a_base_ticket_in_place_of_a_password_is_seen(void **state)
{
	(void)state;
	assert_true(rst_read(&arena, sample("renewal"), RST_2004, &rq));
	assert_true(rq.by_token);
	assert_null(rq.password.p);
}

/* covers: soap 11 #69 */
static void
what_makes_no_sense_is_refused_in_its_own_language(void **state)
{
	static const char *const broken[] = {
		"",
		"x",
		"<Envelope/>",
		"<Envelope>" WHO "</Envelope>",
		"<Envelope><Body/></Envelope>",
		"<Envelope><Header><Security/></Header><Body/></Envelope>",
		"<Envelope><Header><Security><UsernameToken><Username>a@b"
		"</Username></UsernameToken></Security></Header><Body/>"
		"</Envelope>",
		"<!DOCTYPE x><Envelope>" WHO "<Body/></Envelope>",
		"<Other>" WHO "<Body/></Other>",
		"<Envelope>" WHO "<Body>" WANT("Id='RST999'", "a")
		    WANT("", "b") "</Body></Envelope>",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++)
		assert_false(read_text(broken[i]));
	assert_false(rst_read(&arena, sample("malformed"), RST_2005, &rq));
	assert_int_equal(rq.kind, RST_2004);
	assert_false(rst_read(&arena, SLICE_LIT("junk"), RST_2005, &rq));
	assert_int_equal(rq.kind, RST_2005);
	assert_false(rst_read(&arena,
	    SLICE_LIT("<s:Envelope "
		      "xmlns:s='http://www.w3.org/2003/05/soap-envelope'>"),
	    RST_2004, &rq));
	assert_int_equal(rq.kind, RST_2005);
}

/* ---- answers ---- */

static void
write_answer(struct buf *out, const char *name)
{
	struct rst_grant grants[RST_WISHES_MAX] = { 0 };
	struct rst_answer a = { .asked = &rq,
		.grants = grants,
		.address = SLICE_LIT("al<i>&ce@example.com"),
		.peer = SLICE_LIT("192.0.2.7"),
		.cid = 0x062d987eb60b7a63,
		.now = NOW,
		.expires = NOW + DAY };

	assert_true(rst_read(&arena, sample(name), RST_2004, &rq));
	for (unsigned i = 0; i < rq.n; i++) {
		grants[i].ticket = arena_printf(&arena, "TICKET%u&", i);
		memset(grants[i].secret, (int)i, RST_SECRET_BYTES);
	}
	rst_write_answer(out, &a);
	assert_true(buf_ok(out));
	buf_add_char(out, '\0');
}

#define XML    "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
#define SOAP11 "http://schemas.xmlsoap.org/soap/envelope/"
#define SOAP12 "http://www.w3.org/2003/05/soap-envelope"
#define WSSE11 "http://schemas.xmlsoap.org/ws/2003/06/secext"
#define WSSE12                                                 \
	"http://docs.oasis-open.org/wss/2004/01/oasis-200401-" \
	"wss-wssecurity-secext-1.0.xsd"
#define WSU                                                    \
	"http://docs.oasis-open.org/wss/2004/01/oasis-200401-" \
	"wss-wssecurity-utility-1.0.xsd"
#define SERVER                                                   \
	"<psf:serverInfo Path=\"Live1\" "                        \
	"RollingUpgradeState=\"ExclusiveNew\" LocVersion=\"0\" " \
	"ServerTime=\"2008-06-27T08:21:33Z\">NUDGE 2008.01.01"   \
	"</psf:serverInfo><psf:cookies/>"
#define PP                             \
	"<psf:pp xmlns:psf=\"" RST_PSF \
	"\"><psf:serverVersion>1</psf:serverVersion>"
#define PP_GOOD(more)                                                         \
	PP "<psf:PUID>062D987EB60B7A63</psf:PUID>"                            \
	   "<psf:configVersion>3.0.869.0</psf:configVersion>"                 \
	   "<psf:uiVersion>3.0.869.0</psf:uiVersion>" more                    \
	   "<psf:authstate>0x48803</psf:authstate>"                           \
	   "<psf:reqstatus>0x0</psf:reqstatus>" SERVER                        \
	   "<psf:browserCookies><psf:browserCookie Name=\"MH\" "              \
	   "URL=\"http://www.msn.com\">MSFT; path=/; domain=.msn.com; "       \
	   "expires=Wed, 30-Dec-2037 16:00:00 GMT</psf:browserCookie>"        \
	   "</psf:browserCookies><psf:credProperties>"                        \
	   "<psf:credProperty Name=\"MainBrandID\">MSFT</psf:credProperty>"   \
	   "<psf:credProperty Name=\"BrandIDList\"></psf:credProperty>"       \
	   "<psf:credProperty Name=\"IsWinLiveUser\">true</psf:credProperty>" \
	   "<psf:credProperty Name=\"CID\">062d987eb60b7a63"                  \
	   "</psf:credProperty><psf:credProperty Name=\"AuthMembername\">"    \
	   "al&lt;i&gt;&amp;ce@example.com</psf:credProperty>"                \
	   "<psf:credProperty Name=\"Country\">US</psf:credProperty>"         \
	   "<psf:credProperty Name=\"Language\">1033</psf:credProperty>"      \
	   "<psf:credProperty Name=\"FirstName\"></psf:credProperty>"         \
	   "<psf:credProperty Name=\"LastName\"></psf:credProperty>"          \
	   "<psf:credProperty Name=\"ChildFlags\">00000001"                   \
	   "</psf:credProperty><psf:credProperty Name=\"Flags\">40100643"     \
	   "</psf:credProperty><psf:credProperty Name=\"FlagsV2\">00000000"   \
	   "</psf:credProperty><psf:credProperty Name=\"IP\">192.0.2.7"       \
	   "</psf:credProperty></psf:credProperties><psf:extProperties>"      \
	   "<psf:extProperty Name=\"CID\">062d987eb60b7a63"                   \
	   "</psf:extProperty></psf:extProperties><psf:response/></psf:pp>"
#define DAY_LONG(name)                                                  \
	"<wst:" name "><wsu:Created>2008-06-27T08:21:33Z</wsu:Created>" \
	"<wsu:Expires>2008-06-28T08:21:33Z</wsu:Expires></wst:" name ">"
#define FOR(wsa, target)                                               \
	"<wsp:AppliesTo xmlns:wsa=\"" wsa "\"><wsa:EndpointReference>" \
	"<wsa:Address>" target                                         \
	"</wsa:Address></wsa:EndpointReference></wsp:AppliesTo>"
#define RESPONSE(type)                                      \
	"<wst:RequestSecurityTokenResponse><wst:TokenType>" \
	"urn:passport:" type "</wst:TokenType>"
#define BASE                                                                 \
	"<wst:RequestedSecurityToken><EncryptedData "                        \
	"xmlns=\"http://www.w3.org/2001/04/xmlenc#\" Id=\"BinaryDAToken0\" " \
	"Type=\"http://www.w3.org/2001/04/xmlenc#Element\">"                 \
	"<EncryptionMethod "                                                 \
	"Algorithm=\"http://www.w3.org/2001/04/xmlenc#tripledes-cbc\">"      \
	"</EncryptionMethod>"                                                \
	"<ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">"       \
	"<ds:KeyName>http://Passport.NET/STS</ds:KeyName></ds:KeyInfo>"      \
	"<CipherData><CipherValue>VElDS0VUMCY=</CipherValue></CipherData>"   \
	"</EncryptedData></wst:RequestedSecurityToken>"
#define SECRET(text)                                       \
	"<wst:RequestedProofToken><wst:BinarySecret>" text \
	"</wst:BinarySecret></wst:RequestedProofToken>"
#define ZEROS "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define END                                             \
	"</wst:RequestSecurityTokenResponse>"           \
	"</wst:RequestSecurityTokenResponseCollection>" \
	"</S:Body></S:Envelope>"

/* covers: field-notes 4; rst 9 #3; soap 11 #67 */
static void
the_answer_of_2004_has_these_bytes(void **state)
{
	struct buf out = BUF_INIT(RST_ANSWER_MAX);

	(void)state;
	write_answer(&out, "single-token");
	assert_string_equal(out.p,
	    XML "<S:Envelope xmlns:S=\"" SOAP11 "\"><S:Header>" PP_GOOD(
		"") "</S:Header><S:Body><wst:RequestSecurityTokenResponseCollection "
		    "xmlns:wst=\"http://schemas.xmlsoap.org/ws/2004/04/trust\" "
		    "xmlns:wsse=\"" WSSE11 "\" xmlns:wsu=\"" WSU "\" "
		    "xmlns:wsp=\"http://schemas.xmlsoap.org/ws/2002/12/policy\">" RESPONSE(
			"legacy")
			FOR("http://schemas.xmlsoap.org/ws/2004/03/addressing",
			    RST_BASE) DAY_LONG("LifeTime") BASE
	    "<wst:RequestedTokenReference>"
	    "<wsse:KeyIdentifier ValueType=\"urn:passport\"/>"
	    "<wsse:Reference URI=\"#BinaryDAToken0\"/>"
	    "</wst:RequestedTokenReference>" SECRET(
		ZEROS) "</wst:RequestSecurityTokenResponse>" RESPONSE("compact")
		FOR("http://schemas.xmlsoap.org/ws/2004/03/addressing",
		    "contacts.msn.com")
		    DAY_LONG(
			"LifeTime") "<wst:RequestedSecurityToken>"
				    "<wsse:BinarySecurityToken Id=\"Compact1\">t=TICKET1&amp;&amp;p="
				    "</wsse:BinarySecurityToken></wst:RequestedSecurityToken>"
				    "<wst:RequestedTokenReference>"
				    "<wsse:KeyIdentifier ValueType=\"urn:passport:compact\"/>"
				    "<wsse:Reference URI=\"#Compact1\"/>"
				    "</wst:RequestedTokenReference>" END);
	buf_free(&out);
}

#define REFERENCE(name, id)                           \
	"<wst:" name "><wsse:SecurityTokenReference>" \
	"<wsse:Reference URI=\"#" id "\"/>"           \
	"</wsse:SecurityTokenReference></wst:" name ">"

/* covers: soap 11 #67 */
static void
the_answer_of_2005_begins_and_ends_with_these_bytes(void **state)
{
	static const char begins[] = XML
	    "<S:Envelope xmlns:S=\"" SOAP12 "\" "
	    "xmlns:wsa=\"http://www.w3.org/2005/08/addressing\" "
	    "xmlns:wsse=\"" WSSE12 "\" xmlns:wsu=\"" WSU "\"><S:Header>"
	    "<wsa:Action S:mustUnderstand=\"1\" wsu:Id=\"Action\">"
	    "http://schemas.xmlsoap.org/ws/2005/02/trust/RSTR/Issue"
	    "</wsa:Action><wsa:To S:mustUnderstand=\"1\" wsu:Id=\"To\">"
	    "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
	    "</wsa:To><wsse:Security S:mustUnderstand=\"1\">"
	    "<wsu:Timestamp wsu:Id=\"TS\">"
	    "<wsu:Created>2008-06-27T08:21:33Z</wsu:Created>"
	    "<wsu:Expires>2008-06-27T08:26:33Z</wsu:Expires>"
	    "</wsu:Timestamp></wsse:Security>" PP_GOOD(
		"<psf:appDataVersion>1</psf:appDataVersion>") "</S:Header><S:Body><wst:RequestSecurityTokenResponseCollection "
							      "xmlns:wst=\"http://schemas.xmlsoap.org/ws/2005/02/trust\" "
							      "xmlns:wsse=\"" WSSE12
							      "\" xmlns:wsu=\"" WSU
							      "\" "
							      "xmlns:wsp=\"http://schemas.xmlsoap.org/ws/2004/09/policy\">" RESPONSE(
								  "legacy") FOR("http://www.w3.org/2005/08/addressing",
								  RST_BASE) DAY_LONG("Lifetime")
								  BASE REFERENCE(
								      "RequestedAttachedReference",
								      "BinaryDAToken0")
								      REFERENCE(
									  "RequestedUnattachedReference",
									  "BinaryDAToken0")
									  SECRET(ZEROS) "</wst:RequestSecurityTokenResponse>" RESPONSE(
									      "compact");
	static const char ends[] = RESPONSE(
	    "compact") FOR("http://www.w3.org/2005/08/addressing",
	    "rpstauth.live.com")
	    DAY_LONG(
		"Lifetime") "<wst:RequestedSecurityToken>"
			    "<wsse:BinarySecurityToken Id=\"Compact6\">t=TICKET6&amp;&amp;p="
			    "</wsse:BinarySecurityToken></wst:RequestedSecurityToken>" REFERENCE(
				"RequestedAttachedReference", "Compact6")
				REFERENCE("RequestedUnattachedReference",
				    "Compact6") END;
	struct buf out = BUF_INIT(RST_ANSWER_MAX);
	struct slice text;

	(void)state;
	write_answer(&out, "wlm2011");
	text = slice_upto(buf_slice(&out), out.n - 1);
	assert_memory_equal(text.p, begins, sizeof(begins) - 1);
	assert_string_equal(text.p + text.n - (sizeof(ends) - 1), ends);
	buf_free(&out);
}

static unsigned
count(const char *text, const char *what)
{
	unsigned n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

/* covers: soap 11 #64, #65, #66; rst 9 #2, #5, #7; field-notes 4 */
static void
each_target_has_its_numbered_ticket_and_only_two_have_secrets(void **state)
{
	static const char *const names[] = { "msnp15", "wlm2009", "wlm2011" };
	char id[40];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct buf out = BUF_INIT(RST_ANSWER_MAX);
		const char *at, *clear;

		write_answer(&out, names[i]);
		at = out.p;
		for (unsigned n = 1; n <= 6; n++) {
			snprintf(id, sizeof(id),
			    "Token Id=\"Compact%u\">t=", n);
			at = strstr(at, id);
			assert_non_null(at);
		}
		assert_int_equal(count(out.p, "<wsse:BinarySecurityToken "), 6);
		assert_int_equal(count(out.p, "<wst:BinarySecret>"), 2);
		clear = strstr(out.p, "messengerclear.live.com");
		clear = strstr(clear, "<wst:BinarySecret>");
		assert_non_null(clear);
		assert_ptr_equal(strstr(clear, "BinarySecret>") + 13,
		    clear + 18);
		assert_int_equal(count(out.p, "> "), 0);
		assert_int_equal(count(out.p, " <"), 0);
		assert_int_equal(count(out.p, "\n"), 0);
		assert_true(out.n < 16 * 1024);
		buf_free(&out);
	}
}

static void
an_answer_to_32_targets_of_the_greatest_length_has_room(void **state)
{
	struct rst_grant grants[RST_WISHES_MAX] = { 0 };
	struct buf out = BUF_INIT(RST_ANSWER_MAX);
	static char target[RST_TARGET_MAX], ticket[150];
	struct rst_answer a = { .asked = &rq, .grants = grants };

	(void)state;
	memset(target, '"', sizeof(target));
	memset(ticket, 'x', sizeof(ticket));
	rq.kind = RST_2005;
	rq.n = RST_WISHES_MAX;
	for (unsigned i = 0; i < rq.n; i++) {
		rq.wishes[i].address = slice_make(target, sizeof(target));
		rq.wishes[i].number = 900 + i;
		rq.wishes[i].keyed = true;
		grants[i].ticket = slice_make(ticket, sizeof(ticket));
	}
	rst_write_answer(&out, &a);
	assert_true(buf_ok(&out));
	buf_free(&out);
}

/* ---- faults ---- */

static void
check_fault(enum rst_kind kind, enum rst_fault fault, const char *url,
    const char *want)
{
	struct buf out = BUF_INIT(4096);

	rst_write_fault(&out, kind, fault, NOW, slice_text(url));
	buf_add_char(&out, '\0');
	assert_true(buf_ok(&out));
	assert_string_equal(out.p, want);
	buf_free(&out);
}

#define FAULT_2004(status, code, text, more)                                \
	XML "<S:Envelope xmlns:S=\"" SOAP11 "\" xmlns:wsse=\"" WSSE11       \
	    "\" xmlns:wst=\"http://schemas.xmlsoap.org/ws/2004/04/trust\" " \
	    "xmlns:psf=\"" RST_PSF "\"><S:Header>" PP                       \
	    "<psf:authstate>0x80048800</psf:authstate>"                     \
	    "<psf:reqstatus>" status "</psf:reqstatus>" SERVER              \
	    "<psf:response/></psf:pp></S:Header><S:Fault><faultcode>" code  \
	    "</faultcode><faultstring>" text "</faultstring>" more          \
	    "</S:Fault></S:Envelope>"

/* covers: soap 11 #68, #69 */
static void
a_fault_of_2004_stands_in_the_envelope(void **state)
{
	(void)state;
	check_fault(RST_2004, RST_FAULT_PASSWORD, "",
	    FAULT_2004("0x80048823", "wsse:FailedAuthentication",
		"Authentication Failure", ""));
	check_fault(RST_2004, RST_FAULT_REQUEST, "",
	    FAULT_2004("0x80048820", "S:Client", "Invalid Request", ""));
	check_fault(RST_2004, RST_FAULT_MOVED, "https://far/RST.srf?a&b",
	    FAULT_2004("0x80048852", "psf:Redirect", "Redirect",
		"<psf:redirectUrl>https://far/RST.srf?a&amp;b"
		"</psf:redirectUrl>"));
	check_fault(RST_2004, RST_FAULT_LATER, "",
	    FAULT_2004("0x8004882e", "wst:RequestFailed", "Service Unavailable",
		""));
}

#define FAULT_2005(side, code, text, status, inner, inner_text, more)       \
	XML "<S:Envelope xmlns:S=\"" SOAP12 "\" xmlns:wsse=\"" WSSE12       \
	    "\" xmlns:wst=\"http://schemas.xmlsoap.org/ws/2005/02/trust\" " \
	    "xmlns:psf=\"" RST_PSF "\"><S:Header>" PP                       \
	    "<psf:authstate>0x80048800</psf:authstate>"                     \
	    "<psf:reqstatus>" status "</psf:reqstatus>" SERVER              \
	    "<psf:response/></psf:pp></S:Header><S:Body><S:Fault><S:Code>"  \
	    "<S:Value>S:" side "</S:Value><S:Subcode><S:Value>" code        \
	    "</S:Value></S:Subcode></S:Code><S:Reason>"                     \
	    "<S:Text xml:lang=\"en-US\">" text "</S:Text></S:Reason>"       \
	    "<S:Detail><psf:error><psf:value>" status "</psf:value>"        \
	    "<psf:internalerror><psf:code>" inner                           \
	    "</psf:code><psf:text>" inner_text                              \
	    "</psf:text></psf:internalerror></psf:error>" more              \
	    "</S:Detail></S:Fault></S:Body></S:Envelope>"

/* covers: soap 11 #68 */
static void
a_fault_of_2005_stands_in_the_body(void **state)
{
	(void)state;
	check_fault(RST_2005, RST_FAULT_PASSWORD, "",
	    FAULT_2005("Sender", "wst:FailedAuthentication",
		"Authentication Failure", "0x80048821", "0x80041012",
		"The entered and stored passwords do not match."
		"&#x000D;&#x000A;",
		""));
	check_fault(RST_2005, RST_FAULT_REQUEST, "",
	    FAULT_2005("Sender", "wst:InvalidRequest", "Invalid Request",
		"0x80048820", "0x80045c01", "Invalid Request", ""));
	check_fault(RST_2005, RST_FAULT_MOVED, "https://far/RST2.srf",
	    FAULT_2005("Sender", "psf:Redirect", "Redirect", "0x80048852",
		"0x80048852", "Another server has this account.",
		"<psf:redirectUrl>https://far/RST2.srf</psf:redirectUrl>"));
	check_fault(RST_2005, RST_FAULT_LATER, "",
	    FAULT_2005("Receiver", "wst:RequestFailed", "Service Unavailable",
		"0x8004882e", "0x8004882e", "The service is not available.",
		""));
}

#define T(name) cmocka_unit_test_setup_teardown(name, fresh, done)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_sample_is_understood_in_its_own_language),
		T(targets_and_policies_come_in_the_order_of_the_request),
		T(a_bare_request_without_prefixes_is_understood),
		T(numbers_follow_the_ids_and_only_grow),
		T(no_target_means_the_base_ticket_and_33_are_too_many),
		T(a_base_ticket_in_place_of_a_password_is_seen),
		T(what_makes_no_sense_is_refused_in_its_own_language),
		T(the_answer_of_2004_has_these_bytes),
		T(the_answer_of_2005_begins_and_ends_with_these_bytes),
		T(each_target_has_its_numbered_ticket_and_only_two_have_secrets),
		T(an_answer_to_32_targets_of_the_greatest_length_has_room),
		T(a_fault_of_2004_stands_in_the_envelope),
		T(a_fault_of_2005_stands_in_the_body),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
