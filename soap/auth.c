/* SPDX-License-Identifier: MIT */
/* Who is calling (soap 2.2). */
#include "core/door/signin.h"
#include "core/session.h"
#include "soap/call.h"

/* The value of one cookie; p NULL when it is not there. */
static struct slice
auth_cookie(struct slice header, const char *name)
{
	struct slice rest = header, item;

	while (slice_cut(&rest, ';', &item)) {
		size_t eq = slice_find(item, '=');

		if (eq < item.n &&
		    slice_eq_text(slice_trim(slice_upto(item, eq)), name))
			return slice_trim(slice_from(item, eq + 1));
	}
	return (struct slice){ 0 };
}

enum soap_end
soap_auth(struct soap_call *c)
{
	struct slice ticket = c->in.ticket;
	enum soap_end end;

	if (ticket.n == 0)
		/* what the notification server gave in the profile */
		ticket = auth_cookie(http_header(c->http, "Cookie"), "MSPAuth");
	if (ticket.n == 0)
		return SOAP_NOT_SIGNED_IN;
	end = soap_end_of(signin_token(&c->request, ticket, DOOR_SERVICES,
	    &c->token, &c->account));
	/*
	 * A program that is told of its own change reads its book once more,
	 * and papyon loses the end of the reading it is at (field-runs 2.11).
	 * Its session is the one where the call comes from; when that is not
	 * clear all are told.
	 */
	if (end == SOAP_DONE)
		c->request.origin =
		    session_from(c->account, http_peer(c->http));
	return end;
}
