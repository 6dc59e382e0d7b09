/* SPDX-License-Identifier: MIT */
#include "nexus/nexus.h"

#include <stdio.h>

#define NEXUS_LOGIN_HOST "login.live.com"

/* host, or host:port: what may stand in a URL without saying anything else */
static bool
config_is_host(struct slice s)
{
	if (s.n == 0 || s.n > NEXUS_HOST_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		unsigned char low = (unsigned char)(c | 0x20);

		if ((low < 'a' || low > 'z') && (c < '0' || c > '9') &&
		    c != '.' && c != '-' && c != '_' && c != ':')
			return false;
	}
	return true;
}

/* "domain=host", each part without blanks around it */
static bool
config_pair(struct slice word, struct slice *domain, struct slice *host)
{
	size_t eq = slice_find(word, '=');

	*domain = slice_trim(slice_upto(word, eq));
	*host = slice_trim(slice_from(word, eq + 1));
	return eq < word.n && config_is_host(*domain) && config_is_host(*host);
}

static int
config_check(struct slice login, struct slice redirect, char *err,
    size_t errlen)
{
	struct slice rest = redirect, word, domain, host;

	if (login.n > 0 && !config_is_host(login)) {
		snprintf(err, errlen,
		    "nexus.login: \"" SLICE_FMT "\" is no host name; write "
		    "it without https:// and without a path",
		    SLICE_ARG(slice_upto(login, 80)));
		return -1;
	}
	if (redirect.n > NEXUS_REDIRECT_MAX) {
		snprintf(err, errlen,
		    "nexus.redirect: %zu bytes are too many; at most %d",
		    redirect.n, NEXUS_REDIRECT_MAX);
		return -1;
	}
	if (slice_trim(redirect).n == 0)
		return 0;
	while (slice_cut(&rest, ',', &word)) {
		if (config_pair(word, &domain, &host))
			continue;
		snprintf(err, errlen,
		    "nexus.redirect: \"" SLICE_FMT "\" is no pair; write "
		    "domain=host, such as hotmail.com=login.example.org, with "
		    "commas between pairs",
		    SLICE_ARG(slice_upto(slice_trim(word), 80)));
		return -1;
	}
	return 0;
}

int
nexus_config_parse(struct nexus_config *cfg, struct slice login,
    struct slice redirect, char *err, size_t errlen)
{
	login = slice_trim(login);
	redirect = slice_trim(redirect);
	if (config_check(login, redirect, err, errlen) != 0)
		return -1;
	if (login.n == 0)
		login = SLICE_LIT(NEXUS_LOGIN_HOST);
	snprintf(cfg->login, sizeof(cfg->login), SLICE_FMT, SLICE_ARG(login));
	snprintf(cfg->redirect, sizeof(cfg->redirect), SLICE_FMT,
	    SLICE_ARG(redirect));
	return 0;
}

struct slice
nexus_config_redirect(const struct nexus_config *cfg, struct slice address)
{
	struct slice rest = slice_text(cfg->redirect);
	struct slice mine = slice_from(address, slice_find(address, '@') + 1);
	struct slice word, domain, host;

	while (mine.n > 0 && slice_cut(&rest, ',', &word)) {
		if (config_pair(word, &domain, &host) &&
		    slice_eq_nocase(domain, mine))
			return host;
	}
	return (struct slice){ 0 };
}
