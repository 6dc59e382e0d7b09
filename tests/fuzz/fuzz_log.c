/* SPDX-License-Identifier: MIT */
/*
 * No value forges a line of the log: an event is one line of printable ASCII,
 * and in JSON one whole object.  The first byte chooses the form and where the
 * rest is cut into three values.
 */
#include "common/base/log.h"
#include "common/base/panic.h"

#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	LINE_MAX_BYTES = 8192
};

/* Behind a string that begins at line[at]; escapes are those of JSON. */
static size_t
string_end(struct slice line, size_t at)
{
	ASSERT(line.p[at] == '"');
	for (at++; at < line.n && line.p[at] != '"'; at++)
		if (line.p[at] == '\\') {
			at++;
			ASSERT(at < line.n);
			if (line.p[at] == 'u')
				at += 4;
			else
				ASSERT(line.p[at] == '"' || line.p[at] == '\\');
		}
	ASSERT(at < line.n);
	return at + 1;
}

/* One object of strings and numbers, nothing behind it. */
static void
json(struct slice line)
{
	size_t at = 0;
	unsigned fields = 0;

	ASSERT(line.n > 2 && line.p[0] == '{');
	do {
		at = string_end(line, at + 1);
		ASSERT(line.p[at] == ':');
		at++;
		if (line.p[at] == '"')
			at = string_end(line, at);
		else
			while (line.p[at] == '-' ||
			    (line.p[at] >= '0' && line.p[at] <= '9'))
				at++;
		fields++;
	} while (line.p[at] == ',');
	ASSERT(line.p[at] == '}' && at + 1 == line.n);
	ASSERT(fields == 7);
}

/* Words of key=value; how many keys are there? */
static void
pairs(struct slice line)
{
	unsigned fields = 0;
	size_t at = 0;

	while (at < line.n) {
		at += slice_find(slice_from(line, at), '=') + 1;
		ASSERT(at <= line.n);
		fields++;
		if (at < line.n && line.p[at] == '"')
			at = string_end(line, at);
		else
			at += slice_find(slice_from(line, at), ' ');
		ASSERT(at == line.n || line.p[at] == ' ');
		at++;
	}
	ASSERT(fields == 7);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char line[LINE_MAX_BYTES];
	struct slice in, a, b;
	size_t cut;
	ssize_t n;
	int fd;

	if (size == 0)
		return 0;
	in = slice_make(data + 1, size - 1);
	cut = data[0] / 2 * in.n / 256;
	a = slice_upto(in, cut);
	in = slice_from(in, cut);
	b = slice_upto(in, in.n / 2);
	in = slice_from(in, b.n);
	fd = memfd_create("log", MFD_CLOEXEC);
	ASSERT(fd >= 0);
	log_setup(LOG_INFO, data[0] & 1, fd);
	log_info("fuzz", LOG_S("a", a), LOG_S("b", b), LOG_N("n", -(int)cut),
	    LOG_S("in", in));
	log_setup(LOG_ERROR, false, 2);
	n = pread(fd, line, sizeof(line), 0);
	close(fd);
	ASSERT(n > 1 && (size_t)n < sizeof(line) && line[n - 1] == '\n');
	in = slice_make(line, (size_t)n - 1);
	for (size_t i = 0; i < in.n; i++)
		ASSERT(in.p[i] >= ' ' && in.p[i] < 0x7f);
	if (data[0] & 1)
		json(in);
	else
		pairs(in);
	return 0;
}
