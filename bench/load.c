/* SPDX-License-Identifier: MIT */
/*
 * The load generator: load MODE key=value...  It talks to this machine only,
 * and prints "key value" lines.
 */
#include "bench/load.h"

#include "bench/meter.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

struct load_mode {
	const char *name;
	void (*run)(struct net *net, const struct options *o);
	const char *help;
};

/* clang-format off */
static const struct load_mode load_modes[] = {
	{ "raw-pairs",   load_raw_pairs,   "pairs through the bare relay" },
	{ "raw-fan",     load_raw_fan,     "one to many through the bare relay" },
	{ "relay-pairs", load_relay_pairs, "pairs in switchboards" },
	{ "gateway-pairs", load_gateway_pairs, "the same through the HTTP gateway" },
	{ "presence",    load_presence,    "one user changes, many see it" },
	{ "chat",        load_chat,        "one speaks in a chat room, many read" },
	{ "chat-guests", load_chat_guests, "memory of guests in chat rooms" },
	{ "chat-members", load_chat_members, "the same of people with accounts" },
	{ "idle",        load_idle,        "memory of people who are signed in" },
	{ "signin",      load_signin,      "sign-ins without TLS" },
	{ "sbsetup",     load_sbsetup,     "from XFR to JOI" },
	{ "soap-book",   load_soap_book,   "ABFindAll, without TLS" },
	{ "soap-lists",  load_soap_lists,  "FindMembership, without TLS" },
};
/* clang-format on */

static void
load_files(void)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) != 0)
		meter_die("getrlimit: %s", strerror(errno));
	lim.rlim_cur = lim.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &lim) != 0)
		meter_die("setrlimit: %s", strerror(errno));
}

static int
load_usage(void)
{
	size_t i;

	puts("usage: load MODE key=value...\nmodes:");
	for (i = 0; i < sizeof(load_modes) / sizeof(load_modes[0]); i++)
		printf("  %s\t%s\n", load_modes[i].name, load_modes[i].help);
	puts("options and their defaults:");
	options_help();
	return 2;
}

int
main(int argc, char **argv)
{
	struct options o;
	struct net net;
	size_t i;

	for (i = 0; i < sizeof(load_modes) / sizeof(load_modes[0]); i++)
		if (argc > 1 && strcmp(argv[1], load_modes[i].name) == 0)
			break;
	if (i == sizeof(load_modes) / sizeof(load_modes[0]))
		return load_usage();
	options_parse(&o, argc, argv, 2);
	signal(SIGPIPE, SIG_IGN);
	load_files();
	net_init(&net);
	net.spin = o.spin != 0;
	load_modes[i].run(&net, &o);
	net_free(&net);
	return 0;
}
