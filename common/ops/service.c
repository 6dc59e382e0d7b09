/* SPDX-License-Identifier: MIT */
#include "common/ops/service.h"

#include "common/base/buf.h"
#include "common/base/log.h"
#include "common/base/num.h"
#include "common/base/panic.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

/* In the order of struct service's array. */
static const int watched[] = { SIGHUP, SIGTERM, SIGINT };

struct service {
	struct loop *loop;
	const struct service_user *user;
	void *ctx;
	uv_signal_t signals[ARRAY_LEN(watched)];
	unsigned open; /* handles that are not closed yet */
	bool stopping;
	struct timer alive;
	uint64_t alive_ms; /* between two words to a watchdog; 0: none asks */
};

static void
got_signal(uv_signal_t *h, int signum)
{
	struct service *s = h->data;

	log_info("signal", LOG_N("number", signum));
	if (signum == SIGHUP) {
		s->user->reload(s->ctx);
		return;
	}
	if (s->stopping) {
		log_warn("exit-at-once", LOG_N("signal", signum));
		_exit(128 + signum);
	}
	s->stopping = true;
	s->user->drain(s->ctx);
}

struct service *
service_new(struct loop *l, const struct service_user *user, void *ctx)
{
	struct service *s = mem_alloc(sizeof(*s));

	*s = (struct service){ .loop = l, .user = user, .ctx = ctx };
	/* A peer that went away is an error of write(), never our end. */
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < ARRAY_LEN(watched); i++) {
		int rc = uv_signal_init(loop_uv(l), &s->signals[i]);

		ASSERT(rc == 0);
		s->signals[i].data = s;
		s->open++;
		rc = uv_signal_start(&s->signals[i], got_signal, watched[i]);
		ASSERT(rc == 0);
	}
	return s;
}

static void
signal_closed(uv_handle_t *h)
{
	struct service *s = h->data;

	if (--s->open == 0)
		free(s);
}

void
service_free(struct service *s)
{
	if (s == NULL)
		return;
	timer_stop(&s->alive);
	for (size_t i = 0; i < ARRAY_LEN(watched); i++)
		uv_close((uv_handle_t *)&s->signals[i], signal_closed);
}

/*
 * The protocol of sd_notify(3): one datagram to the socket that
 * NOTIFY_SOCKET names; a leading @ means the abstract namespace.
 */
static void
notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t n = path != NULL ? strlen(path) : 0;
	socklen_t len;
	int fd;

	if (n < 2 || n >= sizeof(to.sun_path) ||
	    (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(to.sun_path, path, n);
	if (path[0] == '@')
		to.sun_path[0] = '\0';
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (sendto(fd, state, strlen(state), MSG_NOSIGNAL,
		(const struct sockaddr *)&to, len) < 0)
		log_warn("notify", LOG_T("error", strerror(errno)));
	close(fd);
}

static void
say_alive(struct timer *t)
{
	struct service *s = CONTAINER_OF(t, struct service, alive);

	notify("WATCHDOG=1");
	timer_start(s->loop, t, s->alive_ms);
}

/* Milliseconds between two words, twice as often as is asked for, or 0. */
static uint64_t
watchdog_ms(void)
{
	const char *usec = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");
	uint64_t n;

	if (usec == NULL || !num_parse_u64(slice_text(usec), &n))
		return 0;
	if (pid != NULL && strtoull(pid, NULL, 10) != (uint64_t)getpid())
		return 0;
	return n / 2 / 1000;
}

void
service_ready(struct service *s)
{
	notify("READY=1");
	if (s->alive_ms != 0)
		return;
	s->alive_ms = watchdog_ms();
	s->alive.fire = say_alive;
	if (s->alive_ms != 0)
		timer_start(s->loop, &s->alive, s->alive_ms);
}

void
service_reloading(struct service *s)
{
	char state[64];

	snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%llu",
	    (unsigned long long)(uv_hrtime() / 1000));
	(void)s;
	notify(state);
}

void
service_stopping(struct service *s)
{
	(void)s;
	notify("STOPPING=1");
}

void
service_status(const char *text)
{
	struct slice line = slice_text(text);
	struct buf state = BUF_INIT(4096);

	line = slice_upto(line, slice_find(line, '\n'));
	buf_addf(&state, "STATUS=" SLICE_FMT, SLICE_ARG(line));
	buf_add_char(&state, '\0');
	if (buf_ok(&state))
		notify(state.p);
	buf_free(&state);
}

/* The process id the lock's owner wrote, 0 when there is none. */
static uint32_t
read_owner(int fd)
{
	char text[NUM_MAX_DIGITS];
	ssize_t n = pread(fd, text, sizeof(text), 0);
	uint32_t pid = 0;

	if (n <= 0 ||
	    !num_parse_u32(slice_trim(slice_make(text, (size_t)n)), &pid))
		return 0;
	return pid;
}

static void
say_owner(int fd, const char *dir, char *err, size_t errlen)
{
	uint32_t pid = read_owner(fd);

	if (pid != 0)
		snprintf(err, errlen,
		    "the data folder %s belongs to a server that runs as "
		    "process %u; stop that one (kill %u) or choose another "
		    "folder with --data",
		    dir, pid, pid);
	else
		snprintf(err, errlen,
		    "the data folder %s belongs to a server that runs "
		    "already; stop that one or choose another folder with "
		    "--data",
		    dir);
}

/*
 * As ssh does with keys: where everybody may write, everybody may put another
 * database in the place of ours, so that is refused.  Where others may only
 * look they see names of files alone, as each file has a mode of its own: that
 * is worth a word.
 */
static bool
folder_is_ours(const char *dir, char *err, size_t errlen)
{
	struct stat st;

	if (stat(dir, &st) < 0)
		return true; /* opening the lock says why */
	if (st.st_mode & S_IWOTH) {
		snprintf(err, errlen,
		    "everybody on this machine may write in the data folder "
		    "%s, and put another database there: chmod 700 %s",
		    dir, dir);
		return false;
	}
	if (st.st_mode & (S_IRWXO | S_IWGRP))
		log_warn("data-folder-open", LOG_T("folder", dir),
		    LOG_T("text",
			"others than the server's user may look or write in "
			"it: chmod 700, or 750 for a group that reads"));
	return true;
}

int
service_lock_folder(const char *dir, char *err, size_t errlen)
{
	struct buf path = BUF_INIT(8192);
	int fd = -1;

	buf_addf(&path, "%s/lock", dir);
	buf_add_char(&path, '\0');
	if (!buf_ok(&path)) {
		snprintf(err, errlen, "the data folder's name is too long");
		goto fail;
	}
	if (mkdir(dir, 0700) < 0 && errno != EEXIST) {
		snprintf(err, errlen,
		    "cannot make the data folder %s: %s; make its parent or "
		    "choose another folder with --data",
		    dir, strerror(errno));
		goto fail;
	}
	if (!folder_is_ours(dir, err, errlen))
		goto fail;
	fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		snprintf(err, errlen,
		    "cannot write in the data folder %s: %s; make it belong "
		    "to the user who runs the server",
		    dir, strerror(errno));
		goto fail;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			say_owner(fd, dir, err, errlen);
		else
			snprintf(err, errlen, "cannot lock %s: %s", path.p,
			    strerror(errno));
		goto fail;
	}
	/* Only a help for the message above: the lock itself decides. */
	if (ftruncate(fd, 0) < 0 || dprintf(fd, "%d\n", (int)getpid()) < 0)
		log_warn("lock-pid", LOG_T("error", strerror(errno)));
	buf_free(&path);
	return fd;
fail:
	if (fd >= 0)
		close(fd);
	buf_free(&path);
	return -1;
}

void
service_harden(void)
{
	const struct rlimit none = { 0, 0 };
	struct rlimit files;

	if (setrlimit(RLIMIT_CORE, &none) < 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		log_warn("core-dumps", LOG_T("error", strerror(errno)));
	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		return;
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) < 0)
		log_warn("descriptors", LOG_T("error", strerror(errno)));
}
