/* SPDX-License-Identifier: MIT */
/* The table of nudgectl's commands. */
#include "operator/operator.h"

/* clang-format off */
const struct control_command operator_commands[] = {
	{ "user add",     "EMAIL --password PW [--name NAME]", "make an account",                      1, 5,  operator_user_add },
	{ "user list",    "",                                  "every account, a line each",           0, 0,  operator_user_list },
	{ "user show",    "EMAIL",                             "what is known of it",                  1, 1,  operator_user_show },
	{ "user home",    "EMAIL NAME|here",                   "the server that decides about its password", 2, 2, operator_user_home },
	{ "user passwd",  "EMAIL --password PW",               "give it a new password",               1, 3,  operator_user_passwd },
	{ "user app-password", "EMAIL [--off]",                "a password for MSN 1 to 4 alone, or none", 1, 2, operator_user_app_password },
	{ "user reset-link", "EMAIL",                          "a link that sets a new password, once", 1, 1, operator_user_reset_link },
	{ "user rename",  "EMAIL NAME",                        "give it a new display name",           2, 2,  operator_user_rename },
	{ "user disable", "EMAIL",                             "end its sessions, refuse new ones",    1, 1,  operator_user_disable },
	{ "user enable",  "EMAIL",                             "let it in again",                      1, 1,  operator_user_enable },
	{ "user del",     "EMAIL",                             "delete it, everywhere",                1, 1,  operator_user_del },
	{ "invite",       "[--uses N] [--days N]",             "a code that lets people sign up",      0, 4,  operator_invite },
	{ "invite list",  "",                                  "codes, uses left, until when",         0, 0,  operator_invite_list },
	{ "invite revoke", "CODE",                             "end a code",                           1, 1,  operator_invite_revoke },
	{ "ban",          "NETWORK [--days N] [--note TEXT]",  "turn away who comes from there",       1, 5,  operator_ban },
	{ "ban list",     "",                                  "networks, until when, why",            0, 0,  operator_ban_list },
	{ "ban lift",     "NETWORK",                           "let them come again",                  1, 1,  operator_ban_lift },
	{ "report list",  "[--all]",                           "open reports of abuse, the newest first", 0, 1, operator_report_list },
	{ "report close", "ID [--note TEXT]",                  "it is dealt with",                     1, 3,  operator_report_close },
	{ "report reopen", "ID",                               "it is not",                            1, 1,  operator_report_reopen },
	{ "report del",   "ID",                                "delete it",                            1, 1,  operator_report_del },
	{ "upstream list", "",                                 "servers that decide about passwords",  0, 0,  operator_upstream_list },
	{ "upstream test", "EMAIL [--server NAME]",            "ask one of them, step by step",        1, 5,  operator_upstream_test },
	{ "online",       "",                                  "who is signed in, from where",         0, 0,  operator_online },
	{ "kick",         "EMAIL",                             "end its sessions",                     1, 1,  operator_kick },
	{ "announce",     "TEXT",                              "tell everybody who is signed in",      1, 64, operator_announce },
	{ "maintenance",  "MINUTES",                           "say that the server stops soon",       1, 1,  operator_maintenance },
	{ "stats",        "",                                  "counters and gauges",                  0, 0,  operator_stats },
	{ "ping",         "",                                  "the listeners nudgectl should try",    0, 0,  operator_ping },
	{ "trace",        "EMAIL",                             "what its programs say and hear",       1, 1,  operator_trace },
	{ "certs show",   "",                                  "the certificates in use",              0, 0,  operator_certs_show },
	{ "certs export", "FOLDER",                            "write the CA certificate there",       1, 1,  operator_certs_export },
	{ "certs renew-authority", "[--yes]",                  "make a new CA; says what that means",  0, 1,  operator_certs_renew },
	{ "admin-link",   "",                                  "a link into the admin pages, once",    0, 0,  operator_admin_link },
	{ "keys rotate",  "",                                  "seal tickets with a fresh key",        0, 0,  operator_rotate },
	{ "backup",       "FILE [--without-keys|--passphrase]", "copy the database; without its keys, or with them sealed", 1, 4, operator_backup },
	{ "reload",       "",                                  "read the settings again",              0, 0,  operator_reload },
	{ "drain",        "",                                  "stop in peace",                        0, 0,  operator_drain },
	{ "help",         "",                                  "this list",                            0, 0,  operator_help },
};
/* clang-format on */
const size_t operator_ncommands = ARRAY_LEN(operator_commands);

void
operator_help(struct control_call *call, void *ctx)
{
	struct buf *out = control_out(call);

	(void)ctx;
	for (size_t i = 0; i < operator_ncommands; i++) {
		const struct control_command *row = &operator_commands[i];

		buf_addf(out, "  %-17s %-36s %s\n", row->name, row->usage,
		    row->help);
	}
	control_done(call, true);
}
