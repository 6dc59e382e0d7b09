/* SPDX-License-Identifier: MIT */
#include "common/http/cookie.h"

struct slice
http_cookie_in(struct slice header, const char *name)
{
	struct slice word;

	while (slice_cut(&header, ';', &word)) {
		size_t end;

		word = slice_trim(word);
		end = slice_find(word, '=');
		if (end < word.n && slice_eq_text(slice_upto(word, end), name))
			return slice_from(word, end + 1);
	}
	return (struct slice){ 0 };
}

struct slice
http_cookie(const struct http_request *rq, const char *name)
{
	return http_cookie_in(http_header(rq, "Cookie"), name);
}

const char *
http_cookie_domain(const struct http_request *rq)
{
	struct slice host = http_header(rq, "Host");

	host = slice_upto(host, slice_find(host, ':'));
	if (slice_ends_nocase(host, SLICE_LIT(".live.com")))
		return "domain=.live.com;";
	if (host.n == 0 ||
	    slice_find_slice(host, SLICE_LIT("passport")) < host.n)
		return "domain=.passport.com;";
	return "";
}
