/* SPDX-License-Identifier: MIT */
#include "soap/shape.h"

#include "common/codec/url.h"
#include "common/codec/xml_write.h"

enum {
	SHAPE_SCRATCH = 8 * 1024
};

void
shape_begin(struct shape *s, struct buf *out, struct core *core,
    const struct account *me)
{
	*s = (struct shape){ .out = out, .core = core, .me = me };
	buf_init(&s->scratch, SHAPE_SCRATCH);
}

void
shape_end(struct shape *s)
{
	buf_free(&s->scratch);
}

/* Most texts are plain words: see that at a glance. */
void
shape_text(struct buf *b, struct slice text)
{
	/* controls, and what stands for something else: all are below 64 */
	const uint64_t special = UINT32_MAX | UINT64_C(1) << '&' |
	    UINT64_C(1) << '<' | UINT64_C(1) << '>' | UINT64_C(1) << '"' |
	    UINT64_C(1) << '\'';

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c < 64 ? special >> c & 1 : c >= 0x7f) {
			xml_escape(b, text);
			return;
		}
	}
	buf_add_slice(b, text);
}

void
shape_encoded(struct shape *s, struct slice encoded)
{
	if (encoded.n == 0)
		return;
	if (memchr(encoded.p, '%', encoded.n) == NULL) {
		shape_text(s->out, encoded);
		return;
	}
	buf_reset(&s->scratch);
	url_decode(&s->scratch, encoded);
	shape_text(s->out, buf_slice(&s->scratch));
}

void
shape_leaf(struct shape *s, const char *name, struct slice encoded)
{
	if (encoded.n == 0)
		return;
	buf_add_char(s->out, '<');
	buf_add_text(s->out, name);
	buf_add_char(s->out, '>');
	shape_encoded(s, encoded);
	buf_add(s->out, "</", 2);
	buf_add_text(s->out, name);
	buf_add_char(s->out, '>');
}

struct slice
shape_telephone(struct slice address)
{
	struct slice head = SLICE_LIT("tel:");

	return slice_starts(address, head) ? slice_from(address, head.n)
					   : (struct slice){ 0 };
}

int64_t
shape_cid(const struct shape *s, const struct book_entry *e)
{
	const struct account *a = account_peek_kept(s->core, e->address);

	return a != NULL ? account_cid(a) : 0;
}

uint64_t
shape_changed(const struct book *book)
{
	return book->changed > book->created ? book->changed : book->created;
}
