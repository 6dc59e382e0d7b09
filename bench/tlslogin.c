/* SPDX-License-Identifier: MIT */
/* A whole sign-in, as a client of 2003 does it: its ticket comes over TLS. */
#include "bench/nsclient.h"

#include <stdio.h>
#include <string.h>

enum {
	LOGIN_TEXT = 4096
};

static bool
login_ticket(struct tlsclient *c, unsigned n, const char *challenge,
    char *ticket)
{
	char request[LOGIN_TEXT + 512], reply[LOGIN_TEXT];
	char *from, *end;
	bool ok = false;

	snprintf(request, sizeof(request),
	    "GET /login2.srf HTTP/1.1\r\n"
	    "Authorization: Passport1.4 OrgVerb=GET,"
	    "OrgURL=http%%3A%%2F%%2Fmessenger%%2Emsn%%2Ecom,"
	    "sign-in=u%06u%%40%s,pwd=%s,%.*s\r\n"
	    "User-Agent: MSMSGS\r\nHost: login.passport.com\r\n"
	    "Connection: close\r\n\r\n",
	    n, c->opt->domain, c->opt->password, LOGIN_TEXT / 2, challenge);
	if (tlsclient_open(c, c->opt->https, tlsclient_source(n)) == 0)
		ok = tlsclient_ask(c, request, reply, sizeof(reply));
	tlsclient_close(c);
	from = ok ? strstr(reply, "from-PP='") : NULL;
	end = from ? strchr(from + 9, '\'') : NULL;
	if (!end)
		return false;
	*end = '\0';
	snprintf(ticket, LOGIN_TEXT, "%s", from + 9);
	return true;
}

static bool
login_talk(struct nsclient *s, struct tlsclient *c, unsigned n)
{
	char ticket[LOGIN_TEXT];

	nsclient_say(s, "VER 1 MSNP9 CVR0\r\n");
	if (!nsclient_expect(s, "VER"))
		return false;
	nsclient_say(s,
	    "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 6.0.0602 MSMSGS "
	    "u%06u@%s\r\n",
	    n, c->opt->domain);
	if (!nsclient_expect(s, "CVR"))
		return false;
	nsclient_say(s, "USR 3 TWN I u%06u@%s\r\n", n, c->opt->domain);
	if (!nsclient_expect(s, "USR") || s->frame.nline < 13)
		return false;
	if (!login_ticket(c, n, s->frame.line + 12, ticket))
		return false;
	nsclient_say(s, "USR 4 TWN S %s\r\n", ticket);
	if (!nsclient_expect(s, "USR"))
		return false;
	nsclient_say(s, "SYN 5 0\r\n");
	if (!nsclient_expect(s, "SYN"))
		return false;
	nsclient_say(s, "CHG 6 NLN 268435492\r\n");
	if (!nsclient_expect(s, "CHG"))
		return false;
	nsclient_say(s, "OUT\r\n");
	return true;
}

bool
tlslogin(struct tlsclient *c, unsigned n)
{
	struct nsclient s;
	bool ok;

	if (!nsclient_open(&s, c->opt, n))
		return false;
	ok = login_talk(&s, c, n);
	nsclient_close(&s);
	return ok;
}
