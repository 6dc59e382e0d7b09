/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_OPERATOR_H
#define NUDGE_OPERATOR_H
/*
 * What the operator may say: the commands of nudgectl, and the health pages
 * of the admin port.  A front like any other, on the control socket.
 */
#include "common/http/http.h"
#include "common/net/subnet.h"
#include "common/net/work.h"
#include "common/ops/conf.h"
#include "common/ops/control.h"
#include "core/core.h"

/* What the server runs with. */
struct operator_settings {
	const struct conf *conf;
	const char *file; /* absolute; it need not be there */
	const char *over; /* wins over all else; NULL: none */
};

/* What only the roof knows.  Each appends to out; false: it failed. */
struct operator_hooks {
	/* a line for each: does it accept?  false: not all */
	bool (*listeners)(void *ctx, struct buf *out);
	bool (*online)(void *ctx, struct buf *out);
	bool (*reload)(void *ctx, struct buf *out);
	void (*settings)(void *ctx, struct operator_settings *out);
	/* could the file say this? */
	bool (*settings_fit)(void *ctx, const struct conf_change *changes,
	    size_t n, struct buf *out);
	bool (*drain)(void *ctx, struct buf *out);
	bool (*rotate)(void *ctx, struct buf *out); /* ticket keys */
	bool (*certs_show)(void *ctx, struct buf *out);
	bool (*certs_export)(void *ctx, const char *path, struct buf *out);
	/* a new authority; ends the call */
	void (*certs_renew)(void *ctx, struct control_call *call);
	/* "https://host:port", where people reach the pages */
	void (*site)(void *ctx, struct buf *out);
	/* end every connection from there, as banned */
	void (*banned)(void *ctx, const struct subnet *network);
	/* a link that leads into the admin pages, once */
	bool (*admin_link)(void *ctx, struct buf *out);
	/* servers that decide about passwords, a line each */
	bool (*upstream_list)(void *ctx, struct buf *out);
	/* ask one of them, as the call says; ends the call */
	void (*upstream_test)(void *ctx, struct control_call *call);
};

struct backing_up;

struct operator
{
	struct core *core;
	const struct operator_hooks *hooks;
	void *ctx;
	const char *folder;         /* of the data */
	struct workers *workers;    /* NULL: the server is stopping */
	struct backing_up *copying; /* backup.c: who uses the copy beside */
};

/* Is it well?  A line for what is not is appended to out. */
bool operator_well(const struct operator* op, struct buf *out);
/* For control_open() with the struct operator as ctx. */
extern const struct control_command operator_commands[];
extern const size_t operator_ncommands;
/* What runs until it is told to end, ends. */
void operator_trace_stop(struct operator* op);
/* No new file without keys is begun, and half of one is not left. */
void operator_backup_stop(struct operator* op);

/* /healthz and /metrics, for http_add_routes() with the same. */
extern const struct http_route operator_routes[];
extern const size_t operator_nroutes;

/* A hook's lines, or with --json its columns by these keys; ends the call. */
void operator_columns(struct control_call *call, struct operator* op,
    bool (*hook)(void *ctx, struct buf *out), const char *const *keys,
    size_t n);

/* ---- the rows' functions, by file ---- */
/* users.c */
void operator_user_add(struct control_call *call, void *ctx);
void operator_user_show(struct control_call *call, void *ctx);
void operator_user_home(struct control_call *call, void *ctx);
void operator_user_list(struct control_call *call, void *ctx);
void operator_user_passwd(struct control_call *call, void *ctx);
void operator_user_app_password(struct control_call *call, void *ctx);
void operator_user_reset_link(struct control_call *call, void *ctx);
void operator_user_rename(struct control_call *call, void *ctx);
void operator_user_disable(struct control_call *call, void *ctx);
void operator_user_enable(struct control_call *call, void *ctx);
void operator_user_del(struct control_call *call, void *ctx);
/* invites.c */
void operator_invite(struct control_call *call, void *ctx);
void operator_invite_list(struct control_call *call, void *ctx);
void operator_invite_revoke(struct control_call *call, void *ctx);
/* bans.c */
void operator_ban(struct control_call *call, void *ctx);
void operator_ban_list(struct control_call *call, void *ctx);
void operator_ban_lift(struct control_call *call, void *ctx);
/* reports.c */
void operator_report_list(struct control_call *call, void *ctx);
void operator_report_close(struct control_call *call, void *ctx);
void operator_report_reopen(struct control_call *call, void *ctx);
void operator_report_del(struct control_call *call, void *ctx);
/* upstream.c */
void operator_upstream_list(struct control_call *call, void *ctx);
void operator_upstream_test(struct control_call *call, void *ctx);
/* trace.c */
void operator_trace(struct control_call *call, void *ctx);
/* backup.c */
void operator_backup(struct control_call *call, void *ctx);
/* settings.c */
void operator_get(struct control_call *call, void *ctx);
void operator_set(struct control_call *call, void *ctx);
void operator_unset(struct control_call *call, void *ctx);
/* server.c */
void operator_kick(struct control_call *call, void *ctx);
void operator_announce(struct control_call *call, void *ctx);
void operator_maintenance(struct control_call *call, void *ctx);
void operator_stats(struct control_call *call, void *ctx);
void operator_ping(struct control_call *call, void *ctx);
void operator_online(struct control_call *call, void *ctx);
void operator_reload(struct control_call *call, void *ctx);
void operator_drain(struct control_call *call, void *ctx);
void operator_rotate(struct control_call *call, void *ctx);
void operator_certs_show(struct control_call *call, void *ctx);
void operator_certs_export(struct control_call *call, void *ctx);
void operator_certs_renew(struct control_call *call, void *ctx);
void operator_admin_link(struct control_call *call, void *ctx);

#endif
