/* SPDX-License-Identifier: MIT */
#include "common/auth/passphrase.h"

#include "common/base/panic.h"
#include "common/codec/digest.h"

#include <crypt.h>
#include <stdlib.h>

enum {
	COST = 8,
	SALT_BYTES = 16
};

_Static_assert((int)PASSPHRASE_KEY_BYTES == (int)SHA256_BYTES,
    "a key is a MAC");

static void
make_setting(const char salt[SALT_BYTES], char out[PASSPHRASE_SETTING_MAX + 1])
{
	char all[CRYPT_GENSALT_OUTPUT_SIZE];
	size_t n;

	ASSERT(crypt_gensalt_rn("$y$", COST, salt, SALT_BYTES, all,
		   sizeof(all)) != NULL);
	n = strlen(all);
	ASSERT(n <= PASSPHRASE_SETTING_MAX);
	memcpy(out, all, n + 1);
}

void
passphrase_setting(const struct env *env, char out[PASSPHRASE_SETTING_MAX + 1])
{
	char salt[SALT_BYTES];

	env_random(env, salt, sizeof(salt));
	make_setting(salt, out);
}

/* The salt stands behind the last "$", and its letters are checked there. */
bool
passphrase_setting_good(struct slice setting)
{
	static const char zeros[SALT_BYTES];
	char ours[PASSPHRASE_SETTING_MAX + 1];
	size_t head;

	make_setting(zeros, ours);
	head = (size_t)(strrchr(ours, '$') - ours) + 1;
	return setting.n == strlen(ours) &&
	    slice_eq(slice_upto(setting, head), slice_make(ours, head)) &&
	    slice_find(slice_from(setting, head), '$') == setting.n - head &&
	    slice_find(setting, '\0') == setting.n;
}

int
passphrase_key(struct slice passphrase, struct slice setting,
    unsigned char key[PASSPHRASE_KEY_BYTES])
{
	static const struct slice label = { "nudge backup", 12 };
	struct crypt_data *scratch;
	char *phrase, *how;
	const char *made;

	if (passphrase.n == 0 || passphrase.n > PASSPHRASE_MAX ||
	    slice_find(passphrase, '\0') != passphrase.n ||
	    !passphrase_setting_good(setting))
		return -1;
	scratch = mem_alloc(sizeof(*scratch));
	phrase = slice_dup(passphrase);
	how = slice_dup(setting);
	made = crypt_rn(phrase, how, scratch, sizeof(*scratch));
	if (made != NULL)
		digest_hmac_sha256(slice_text(made), &label, 1, key);
	mem_wipe(phrase, passphrase.n);
	mem_wipe(scratch, sizeof(*scratch));
	free(phrase);
	free(how);
	free(scratch);
	return made == NULL ? -1 : 0;
}
