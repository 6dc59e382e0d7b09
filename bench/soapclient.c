/* SPDX-License-Identifier: MIT */
#include "bench/soapclient.h"

#include "bench/meter.h"

#include <stdio.h>

const struct soap_question soap_members = {
	.path = "/abservice/SharingService.asmx",
	.method = "FindMembership",
	.document = "<serviceFilter><Types><ServiceType>Messenger"
		    "</ServiceType><ServiceType>Invitation</ServiceType>"
		    "<ServiceType>SocialNetwork</ServiceType><ServiceType>"
		    "Space</ServiceType><ServiceType>Profile</ServiceType>"
		    "</Types></serviceFilter>",
	.item = "<Member ",
};

/* The owner is a contact, too. */
const struct soap_question soap_book = {
	.path = "/abservice/abservice.asmx",
	.method = "ABFindAll",
	.document = "<abId>00000000-0000-0000-0000-000000000000</abId>"
		    "<abView>Full</abView><deltasOnly>false</deltasOnly>"
		    "<lastChange>0001-01-01T00:00:00.0000000-08:00"
		    "</lastChange>",
	.item = "<Contact>",
	.own = 1,
};

#define SOAP_AB "http://www.msn.com/webservices/AddressBook"

size_t
soap_request(char *out, const struct soap_question *q, const char *ticket)
{
	char document[WEB_TEXT], action[128];
	int n = snprintf(document, sizeof(document),
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope "
	    "xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" "
	    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
	    "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "
	    "xmlns:soapenc=\"http://schemas.xmlsoap.org/soap/encoding/\">"
	    "<soap:Header><ABApplicationHeader xmlns=\"" SOAP_AB "\">"
	    "<ApplicationId>CFE80F9D-180F-4399-82AB-413F33A1FA11"
	    "</ApplicationId><IsMigration>false</IsMigration>"
	    "<PartnerScenario>Initial</PartnerScenario>"
	    "</ABApplicationHeader><ABAuthHeader xmlns=\"" SOAP_AB "\">"
	    "<ManagedGroupRequest>false</ManagedGroupRequest>"
	    "<TicketToken>%s</TicketToken></ABAuthHeader></soap:Header>"
	    "<soap:Body><%s xmlns=\"" SOAP_AB "\">%s</%s></soap:Body>"
	    "</soap:Envelope>",
	    ticket, q->method, q->document, q->method);

	if (n < 0 || (size_t)n >= sizeof(document))
		meter_die("a document too long");
	snprintf(action, sizeof(action), SOAP_AB "/%s", q->method);
	return web_post(out, SOAP_HOST, q->path, action, document);
}
