/* SPDX-License-Identifier: MIT */
/*
 * What waits for whom was away (ns-classic 5.2, ns-modern 9.1).  Before mail
 * data it can only be told as mail.
 */
#include "common/codec/mdata.h"
#include "common/codec/mime.h"
#include "ns/msnp/ceiling.h"
#include "ns/shapes.h"

enum {
	LISTED_MAX = 25, /* clients ask when there are more */
	/* or when these are long: headers and addresses go with them */
	LIST_BYTES_MAX = CEILING_GIVE_PAYLOAD - 600
};

#define PAGES                               \
	"Inbox-URL: /cgi-bin/HoTMaiL\r\n"   \
	"Folders-URL: /cgi-bin/folders\r\n" \
	"Post-URL: http://www.hotmail.com\r\n\r\n"
#define NO_MAIL                                                     \
	"<E><I>0</I><IU>0</IU><O>0</O><OU>0</OU></E><Q><QTM>409600" \
	"</QTM><QNM>204800</QNM></Q>"

/*
 * A message of this type around what inside holds, which is freed.  At first
 * there was one type for all.
 */
static void
message(struct buf *b, const struct dialect *d, const char *type,
    struct buf *inside)
{
	struct buf head = BUF_INIT(256);
	bool kinds = dialect_has(d, D_PROFILE);

	buf_addf(&head,
	    "MIME-Version: 1.0\r\nContent-Type: %s/x-msmsgs%s; "
	    "charset=UTF-8\r\n\r\n",
	    kinds ? "text" : "application", kinds ? type : "emailnotification");
	buf_addf(b, "MSG Hotmail Hotmail %zu\r\n", head.n + inside->n);
	buf_add_slice(b, buf_slice(&head));
	buf_add_slice(b, buf_slice(inside));
	b->failed |= inside->failed;
	buf_free(&head);
	buf_free(inside);
}

static void
add(struct buf *b, const struct mail *m, bool fresh)
{
	const struct mdata item = { m->sender, m->name, m->id, m->sent,
		m->size };

	mdata_add(b, &item, fresh);
}

static void
waits_as_data(struct buf *b, const struct dialect *d, const struct mail *all,
    size_t n)
{
	struct buf list = BUF_INIT(LIST_BYTES_MAX), inside = BUF_INIT(b->max);

	for (size_t i = 0; all != NULL && i < n && n <= LISTED_MAX; i++)
		add(&list, &all[i], false);
	buf_add_text(&inside, "Mail-Data: ");
	if (list.n == 0 || !buf_ok(&list)) {
		buf_add_text(&inside, "too-large");
	} else {
		buf_add_text(&inside, "<MD>" NO_MAIL);
		buf_add_slice(&inside, buf_slice(&list));
		buf_add_text(&inside, "</MD>");
	}
	buf_add_text(&inside, "\r\n" PAGES);
	message(b, d, "initialmdatanotification", &inside);
	buf_free(&list);
}

bool
shape_mail_lists(const struct dialect *d, unsigned n)
{
	return dialect_has(d, D_MAIL_DATA) && n <= LISTED_MAX;
}

void
shape_mail_waits(struct buf *b, const struct dialect *d, const struct mail *all,
    size_t n)
{
	struct buf inside = BUF_INIT(b->max);

	if (dialect_has(d, D_MAIL_DATA)) {
		waits_as_data(b, d, all, n);
		return;
	}
	buf_addf(&inside, "Inbox-Unread: %zu\r\nFolders-Unread: 0\r\n" PAGES,
	    n);
	message(b, d, "initialemailnotification", &inside);
}

void
shape_mail_came(struct buf *b, const struct dialect *d, const struct mail *m)
{
	struct buf inside = BUF_INIT(b->max);

	if (dialect_has(d, D_MAIL_DATA)) {
		buf_add_text(&inside, "Mail-Data: <MD>");
		add(&inside, m, true);
		buf_add_text(&inside, "</MD>\r\n");
		message(b, d, "oimnotification", &inside);
		return;
	}
	buf_add_text(&inside, "From: ");
	mime_word_encode(&inside, m->name.n > 0 ? m->name : m->sender);
	buf_add_text(&inside,
	    "\r\nMessage-URL: /cgi-bin/HoTMaiL\r\n"
	    "Post-URL: " SHAPE_MAIL_FORM "\r\nSubject: \r\n"
	    "Dest-Folder: ACTIVE\r\nFrom-Addr: ");
	buf_add_slice(&inside, m->sender);
	buf_add_text(&inside, "\r\nid: 2\r\n\r\n");
	message(b, d, "emailnotification", &inside);
}

void
shape_mail_deleted(struct buf *b, const struct dialect *d, unsigned count)
{
	struct buf inside = BUF_INIT(b->max);

	buf_addf(&inside,
	    "Src-Folder: %s\r\nDest-Folder: .!!trAsH\r\n"
	    "Message-Delta: %u\r\n\r\n",
	    dialect_has(d, D_MAIL_DATA) ? ".!!OIM" : "ACTIVE", count);
	message(b, d, "activemailnotification", &inside);
}
