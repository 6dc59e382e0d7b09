/* SPDX-License-Identifier: MIT */
/*
 * The table of nudgectl's commands.  Their words are read as their usage says
 * (words.h), and this is all that help, manual and completion know.
 */
#include "operator/operator.h"

/* clang-format off */
const struct control_command operator_commands[] = {
	{ "user add", "EMAIL [--password PW] [--name NAME]", "make an account", 1, 5, operator_user_add, "@ has an account now" },
	{ "user list", "[--json]", "every account, a line each", 0, 1, operator_user_list, NULL },
	{ "user show", "EMAIL", "what is known of it", 1, 1, operator_user_show, NULL },
	{ "user home", "EMAIL NAME|here", "the server that decides about its password", 2, 2, operator_user_home, "another server decides about the password of @ now" },
	{ "user passwd", "EMAIL [--password PW]", "give it a new password", 1, 3, operator_user_passwd, "@ has a new password" },
	{ "user app-password", "EMAIL [--off]", "a password for MSN 1 to 4 alone, or none", 1, 2, operator_user_app_password, "@ has no password for MSN 1 to 4 now" },
	{ "user reset-link", "EMAIL", "a link that sets a new password, once", 1, 1, operator_user_reset_link, NULL },
	{ "user rename", "EMAIL NAME", "give it a new display name", 2, 2, operator_user_rename, "@ has a new display name" },
	{ "user disable", "EMAIL", "end its sessions, refuse new ones", 1, 1, operator_user_disable, "@ is disabled" },
	{ "user enable", "EMAIL", "let it in again", 1, 1, operator_user_enable, "@ may sign in again" },
	{ "user del", "EMAIL", "delete it, everywhere", 1, 1, operator_user_del, "@ is deleted" },
	{ "invite", "[--uses N] [--days N]", "a code that lets people sign up", 0, 4, operator_invite, NULL },
	{ "invite list", "[--json]", "codes, uses left, until when", 0, 1, operator_invite_list, NULL },
	{ "invite revoke", "CODE", "end a code", 1, 1, operator_invite_revoke, "the code @ is ended" },
	{ "ban", "NETWORK [--days N] [--note TEXT]", "turn away who comes from there", 1, 5, operator_ban, "@ is banned" },
	{ "ban list", "[--json]", "networks, until when, why", 0, 1, operator_ban_list, NULL },
	{ "ban lift", "NETWORK", "let them come again", 1, 1, operator_ban_lift, "@ is no longer banned" },
	{ "report list", "[--all] [--json]", "open reports of abuse, the newest first", 0, 2, operator_report_list, NULL },
	{ "report close", "ID [--note TEXT]", "it is dealt with", 1, 3, operator_report_close, "report @ is closed" },
	{ "report reopen", "ID", "it is not", 1, 1, operator_report_reopen, "report @ is open again" },
	{ "report del", "ID", "delete it", 1, 1, operator_report_del, "report @ is deleted" },
	{ "upstream list", "[--json]", "servers that decide about passwords", 0, 1, operator_upstream_list, NULL },
	{ "upstream test", "EMAIL [--server NAME] [--password -]", "ask one of them, step by step", 1, 5, operator_upstream_test, NULL },
	{ "online", "[--json]", "who is signed in, from where", 0, 1, operator_online, NULL },
	{ "kick", "EMAIL", "end its sessions", 1, 1, operator_kick, "the sessions of @ are ended" },
	{ "announce", "TEXT...", "tell everybody who is signed in", 1, 64, operator_announce, "everybody who is signed in is told" },
	{ "maintenance", "MINUTES", "say that the server stops soon", 1, 1, operator_maintenance, "everybody who is signed in is told" },
	{ "stats", "", "counters and gauges", 0, 0, operator_stats, NULL },
	{ "ping", "", "is it well?  every port, and the disk", 0, 0, operator_ping, NULL },
	{ "trace", "EMAIL", "what its programs say and hear", 1, 1, operator_trace, NULL },
	{ "certs show", "", "the certificates in use", 0, 0, operator_certs_show, NULL },
	{ "certs export", "FOLDER", "write the CA certificate there", 1, 1, operator_certs_export, NULL },
	{ "certs renew-authority", "[--yes]", "make a new CA; says what that means", 0, 1, operator_certs_renew, NULL },
	{ "admin-link", "", "a link into the admin pages, once", 0, 0, operator_admin_link, NULL },
	{ "keys rotate", "", "seal tickets with a fresh key", 0, 0, operator_rotate, "tickets are sealed with a fresh key from now on" },
	{ "backup", "FILE [--force] [--keep N] [--without-keys|--passphrase|--passphrase-file F]", "copy the database to a file, into a folder, or to -", 1, 4, operator_backup, NULL },
	{ "get", "[NAME] [--json]", "settings: their values, and who says so", 0, 2, operator_get, NULL },
	{ "set", "NAME VALUE [NAME VALUE...]", "change settings, for good", 2, 62, operator_set, NULL },
	{ "unset", "NAME...", "settings are their defaults again", 1, CONF_CHANGES_MAX, operator_unset, NULL },
	{ "reload", "", "read the settings again", 0, 0, operator_reload, NULL },
	{ "drain", "", "stop in peace", 0, 0, operator_drain, NULL },
};
/* clang-format on */
const size_t operator_ncommands = ARRAY_LEN(operator_commands);
