/* SPDX-License-Identifier: MIT */
#include "common/base/slice.h"
#include "common/ops/service.h"
#include "tests/unit/fake_clock.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

struct world {
	struct loop *loop;
	char dir[64];
	char err[512];
	unsigned reloads, drains;
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	snprintf(w->dir, sizeof(w->dir), "/tmp/nudge-service-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->loop = loop_new(env_real());
	*state = w;
	return 0;
}

static void
turn(struct world *w)
{
	for (int i = 0; i < 20; i++)
		loop_turn(w->loop);
}

static int
teardown(void **state)
{
	struct world *w = *state;

	loop_free(w->loop);
	assert_int_equal(rmdir(w->dir), 0);
	free(w);
	return 0;
}

static void
a_data_folder_has_one_owner_and_the_second_is_told_which(void **state)
{
	struct world *w = *state;
	char dir[80], pid[32], lock[96];
	struct stat st;
	int fd;

	snprintf(dir, sizeof(dir), "%s/data", w->dir);
	snprintf(lock, sizeof(lock), "%s/lock", dir);
	snprintf(pid, sizeof(pid), "process %d;", (int)getpid());
	fd = service_lock_folder(dir, w->err, sizeof(w->err));
	assert_true(fd >= 0);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(service_lock_folder(dir, w->err, sizeof(w->err)), -1);
	assert_non_null(strstr(w->err, pid));
	assert_non_null(strstr(w->err, "--data"));
	close(fd);
	fd = service_lock_folder(dir, w->err, sizeof(w->err));
	assert_true(fd >= 0);
	close(fd);
	unlink(lock);
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(service_lock_folder("/nowhere/at/all", w->err,
			     sizeof(w->err)),
	    -1);
	assert_non_null(strstr(w->err, "/nowhere/at/all"));
}

static void
reload(void *ctx)
{
	((struct world *)ctx)->reloads++;
}

static void
drain(void *ctx)
{
	((struct world *)ctx)->drains++;
}

static void
signals_reload_and_drain_and_the_manager_is_told(void **state)
{
	static const struct service_user user = { reload, drain };
	struct world *w = *state;
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct service *s = service_new(w->loop, &user, w);
	char text[64];
	ssize_t n;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/notify", w->dir);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	service_ready(s);
	assert_int_equal(recv(fd, text, sizeof(text), 0), -1);
	assert_int_equal(setenv("NOTIFY_SOCKET", at.sun_path, 1), 0);
	service_ready(s);
	n = recv(fd, text, sizeof(text), 0);
	assert_true(slice_eq_text(slice_make(text, (size_t)n), "READY=1"));
	service_reloading(s);
	n = recv(fd, text, sizeof(text), 0);
	assert_true(n > 0);
	assert_true(slice_starts(slice_make(text, (size_t)n),
	    SLICE_LIT("RELOADING=1\nMONOTONIC_USEC=")));
	unsetenv("NOTIFY_SOCKET");
	assert_int_equal(raise(SIGHUP), 0);
	turn(w);
	assert_int_equal(w->reloads, 1);
	assert_int_equal(w->drains, 0);
	assert_int_equal(raise(SIGTERM), 0);
	turn(w);
	assert_int_equal(w->drains, 1);
	service_free(s);
	turn(w);
	close(fd);
	unlink(at.sun_path);
}

/* Half of the two seconds that the watchdog waits. */
static void
a_watchdog_is_told_while_the_loop_turns(void **state)
{
	static const struct service_user user = { reload, drain };
	struct world *w = *state;
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct fake_clock clock;
	struct loop *l = loop_new(fake_clock_init(&clock));
	struct service *s = service_new(l, &user, w);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	char text[64];

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/notify", w->dir);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", at.sun_path, 1), 0);
	assert_int_equal(setenv("WATCHDOG_USEC", "2000000", 1), 0);
	/* another process is meant */
	assert_int_equal(setenv("WATCHDOG_PID", "1", 1), 0);
	service_ready(s);
	assert_int_equal(recv(fd, text, sizeof(text), 0), 7);
	clock.ms += 5000;
	loop_turn(l);
	assert_int_equal(recv(fd, text, sizeof(text), 0), -1);
	unsetenv("WATCHDOG_PID");
	service_ready(s);
	assert_int_equal(recv(fd, text, sizeof(text), 0), 7);
	for (unsigned i = 0; i < 3; i++) {
		ssize_t n;

		clock.ms += 900;
		loop_turn(l);
		assert_int_equal(recv(fd, text, sizeof(text), 0), -1);
		clock.ms += 200;
		loop_turn(l);
		n = recv(fd, text, sizeof(text), 0);
		assert_true(n > 0);
		assert_true(
		    slice_eq_text(slice_make(text, (size_t)n), "WATCHDOG=1"));
	}
	unsetenv("WATCHDOG_USEC");
	unsetenv("NOTIFY_SOCKET");
	service_free(s);
	loop_turn(l);
	loop_free(l);
	close(fd);
	unlink(at.sun_path);
}

static void
a_hardened_process_leaves_no_core_and_may_open_all_it_is_allowed(void **state)
{
	struct rlimit limit;

	(void)state;
	service_harden();
	assert_int_equal(getrlimit(RLIMIT_CORE, &limit), 0);
	assert_int_equal(limit.rlim_cur, 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_true(limit.rlim_cur == limit.rlim_max);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_data_folder_has_one_owner_and_the_second_is_told_which),
		CASE(signals_reload_and_drain_and_the_manager_is_told),
		CASE(a_watchdog_is_told_while_the_loop_turns),
		cmocka_unit_test(
		    a_hardened_process_leaves_no_core_and_may_open_all_it_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
