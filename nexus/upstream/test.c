/* SPDX-License-Identifier: MIT */
/* What an operator sees of the servers: a list, and one question aloud. */
#include "nexus/upstream/priv.h"

#include "common/base/calendar.h"
#include "common/base/panic.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct trial {
	struct fetch_job fetch;
	struct upstream *u;
	struct upstream_plan plan;
	struct buf *out;
	void (*done)(void *ctx, bool good);
	void *ctx;
	unsigned hops;
	char url[FETCH_URL_MAX];
	char home[ELSEWHERE_HOME_MAX + 1];
};

static void trial_done(struct fetch_job *job);

static void
trial_end(struct trial *t, bool good)
{
	upstream_plan_free(&t->plan);
	t->done(t->ctx, good);
	free(t);
}

static void
trial_post(struct trial *t, struct fetch *f)
{
	buf_addf(t->out, "asking %s\n", t->url);
	t->fetch = (struct fetch_job){ .url = slice_text(t->url),
		.type = upstream_type(t->plan.kind),
		.body = buf_slice(&t->plan.body),
		.via = buf_slice(&t->plan.via),
		.fresh = true,
		.done = trial_done };
	fetch_post(f, &t->fetch);
}

static void
say_step(struct trial *t, const char *what, int64_t us)
{
	if (us > 0)
		buf_addf(t->out, "  %s after %lld ms\n", what,
		    (long long)(us / 1000));
}

static const char *
advice(enum fetch_end how)
{
	switch (how) {
	case FETCH_UNRESOLVED:
		return "is the name in upstream.servers right?";
	case FETCH_UNREACHABLE:
		return "is that server running, and may this machine reach "
		       "its port?";
	case FETCH_UNTRUSTED:
		return "give the authority of its certificate in upstream.ca, "
		       "and ask for it by a name the certificate has";
	case FETCH_WRONG_PIN:
		return "its key is another one than upstream.pin says: ask "
		       "its operator before you change that";
	case FETCH_TOO_LATE:
		return "it did not answer within upstream.timeout";
	case FETCH_TOO_LARGE:
		return "its answer is longer than upstream.max-reply: is that "
		       "a token service?";
	case FETCH_FORBIDDEN:
		return "passwords are not sent in clear text: write https://, "
		       "or the name in upstream.plain";
	case FETCH_ANSWERED:
	case FETCH_STOPPED:
	case FETCH_BUSY:
	case FETCH_NO_TLS:
	case FETCH_CUT_OFF:
	case FETCH_BROKEN:
		break;
	}
	return "is that a token service, and is it well?";
}

static void
say_steps(struct trial *t, const struct fetch_job *job)
{
	bool tls = slice_starts_nocase(slice_text(t->url), SLICE_LIT("https:"));

	say_step(t, "name resolved", job->resolved);
	say_step(t, "connected", job->connected);
	if (tls)
		say_step(t, "certificate trusted", job->secured);
	if (job->how == FETCH_ANSWERED) {
		buf_addf(t->out, "  status %u, %zu bytes after %lld ms\n",
		    job->status, job->reply.n, (long long)(job->ended / 1000));
		return;
	}
	buf_addf(t->out, "  %s after %lld ms: %s\n  %s\n",
	    fetch_end_text(job->how), (long long)(job->ended / 1000), job->why,
	    advice(job->how));
}

/* True: the question goes on. */
static bool
trial_follow(struct trial *t, const char *url)
{
	struct upstream_peer *p = upstream_peer(t->u, slice_text(t->home));
	struct fetch_url to;

	buf_addf(t->out, "  it says that %s has the account\n", url);
	if (p == NULL || t->u->stopping ||
	    !fetch_url_parse(slice_text(url), &to))
		return false;
	if (!upstream_config_may_follow(p->server, &to)) {
		buf_add_text(t->out,
		    "  programs are sent there; to ask there ourselves, put "
		    "its host into upstream.redirects\n");
		return false;
	}
	if (++t->hops > UPSTREAM_HOPS_MAX) {
		buf_add_text(t->out, "  too many redirects\n");
		return false;
	}
	snprintf(t->url, sizeof(t->url), "%s", url);
	trial_post(t, p->fetch);
	return true;
}

static void
trial_done(struct fetch_job *job)
{
	struct trial *t = CONTAINER_OF(job, struct trial, fetch);
	struct upstream_answer a = { 0 };

	say_steps(t, job);
	if (job->how != FETCH_ANSWERED) {
		trial_end(t, false);
		return;
	}
	upstream_read(job->reply, job->status, &a);
	if (a.verdict == ELSEWHERE_MOVED && trial_follow(t, a.url))
		return;
	buf_addf(t->out, "  answer: %s", a.why);
	if (a.status != 0)
		buf_addf(t->out, " (0x%x)", a.status);
	buf_add_char(t->out, '\n');
	if (a.verdict == ELSEWHERE_GOOD)
		buf_addf(t->out, "  PUID %s, name \"%s\"\n",
		    a.remote_id[0] != '\0' ? a.remote_id : "not told", a.name);
	trial_end(t, a.verdict == ELSEWHERE_GOOD);
}

static void
say_server(const struct upstream *u, const struct upstream_peer *p,
    const struct upstream_trial *trial)
{
	const struct upstream_server *s = p->server;
	struct buf *out = trial->out;

	buf_addf(out, "decided by \"%s\", as %s\n", p->name,
	    trial->server.n > 0 ? "you say" : "upstream.domains says");
	buf_addf(out, "  trusted: %s%s\n",
	    s->ca[0] != '\0' ? s->ca : "what this system trusts",
	    s->pin[0] != '\0' ? ", and its key is pinned" : "");
	if (upstream_peer_paused(u, p))
		buf_add_text(out,
		    "  it failed and is not asked for sign-ins just now\n");
}

/* NULL: nobody, which is said. */
static struct upstream_peer *
find_server(struct upstream *u, const struct upstream_trial *trial)
{
	const struct upstream_server *s =
	    upstream_config_home(u->cfg, trial->address);
	struct upstream_peer *p = NULL;

	if (trial->server.n > 0) {
		p = upstream_peer(u, trial->server);
		if (p == NULL)
			buf_add_text(trial->out,
			    "there is no server of that name: see nudgectl "
			    "upstream list\n");
		return p;
	}
	if (s != NULL)
		return upstream_peer(u, slice_text(s->name));
	buf_add_text(trial->out,
	    "decided here: upstream.domains has no server for this domain, or "
	    "upstream.local keeps it\n");
	return NULL;
}

void
upstream_test(struct upstream *u, const struct upstream_trial *trial)
{
	struct upstream_peer *p = find_server(u, trial);
	const struct elsewhere_job job = { .address = trial->address,
		.password = trial->password };
	struct trial *t;

	if (p == NULL) {
		trial->done(trial->ctx, false);
		return;
	}
	say_server(u, p, trial);
	t = mem_alloc(sizeof(*t));
	if (upstream_plan_make(u, p->server, &job, &t->plan) != UPSTREAM_GOOD) {
		buf_add_text(trial->out,
		    "  no question can hold this password: it has control "
		    "characters, or is no UTF-8\n");
		free(t);
		trial->done(trial->ctx, false);
		return;
	}
	t->u = u;
	t->out = trial->out;
	t->done = trial->done;
	t->ctx = trial->ctx;
	snprintf(t->home, sizeof(t->home), "%s", p->name);
	snprintf(t->url, sizeof(t->url), "%s", t->plan.url);
	trial_post(t, p->fetch);
}

static void
add_domains(const struct upstream *u, const struct upstream_server *s,
    struct buf *out)
{
	unsigned n = 0;

	for (unsigned i = 0; i < u->cfg->ndomains; i++) {
		const struct upstream_domain *d = &u->cfg->domains[i];

		if (&u->cfg->servers[d->server] == s)
			buf_addf(out, "%s%s%s", n++ > 0 ? "," : "",
			    d->below ? "*." : "", d->name);
	}
	if (n == 0)
		buf_add_char(out, '-');
}

void
upstream_list(struct upstream *u, struct buf *out)
{
	LIST_EACH(it, &u->peers) {
		const struct upstream_peer *p =
		    CONTAINER_OF(it, struct upstream_peer, node);
		char when[32] = "never";
		struct tm tm = { 0 };

		if (p->last_good != 0 &&
		    calendar_date((int64_t)p->last_good, &tm))
			(void)strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ",
			    &tm);
		buf_addf(out, "%s\t%s\t", p->name, p->server->url);
		add_domains(u, p->server, out);
		buf_addf(out, "\t%s\tlast success %s\n",
		    upstream_peer_paused(u, p) ? "paused"
			: p->failures > 0      ? "failing"
					       : "ready",
		    when);
	}
}
