/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SOAP_OIM_H
#define NUDGE_SOAP_OIM_H
/*
 * Messages for people who are away: two services with words of their own, one
 * to send (soap 5.3) and one to read (soap 5.2).
 */
#include "soap/call.h"

#define OIM_RSI "http://www.hotmail.msn.com/ws/2004/09/oim/rsi"

/* The namespace a sender is answered in: that of its elements, or of
 * its SOAPAction when these have none. */
const char *oim_namespace(const struct soap_call *c);
/* What the caller's program has to answer; CHL_DIGITS of them. */
void oim_challenge(const struct soap_call *c, char *out);

#endif
