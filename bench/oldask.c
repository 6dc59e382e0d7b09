/* SPDX-License-Identifier: MIT */
/*
 * Ask a server as old clients did:
 *	oldask [ADDRESS:]PORT FORMAT:VERSION:SUITE,...
 * Sends what comes from standard input over a full and a resumed connection
 * for each of its arguments, such as v2:0301:000a,0005, and prints
 *	ARGUMENT full|resumed VERSION SUITE clean|cut
 *	ARGUMENT failed ALERT
 * and, with "-b" as its last argument, each answer behind that.
 */
#include "bench/meter.h"
#include "bench/oldsock.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
	ASK_REQUEST = 16384,
	ASK_REPLY = 1 << 20,
	ASK_PATIENCE_S = 10
};

struct ask {
	struct sockaddr_in to;
	const char *spec;
	bool bodies;
	size_t n;
	char request[ASK_REQUEST];
	char reply[ASK_REPLY];
};

/* [ADDRESS:]PORT; this machine's when there is no address. */
static void
ask_whom(struct sockaddr_in *to, char *word)
{
	char *port = strchr(word, ':');

	to->sin_family = AF_INET;
	to->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (port == NULL) {
		port = word;
	} else {
		*port++ = '\0';
		if (inet_pton(AF_INET, word, &to->sin_addr) != 1)
			meter_die("what is %s?", word);
	}
	to->sin_port = htons((uint16_t)strtoul(port, NULL, 10));
}

static int
ask_connect(const struct sockaddr_in *to)
{
	struct timeval limit = { .tv_sec = ASK_PATIENCE_S };
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
	    connect(fd, (const struct sockaddr *)to, sizeof(*to)) != 0)
		meter_die("no connection to port %u", ntohs(to->sin_port));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	/* a flight is several writes: do not wait for the peer's ACK */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

/* A connection, and what is said about it. */
static bool
ask_once(struct ask *a, struct oldclient *c)
{
	static const char *const versions[] = { "SSL3.0", "TLS1.0", "TLS1.1" };
	int fd = ask_connect(&a->to);
	struct old_peer peer = oldsock_peer(&fd);
	size_t n = 0, part;

	if (!oldclient_open(c, &peer)) {
		printf("%s failed %d\n", a->spec, c->alert);
		close(fd);
		return false;
	}
	if (a->n > 0 && !oldclient_write(c, a->request, a->n))
		meter_die("%s: nothing can be said", a->spec);
	while ((part = oldclient_read(c, a->reply + n, ASK_REPLY - n)) > 0)
		n += part;
	printf("%s %s %s %s %s\n", a->spec, c->resumed ? "resumed" : "full",
	    versions[c->chosen - 0x0300], oldclient_suite_name(c->suite),
	    c->alert == 0 ? "clean" : "cut");
	if (a->bodies)
		printf("%.*s", (int)n, a->reply);
	close(fd);
	return true;
}

int
main(int argc, char **argv)
{
	static struct ask a;
	int i;

	if (argc > 2 && strcmp(argv[argc - 1], "-b") == 0) {
		a.bodies = true;
		argc--;
	}
	if (argc < 3)
		meter_die("usage: oldask [ADDRESS:]PORT "
			  "FORMAT:VERSION:SUITE... [-b]");
	ask_whom(&a.to, argv[1]);
	a.n = fread(a.request, 1, sizeof(a.request), stdin);
	for (i = 2; i < argc; i++) {
		static struct oldclient c;

		oldclient_init(&c);
		a.spec = argv[i];
		oldsock_offer(&c, a.spec);
		if (ask_once(&a, &c)) {
			c.resume = true;
			ask_once(&a, &c);
		}
		oldclient_free(&c);
	}
	return 0;
}
