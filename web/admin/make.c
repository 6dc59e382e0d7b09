/* SPDX-License-Identifier: MIT */
/* New accounts, and links that set passwords. */
#include "common/codec/hex.h"
#include "common/codec/url.h"
#include "core/door/signin.h"
#include "web/admin/parts.h"

/* One that lives elsewhere; that server must be set. */
static enum result
make_away(struct request *rq, const struct admin_wish *wish, struct slice name,
    struct account **out)
{
	const struct elsewhere *e = rq->core->elsewhere;
	const struct account_birth birth = { .address = wish->address,
		.name = name,
		.home = wish->home };

	if (e == NULL || e->rules(e->ctx, wish->home) == NULL)
		return RESULT_BAD_VALUE;
	return account_create_away(rq, &birth, out);
}

enum result
admin_make(struct request *rq, const struct admin_wish *wish,
    struct account **out)
{
	struct buf name = BUF_INIT(NAME_MAX_ENCODED);
	struct account_secret secret;
	char address[ADDRESS_MAX + 1];
	enum result r = account_get(rq, wish->address, out);

	if (r == RESULT_OK)
		return RESULT_ACCOUNT_EXISTS;
	if (r != RESULT_NO_SUCH_ACCOUNT)
		return r;
	(void)address_canonical(wish->address, address);
	r = web_name_encode(&name, wish->name);
	if (r == RESULT_OK && wish->home.n > 0) {
		r = make_away(rq, wish, buf_slice(&name), out);
		buf_free(&name);
		return r;
	}
	if (r == RESULT_OK && !password_acceptable(wish->password))
		r = RESULT_BAD_VALUE;
	if (r == RESULT_OK)
		r = signin_hash(rq, slice_text(address), wish->password,
		    &secret);
	if (r == RESULT_OK)
		r = account_create(rq, wish->address, buf_slice(&name), &secret,
		    out);
	buf_free(&name);
	return r;
}

void
admin_random_password(const struct admin *a, char out[ADMIN_RANDOM_TEXT + 1])
{
	unsigned char bytes[ADMIN_RANDOM_TEXT / 2];
	struct buf text = BUF_INIT(ADMIN_RANDOM_TEXT);

	env_random(a->core->env, bytes, sizeof(bytes));
	hex_encode(&text, slice_make(bytes, sizeof(bytes)));
	memcpy(out, text.p, ADMIN_RANDOM_TEXT);
	out[ADMIN_RANDOM_TEXT] = '\0';
	buf_free(&text);
}

void
admin_add_reset(const struct admin *a, const struct account *who,
    struct buf *out)
{
	struct buf token = BUF_INIT(TOKEN_TEXT_MAX);

	signin_issue(a->core, who, TOKEN_RESET, &token);
	a->hooks->site(a->ctx, out);
	buf_add_text(out, "/reset?t=");
	url_encode(out, buf_slice(&token));
	buf_free(&token);
}
