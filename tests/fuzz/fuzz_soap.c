/* SPDX-License-Identifier: MIT */
/*
 * Bodies a stranger may post, to a world with a contact, a group and somebody
 * pending.  The first byte chooses the service (bits 0 and 2) and whether the ticket is
 * right: "$TICKET" stands for it, "$CONTACT" and "$GROUP" for ids.  Whatever
 * comes, there is an answer that is a document, and the book is whole
 * afterwards.
 */
#include "tests/proto/soap_play.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* By bits 0, 2, 3 and 6 of the first byte. */
static const struct {
	const char *path;
	bool anybody;
} services[] = {
	{ "abservice.asmx", false },
	{ "SharingService", false },
	{ "rsi.asmx", false },
	{ "oim.asmx", false },
	{ "SchematizedStore", false },
	{ "MsgrConfig", true },
	{ "profile.asmx", false },
	{ "whatsnewservice", false },
	{ "contactcardservice", false },
	{ "AppDirectory.asmx", true },
};

static void
ask(struct caller *c, unsigned service, bool signed_in, struct slice text)
{
	struct buf ticket = BUF_INIT(1024), b = BUF_INIT(CALL_MAX);
	const char *pairs[] = { "$TICKET", NULL, "$CONTACT", c->contact,
		"$GROUP", c->group, "$MEMBER", "9", "$CID", c->cid, "$DECIMAL",
		c->decimal, NULL };

	for (const char *p = signed_in ? c->ticket : "t"; *p != '\0'; p++)
		if (*p == '&')
			buf_add_text(&ticket, "&amp;");
		else
			buf_add_char(&ticket, *p);
	buf_add_char(&ticket, '\0');
	pairs[1] = ticket.p;
	caller_post(c, services[service].path, caller_fill(&b, text, pairs));
	ASSERT(c->status == 200 || c->status == 500);
	ASSERT(c->status == 500 || signed_in || services[service].anybody);
	buf_free(&ticket);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct caller alice, carol;
	struct world *w;

	if (size < 1)
		return 0;
	w = world_new();
	world_add(w, "bob@example.com", "Bob");
	alice = caller_new(w, "alice@example.com");
	carol = caller_new(w, "carol@example.com");
	caller_groups(&alice, "Old friends");
	caller_adds(&alice, "bob@example.com");
	caller_adds(&carol, "alice@example.com");
	ask(&alice,
	    ((data[0] & 1) | (data[0] >> 1 & 6) | (data[0] >> 3 & 8)) %
		ARRAY_LEN(services),
	    !(data[0] & 2), slice_make(data + 1, size - 1));
	call_sharing(&alice, "FindMembership", "");
	caller_good(&alice, "FindMembershipResponse");
	call_book(&alice, "ABFindContactsPaged", "");
	caller_good(&alice, "ABFindContactsPagedResponse");
	caller_call(&alice, "SchematizedStore", "GetProfile", "");
	caller_good(&alice, "GetProfileResponse");
	call_book(&carol, "ABFindAll", "");
	caller_good(&carol, "ABFindAllResponse");
	caller_free(&alice);
	caller_free(&carol);
	world_free(w);
	return 0;
}
