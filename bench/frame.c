/* SPDX-License-Identifier: MIT */
#include "bench/meter.h"
#include "bench/wire.h"

#include <stdlib.h>
#include <string.h>

/* What a server sends with a payload (MSNP8 to MSNP12). */
static bool
frame_has_payload(const char *line, size_t n)
{
	static const char names[][4] = { "MSG", "UBX", "NOT", "IPG", "GCF" };
	size_t i;

	for (i = 0; n > 4 && i < sizeof(names) / sizeof(names[0]); i++)
		if (memcmp(line, names[i], 3) == 0)
			return true;
	return false;
}

size_t
frame_take(char *p, size_t n, struct frame *f)
{
	char *lf = memchr(p, '\n', n);
	size_t used;

	if (!lf)
		return 0;
	used = (size_t)(lf - p) + 1;
	*f = (struct frame){ .line = p, .nline = used - 1, .payload = lf + 1 };
	if (f->nline && p[f->nline - 1] == '\r')
		f->nline--;
	if (frame_has_payload(p, f->nline)) {
		char *digits = lf;

		while (digits > p && digits[-1] != ' ')
			digits--;
		f->npayload = strtoul(digits, NULL, 10);
		if (f->npayload > WIRE_SCRATCH / 2)
			meter_die("a payload of %zu bytes", f->npayload);
		if (n - used < f->npayload)
			return 0;
		used += f->npayload;
	}
	p[f->nline] = '\0';
	return used;
}

void
frame_words(struct frame *f, char *word[FRAME_WORDS])
{
	static char none[1];
	char *rest = f->line;
	size_t i;

	for (i = 0; i < FRAME_WORDS; i++) {
		word[i] = rest ? rest : none;
		rest = rest ? strchr(rest, ' ') : NULL;
		if (rest)
			*rest++ = '\0';
	}
}
