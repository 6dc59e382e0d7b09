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

bool
name_acceptable(struct slice encoded)
{
	struct buf plain = BUF_INIT(NAME_MAX_ENCODED);
	bool fine;

	if (encoded.n == 0 || encoded.n > NAME_MAX_ENCODED)
		return false;
	for (size_t i = 0; i < encoded.n; i++)
		if ((unsigned char)encoded.p[i] <= ' ')
			return false;
	url_decode(&plain, encoded);
	fine = buf_ok(&plain) && utf8_valid(buf_slice(&plain));
	buf_free(&plain);
	return fine;
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
