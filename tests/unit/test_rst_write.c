/* SPDX-License-Identifier: MIT */
/* Answers of the token services, byte by byte. */
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

/* ---- answers ---- */

static void
write_answer(struct buf *out)
{
	struct rst_grant grants[RST_WISHES_MAX] = { 0 };
	struct rst_answer a = { .asked = &rq,
		.grants = grants,
		.address = SLICE_LIT("al<i>&ce@example.com"),
		.peer = SLICE_LIT("192.0.2.7"),
		.cid = 0x062d987eb60b7a63,
		.now = NOW,
		.expires = NOW + DAY };

	for (unsigned i = 0; i < rq.n; i++) {
		grants[i].ticket = arena_printf(&arena, "TICKET%u&", i);
		memset(grants[i].secret, (int)i, RST_SECRET_BYTES);
	}
	rst_write_answer(out, &a);
	assert_true(buf_ok(out));
	buf_add_char(out, '\0');
}

/* The pieces, one behind the other, and nothing else. */
static void
check_bytes(const char *at, const char *const *pieces)
{
	for (; *pieces != NULL; pieces++) {
		size_t n = strlen(*pieces);

		if (strncmp(at, *pieces, n) != 0)
			fail_msg("wanted %s, got %.*s", *pieces, (int)n, at);
		at += n;
	}
	assert_string_equal(at, "");
}

#define XML    "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
#define SOAP11 "http://schemas.xmlsoap.org/soap/envelope/"
#define SOAP12 "http://www.w3.org/2003/05/soap-envelope"
#define WSSE11 "http://schemas.xmlsoap.org/ws/2003/06/secext"
#define OASIS  "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
#define WSSE12 OASIS "wssecurity-secext-1.0.xsd"
#define WSU    OASIS "wssecurity-utility-1.0.xsd"
#define WSA11  "http://schemas.xmlsoap.org/ws/2004/03/addressing"
#define WSA12  "http://www.w3.org/2005/08/addressing"
#define WST11  "http://schemas.xmlsoap.org/ws/2004/04/trust"
#define WST12  "http://schemas.xmlsoap.org/ws/2005/02/trust"
#define WSP11  "http://schemas.xmlsoap.org/ws/2002/12/policy"
#define WSP12  "http://schemas.xmlsoap.org/ws/2004/09/policy"
#define XENC   "http://www.w3.org/2001/04/xmlenc#"
#define SERVER                                                   \
	"<psf:serverInfo Path=\"Live1\" "                        \
	"RollingUpgradeState=\"ExclusiveNew\" LocVersion=\"0\" " \
	"ServerTime=\"2008-06-27T08:21:33Z\">NUDGE 2008.01.01"   \
	"</psf:serverInfo><psf:cookies/>"
#define PP                                                             \
	"<psf:pp xmlns:psf=\"" RST_PSF "\"><psf:serverVersion>1</psf:" \
	"serverVersion>"
#define PP_GOOD                                               \
	PP "<psf:PUID>062D987EB60B7A63</psf:PUID>"            \
	   "<psf:configVersion>3.0.869.0</psf:configVersion>" \
	   "<psf:uiVersion>3.0.869.0</psf:uiVersion>"
#define STATUS_GOOD                                                  \
	"<psf:authstate>0x48803</psf:authstate>"                     \
	"<psf:reqstatus>0x0</psf:reqstatus>" SERVER                  \
	"<psf:browserCookies><psf:browserCookie Name=\"MH\" "        \
	"URL=\"http://www.msn.com\">MSFT; path=/; domain=.msn.com; " \
	"expires=Wed, 30-Dec-2037 16:00:00 GMT</psf:browserCookie>"  \
	"</psf:browserCookies>"
#define CRED(name, value) \
	"<psf:credProperty Name=\"" name "\">" value "</psf:credProperty>"
/* clang-format off */
#define CREDS                                                        \
	"<psf:credProperties>" CRED("MainBrandID", "MSFT")           \
	CRED("BrandIDList", "") CRED("IsWinLiveUser", "true")        \
	CRED("CID", "062d987eb60b7a63")                              \
	CRED("AuthMembername", "al&lt;i&gt;&amp;ce@example.com")     \
	CRED("Country", "US") CRED("Language", "1033")               \
	CRED("FirstName", "") CRED("LastName", "")                   \
	CRED("ChildFlags", "00000001") CRED("Flags", "40100643")     \
	CRED("FlagsV2", "00000000") CRED("IP", "192.0.2.7")          \
	"</psf:credProperties><psf:extProperties>"                   \
	"<psf:extProperty Name=\"CID\">062d987eb60b7a63"             \
	"</psf:extProperty></psf:extProperties><psf:response/></psf:pp>"
/* clang-format on */
#define COLLECTION(wst, wsse, wsp)                                        \
	"</S:Header><S:Body><wst:RequestSecurityTokenResponseCollection " \
	"xmlns:wst=\"" wst "\" xmlns:wsse=\"" wsse "\" xmlns:wsu=\"" WSU  \
	"\" xmlns:wsp=\"" wsp "\">"
#define RESPONSE(type, wsa, target)                                    \
	"<wst:RequestSecurityTokenResponse><wst:TokenType>"            \
	"urn:passport:" type "</wst:TokenType>"                        \
	"<wsp:AppliesTo xmlns:wsa=\"" wsa "\"><wsa:EndpointReference>" \
	"<wsa:Address>" target                                         \
	"</wsa:Address></wsa:EndpointReference></wsp:AppliesTo>"
#define A_DAY(name)                                                     \
	"<wst:" name "><wsu:Created>2008-06-27T08:21:33Z</wsu:Created>" \
	"<wsu:Expires>2008-06-28T08:21:33Z</wsu:Expires></wst:" name ">"
#define BASE                                                               \
	"<wst:RequestedSecurityToken><EncryptedData xmlns=\"" XENC "\" "   \
	"Id=\"BinaryDAToken0\" Type=\"" XENC "Element\">"                  \
	"<EncryptionMethod Algorithm=\"" XENC "tripledes-cbc\">"           \
	"</EncryptionMethod>"                                              \
	"<ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">"     \
	"<ds:KeyName>http://Passport.NET/STS</ds:KeyName></ds:KeyInfo>"    \
	"<CipherData><CipherValue>VElDS0VUMCY=</CipherValue></CipherData>" \
	"</EncryptedData></wst:RequestedSecurityToken>"
#define COMPACT                                                           \
	"<wst:RequestedSecurityToken>"                                    \
	"<wsse:BinarySecurityToken Id=\"Compact1\">t=TICKET1&amp;&amp;p=" \
	"</wsse:BinarySecurityToken></wst:RequestedSecurityToken>"
#define REFERENCE_2004(type, id)                       \
	"<wst:RequestedTokenReference>"                \
	"<wsse:KeyIdentifier ValueType=\"" type "\"/>" \
	"<wsse:Reference URI=\"#" id "\"/>"            \
	"</wst:RequestedTokenReference>"
#define REFERENCE_2005(name, id)                      \
	"<wst:" name "><wsse:SecurityTokenReference>" \
	"<wsse:Reference URI=\"#" id "\"/>"           \
	"</wsse:SecurityTokenReference></wst:" name ">"
#define SECRET                                        \
	"<wst:RequestedProofToken><wst:BinarySecret>" \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"            \
	"</wst:BinarySecret></wst:RequestedProofToken>"
#define RESPONSE_END "</wst:RequestSecurityTokenResponse>"
#define ANSWER_END                                      \
	"</wst:RequestSecurityTokenResponseCollection>" \
	"</S:Body></S:Envelope>"

/* covers: field-notes 4; rst 9 #3; soap 11 #67 */
static void
the_answer_of_2004_has_these_bytes(void **state)
{
	static const char *const want[] = {
		XML "<S:Envelope xmlns:S=\"" SOAP11 "\"><S:Header>",
		PP_GOOD,
		STATUS_GOOD,
		CREDS,
		COLLECTION(WST11, WSSE11, WSP11),
		RESPONSE("legacy", WSA11, RST_BASE),
		A_DAY("LifeTime"),
		BASE,
		REFERENCE_2004("urn:passport", "BinaryDAToken0"),
		SECRET,
		RESPONSE_END,
		RESPONSE("compact", WSA11, "contacts.msn.com"),
		A_DAY("LifeTime"),
		COMPACT,
		REFERENCE_2004("urn:passport:compact", "Compact1"),
		RESPONSE_END,
		ANSWER_END,
		NULL,
	};
	struct buf out = BUF_INIT(RST_ANSWER_MAX);

	(void)state;
	assert_true(rst_read(&arena, sample("single-token"), RST_2004, &rq));
	write_answer(&out);
	check_bytes(out.p, want);
	buf_free(&out);
}

/* covers: soap 11 #67 */
static void
the_answer_of_2005_has_these_bytes(void **state)
{
	static const char *const want[] = {
		XML "<S:Envelope xmlns:S=\"" SOAP12 "\" xmlns:wsa=\"" WSA12,
		"\" xmlns:wsse=\"" WSSE12 "\" xmlns:wsu=\"" WSU "\"><S:Header>",
		"<wsa:Action S:mustUnderstand=\"1\" wsu:Id=\"Action\">"
		"http://schemas.xmlsoap.org/ws/2005/02/trust/RSTR/Issue"
		"</wsa:Action><wsa:To S:mustUnderstand=\"1\" wsu:Id=\"To\">"
		"http://schemas.xmlsoap.org/ws/2004/08/addressing/role/"
		"anonymous</wsa:To><wsse:Security S:mustUnderstand=\"1\">"
		"<wsu:Timestamp wsu:Id=\"TS\">"
		"<wsu:Created>2008-06-27T08:21:33Z</wsu:Created>"
		"<wsu:Expires>2008-06-27T08:26:33Z</wsu:Expires>"
		"</wsu:Timestamp></wsse:Security>",
		PP_GOOD,
		"<psf:appDataVersion>1</psf:appDataVersion>",
		STATUS_GOOD,
		CREDS,
		COLLECTION(WST12, WSSE12, WSP12),
		RESPONSE("legacy", WSA12, RST_BASE),
		A_DAY("Lifetime"),
		BASE,
		REFERENCE_2005("RequestedAttachedReference", "BinaryDAToken0"),
		REFERENCE_2005("RequestedUnattachedReference",
		    "BinaryDAToken0"),
		SECRET,
		RESPONSE_END,
		RESPONSE("compact", WSA12, "contacts.msn.com"),
		A_DAY("Lifetime"),
		COMPACT,
		REFERENCE_2005("RequestedAttachedReference", "Compact1"),
		REFERENCE_2005("RequestedUnattachedReference", "Compact1"),
		RESPONSE_END,
		ANSWER_END,
		NULL,
	};
	struct buf out = BUF_INIT(RST_ANSWER_MAX);

	(void)state;
	assert_true(rst_read(&arena, sample("single-token"), RST_2004, &rq));
	rq.kind = RST_2005;
	write_answer(&out);
	check_bytes(out.p, want);
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

		assert_true(rst_read(&arena, sample(names[i]), RST_2004, &rq));
		write_answer(&out);
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
	check_fault(RST_2004, RST_FAULT_LOCKED, "",
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

/* covers: soap 11 #68; real-accounts 13 #7 */
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
	check_fault(RST_2005, RST_FAULT_LOCKED, "",
	    FAULT_2005("Sender", "wst:FailedAuthentication",
		"Authentication Failure", "0x80048823", "0x80048823",
		"Too many wrong passwords were given.", ""));
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
		T(the_answer_of_2004_has_these_bytes),
		T(the_answer_of_2005_has_these_bytes),
		T(each_target_has_its_numbered_ticket_and_only_two_have_secrets),
		T(an_answer_to_32_targets_of_the_greatest_length_has_room),
		T(a_fault_of_2004_stands_in_the_envelope),
		T(a_fault_of_2005_stands_in_the_body),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
