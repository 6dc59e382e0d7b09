/* SPDX-License-Identifier: MIT */
#include "bench/rstclient.h"

#include "bench/meter.h"

#include <stdio.h>
#include <string.h>

enum {
	RST_WISH = 512
};

struct rst_wish {
	const char *address;
	const char *policy; /* NULL: no reference; "": the server's word */
};

/* clang-format off */
static const struct rst_wish rst_wishes[] = {
	{ "http://Passport.NET/tb",   NULL },
	{ RST_CLEAR,                  "" },
	{ "messenger.msn.com",        "?id=507" },
	{ RST_CONTACTS,               "MBI" },
	{ "messengersecure.live.com", "MBI_SSL" },
	{ "spaces.live.com",          "MBI" },
	{ "storage.msn.com",          "MBI_SSL" },
};
/* clang-format on */

#define RST_WISHES (sizeof(rst_wishes) / sizeof(rst_wishes[0]))

#define RST_OPEN                                                          \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Envelope "            \
	"xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\" "            \
	"xmlns:wsse=\"http://schemas.xmlsoap.org/ws/2003/06/secext\" "    \
	"xmlns:wsp=\"http://schemas.xmlsoap.org/ws/2002/12/policy\" "     \
	"xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/03/addressing\" " \
	"xmlns:wst=\"http://schemas.xmlsoap.org/ws/2004/04/trust\" "      \
	"xmlns:ps=\"http://schemas.microsoft.com/Passport/SoapServices/"  \
	"PPCRL\"><Header><ps:AuthInfo Id=\"PPAuthInfo\"><ps:HostingApp>"  \
	"{7108E71A-9926-4FCB-BCC9-9A9D3F32E423}</ps:HostingApp>"          \
	"<ps:BinaryVersion>4</ps:BinaryVersion><ps:UIVersion>1"           \
	"</ps:UIVersion><ps:Cookies></ps:Cookies><ps:RequestParams>"      \
	"AQAAAAIAAABsYwQAAAAxMDMz</ps:RequestParams></ps:AuthInfo>"       \
	"<wsse:Security><wsse:UsernameToken Id=\"user\"><wsse:Username>"  \
	"u%06u@%s</wsse:Username><wsse:Password>%s</wsse:Password>"       \
	"</wsse:UsernameToken></wsse:Security></Header><Body>"            \
	"<ps:RequestMultipleSecurityTokens Id=\"RSTS\">"
#define RST_CLOSE "</ps:RequestMultipleSecurityTokens></Body></Envelope>"

static void
rst_append(char *document, size_t *n, const char *text)
{
	size_t more = strlen(text);

	if (*n + more >= WEB_TEXT)
		meter_die("a token request too long");
	memcpy(document + *n, text, more + 1);
	*n += more;
}

static void
rst_wish(char out[RST_WISH], size_t number, const char *policy)
{
	const struct rst_wish *w = &rst_wishes[number];
	char reference[RST_WISH / 2] = "";

	if (w->policy)
		snprintf(reference, sizeof(reference),
		    "<wsse:PolicyReference URI=\"%.64s\"/>",
		    *w->policy ? w->policy : policy);
	snprintf(out, RST_WISH,
	    "<wst:RequestSecurityToken Id=\"RST%zu\"><wst:RequestType>"
	    "http://schemas.xmlsoap.org/ws/2004/04/security/trust/Issue"
	    "</wst:RequestType><wsp:AppliesTo><wsa:EndpointReference>"
	    "<wsa:Address>%s</wsa:Address></wsa:EndpointReference>"
	    "</wsp:AppliesTo>%s</wst:RequestSecurityToken>",
	    number, w->address, reference);
}

size_t
rst_request(char *out, const struct options *o, unsigned n, const char *policy)
{
	char document[WEB_TEXT], wish[RST_WISH];
	size_t i, used;
	int head = snprintf(document, sizeof(document), RST_OPEN, n, o->domain,
	    o->password);

	if (head < 0 || (size_t)head >= sizeof(document))
		meter_die("a token request too long");
	used = (size_t)head;
	for (i = 0; i < RST_WISHES; i++) {
		rst_wish(wish, i, policy);
		rst_append(document, &used, wish);
	}
	rst_append(document, &used, RST_CLOSE);
	return web_post(out, "login.live.com", "/RST.srf", "", document);
}

bool
rst_ticket(const char *answer, const char *address, char out[WEB_TICKET])
{
	const struct web_cut marks = { address, ">t=", "</" };
	char rest[WEB_TICKET - 2];

	if (!web_cut(answer, marks, rest, sizeof(rest)))
		return false;
	snprintf(out, WEB_TICKET, "t=%s", rest);
	return true;
}

bool
rst_secret(const char *answer, const char *address, char out[WEB_TICKET])
{
	const struct web_cut marks = { address, "BinarySecret>", "</" };

	return web_cut(answer, marks, out, WEB_TICKET);
}
