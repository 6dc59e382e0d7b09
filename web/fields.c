/* SPDX-License-Identifier: MIT */
/* What people typed. */
#include "common/base/panic.h"
#include "common/codec/url.h"
#include "core/door/signin.h"
#include "web/front.h"

struct slice
web_field(struct web_visit *v, const char *key)
{
	struct slice s = { 0 };

	if (!http_form_arg(v->http, key, &s) &&
	    !http_query_arg(v->http, key, &s))
		return (struct slice){ 0 };
	return s;
}

void
web_wipe(struct slice secret)
{
	if (secret.n > 0)
		mem_wipe((void *)(uintptr_t)secret.p, secret.n);
}

enum result
web_new_password(struct web_visit *v, struct slice *out)
{
	struct slice again = { 0 };

	*out = (struct slice){ 0 };
	(void)http_form_arg(v->http, "password", out);
	(void)http_form_arg(v->http, "again", &again);
	v->differ = !slice_eq(*out, again);
	web_wipe(again);
	if (!v->differ && out->n >= WEB_PASSWORD_MIN &&
	    password_acceptable(*out))
		return RESULT_OK;
	web_wipe(*out);
	return RESULT_BAD_VALUE;
}

enum result
web_prove(struct web_visit *v)
{
	struct slice old = { 0 };
	struct account *a;
	enum result r;

	if (v->proved)
		return RESULT_OK;
	(void)http_form_arg(v->http, "old", &old);
	r = signin_password(&v->request, http_peer(v->http),
	    account_address(v->me), old, &a);
	web_wipe(old);
	if (r != RESULT_OK)
		signin_note(r, SLICE_LIT("web"), http_peer(v->http),
		    account_address(v->me));
	v->proved = r == RESULT_OK && a == v->me;
	return r == RESULT_OK && !v->proved ? RESULT_BAD_PASSWORD : r;
}

enum result
web_name_encode(struct buf *out, struct slice plain)
{
	for (size_t i = 0; i < plain.n; i++)
		if ((unsigned char)plain.p[i] < ' ' || plain.p[i] == 0x7f)
			return RESULT_BAD_NAME;
	url_encode_word(out, plain);
	if (!buf_ok(out) || (out->n > 0 && !name_acceptable(buf_slice(out))))
		return RESULT_BAD_NAME;
	return RESULT_OK;
}
