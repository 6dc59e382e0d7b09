/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NEXUS_H
#define NUDGE_NEXUS_H
/*
 * The Passport front: the Nexus, the login server of the "Tweener" sign-in,
 * and the few pages around them (passport.md).
 */
#include "common/http/http.h"
#include "core/core.h"

enum {
	NEXUS_HOST_MAX = 255,
	NEXUS_REDIRECT_MAX = 4000,
	NEXUS_WEB_MAX = 1000
};

/* Plain values: copy it as you like. */
struct nexus_config {
	char login[NEXUS_HOST_MAX + 1]; /* told in DALogin */
	char redirect[NEXUS_REDIRECT_MAX + 1];
	char web[NEXUS_WEB_MAX + 1]; /* origins of pages that may sign in */
};

/*
 * From the settings nexus.login (empty: login.live.com) and nexus.redirect
 * ("domain=host", comma separated).  0, or -1 with a sentence in err that
 * names the setting and what would be right; *cfg is then untouched.
 */
int nexus_config_parse(struct nexus_config *cfg, struct slice login,
    struct slice redirect, char *err, size_t errlen);
/* The login server that has the accounts of this address; p NULL: we do. */
struct slice
nexus_config_redirect(const struct nexus_config *cfg, struct slice address);

struct nexus;

struct nexus *nexus_new(struct core *core, const struct nexus_config *cfg);
/* No request may be open any more (http_free comes first). */
void nexus_free(struct nexus *n);
/* From now on; requests under way may still see the old one. */
void nexus_config_set(struct nexus *n, const struct nexus_config *cfg);
/* Rows for http_add_routes(h, rows, n, nexus). */
const struct http_route *nexus_routes(size_t *n);

#endif
