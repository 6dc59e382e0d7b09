/* SPDX-License-Identifier: MIT */
/* What the server itself says: MSG and NOT (ns-classic 5, 11.9). */
#include "common/codec/xml_write.h"

#include "common/base/calendar.h"
#include "ns/shapes.h"

#include <time.h>

/* "t=..." of "t=...&p=...", or the bare token. */
static struct slice
ticket_text(struct slice ticket)
{
	if (slice_starts(ticket, SLICE_LIT("t=")))
		ticket = slice_from(ticket, 2);
	return slice_upto(ticket, slice_find(ticket, '&'));
}

/* Put "VERB words length" in front of the payload, and both into b. */
static void
with_length(struct buf *b, const char *head, const struct buf *payload)
{
	buf_add_text(b, head);
	buf_add_char(b, ' ');
	buf_add_u64(b, payload->n);
	buf_add(b, "\r\n", 2);
	buf_add_slice(b, buf_slice(payload));
	b->failed |= payload->failed;
}

static void
add_person(struct buf *m, const struct dialect *d,
    const struct shape_profile *p)
{
	uint64_t id = p->account->id;

	/* programs without offline messages read them as mail: shapes_mail.c */
	buf_addf(m,
	    "EmailEnabled: %d\r\nMemberIdHigh: ", !dialect_has(d, D_MAIL_DATA));
	buf_add_u64(m, id >> 32);
	buf_add_text(m, "\r\nMemberIdLow: ");
	buf_add_i64(m, (int32_t)(uint32_t)id);
	buf_add_text(m, "\r\nlang_preference: 1033\r\npreferredEmail: ");
	buf_add_slice(m, account_address(p->account));
	buf_add_text(m,
	    "\r\ncountry: US\r\nPostalCode: \r\nGender: \r\n"
	    "Kid: 0\r\nAge: \r\nBDayPre: \r\nBirthday: \r\n"
	    "Wallet: \r\nFlags: 1027\r\nsid: 507\r\nkv: 5\r\n"
	    "MSPAuth: ");
	buf_add_slice(m, ticket_text(p->ticket));
	buf_add_text(m, "\r\n");
}

static void
add_peer(struct buf *m, const struct shape_profile *p)
{
	uint16_t port = p->relayed ? 0 : p->peer->port;

	buf_add_text(m, "ClientIP: ");
	addr_add_ip(m, p->peer);
	buf_add_text(m, "\r\nClientPort: ");
	/* byte-swapped, as the real servers sent it */
	buf_add_u64(m, (uint16_t)(port << 8 | port >> 8));
	buf_add_text(m, "\r\n");
}

/*
 * Names, order and spelling are fixed: some clients match them by letter and
 * case (ns-classic 5.1).
 */
void
shape_profile(struct buf *b, const struct dialect *d,
    const struct shape_profile *p)
{
	struct buf m = BUF_INIT(b->max);

	buf_add_text(&m,
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/x-msmsgsprofile; "
	    "charset=UTF-8\r\nLoginTime: ");
	buf_add_i64(&m, p->now);
	buf_add_text(&m, "\r\n");
	if (dialect_has(d, D_PROFILE))
		add_person(&m, d, p);
	if (dialect_has(d, D_PEER))
		add_peer(&m, p);
	if (dialect_has(d, D_ABCH))
		buf_add_text(&m, "ABCHMigrated: 1\r\n");
	if (dialect_has(d, D_PLACES))
		buf_add_text(&m, "MPOPEnabled: 1\r\n");
	buf_add_text(&m, "\r\n");
	with_length(b, "MSG Hotmail Hotmail", &m);
	buf_free(&m);
}

void
shape_maintenance(struct buf *b, unsigned minutes)
{
	struct buf m = BUF_INIT(256);

	buf_addf(&m,
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: application/x-msmsgssystemmessage\r\n"
	    "\r\nType: 1\r\nArg1: %u\r\n",
	    minutes);
	with_length(b, "MSG Hotmail Hotmail", &m);
	buf_free(&m);
}

void
shape_notice(struct buf *b, const struct account *to, struct slice text,
    uint32_t id)
{
	struct buf m = BUF_INIT(b->max);

	buf_addf(&m,
	    "<NOTIFICATION ver=\"1\" id=\"%u\" siteid=\"111100200\""
	    " siteurl=\"http://messenger.msn.com/\">"
	    "<TO pid=\"0x%08X:0x%08X\" name=\"",
	    id, (unsigned)(to->id >> 32), (unsigned)(to->id & UINT32_MAX));
	xml_escape(&m, account_address(to));
	buf_addf(&m,
	    "\"/><MSG pri=\"1\" id=\"%u\"><SUBSCR url=\"\"/>"
	    "<ACTION url=\"\"/><BODY lang=\"1033\" icon=\"\"><TEXT>",
	    id);
	xml_escape(&m, text);
	buf_add_text(&m, "</TEXT></BODY></MSG></NOTIFICATION>\r\n");
	with_length(b, "NOT", &m);
	buf_free(&m);
}

/* Nothing is denied or blocked; the rest is how often to ask for news. */
static const char policies[] =
    "<Policies>"
    "<Policy type=\"SHIELDS\" checksum=\"1b3d5f7092b4d6f81a3c5e7f9bad0c2e\">"
    "<config><shield><cli maj=\"7\" min=\"0\" minbld=\"0\" maxbld=\"9999\" "
    "deny=\" \"/></shield><block></block></config></Policy>"
    "<Policy type=\"ABCH\" checksum=\"6a8c0e1f3b5d7f90a1c2e4f60718293a\">"
    "<policy><set id=\"push\" service=\"ABCH\" priority=\"200\">"
    "<r id=\"pushstorage\" threshold=\"180000\"/></set>"
    "<set id=\"delaysup\" service=\"ABCH\" priority=\"150\">"
    "<r id=\"whatsnew\" threshold=\"1800000\"/></set>"
    "<c id=\"PROFILE_Rampup\">100</c></policy></Policy>"
    "</Policies>";

void
shape_policies(struct buf *b)
{
	buf_addf(b, "GCF 0 %zu\r\n", sizeof(policies) - 1);
	buf_add(b, policies, sizeof(policies) - 1);
}

/*
 * A document as the text of another one.  Its quotes stay as they are, as one
 * program must find them so (field-runs 2.11).
 */
static void
add_as_text(struct buf *m, struct slice document)
{
	for (size_t i = 0; i < document.n; i++) {
		if (document.p[i] == '<')
			buf_add_text(m, "&lt;");
		else if (document.p[i] == '>')
			buf_add_text(m, "&gt;");
		else if (document.p[i] == '&')
			buf_add_text(m, "&amp;");
		else
			buf_add_char(m, document.p[i]);
	}
}

/*
 * The payload ends its line, for programs that know no NOT and read it as one
 * (programs-2 rule C).
 */
void
shape_book_changed(struct buf *b, const struct account *to, int64_t now)
{
	struct buf m = BUF_INIT(b->max), news = BUF_INIT(b->max);
	struct tm tm;

	if (!calendar_date(now, &tm))
		tm = (struct tm){ .tm_year = 70, .tm_mday = 1 };
	buf_addf(&news,
	    "<NotificationData xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "
	    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
	    "<Service>ABCHInternal</Service><CID>%lld</CID><LastModifiedDate>"
	    "%04d-%02d-%02dT%02d:%02d:%02dZ</LastModifiedDate>"
	    "<HasNewItem>false</HasNewItem></NotificationData>",
	    (long long)account_cid(to), tm.tm_year + 1900, tm.tm_mon + 1,
	    tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	buf_addf(&m,
	    "<NOTIFICATION id=\"0\" siteid=\"45705\" "
	    "siteurl=\"http://contacts.msn.com\">"
	    "<TO pid=\"0x%08X:0x%08X\" name=\"",
	    (unsigned)(to->id >> 32), (unsigned)(to->id & UINT32_MAX));
	xml_escape(&m, account_address(to));
	buf_add_text(&m,
	    "\"><VIA agent=\"messenger\"/></TO><MSG id=\"0\">"
	    "<SUBSCR url=\"s.htm\"/><ACTION url=\"a.htm\"/><BODY>");
	add_as_text(&m, buf_slice(&news));
	buf_add_text(&m, "</BODY></MSG></NOTIFICATION>\r\n");
	m.failed |= news.failed;
	with_length(b, "NOT", &m);
	buf_free(&news);
	buf_free(&m);
}
