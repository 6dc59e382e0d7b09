/* SPDX-License-Identifier: MIT */
/* Handles, aliases, ids: whose things a request means. */
#include "common/base/num.h"
#include "common/codec/hex.h"
#include "soap/storage.h"

enum {
	HANDLE_HEX = 16
};

void
storage_add_cid(struct buf *b, const struct account *a)
{
	buf_addf(b, "%016llx", (unsigned long long)account_cid(a));
}

void
storage_add_id(struct buf *b, const struct account *a, enum storage_item item)
{
	storage_add_cid(b, a);
	buf_addf(b, "!%u", (unsigned)item);
}

static bool
handle_hex(struct slice s, int64_t *out)
{
	uint64_t v = 0;

	if (s.n != HANDLE_HEX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int digit = hex_value(s.p[i]);

		if (digit < 0)
			return false;
		v = v << 4 | (uint64_t)digit;
	}
	*out = (int64_t)(v & INT64_MAX);
	return v <= INT64_MAX;
}

bool
storage_names(const struct account *a, struct slice cid)
{
	int64_t v;

	/* sixteen digits may be either */
	return (handle_hex(cid, &v) && v == account_cid(a)) ||
	    (num_parse_i64(cid, &v) && v == account_cid(a));
}

bool
storage_is_own(const struct soap_call *c, struct slice id,
    enum storage_item item)
{
	size_t mark = slice_find(id, '!');
	uint32_t number;

	return storage_names(c->account, slice_upto(id, mark)) &&
	    num_parse_u32(slice_from(id, mark + 1), &number) &&
	    (item == 0 || number == (uint32_t)item);
}

static enum soap_end
handle_seen(struct soap_call *c, enum result r, struct account *a,
    struct account **out)
{
	if (r == RESULT_NO_SUCH_ACCOUNT || r == RESULT_BAD_ADDRESS)
		return SOAP_NO_SUCH_ALIAS;
	if (r != RESULT_OK)
		return soap_end_of(r);
	/* who may not look cannot tell this from nobody */
	if (!profile_visible(a, c->account))
		return SOAP_NO_SUCH_ALIAS;
	*out = a;
	return SOAP_DONE;
}

bool
storage_parse_cid(struct slice s, int64_t *cid)
{
	return handle_hex(s, cid) || (num_parse_i64(s, cid) && *cid > 0);
}

enum soap_end
storage_by_cid(struct soap_call *c, struct slice cid, struct account **out)
{
	struct account *a = NULL;
	enum result r;
	int64_t v;

	*out = c->account;
	if (storage_names(c->account, cid))
		return SOAP_DONE;
	*out = NULL;
	if (!storage_parse_cid(cid, &v))
		return SOAP_NO_SUCH_ALIAS;
	r = account_get_cid(&c->request, v, &a);
	return handle_seen(c, r, a, out);
}

enum soap_end
storage_owner(struct soap_call *c, const struct xml_node *handle,
    struct account **out)
{
	struct slice id = slice_trim(xml_child_text(handle, "ResourceID"));
	struct slice name =
	    slice_trim(xml_child_text(xml_child(handle, "Alias"), "Name"));
	struct account *a = NULL;
	enum result r;

	*out = c->account;
	if (id.n > 0)
		return storage_by_cid(c, slice_upto(id, slice_find(id, '!')),
		    out);
	if (name.n == 0)
		return SOAP_DONE;
	/* as the first clients said it */
	if (slice_find(name, '@') < name.n) {
		*out = NULL;
		r = account_get(&c->request, name, &a);
		return handle_seen(c, r, a, out);
	}
	return storage_by_cid(c, name, out);
}
