/* SPDX-License-Identifier: MIT */
#include "common/base/panic.h"
#include "web/admin/parts.h"

#include <stdlib.h>

enum {
	SMALL_MAX = 8 * 1024,
	BIG_MAX = 3 * 1024 * 1024, /* a megabyte, every byte escaped */
	IMPORT_MAX = ADMIN_IMPORT_MAX + 64 * 1024,
	LEFT_MAX = 4096
};

struct admin *
admin_new(struct core *core, const struct admin_hooks *hooks, void *ctx)
{
	struct admin *a = mem_alloc(sizeof(*a));

	a->core = core;
	a->hooks = hooks;
	a->ctx = ctx;
	a->left = token_once_new(core->env, LEFT_MAX);
	a->began = env_wall(core->env);
	env_random(core->env, &a->run, sizeof(a->run));
	admin_ring_start(a);
	admin_copy_clean(a);
	return a;
}

void
admin_free(struct admin *a)
{
	timer_stop(&a->ring.timer);
	timer_stop(&a->countdown.timer);
	admin_watch_end(a);
	admin_gather_forget(a);
	admin_copy_leave(a);
	admin_task_free(a->task);
	token_once_free(a->left);
	free(a);
}

/* clang-format off */
static const struct http_route rows[] = {
	{ "/",               HTTP_GET,             HTTP_ADMIN, 0,         admin_home },
	{ "/style.css",      HTTP_GET,             HTTP_ADMIN, 0,         web_style },
	{ "/admin/enter",    HTTP_GET | HTTP_POST, HTTP_ADMIN, SMALL_MAX, admin_enter },
	{ "/admin/leave",    HTTP_GET | HTTP_POST, HTTP_ADMIN, SMALL_MAX, admin_leave },
	{ "/admin",          HTTP_GET,             HTTP_ADMIN, 0,         admin_overview },
	{ "/admin/online",   HTTP_GET,             HTTP_ADMIN, 0,         admin_online },
	{ "/admin/accounts", HTTP_GET | HTTP_POST, HTTP_ADMIN, SMALL_MAX, admin_accounts },
	{ "/admin/account",  HTTP_GET | HTTP_POST, HTTP_ADMIN, SMALL_MAX, admin_account },
	{ "/admin/export.csv", HTTP_GET,           HTTP_ADMIN, 0,         admin_export },
	{ "/admin/move",     HTTP_GET | HTTP_POST, HTTP_ADMIN, IMPORT_MAX, admin_move },
	{ "/admin/contacts", HTTP_GET | HTTP_POST, HTTP_ADMIN, BIG_MAX,   admin_contacts },
	{ "/admin/contacts.ctt", HTTP_GET,         HTTP_ADMIN, 0,         admin_contacts_file },
	{ "/admin/everyone", HTTP_GET | HTTP_POST, HTTP_ADMIN, SMALL_MAX, admin_everyone },
	{ "/admin/bans",     HTTP_GET | HTTP_POST, HTTP_ADMIN, SMALL_MAX, admin_bans },
	{ "/admin/reports",  HTTP_GET | HTTP_POST, HTTP_ADMIN, SMALL_MAX, admin_reports },
	{ "/admin/trace",    HTTP_GET | HTTP_POST, HTTP_ADMIN, SMALL_MAX, admin_trace },
	{ "/admin/backup",   HTTP_GET | HTTP_POST, HTTP_ADMIN, SMALL_MAX, admin_backup },
	{ "/admin/task",     HTTP_GET | HTTP_POST, HTTP_ADMIN, SMALL_MAX, admin_task },
	{ "/admin/task.csv", HTTP_GET,             HTTP_ADMIN, 0,         admin_task_file },
	{ "/admin/invites",  HTTP_GET | HTTP_POST, HTTP_ADMIN, SMALL_MAX, admin_invites },
	{ "/admin/tell",     HTTP_GET | HTTP_POST, HTTP_ADMIN, SMALL_MAX, admin_tell },
};
/* clang-format on */

const struct http_route *
admin_routes(size_t *n)
{
	*n = ARRAY_LEN(rows);
	return rows;
}
