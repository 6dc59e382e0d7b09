/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SOAP_SHAPE_H
#define NUDGE_SOAP_SHAPE_H
/*
 * Books as XML.  Everything is appended to one buffer: long literal pieces and
 * between them the few words that differ, so that hundreds of contacts cost
 * little more than copying.
 */
#include "core/people/book.h"

struct shape {
	struct buf *out;
	struct core *core;
	const struct account *me;
	struct buf scratch;        /* for decoding; freed by shape_end() */
	const struct token *token; /* the caller's, for the circles' ticket */
	bool delta; /* only what changed: tell what was left, too */
};

void shape_begin(struct shape *s, struct buf *out, struct core *core,
    const struct account *me);
void shape_end(struct shape *s);

/*
 * Literal bytes where hundreds of them follow one another: in place, while
 * there is room.
 */
#define SHAPE_LIT(b, text) shape_lit((b), "" text, sizeof(text) - 1)

static inline void
shape_lit(struct buf *b, const char *text, size_t n)
{
	if (b->failed || n > b->cap - b->n) {
		buf_add(b, text, n);
		return;
	}
	memcpy(b->p + b->n, text, n);
	b->n += n;
}

/* ---- shape.c: words ---- */
/* Text that stands in an element. */
void shape_text(struct buf *b, struct slice text);
/* The same of a percent-encoded word. */
void shape_encoded(struct shape *s, struct slice encoded);
/* <name>text</name> of a percent-encoded word; nothing when it is empty. */
void shape_leaf(struct shape *s, const char *name, struct slice encoded);
/* An address that is a telephone: its number.  p NULL: it is none. */
struct slice shape_telephone(struct slice address);
/* The number of whoever has this address. */
int64_t shape_cid(const struct shape *s, const struct book_entry *e);
/* When the book last changed, as clients are told. */
uint64_t shape_changed(const struct book *book);

/* ---- shape_contact.c ---- */
/* type NULL: what the card says, else Regular. */
void
shape_contact(struct shape *s, const struct book_entry *e, const char *type);
/* What stands inside <Contact>, for answers that are one. */
void shape_contact_inside(struct shape *s, const struct book_entry *e,
    const char *type);
void shape_me(struct shape *s, const struct book *book);
/* Those of the forward list, and in a delta those who left it. */
void shape_contacts(struct shape *s, const struct book *book);

/* ---- shape_book.c ---- */
void shape_groups(struct shape *s, const struct book *book);
/* What stands inside <ab> or <Ab>. */
void shape_ab(struct shape *s, const struct book *book);
void shape_circle_ticket(struct shape *s);

/* ---- shape_member.c ---- */
enum member_role {
	MEMBER_ALLOW = 1,
	MEMBER_BLOCK = 2,
	MEMBER_REVERSE = 3,
	MEMBER_PENDING = 4
};
enum {
	MEMBER_NUMBERS = 8 /* numbers of one entry's memberships */
};
/* The role of that name; 0: none we keep. */
unsigned member_role(struct slice name);
uint8_t member_list(unsigned role);
/* What stands inside <...Result>; roles: mask of 1u << role. */
void shape_members(struct shape *s, const struct book *book, unsigned roles);

#endif
