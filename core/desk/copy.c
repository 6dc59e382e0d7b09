/* SPDX-License-Identifier: MIT */
#include "core/desk/copy.h"

#include "common/base/panic.h"

#include <stdio.h>
#include <unistd.h>

_Static_assert((int)PASSPHRASE_KEY_BYTES == (int)SEAL_KEY_BYTES,
    "a passphrase makes a key that seals");
_Static_assert((int)PASSPHRASE_SETTING_MAX <= (int)STORE_COPY_SETTING_MAX,
    "and says how");

static void
end(struct copy *c, const char *error)
{
	if (c->keys != COPY_WHOLE)
		(void)unlink(c->beside);
	mem_wipe(c->passphrase, sizeof(c->passphrase));
	mem_wipe(&c->seal, sizeof(c->seal));
	c->done(c, error);
}

/* On a worker; of a passphrase half a second, and 128 MiB. */
static bool
key_make(struct copy *c)
{
	if (c->keys != COPY_SEALED || c->passphrase[0] == '\0' ||
	    passphrase_key(slice_text(c->passphrase),
		slice_text(c->seal.setting), c->seal.key) == 0)
		return true;
	(void)snprintf(c->error, sizeof(c->error),
	    "no key can be made of this passphrase");
	return false;
}

static void
bare_run(struct work *w)
{
	struct copy *c = CONTAINER_OF(w, struct copy, work);

	c->failed = !key_make(c) ||
	    store_copy_bare(c->beside, c->path,
		c->keys == COPY_SEALED ? &c->seal : NULL, c->error,
		sizeof(c->error)) != 0;
}

static void
bare_done(struct work *w)
{
	struct copy *c = CONTAINER_OF(w, struct copy, work);

	end(c, c->failed ? c->error : NULL);
}

static void
copied(struct store_backup *b, const char *error)
{
	struct copy *c = CONTAINER_OF(b, struct copy, backup);

	if (error != NULL || c->keys == COPY_WHOLE) {
		end(c, error);
		return;
	}
	c->work = (struct work){ .cls = WORK_COPY,
		.from = { .known = true },
		.run = bare_run,
		.done = bare_done };
	c->begun = c->workers != NULL;
	if (!c->begun)
		end(c, "the server is stopping");
	else if (!work_start(c->workers, &c->work))
		end(c, "other such copies are being made");
}

void
copy_begin(struct core *core, struct copy *c)
{
	if (c->keys != COPY_WHOLE)
		copy_clean(c->beside);
	if (c->keys == COPY_SEALED && c->passphrase[0] != '\0')
		passphrase_setting(core->env, c->seal.setting);
	c->seal.env = core->env;
	c->backup.path = c->keys == COPY_WHOLE ? c->path : c->beside;
	c->backup.done = copied;
	store_backup(core->store, &c->backup);
}

void
copy_clean(const char *beside)
{
	static const char *const ends[] = { "", "-journal", "-wal", "-shm" };
	struct buf name = BUF_INIT(8192);

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		buf_reset(&name);
		buf_addf(&name, "%s%s", beside, ends[i]);
		buf_add_char(&name, '\0');
		if (buf_ok(&name))
			(void)unlink(name.p);
	}
	buf_free(&name);
}
