/* SPDX-License-Identifier: MIT */
/* Whose account an address is, by its domain, and where redirects may lead. */
#include "nexus/upstream/config.h"

#include <stdio.h>

static bool
domain_ok(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		unsigned char low = (unsigned char)(c | 0x20);

		if ((low < 'a' || low > 'z') && (c < '0' || c > '9') &&
		    c != '.' && c != '-' && c != '_')
			return false;
	}
	return s.n > 0 && s.n <= 253 && s.p[0] != '.' && s.p[0] != '-';
}

static bool
domain_read(struct slice word, struct upstream_domain *d)
{
	*d = (struct upstream_domain){ .below = slice_starts(word,
					   SLICE_LIT("*.")) };
	if (d->below)
		word = slice_from(word, 2);
	if (!domain_ok(word))
		return false;
	for (size_t i = 0; i < word.n; i++)
		d->name[i] = (char)(word.p[i] >= 'A' && word.p[i] <= 'Z'
			? word.p[i] | 0x20
			: word.p[i]);
	return true;
}

/* How well a domain fits: 0 not at all, else the longer the better; "*": 1. */
static size_t
domain_fits(const struct upstream_domain *d, struct slice domain)
{
	struct slice name = slice_text(d->name);

	if (!d->below)
		return slice_eq_nocase(name, domain) ? SIZE_MAX : 0;
	if (name.n == 0)
		return 1;
	return domain.n > name.n + 1 && slice_ends_nocase(domain, name) &&
		domain.p[domain.n - name.n - 1] == '.'
	    ? name.n + 1
	    : 0;
}

static struct slice
domain_of(struct slice address)
{
	size_t at = address.n;

	while (at > 0 && address.p[at - 1] != '@')
		at--;
	return at > 0 ? slice_from(address, at) : slice_upto(address, 0);
}

/* How well the best of upstream.local fits. */
static size_t
local_fits(const struct upstream_config *c, struct slice domain)
{
	struct slice rest = slice_text(c->local), word;
	struct upstream_domain d;
	size_t best = 0;

	while (slice_cut_word(&rest, &word))
		if (domain_read(word, &d))
			best = size_max(best, domain_fits(&d, domain));
	return best;
}

const struct upstream_server *
upstream_config_home(const struct upstream_config *c, struct slice address)
{
	const struct upstream_server *found = NULL;
	struct slice domain = domain_of(address);
	size_t best = domain.n == 0 ? SIZE_MAX : local_fits(c, domain);

	/* what is ours is never asked elsewhere, however well that fits */
	if (best > 0)
		return NULL;
	for (unsigned i = 0; i < c->ndomains; i++) {
		size_t fits = domain_fits(&c->domains[i], domain);

		if (fits > best) {
			best = fits;
			found = &c->servers[c->domains[i].server];
		}
	}
	return found;
}

bool
upstream_config_may_follow(const struct upstream_server *s,
    const struct fetch_url *to)
{
	struct slice rest = slice_text(s->redirects), word;
	struct upstream_domain d;

	if (!to->tls && !s->plain && !fetch_url_is_here(to))
		return false;
	while (slice_cut_word(&rest, &word)) {
		if (slice_eq_nocase(word, to->place))
			return true;
		if (domain_read(word, &d) && d.below &&
		    domain_fits(&d, to->host) != 0)
			return true;
	}
	return false;
}

/* ---- the settings ---- */

static int
parse_local(struct upstream_config *c, struct slice list, char *err,
    size_t errlen)
{
	struct slice rest = list, word;
	struct upstream_domain d;

	while (slice_cut_word(&rest, &word))
		if (!domain_read(word, &d))
			return upstream_complain(err, errlen, "upstream.local",
			    word,
			    "is no domain; write example.org or "
			    "*.example.org");
	if (list.n >= sizeof(c->local))
		return upstream_complain(err, errlen, "upstream.local", list,
		    "is too long; 1999 bytes at most");
	snprintf(c->local, sizeof(c->local), SLICE_FMT, SLICE_ARG(list));
	return 0;
}

/* Also "*": whatever is not ours and nobody else's. */
static bool
domain_or_all(struct slice word, struct upstream_domain *d)
{
	if (!slice_eq_text(word, "*"))
		return domain_read(word, d);
	*d = (struct upstream_domain){ .below = true };
	return true;
}

static int
parse_domain(struct upstream_config *c, struct slice word, char *err,
    size_t errlen)
{
	struct upstream_domain *d = &c->domains[c->ndomains];
	size_t eq = slice_find(word, '=');
	const struct upstream_server *s =
	    upstream_config_server(c, slice_trim(slice_from(word, eq + 1)));

	if (c->ndomains == UPSTREAM_DOMAINS_MAX)
		return upstream_complain(err, errlen, "upstream.domains", word,
		    "is one too many; 64 are the most");
	if (eq == word.n || !domain_or_all(slice_trim(slice_upto(word, eq)), d))
		return upstream_complain(err, errlen, "upstream.domains", word,
		    "is no pair; write domain=name, such as "
		    "friends.example=friends, *.friends.example=friends or "
		    "*=friends");
	if (s == NULL)
		return upstream_complain(err, errlen, "upstream.domains", word,
		    "names no server of upstream.servers; write it there "
		    "first");
	for (unsigned i = 0; i < c->ndomains; i++)
		if (c->domains[i].below == d->below &&
		    strcmp(c->domains[i].name, d->name) == 0)
			return upstream_complain(err, errlen,
			    "upstream.domains", word,
			    "is there twice; one server decides about a "
			    "domain");
	if (!d->below && local_fits(c, slice_text(d->name)) == SIZE_MAX)
		return upstream_complain(err, errlen, "upstream.domains", word,
		    "is in upstream.local too; take it out of one of them");
	d->server = (unsigned)(s - c->servers);
	c->ndomains++;
	return 0;
}

int
upstream_config_domains(struct upstream_config *c,
    const struct upstream_settings *s, char *err, size_t errlen)
{
	struct slice rest = slice_trim(s->domains), word;

	if (parse_local(c, s->local, err, errlen) != 0)
		return -1;
	while (rest.n > 0 && slice_cut(&rest, ',', &word))
		if (parse_domain(c, slice_trim(word), err, errlen) != 0)
			return -1;
	return 0;
}
