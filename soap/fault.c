/* SPDX-License-Identifier: MIT */
/* Faults, and what of the core's refusals becomes which. */
#include "common/base/panic.h"
#include "common/codec/hex.h"
#include "common/codec/xml_write.h"
#include "soap/call.h"

#define FAULT_PASSPORT                                        \
	"http://schemas.microsoft.com/Passport/SoapServices/" \
	"SOAPFault"

struct fault_row {
	const char *code;
	const char *error;
	const char *text;
};

static const struct fault_row *
fault_row(enum soap_end fault)
{
	static const struct fault_row rows[SOAP_ENDS] = {
#define FAULT(name, code, error, text) [SOAP_##name] = { code, error, text },
#include "soap/faults.def"
#undef FAULT
	};

	ASSERT(fault < SOAP_ENDS && rows[fault].code != NULL);
	return &rows[fault];
}

const char *
soap_fault_code(enum soap_end fault)
{
	return fault_row(fault)->code;
}

static void
fault_text(struct buf *b, const struct soap_call *c, const char *text)
{
	struct slice s = slice_text(text);
	size_t at = slice_find(s, '$');

	xml_escape(b, slice_upto(s, at));
	if (at < s.n)
		xml_escape(b, c->subject);
	xml_escape(b, slice_from(s, at + 1));
}

static void
fault_details(struct buf *b, const struct soap_call *c, enum soap_end fault)
{
	SOAP_LIT(b, "<additionalDetails>");
	if (fault == SOAP_CONTACT_EXISTS) {
		SOAP_LIT(b, "<conflictObjectId>");
		guid_add(b, c->id);
		SOAP_LIT(b, "</conflictObjectId>");
	} else {
		SOAP_LIT(b, "<originalExceptionErrorMessage>");
		fault_text(b, c, fault_row(fault)->text);
		SOAP_LIT(b, "</originalExceptionErrorMessage>");
	}
	SOAP_LIT(b, "</additionalDetails>");
}

void
soap_fault_add(struct buf *b, const struct soap_call *c, enum soap_end fault)
{
	const struct fault_row *row = fault_row(fault);
	const char *ns = soap_namespace(c);

	SOAP_LIT(b, "<soap:Fault><faultcode");
	if (row->code[0] == 'q')
		SOAP_LIT(b, " xmlns:q0=\"" FAULT_PASSPORT "\"");
	buf_addf(b, ">%s</faultcode><faultstring>", row->code);
	fault_text(b, c, row->text);
	buf_addf(b, "</faultstring><faultactor>%s/", ns);
	if (c->method != NULL)
		buf_add_slice(b, c->method->name);
	buf_addf(b, "</faultactor><detail><errorcode xmlns=\"%s\">%s", ns,
	    row->error);
	buf_addf(b, "</errorcode><errorstring xmlns=\"%s\">", ns);
	fault_text(b, c, row->text);
	SOAP_LIT(b, "</errorstring>");
	if (fault == SOAP_GROUP_TOO_LONG)
		buf_addf(b,
		    "<parameterFault xmlns=\"%s\">GroupName</parameterFault>",
		    ns);
	buf_addf(b, "<machineName xmlns=\"%s\">NUDGE</machineName>", ns);
	fault_details(b, c, fault);
	SOAP_LIT(b, "</detail></soap:Fault>");
}

enum soap_end
soap_end_of(enum result r)
{
	switch (r) {
	case RESULT_OK:
	case RESULT_ALREADY_THERE:
	case RESULT_UNCHANGED:
		return SOAP_DONE;
	case RESULT_WAIT:
		return SOAP_WAIT;
	case RESULT_BAD_ADDRESS:
		return SOAP_EMAIL_NO_AT;
	case RESULT_NO_SUCH_ACCOUNT:
		return SOAP_NO_SUCH_PASSPORT;
	case RESULT_NOT_THERE:
		return SOAP_NO_SUCH_CONTACT;
	case RESULT_NO_SUCH_GROUP:
	case RESULT_NOT_IN_GROUP:
		return SOAP_NO_SUCH_GROUP;
	case RESULT_GROUP_EXISTS:
		return SOAP_GROUP_EXISTS;
	case RESULT_GROUP_NAME_TOO_LONG:
		return SOAP_GROUP_TOO_LONG;
	case RESULT_LIST_FULL:
	case RESULT_TOO_MANY_GROUPS:
		return SOAP_LIST_FULL;
	case RESULT_BAD_NAME:
		return SOAP_NAME_TOO_LONG;
	case RESULT_BAD_TICKET:
	case RESULT_BAD_PASSWORD:
	case RESULT_DISABLED:
	case RESULT_LOCKED_OUT:
	case RESULT_ELSEWHERE:
	case RESULT_MOVED:
		return SOAP_NOT_SIGNED_IN;
	case RESULT_BUSY:
	case RESULT_ELSEWHERE_DOWN:
	case RESULT_STORE_FAILED:
	case RESULT_DRAINING:
	case RESULT_TOO_ACTIVE:
		return SOAP_LATER;
	case RESULT_BAD_VALUE:
	case RESULT_ACCOUNT_EXISTS:
	case RESULT_ON_OPPOSITE_LIST:
	case RESULT_GROUP_FIXED:
	case RESULT_NOT_REACHABLE:
	case RESULT_ALREADY_MEMBER:
	case RESULT_CONVERSATION_FULL:
	case RESULT_NOT_AVAILABLE:
	case RESULT_BAD_PASS:
	case RESULTS:
		break;
	}
	return SOAP_BAD_ARGUMENT;
}
