/* SPDX-License-Identifier: MIT */
#include "common/net/tls.h"
#include "common/net/tls_link.h"

#include "common/base/panic.h"

#include <stdlib.h>

int
tls_check(const struct tls_config *cfg, char *err, size_t errlen)
{
	if (!cfg->allow_legacy || !cfg->allow_rc4)
		return 0;
	return tls_old_rc4_open(err, errlen);
}

struct tls *
tls_new(struct loop *l, struct workers *workers, const struct tls_config *cfg,
    char *err, size_t errlen)
{
	struct tls_setup *setup = tls_setup_new(cfg, loop_env(l), err, errlen);
	struct tls *t;

	if (setup == NULL)
		return NULL;
	t = mem_alloc(sizeof(*t));
	t->loop = l;
	t->workers = workers;
	t->setup = setup;
	t->refs = 1;
	return t;
}

int
tls_reload(struct tls *t, const struct tls_config *cfg, char *err,
    size_t errlen)
{
	struct tls_setup *setup =
	    tls_setup_new(cfg, loop_env(t->loop), err, errlen);

	if (setup == NULL)
		return -1;
	tls_setup_unref(t->setup);
	t->setup = setup;
	return 0;
}

void
tls_free(struct tls *t)
{
	if (t == NULL || --t->refs > 0)
		return;
	tls_setup_unref(t->setup);
	mem_wipe(t->plain_in, sizeof(t->plain_in));
	mem_wipe(t->plain_out, sizeof(t->plain_out));
	free(t);
}

const char *
tls_describe(const struct link *l)
{
	const struct tls_link *t = (const void *)l;

	_Static_assert(offsetof(struct tls_link, link) == 0, "first member");
	return t->text;
}

const struct tls_stats *
tls_get_stats(const struct tls *t)
{
	return &t->stats;
}
