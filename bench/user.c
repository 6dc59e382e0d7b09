/* SPDX-License-Identifier: MIT */
#include "bench/user.h"

#include "bench/meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	USER_TICKET_MAX = 1024
};

void
user_address(const struct user *u, char out[USER_ADDRESS])
{
	snprintf(out, USER_ADDRESS, "u%06u@%s", u->number, u->opt->domain);
}

uint32_t
user_source(const struct user *u)
{
	/* 127.1.0.1 and on, never ending in 0 or 255 */
	return (127U << 24) + (1U << 16) + ((u->number / 250) << 8) +
	    u->number % 250 + 1;
}

void
user_change(struct user *u, const char *state)
{
	if (u->dialect >= 9)
		wire_sendf(&u->ns, "CHG 9 %s 268435492 %s\r\n", state,
		    u->opt->picture ? USER_PICTURE : "0");
	else
		wire_sendf(&u->ns, "CHG 9 %s 32\r\n", state);
}

static size_t
user_http_input(struct wire *w, char *p, size_t n)
{
	static const char key[] = "from-PP='";
	struct user *u = w->owner;
	char *head = memmem(p, n, "\r\n\r\n", 4);
	char *ticket, *end;

	if (!head)
		return 0;
	*head = '\0';
	ticket = strstr(p, key);
	end = ticket ? strchr(ticket + sizeof(key) - 1, '\'') : NULL;
	if (strncmp(p, "HTTP/1.1 200", 12) != 0 || !end)
		meter_die("login2.srf refused user %u: %s", u->number, p);
	*end = '\0';
	wire_close(w);
	u->step = USER_PROVE;
	wire_sendf(&u->ns, "USR 4 TWN S %s\r\n", ticket + sizeof(key) - 1);
	return n;
}

static void
user_ask_ticket(struct user *u, const char *challenge)
{
	u->http.owner = u;
	u->http.input = user_http_input;
	wire_open(&u->http, u->net, wire_address(u->opt->host, u->opt->http),
	    user_source(u));
	wire_sendf(&u->http,
	    "GET /login2.srf HTTP/1.1\r\n"
	    "Authorization: Passport1.4 OrgVerb=GET,"
	    "OrgURL=http%%3A%%2F%%2Fmessenger%%2Emsn%%2Ecom,"
	    "sign-in=u%06u%%40%s,pwd=%s,%s\r\n"
	    "User-Agent: MSMSGS\r\n"
	    "Host: login.passport.com\r\n"
	    "Connection: close\r\n\r\n",
	    u->number, u->opt->domain, u->opt->password, challenge);
}

static void
user_unexpected(const struct user *u, char *word[FRAME_WORDS])
{
	meter_die("user %u, step %d: %s %s %s %s", u->number, (int)u->step,
	    word[0], word[1], word[2], word[3]);
}

static void
user_usr(struct user *u, char *word[FRAME_WORDS])
{
	if (u->step == USER_ASK && strcmp(word[3], "S") == 0) {
		u->step = USER_TICKET;
		user_ask_ticket(u, word[4]);
		return;
	}
	if (u->step != USER_PROVE || strcmp(word[2], "OK") != 0)
		user_unexpected(u, word);
	u->step = USER_SYN;
	wire_sendf(&u->ns, u->dialect >= 10 ? "SYN 5 0 0\r\n" : "SYN 5 0\r\n");
}

/* Errors are three digits; the rest of what is not asked for is skipped. */
static void
user_command(struct user *u, char *word[FRAME_WORDS])
{
	char address[USER_ADDRESS];

	user_address(u, address);
	if (strcmp(word[0], "VER") == 0) {
		u->step = USER_CVR;
		wire_sendf(&u->ns,
		    "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 6.0.0602 MSMSGS "
		    "%s\r\n",
		    address);
	} else if (strcmp(word[0], "CVR") == 0) {
		u->step = USER_ASK;
		wire_sendf(&u->ns, "USR 3 TWN I %s\r\n", address);
	} else if (strcmp(word[0], "USR") == 0) {
		user_usr(u, word);
	} else if (strcmp(word[0], "SYN") == 0) {
		u->step = USER_CHG;
		user_change(u, "NLN");
	} else if (strcmp(word[0], "CHG") == 0) {
		u->step = USER_ON;
		if (u->ready)
			u->ready(u);
	} else if (word[0][0] >= '0' && word[0][0] <= '9') {
		user_unexpected(u, word);
	}
}

static size_t
user_ns_input(struct wire *w, char *p, size_t n)
{
	struct user *u = w->owner;
	size_t at = 0, used;
	struct frame f;

	while ((used = frame_take(p + at, n - at, &f)) > 0) {
		char *word[FRAME_WORDS];

		at += used;
		if (u->step == USER_ON) {
			if (u->event)
				u->event(u, &f);
		} else {
			frame_words(&f, word);
			user_command(u, word);
		}
		if (w->fd < 0)
			return n;
	}
	return at;
}

void
user_init(struct user *u, struct net *net, const struct options *o, unsigned n)
{
	*u = (struct user){ .net = net,
		.opt = o,
		.number = n,
		.dialect = o->dialect,
		.ns.fd = -1,
		.http.fd = -1 };
}

void
user_signin(struct user *u)
{
	u->began = meter_now();
	u->step = USER_VER;
	u->ns.owner = u;
	u->ns.input = user_ns_input;
	wire_open(&u->ns, u->net, wire_address(u->opt->host, u->opt->port),
	    user_source(u));
	wire_sendf(&u->ns, "VER 1 MSNP%u CVR0\r\n", u->dialect);
}

void
user_leave(struct user *u)
{
	if (u->ns.fd >= 0)
		wire_send(&u->ns, "OUT\r\n", 5);
	wire_close(&u->ns);
	wire_close(&u->http);
	u->step = USER_OFF;
}
