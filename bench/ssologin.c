/* SPDX-License-Identifier: MIT */
/*
 * A whole sign-in, as a client of 2007 does it: tickets from RST.srf, a proof
 * for the notification server, and the lists from the contact services, all
 * over TLS.
 */
#include "bench/nsclient.h"
#include "bench/rstclient.h"
#include "bench/soapclient.h"
#include "bench/ssoproof.h"

#include <stdio.h>
#include <string.h>

struct sso {
	struct tlsclient *tls;
	struct nsclient ns;
	unsigned n; /* account */
	char nonce[WEB_TICKET];
	char
	    clear[WEB_TICKET]; /* for the notification server, as on its wire */
	char contacts[WEB_TICKET];
	char secret[WEB_TICKET];
};

/* Documents have "&amp;" where the notification server wants "&". */
static void
sso_plain(char *text)
{
	char *at;

	while ((at = strstr(text, "&amp;")) != NULL)
		memmove(at + 1, at + 5, strlen(at + 5) + 1);
}

static bool
sso_tickets(struct sso *s, const char *policy)
{
	struct tlsclient *c = s->tls;
	char request[WEB_TEXT], answer[WEB_TEXT];
	bool ok;

	rst_request(request, c->opt, s->n, policy);
	ok = tlsclient_open(c, c->opt->https, tlsclient_source(s->n)) == 0 &&
	    tlsclient_fetch(c, request, answer, sizeof(answer)) == 200;
	tlsclient_close(c);
	if (!ok || !rst_ticket(answer, RST_CLEAR, s->clear) ||
	    !rst_secret(answer, RST_CLEAR, s->secret) ||
	    !rst_ticket(answer, RST_CONTACTS, s->contacts))
		return false;
	sso_plain(s->clear);
	return true;
}

static bool
sso_ask(struct sso *s, const struct soap_question *q)
{
	char request[WEB_TEXT], answer[WEB_TEXT];

	soap_request(request, q, s->contacts);
	return tlsclient_fetch(s->tls, request, answer, sizeof(answer)) == 200;
}

static bool
sso_lists(struct sso *s)
{
	struct tlsclient *c = s->tls;
	bool ok;

	ok = tlsclient_open(c, c->opt->https, tlsclient_source(s->n)) == 0 &&
	    sso_ask(s, &soap_members) && sso_ask(s, &soap_book);
	tlsclient_close(c);
	return ok;
}

/* VER to USR S; the policy is the server's. */
static bool
sso_greet(struct sso *s, char policy[WEB_TICKET])
{
	const struct options *o = s->tls->opt;
	struct nsclient *ns = &s->ns;
	char *word[FRAME_WORDS];

	nsclient_say(ns, "VER 1 MSNP15 CVR0\r\n");
	if (!nsclient_expect(ns, "VER"))
		return false;
	nsclient_say(ns,
	    "CVR 2 0x0409 winnt 6.0.6000 i386 MSNMSGR 8.5.1302 msmsgs "
	    "u%06u@%s\r\n",
	    s->n, o->domain);
	if (!nsclient_expect(ns, "CVR"))
		return false;
	nsclient_say(ns, "USR 3 SSO I u%06u@%s\r\n", s->n, o->domain);
	if (!nsclient_expect(ns, "USR"))
		return false;
	frame_words(&ns->frame, word);
	snprintf(policy, WEB_TICKET, "%s", word[4]);
	snprintf(s->nonce, sizeof(s->nonce), "%s", word[5]);
	return strcmp(word[3], "S") == 0;
}

static bool
sso_prove(struct sso *s)
{
	char proof[SSOPROOF_TEXT], *word[FRAME_WORDS];

	if (!ssoproof_make(proof, s->secret, s->nonce, &s->tls->drbg))
		return false;
	nsclient_say(&s->ns, "USR 4 SSO S %s %s\r\n", s->clear, proof);
	if (!nsclient_expect(&s->ns, "USR"))
		return false;
	frame_words(&s->ns.frame, word);
	return strcmp(word[2], "OK") == 0;
}

static bool
sso_talk(struct sso *s)
{
	char policy[WEB_TICKET];

	if (!sso_greet(s, policy) || !sso_tickets(s, policy) || !sso_prove(s) ||
	    !sso_lists(s))
		return false;
	nsclient_say(&s->ns, "CHG 5 NLN 1342472230 0\r\n");
	if (!nsclient_expect(&s->ns, "CHG"))
		return false;
	nsclient_say(&s->ns, "OUT\r\n");
	return true;
}

bool
ssologin(struct tlsclient *c, unsigned n)
{
	struct sso s;
	bool ok;

	s.tls = c;
	s.n = n;
	if (!nsclient_open(&s.ns, c->opt, n))
		return false;
	ok = sso_talk(&s);
	nsclient_close(&s.ns);
	return ok;
}
