/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_COOKIE_H
#define NUDGE_COOKIE_H
/* Cookies of the request, and whom one of ours is for. */
#include "common/http/http.h"

/* The first of this name; p is NULL when there is none. */
struct slice http_cookie_in(struct slice header, const char *name);
struct slice http_cookie(const struct http_request *rq, const char *name);
/*
 * "domain=...;" for a Set-Cookie line, or "".  Browsers refuse cookies for a
 * foreign domain.  Clients of the Passport days came by many names of
 * passport.com and do not look.  Under a name of the operator's the cookie is
 * for that host alone.
 */
const char *http_cookie_domain(const struct http_request *rq);

#endif
