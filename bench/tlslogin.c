/* SPDX-License-Identifier: MIT */
/* A whole sign-in, as a client of 2003 does it: its ticket comes over TLS. */
#include "bench/tlsclient.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	LOGIN_TEXT = 4096,
	LOGIN_LINES = 2000 /* more than any list has: a bound */
};

struct login {
	const struct options *opt;
	FILE *in;
	int fd;
	char line[LOGIN_TEXT];
};

/* Read up to the line that begins with the command; false: error or end. */
static bool
login_expect(struct login *l, const char *command)
{
	int i;

	for (i = 0; i < LOGIN_LINES; i++) {
		if (!fgets(l->line, sizeof(l->line), l->in))
			return false;
		l->line[strcspn(l->line, "\r\n")] = '\0';
		if (strncmp(l->line, command, 3) == 0)
			return true;
		if (l->line[0] >= '0' && l->line[0] <= '9')
			return false;
	}
	return false;
}

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
	    "sign-in=u%06u%%40%s,pwd=%s,%s\r\n"
	    "User-Agent: MSMSGS\r\nHost: login.passport.com\r\n"
	    "Connection: close\r\n\r\n",
	    n, c->opt->domain, c->opt->password, challenge);
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
login_talk(struct login *l, struct tlsclient *c, unsigned n)
{
	char ticket[LOGIN_TEXT];

	dprintf(l->fd, "VER 1 MSNP9 CVR0\r\n");
	if (!login_expect(l, "VER"))
		return false;
	dprintf(l->fd,
	    "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 6.0.0602 MSMSGS "
	    "u%06u@%s\r\n",
	    n, l->opt->domain);
	if (!login_expect(l, "CVR"))
		return false;
	dprintf(l->fd, "USR 3 TWN I u%06u@%s\r\n", n, l->opt->domain);
	if (!login_expect(l, "USR") || strlen(l->line) < 13)
		return false;
	if (!login_ticket(c, n, l->line + 12, ticket))
		return false;
	dprintf(l->fd, "USR 4 TWN S %s\r\n", ticket);
	if (!login_expect(l, "USR"))
		return false;
	dprintf(l->fd, "SYN 5 0\r\n");
	if (!login_expect(l, "SYN"))
		return false;
	dprintf(l->fd, "CHG 6 NLN 268435492\r\n");
	if (!login_expect(l, "CHG"))
		return false;
	dprintf(l->fd, "OUT\r\n");
	return true;
}

bool
tlslogin(struct tlsclient *c, unsigned n)
{
	struct login l = { .opt = c->opt };
	bool ok;

	l.fd = tlsclient_connect(c->opt, c->opt->port, tlsclient_source(n));
	if (l.fd < 0)
		return false;
	l.in = fdopen(l.fd, "r");
	if (!l.in) {
		close(l.fd);
		return false;
	}
	ok = login_talk(&l, c, n);
	fclose(l.in);
	return ok;
}
