/* SPDX-License-Identifier: MIT */
/* Addresses of pictures: whose, of when, and a seal that nobody can guess. */
#include "core/people/profile.h"

#include "common/base/panic.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"

#include <stdio.h>

enum {
	NUMBER_HEX = 16,
	SEAL_BYTES = 16
};

_Static_assert(2 * NUMBER_HEX + 2 * SEAL_BYTES == PROFILE_ADDRESS_BYTES,
    "two numbers and a seal");

static void
make(const struct core *c, int64_t cid, uint64_t stamp,
    char out[PROFILE_ADDRESS_BYTES + 1])
{
	static const char label[] = "address of a picture";
	struct buf seal = BUF_INIT(2 * SEAL_BYTES);
	unsigned char mac[SHA256_BYTES];
	struct slice parts[2];

	(void)snprintf(out, PROFILE_ADDRESS_BYTES + 1, "%016llx%016llx",
	    (unsigned long long)cid, (unsigned long long)stamp);
	parts[0] = slice_make(label, sizeof(label));
	parts[1] = slice_make(out, (size_t)2 * NUMBER_HEX);
	digest_hmac_sha256(slice_make(c->seal_key, sizeof(c->seal_key)), parts,
	    ARRAY_LEN(parts), mac);
	hex_encode(&seal, slice_make(mac, SEAL_BYTES));
	memcpy(out + 2 * NUMBER_HEX, seal.p, seal.n);
	out[PROFILE_ADDRESS_BYTES] = '\0';
	buf_free(&seal);
}

void
profile_address_make(const struct core *c, const struct account *a,
    struct profile *p)
{
	p->address[0] = '\0';
	if (p->type != PICTURE_NONE)
		make(c, account_cid(a), p->picture_time, p->address);
}

static bool
number_of(struct slice text, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < text.n; i++) {
		int digit = hex_value(text.p[i]);

		if (digit < 0)
			return false;
		*out = *out << 4 | (uint64_t)digit;
	}
	return *out <= INT64_MAX;
}

int64_t
profile_address_of(const struct core *c, struct slice address)
{
	char want[PROFILE_ADDRESS_BYTES + 1];
	uint64_t cid, stamp;

	if (address.n != PROFILE_ADDRESS_BYTES ||
	    !number_of(slice_upto(address, NUMBER_HEX), &cid) ||
	    !number_of(slice_upto(slice_from(address, NUMBER_HEX), NUMBER_HEX),
		&stamp))
		return 0;
	make(c, (int64_t)cid, stamp, want);
	return mem_equal_ct(want, address.p, PROFILE_ADDRESS_BYTES)
	    ? (int64_t)cid
	    : 0;
}
