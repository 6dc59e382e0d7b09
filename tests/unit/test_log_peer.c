/* SPDX-License-Identifier: MIT */
/* Events that strangers cause at will fill no disk. */
#include "common/base/panic.h"
#include "common/net/log_peer.h"
#include "tests/unit/fake_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	LOG_BYTES = 4 * 1024 * 1024
};

struct book {
	struct fake_clock clock;
	int fd;
	char text[LOG_BYTES];
};

static int
setup(void **state)
{
	struct book *b = calloc(1, sizeof(*b));

	log_peer_setup(fake_clock_init(&b->clock));
	b->fd = memfd_create("log", MFD_CLOEXEC);
	assert_true(b->fd >= 0);
	log_setup(LOG_INFO, false, b->fd);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct book *b = *state;

	log_setup(LOG_ERROR, false, 2);
	log_peer_setup(env_real());
	(void)close(b->fd);
	free(b);
	return 0;
}

static void
wrong(const char *ip, unsigned times)
{
	struct addr a;

	assert_true(addr_parse_ip(&a, slice_text(ip)));
	a.port = 4242;
	for (unsigned i = 0; i < times; i++)
		log_peer(LOG_INFO, LOG_PEER_FEW, "sign-in-failed", &a,
		    LOG_T("account", "alice@a.com"));
}

static unsigned
lines(struct book *b, const char *with)
{
	ssize_t n = pread(b->fd, b->text, LOG_BYTES - 1, 0);
	unsigned count = 0;

	assert_true(n >= 0 && n < LOG_BYTES - 1);
	b->text[n] = '\0';
	for (char *p = b->text; (p = strstr(p, with)) != NULL; p++)
		count++;
	return count;
}

static void
twenty_lines_a_minute_and_then_one_with_the_count(void **state)
{
	struct book *b = *state;

	wrong("192.0.2.1", 15);
	wrong("192.0.2.200", 62);
	assert_int_equal(lines(b, "event=sign-in-failed peer=192.0.2."), 20);
	assert_int_equal(lines(b, "times="), 0);
	b->clock.ms += 59 * 1000;
	log_peer_sums(false);
	assert_int_equal(lines(b, "times="), 0);
	b->clock.ms += 1000;
	log_peer_sums(false);
	log_peer_sums(false);
	assert_int_equal(lines(b,
			     "level=info event=sign-in-failed times=57 "
			     "network=192.0.2.0/24\n"),
	    1);
	/* a new minute */
	wrong("192.0.2.1", 3);
	assert_int_equal(lines(b, "event=sign-in-failed peer="), 23);
}

static void
the_next_event_sums_up_a_minute_that_is_over(void **state)
{
	struct book *b = *state;

	wrong("2001:db8:66:1::1", 30);
	wrong("2001:db8:66:ff00::1", 30);
	b->clock.ms += 61 * 1000;
	wrong("2001:db8:66:2::1", 1);
	assert_int_equal(lines(b, "times=40 network=2001:db8:66::/48\n"), 1);
	assert_int_equal(lines(b, "peer=[2001:db8:66:2::1]:4242 account="), 1);
}

static void
networks_and_events_are_counted_apart(void **state)
{
	struct book *b = *state;
	struct addr a;

	wrong("192.0.2.1", 25);
	wrong("192.0.3.1", 5);
	assert_true(addr_parse_ip(&a, SLICE_LIT("192.0.2.1")));
	log_peer(LOG_WARN, LOG_PEER_FEW, "other", &a, LOG_N("n", 1));
	log_peer(LOG_DEBUG, LOG_PEER_FEW, "unheard", &a, LOG_N("n", 1));
	assert_int_equal(lines(b, "peer=192.0.3.1"), 5);
	assert_int_equal(lines(b, "level=warn event=other peer="), 1);
	assert_int_equal(lines(b, "unheard"), 0);
	log_peer_sums(true);
	assert_int_equal(lines(b, "times="), 1);
	assert_int_equal(lines(b, "times=5 network=192.0.2.0/24\n"), 1);
}

static void
however_many_networks_there_are_the_log_has_an_end(void **state)
{
	struct book *b = *state;
	char ip[64];

	for (unsigned i = 0; i < 20000; i++) {
		(void)snprintf(ip, sizeof(ip), "%u.%u.%u.1", 1 + i / 65536,
		    i / 256 % 256, i % 256);
		wrong(ip, 5);
	}
	assert_true(lines(b, "\n") <= LOG_PEER_ALL + 10000);
	assert_int_equal(lines(b, "event=sign-in-failed peer="), LOG_PEER_ALL);
	assert_true(lines(b, "event=others times=") <= 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(twenty_lines_a_minute_and_then_one_with_the_count),
		TEST(the_next_event_sums_up_a_minute_that_is_over),
		TEST(networks_and_events_are_counted_apart),
		TEST(however_many_networks_there_are_the_log_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
