/* SPDX-License-Identifier: MIT */
/* Faults of the two services for offline messages. */
#include "common/codec/chl.h"
#include "common/codec/xml_write.h"
#include "soap/oim.h"

#define FAULT_TEXT \
	"Exception of type 'System.Web.Services.Protocols.SoapException' was thrown."

/* The reading service has one fault for all that is wrong with a call. */
static void
fault_rsi(struct buf *b, enum soap_end fault)
{
	if (fault == SOAP_LATER) {
		SOAP_LIT(b,
		    "<soap:Body><soap:Fault><faultcode>soap:Server</faultcode>"
		    "<faultstring>The service is not available now, try later"
		    "</faultstring>");
	} else {
		SOAP_LIT(b,
		    "<soap:Body><soap:Fault><faultcode>soap:Client</faultcode>"
		    "<faultstring>Schema validation error</faultstring>");
	}
	SOAP_LIT(b,
	    "<faultactor>https://rsi.hotmail.com/rsi/rsi.asmx</faultactor>"
	    "<detail/></soap:Fault></soap:Body>");
}

/* Which of its own faults this one is; clients compare the prefix, too. */
static enum soap_end
own_fault(enum soap_end fault)
{
	if (fault == SOAP_NOT_SIGNED_IN)
		return SOAP_OIM_KEY;
	if (fault == SOAP_LATER)
		return SOAP_OIM_REFUSED;
	if (fault == SOAP_OIM_KEY || fault == SOAP_OIM_REFUSED ||
	    fault == SOAP_OIM_THROTTLED)
		return fault;
	return SOAP_OIM_CONTENT;
}

static void
challenges(struct buf *b, const struct soap_call *c, enum soap_end fault)
{
	const char *ns = oim_namespace(c);
	char challenge[CHL_DIGITS];

	SOAP_LIT(b,
	    "<faultactor>https://ows.messenger.msn.com/OimWS/oim.asmx"
	    "</faultactor><detail>");
	if (fault == SOAP_OIM_KEY) {
		oim_challenge(c, challenge);
		buf_addf(b, "<LockKeyChallenge xmlns=\"%s\">", ns);
		buf_add(b, challenge, sizeof(challenge));
		SOAP_LIT(b, "</LockKeyChallenge>");
	} else {
		buf_addf(b,
		    "<TweenerChallenge xmlns=\"%s\">"
		    "ct=1,rver=1,wp=FS_40SEC_0_COMPACT,lc=1,id=1"
		    "</TweenerChallenge>",
		    ns);
	}
	SOAP_LIT(b, "</detail>");
}

static void
fault_oim(struct buf *b, const struct soap_call *c, enum soap_end fault)
{
	const char *ns = oim_namespace(c);
	enum soap_end own = own_fault(fault);
	bool who = own == SOAP_OIM_KEY;

	if (!who)
		buf_addf(b,
		    "<soap:Header><Machine xmlns=\"%s\" name=\"NUDGE\" "
		    "ver=\"12.30.1623.0\"/></soap:Header>",
		    ns);
	buf_addf(b,
	    "<soap:Body><soap:Fault><faultcode xmlns:q0=\"%s\">%s"
	    "</faultcode><faultstring>" FAULT_TEXT "</faultstring>",
	    ns, soap_fault_code(own));
	if (who)
		challenges(b, c, fault);
	else
		SOAP_LIT(b, "<detail/>");
	SOAP_LIT(b, "</soap:Fault></soap:Body>");
}

bool
soap_oim_fault(struct buf *b, const struct soap_call *c, enum soap_end fault)
{
	if (c->service == SOAP_RSI)
		fault_rsi(b, fault);
	else if (c->service == SOAP_OIM)
		fault_oim(b, c, fault);
	else
		return false;
	return true;
}
