/* SPDX-License-Identifier: MIT */
#include "common/base/panic.h"
#include "common/base/utf8.h"
#include "common/codec/url.h"
#include "core/private.h"

#include <stdlib.h>

bool
address_canonical(struct slice in, char out[ADDRESS_MAX + 1])
{
	size_t at = slice_find(in, '@');

	if (in.n > ADDRESS_MAX || at == 0 || at + 1 >= in.n)
		return false;
	for (size_t i = 0; i < in.n; i++) {
		unsigned char ch = (unsigned char)in.p[i];

		if (ch <= ' ' || ch == 0x7f || (ch == '@' && i != at))
			return false;
		if (ch >= 'A' && ch <= 'Z')
			ch = (unsigned char)(ch + ('a' - 'A'));
		out[i] = (char)ch;
	}
	out[in.n] = '\0';
	return utf8_valid(in);
}

/* Is this '%' no escape? */
static bool
is_stray(struct slice encoded, size_t at)
{
	return encoded.p[at] == '%' &&
	    !url_well_formed(slice_upto(slice_from(encoded, at), 3));
}

/* Well, and a name that has only controls shows nothing at all. */
static bool
is_readable(struct slice plain)
{
	bool shows = false;

	for (size_t i = 0; i < plain.n; i++)
		shows |= (unsigned char)plain.p[i] >= ' ' && plain.p[i] != 0x7f;
	return shows && utf8_valid(plain);
}

bool
name_fits(struct slice encoded, size_t max)
{
	struct buf plain = BUF_INIT(max);
	size_t n = encoded.n;
	bool fine;

	if (encoded.n == 0 || encoded.n > max)
		return false;
	for (size_t i = 0; i < encoded.n; i++) {
		if ((unsigned char)encoded.p[i] <= ' ')
			return false;
		n += is_stray(encoded, i) ? 2 : 0;
	}
	url_decode(&plain, encoded);
	fine = n <= max && buf_ok(&plain) && is_readable(buf_slice(&plain));
	buf_free(&plain);
	return fine;
}

bool
name_acceptable(struct slice encoded)
{
	return name_fits(encoded, NAME_MAX_ENCODED);
}

/*
 * A '%' that is no escape is kept as one that is: there are readers that give
 * up on it (field-runs 4).
 */
struct blob *
name_blob(struct slice encoded)
{
	struct buf b = BUF_INIT(3 * encoded.n + 1);
	struct blob *kept;

	if (url_well_formed(encoded))
		return blob_new(encoded.p, encoded.n);
	for (size_t i = 0; i < encoded.n; i++) {
		buf_add_char(&b, encoded.p[i]);
		if (is_stray(encoded, i))
			buf_add_text(&b, "25");
	}
	kept = blob_new(b.p, b.n);
	buf_free(&b);
	return kept;
}

struct slice
person_address(const struct person *p)
{
	return slice_make(p->address, p->n);
}

struct person *
person_intern(struct core *c, struct slice address)
{
	struct map_node *node = map_get(&c->people, address);
	struct person *p;

	if (node != NULL)
		return person_ref(CONTAINER_OF(node, struct person, node));
	ASSERT(address.n <= ADDRESS_MAX);
	p = mem_alloc(sizeof(*p) + address.n + 1);
	memcpy(p->address, address.p, address.n);
	p->n = (uint8_t)address.n;
	p->refs = 1;
	map_put(&c->people, &p->node);
	return p;
}

struct person *
person_ref(struct person *p)
{
	p->refs++;
	return p;
}

void
person_unref(struct core *c, struct person *p)
{
	ASSERT(p->refs > 0);
	p->refs--;
	person_release(c, p);
}

void
person_release(struct core *c, struct person *p)
{
	if (p->refs > 0 || p->pins > 0 || p->account != NULL ||
	    p->state == PERSON_LOADING)
		return;
	map_remove(&c->people, &p->node);
	free(p);
}

void
person_pin(struct core *c, struct person *p)
{
	if (p->pins++ == 0 && p->account != NULL &&
	    list_linked(&p->account->unused)) {
		list_remove(&p->account->unused);
		c->nunused--;
	}
}

void
person_unpin(struct core *c, struct person *p)
{
	ASSERT(p->pins > 0);
	if (--p->pins > 0)
		return;
	if (p->state == PERSON_ABSENT)
		p->state = PERSON_UNKNOWN;
	if (p->account == NULL) {
		person_release(c, p);
		return;
	}
	if (p->account->broken) {
		account_free(c, p->account);
		return;
	}
	list_push(&c->unused, &p->account->unused);
	c->nunused++;
	account_trim(c);
}
