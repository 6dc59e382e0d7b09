/* SPDX-License-Identifier: MIT */
#include "bench/options.h"

#include "bench/meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct option_row {
	const char *name;
	size_t at;
	const char *text; /* default of a text; NULL: a number */
	unsigned number;
	const char *help;
};

#define TEXT(field, value, help)                                        \
	{                                                               \
#field, offsetof(struct options, field), value, 0, help \
	}
#define NUMBER(field, value, help)                                         \
	{                                                                  \
#field, offsetof(struct options, field), NULL, value, help \
	}

/* clang-format off */
static const struct option_row option_rows[] = {
	TEXT(host,          "127.0.0.1",  "server's address, in 127.0.0.0/8"),
	TEXT(domain,        "bench.test", "accounts are u000001@domain, ..."),
	TEXT(password,      "secret",     "of every account"),
	TEXT(suite,         "TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256", "TLS"),
	TEXT(hello,         "v2:0301:002f", "of old clients: format:version:suite"),
	NUMBER(port,        1863, "notification server, or relay"),
	NUMBER(http,        80,   "port of login2.srf without TLS"),
	NUMBER(https,       443,  "port of login2.srf with TLS"),
	NUMBER(pid,         0,    "process whose time and memory is measured"),
	NUMBER(first,       1,    "number of the first account"),
	NUMBER(users,       100,  "accounts used"),
	NUMBER(earlier,     50,   "sign in before memory is first measured"),
	NUMBER(pairs,       50,   "conversations"),
	NUMBER(outstanding, 16,   "messages under way in each"),
	NUMBER(bytes,       200,  "payload of a message, line of a fan-out"),
	NUMBER(header,      47,   "command line of a message to the relay"),
	NUMBER(people,      0,    "contacts or members an answer has"),
	NUMBER(watchers,    300,  "who see the one user"),
	NUMBER(changes,     50,   "of the user's state"),
	NUMBER(pace_us,     0,    "microseconds between two sends"),
	NUMBER(rounds,      5,    "times all is repeated"),
	NUMBER(conc,        16,   "sign-ins under way at once"),
	NUMBER(threads,     8,    "TLS clients"),
	NUMBER(rate,        0,    "of sign-ins per second; 0: all that go"),
	NUMBER(dialect,     9,    "MSNP version, 8 to 12; 15 with TLS"),
	NUMBER(other,       9,    "MSNP version of every second watcher"),
	NUMBER(picture,     1,    "0: nobody shows a picture"),
	NUMBER(spin,        0,    "1: never sleep while waiting"),
	NUMBER(warm_ms,     300,  "before measuring"),
	NUMBER(run_ms,      1000, "measured"),
	NUMBER(settle_ms,   300,  "between setting up and measuring"),
};
/* clang-format on */

#define OPTION_ROWS (sizeof(option_rows) / sizeof(option_rows[0]))

static void
option_set(struct options *o, const struct option_row *row, const char *value)
{
	char *end;
	unsigned long v;

	if (row->text) {
		memcpy((char *)o + row->at, &value, sizeof(value));
		return;
	}
	v = strtoul(value, &end, 10);
	if (*value == '\0' || *end != '\0' || v > 100000000)
		meter_die("%s=%s: not a number", row->name, value);
	memcpy((char *)o + row->at, &(unsigned){ (unsigned)v },
	    sizeof(unsigned));
}

void
options_parse(struct options *o, int argc, char **argv, int from)
{
	size_t i;

	for (i = 0; i < OPTION_ROWS; i++) {
		const struct option_row *row = &option_rows[i];

		if (row->text)
			memcpy((char *)o + row->at, &row->text,
			    sizeof(row->text));
		else
			memcpy((char *)o + row->at, &row->number,
			    sizeof(row->number));
	}
	for (; from < argc; from++) {
		const char *eq = strchr(argv[from], '=');
		size_t n = eq ? (size_t)(eq - argv[from]) : 0;

		for (i = 0; eq && i < OPTION_ROWS; i++)
			if (strlen(option_rows[i].name) == n &&
			    memcmp(option_rows[i].name, argv[from], n) == 0)
				break;
		if (!eq || i == OPTION_ROWS)
			meter_die("unknown option %s", argv[from]);
		option_set(o, &option_rows[i], eq + 1);
	}
}

void
options_help(void)
{
	size_t i;

	for (i = 0; i < OPTION_ROWS; i++) {
		const struct option_row *row = &option_rows[i];

		if (row->text)
			printf("  %s=%s\t%s\n", row->name, row->text,
			    row->help);
		else
			printf("  %s=%u\t%s\n", row->name, row->number,
			    row->help);
	}
}
