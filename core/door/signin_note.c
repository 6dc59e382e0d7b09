/* SPDX-License-Identifier: MIT */
#include "common/net/log_peer.h"
#include "core/door/signin.h"
#include "core/door/signup.h"

void
signin_note(enum result r, struct slice door, const struct addr *peer,
    struct slice address)
{
	if (r == RESULT_OK)
		log_peer(LOG_INFO, LOG_PEER_MANY, "sign-in", peer,
		    LOG_S("account", address), LOG_S("door", door));
	else if (r == RESULT_BAD_PASSWORD || r == RESULT_LOCKED_OUT)
		log_peer(LOG_INFO, LOG_PEER_FEW, "sign-in-failed", peer,
		    LOG_S("account", address), LOG_S("door", door),
		    LOG_T("reason", result_text(r)));
}

void
signup_note(const char *door, const struct addr *peer, struct slice address)
{
	log_peer(LOG_INFO, LOG_PEER_MANY, "sign-up", peer,
	    LOG_S("account", address), LOG_T("door", door));
}
