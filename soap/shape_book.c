/* SPDX-License-Identifier: MIT */
/* Groups, the book itself and the circle ticket (soap 4.1, 4.3). */
#include "common/codec/base64.h"
#include "common/codec/hex.h"
#include "core/door/signin.h"
#include "soap/call.h"
#include "soap/card.h"
#include "soap/shape.h"
#include "soap/stamp.h"

enum {
	TICKET_MAX = 4096
};

static void
group_add(struct shape *s, const struct book_group *g)
{
	struct buf *b = s->out;

	SOAP_LIT(b, "<Group><groupId>");
	guid_add(b, g->id);
	SOAP_LIT(b,
	    "</groupId><groupInfo><annotations><Annotation>"
	    "<Name>MSN.IM.Display</Name><Value>1</Value></Annotation>"
	    "</annotations><groupType>c8529ce2-6ead-434d-881f-341e17db3ff8"
	    "</groupType><name>");
	shape_encoded(s, g->name);
	SOAP_LIT(b,
	    "</name><IsNotMobileVisible>false</IsNotMobileVisible>"
	    "<IsPrivate>false</IsPrivate><IsFavorite>");
	if (slice_eq_text(card_find(g->card, ".isFavorite"), "true"))
		SOAP_LIT(b, "true");
	else
		SOAP_LIT(b, "false");
	SOAP_LIT(b, "</IsFavorite></groupInfo><propertiesChanged/><fDeleted>");
	if (g->deleted)
		SOAP_LIT(b, "true");
	else
		SOAP_LIT(b, "false");
	SOAP_LIT(b, "</fDeleted><lastChange>");
	stamp_add(b, g->changed);
	SOAP_LIT(b, "</lastChange></Group>");
}

void
shape_groups(struct shape *s, const struct book *book)
{
	for (size_t i = 0; i < book->ngroups; i++)
		group_add(s, &book->groups[i]);
}

void
shape_ab(struct shape *s, const struct book *book)
{
	struct buf *b = s->out;

	SOAP_LIT(b,
	    "<abId>" SOAP_NO_GUID "</abId><abInfo><ownerPuid>0</ownerPuid>"
	    "<OwnerCID>");
	buf_add_i64(b, account_cid(s->me));
	SOAP_LIT(b, "</OwnerCID><ownerEmail>");
	shape_text(b, account_address(s->me));
	SOAP_LIT(b,
	    "</ownerEmail><fDefault>true</fDefault>"
	    "<joinedNamespace>false</joinedNamespace><IsBot>false</IsBot>"
	    "<IsParentManaged>false</IsParentManaged>"
	    "<SubscribeExternalPartner>false</SubscribeExternalPartner>"
	    "<NotifyExternalPartner>false</NotifyExternalPartner>"
	    "<AddressBookType>Individual</AddressBookType></abInfo>"
	    "<lastChange>");
	stamp_add(b, shape_changed(book));
	SOAP_LIT(b,
	    "</lastChange><DynamicItemLastChanged>" SOAP_NEVER
	    "</DynamicItemLastChanged><createDate>");
	stamp_add(b, book->created);
	SOAP_LIT(b, "</createDate><propertiesChanged/>");
}

#define TICKET_SCHEMA                                              \
	"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" " \
	"xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\""

/*
 * What the client shows the notification server as "USR n SHA A".  The
 * signature is a sealed token of the account: only this server makes one.
 */
void
shape_circle_ticket(struct shape *s)
{
	struct buf data = BUF_INIT(TICKET_MAX), seal = BUF_INIT(TICKET_MAX);
	struct buf text = BUF_INIT(TICKET_MAX);
	uint64_t now = (uint64_t)env_wall(s->core->env) * STAMP_PER_SECOND;

	SOAP_LIT(&data,
	    "<?xml version=\"1.0\" encoding=\"utf-16\"?><Ticket " TICKET_SCHEMA
	    "><TS>");
	stamp_add(&data, now);
	SOAP_LIT(&data, "</TS><CID>");
	buf_add_i64(&data, account_cid(s->me));
	SOAP_LIT(&data, "</CID></Ticket>");
	signin_derive(s->core, s->token, TOKEN_WEB, &seal);
	SOAP_LIT(&text,
	    "<?xml version=\"1.0\" encoding=\"utf-16\"?>"
	    "<SignedTicket " TICKET_SCHEMA " ver=\"1\" keyVer=\"1\"><Data>");
	base64_encode(&text, buf_slice(&data));
	SOAP_LIT(&text, "</Data><Sig>");
	base64_encode(&text, buf_slice(&seal));
	SOAP_LIT(&text, "</Sig></SignedTicket>");
	SOAP_LIT(s->out, "<CircleTicket>");
	shape_text(s->out, buf_slice(&text));
	SOAP_LIT(s->out, "</CircleTicket>");
	buf_free(&data);
	buf_free(&seal);
	buf_free(&text);
}
