/* SPDX-License-Identifier: MIT */
/*
 * Settings: a file's text, one NAME=VALUE, and the environment, by the first
 * byte.  Settings that were taken are printed as a file that says the same.
 */
#include "common/base/panic.h"
#include "common/ops/conf.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	PRINT_MAX = 1 << 20,
	ERR_MAX = 256,
	INPUT_MAX = 4096
};

static void
said_why(const char err[ERR_MAX])
{
	ASSERT(memchr(err, '\0', ERR_MAX) != NULL && err[0] != '\0');
}

/* The format has no way to write a quote inside quotes, and hides secrets. */
static bool
can_be_written(struct slice text)
{
	return slice_find(text, '"') == text.n &&
	    slice_find_slice(text, SLICE_LIT("***")) == text.n;
}

static void
print_and_load(const struct conf *c)
{
	struct buf text = BUF_INIT(PRINT_MAX), again = BUF_INIT(PRINT_MAX);
	struct conf *copy = conf_new();
	char err[ERR_MAX] = "";

	conf_print(c, &text);
	ASSERT(buf_ok(&text));
	if (can_be_written(buf_slice(&text))) {
		ASSERT(conf_load_text(copy, "it", buf_slice(&text), err,
			   sizeof(err)) == 0);
		conf_print(copy, &again);
		ASSERT(slice_eq(buf_slice(&text), buf_slice(&again)));
	}
	conf_free(copy);
	buf_free(&text);
	buf_free(&again);
}

/* A file that is good stays good, and says what it was told to. */
static void
edit_and_load(struct slice file)
{
	struct conf_change to = { CONF_NEXUS_LOGIN, SLICE_LIT(" a # b ") };
	struct buf set = BUF_INIT(PRINT_MAX), unset = BUF_INIT(PRINT_MAX);
	struct conf *c = conf_new(), *d = conf_new();
	char err[ERR_MAX] = "";

	ASSERT(conf_edit(file, &to, 1, &set, err, sizeof(err)) == 0);
	ASSERT(conf_load_text(c, "it", buf_slice(&set), err, sizeof(err)) == 0);
	ASSERT(slice_eq(conf_text(c, CONF_NEXUS_LOGIN), to.value));
	to.value = slice_make(NULL, 0);
	ASSERT(
	    conf_edit(buf_slice(&set), &to, 1, &unset, err, sizeof(err)) == 0);
	ASSERT(
	    conf_load_text(d, "it", buf_slice(&unset), err, sizeof(err)) == 0);
	ASSERT(!conf_given(d, CONF_NEXUS_LOGIN));
	conf_free(c);
	conf_free(d);
	buf_free(&set);
	buf_free(&unset);
}

static int
one_pair(struct conf *c, struct slice in, char err[ERR_MAX])
{
	struct slice name = slice_upto(in, slice_find(in, '='));

	return conf_set(c, name, slice_from(in, name.n + 1), err, ERR_MAX);
}

static int
environment(struct conf *c, struct slice in, char err[ERR_MAX])
{
	struct slice rest = in, line;
	struct buf warn = BUF_INIT(65536);
	char *envp[17] = { NULL };
	size_t n = 0;
	int rc;

	while (n < 16 && slice_cut(&rest, '\n', &line))
		envp[n++] = slice_dup(line);
	rc = conf_load_env(c, envp, &warn, err, ERR_MAX);
	buf_free(&warn);
	while (n > 0)
		free(envp[--n]);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf warn = BUF_INIT(PRINT_MAX);
	struct conf *c = conf_new();
	char err[ERR_MAX] = "";
	struct slice in;
	int rc;

	if (size == 0 || size > INPUT_MAX)
		goto out;
	in = slice_make(data + 1, size - 1);
	if (data[0] % 3 == 0)
		rc = conf_load_text(c, "nudge.conf", in, err, sizeof(err));
	else if (data[0] % 3 == 1)
		rc = one_pair(c, in, err);
	else
		rc = environment(c, in, err);
	if (rc == 0 && data[0] % 3 == 0)
		edit_and_load(in);
	if (rc == 0) {
		print_and_load(c);
		rc = conf_check(c, &warn, err, sizeof(err));
	}
	if (rc != 0)
		said_why(err);
	ASSERT(buf_ok(&warn));
out:
	buf_free(&warn);
	conf_free(c);
	return 0;
}
