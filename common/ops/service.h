/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SERVICE_H
#define NUDGE_SERVICE_H
/*
 * What a service owes its machine: signals, sd_notify, the lock that says
 * "one process owns a data folder", and secrets kept out of core dumps.
 */
#include "common/net/loop.h"

struct service;

struct service_user {
	void (*reload)(void *ctx); /* SIGHUP */
	void (*drain)(void *ctx);  /* SIGTERM, SIGINT; a second one exits */
};

struct service *
service_new(struct loop *l, const struct service_user *user, void *ctx);
void service_free(struct service *s);
/*
 * sd_notify states; nothing happens without NOTIFY_SOCKET.  Where a watchdog
 * waits (WATCHDOG_USEC), it is told from service_ready() on that the loop turns.
 */
void service_ready(struct service *s);
void service_reloading(struct service *s);
void service_stopping(struct service *s);
/* What "systemctl status" shows; of several lines the first. */
void service_status(const char *text);

/*
 * Make the folder (0700) if it is missing and lock it.  Returns a descriptor
 * to keep, or -1 with a sentence in err that says what to do next.
 */
int service_lock_folder(const char *dir, char *err, size_t errlen);
/* No core dumps with secrets in them; raise the descriptor limit. */
void service_harden(void);

#endif
