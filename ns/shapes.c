/* SPDX-License-Identifier: MIT */
/* Presence and lists on the wire (ns-classic 7, 8, 9). */
#include "ns/shapes.h"

#include "common/base/calendar.h"

#include "common/codec/hex.h"
#include "common/codec/xml_write.h"

#include <time.h>

static void
end(struct buf *b)
{
	buf_add(b, "\r\n", 2);
}

void
shape_word(struct buf *b, struct slice word)
{
	if (word.n == 0)
		return;
	buf_add_char(b, ' ');
	buf_add_slice(b, word);
}

void
shape_serial(struct buf *b, const struct dialect *d, const struct account *a)
{
	if (!dialect_has(d, D_SERIALS))
		return;
	buf_add_char(b, ' ');
	buf_add_u64(b, a->serial);
}

void
shape_guid(struct buf *b, const unsigned char id[ROSTER_ID_BYTES])
{
	buf_add_char(b, ' ');
	guid_add(b, id);
}

/* ---- presence ---- */

static const char states[][4] = {
	[AVAIL_OFFLINE] = "FLN",
	[AVAIL_ONLINE] = "NLN",
	[AVAIL_BUSY] = "BSY",
	[AVAIL_IDLE] = "IDL",
	[AVAIL_BE_RIGHT_BACK] = "BRB",
	[AVAIL_AWAY] = "AWY",
	[AVAIL_PHONE] = "PHN",
	[AVAIL_LUNCH] = "LUN",
	[AVAIL_HIDDEN] = "HDN",
};

const char *
shape_state(enum availability a)
{
	return states[a];
}

bool
shape_state_parse(struct slice word, enum availability *out)
{
	for (size_t i = AVAIL_ONLINE; i < ARRAY_LEN(states); i++) {
		if (!slice_eq_text(word, states[i]))
			continue;
		*out = (enum availability)i;
		return true;
	}
	return false;
}

void
shape_caps(struct buf *b, const struct dialect *d, uint64_t caps, uint32_t more)
{
	buf_add_u64(b, caps);
	if (!dialect_has(d, D_PLACES) || dialect_has(d, D_ONE_NUMBER))
		return;
	buf_add_char(b, ':');
	buf_add_u64(b, more);
}

/* All people here are of network 1. */
void
shape_person(struct buf *b, const struct dialect *d, const struct account *who)
{
	if (dialect_has(d, D_JOINED)) {
		buf_add_text(b, " 1:");
		buf_add_slice(b, account_address(who));
		return;
	}
	shape_word(b, account_address(who));
	if (dialect_has(d, D_NETWORK_IDS))
		buf_add_text(b, " 1");
}

/*
 * Exactly what its client gave, a literal 0 included.  Who gave none gets the
 * 0 that Messenger 7 itself writes for "no picture": an empty element makes
 * one library drop the line (field-notes 12), and a missing word would move
 * the ones behind it in later dialects.
 */
static void
add_object(struct buf *b, const struct dialect *d, const struct blob *object)
{
	struct slice word = SLICE_LIT("0");

	if (object != NULL && object->n > 0)
		word = blob_slice(object);
	if (dialect_has(d, D_ANY_OBJECT) && slice_eq_text(word, "0"))
		word = SLICE_LIT("%3Cmsnobj%2F%3E");
	shape_word(b, word);
}

void
shape_seen(struct buf *b, const struct dialect *d, struct slice trid,
    const struct account *who, const struct look *look)
{
	if (trid.n > 0 && !dialect_has(d, D_JOINED)) {
		buf_add_text(b, "ILN");
		shape_word(b, trid);
	} else {
		buf_add_text(b, "NLN");
	}
	shape_word(b, slice_text(shape_state((enum availability)look->avail)));
	shape_person(b, d, who);
	shape_word(b, look->name);
	if (dialect_has(d, D_CAPS)) {
		buf_add_char(b, ' ');
		shape_caps(b, d, look->caps, look->caps_more);
	}
	if (dialect_has(d, D_OBJECT))
		add_object(b, d, look->object);
	end(b);
}

void
shape_gone(struct buf *b, const struct dialect *d, const struct account *who)
{
	buf_add_text(b, "FLN");
	shape_person(b, d, who);
	if (dialect_has(d, D_NETWORK_IDS)) {
		buf_add_char(b, ' ');
		shape_caps(b, d, 0, 0);
	}
	end(b);
}

void
shape_direct(struct buf *b, const struct dialect *d)
{
	if (dialect_has(d, D_BOOK))
		buf_add_text(b, " U messenger.msn.com");
	if (dialect_has(d, D_DIRECT))
		buf_add_text(b, " 1");
}

/* ---- lists ---- */

unsigned
shape_lists(const struct dialect *d, unsigned lists)
{
	const unsigned decided = LIST_ALLOW | LIST_BLOCK;

	lists &= ~(unsigned)LIST_CARD;
	/*
	 * Pending stands for reverse until it is decided (ns-classic 7.3).
	 * Versions that know no pending list decide by allowing or blocking
	 * alone, so that counts as a decision everywhere.
	 */
	if (!dialect_has(d, D_PENDING) || (lists & decided))
		return lists & ~(unsigned)LIST_PENDING;
	return lists & LIST_PENDING ? lists & ~(unsigned)LIST_REVERSE : lists;
}

void
shape_group_numbers(struct buf *b, uint32_t groups)
{
	char before = ' ';

	if (groups == 0)
		groups = 1;
	for (unsigned n = 0; n < GROUP_MAX; n++) {
		if (!(groups & 1u << n))
			continue;
		buf_add_char(b, before);
		buf_add_u64(b, n);
		before = ',';
	}
}

static void
group_guids(struct buf *b, const struct roster *r, uint32_t groups)
{
	char before = ' ';

	for (unsigned i = 0; i < r->ngroups; i++) {
		if (!(groups & 1u << r->groups[i].number))
			continue;
		buf_add_char(b, before);
		guid_add(b, r->groups[i].id);
		before = ',';
	}
}

void
shape_list_entry(struct buf *b, const struct dialect *d, const struct roster *r,
    const struct contact *k)
{
	bool forward = (k->lists & LIST_FORWARD) != 0;
	bool guids = dialect_has(d, D_GUIDS);

	buf_add_text(b, guids ? "LST N=" : "LST ");
	buf_add_slice(b, person_address(k->who));
	buf_add_text(b, guids ? " F=" : " ");
	buf_add_slice(b, contact_name(k));
	if (guids && forward) {
		buf_add_text(b, " C=");
		guid_add(b, k->id);
	}
	buf_add_char(b, ' ');
	buf_add_u64(b, shape_lists(d, k->lists));
	if (dialect_has(d, D_NETWORK))
		buf_add_text(b,
		    slice_find(person_address(k->who), '@') < k->who->n ? " 1"
									: " 4");
	if (forward && guids)
		group_guids(b, r, k->groups);
	else if (forward)
		shape_group_numbers(b, k->groups);
	end(b);
}

struct slice
shape_group0(const struct account *a)
{
	struct slice name = account_group0(a);

	return name.n > 0 ? name : SLICE_LIT("Other%20Contacts");
}

void
shape_group(struct buf *b, const struct dialect *d, const struct group *g)
{
	buf_add_text(b, "LSG");
	if (dialect_has(d, D_GUIDS)) {
		shape_word(b, blob_slice(g->name));
		shape_guid(b, g->id);
	} else {
		buf_addf(b, " %u", g->number);
		shape_word(b, blob_slice(g->name));
		buf_add_text(b, " 0");
	}
	end(b);
}

/* ---- telephones and paging ---- */

static const char keys[PROPS][4] = {
	[PROP_HOME] = "PHH",
	[PROP_WORK] = "PHW",
	[PROP_MOBILE] = "PHM",
	[PROP_SPARE] = "MOB",
};

const char *
shape_property_key(enum prop p)
{
	return keys[p];
}

static struct slice
property(const struct props *of, enum prop p)
{
	if (p == PROP_SPARE)
		return of->pages ? SLICE_LIT("Y") : SLICE_LIT("N");
	return of->phones[p];
}

static void
bpr(struct buf *b, const struct dialect *d, const struct account *viewer,
    struct slice address, enum prop p)
{
	buf_add_text(b, "BPR");
	shape_serial(b, d, viewer);
	shape_word(b, address);
	shape_word(b, slice_text(keys[p]));
}

void
shape_telephones(struct buf *b, const struct dialect *d,
    const struct account *viewer, const struct account *of)
{
	struct props shown = { 0 };

	if (!dialect_has(d, D_PHONES))
		return;
	if (props_visible(of, viewer->person))
		props_of_account(of, &shown);
	for (unsigned p = 0; p < PROPS; p++) {
		bpr(b, d, viewer, account_address(of), (enum prop)p);
		shape_word(b, property(&shown, (enum prop)p));
		end(b);
	}
}

void
shape_sync_telephones(struct buf *b, const struct dialect *d,
    const struct account *viewer, struct slice of, const struct props *shown)
{
	for (unsigned p = 0; p < PROPS; p++) {
		struct slice value = property(shown, (enum prop)p);

		if (value.n == 0 || (p == PROP_SPARE && !shown->pages))
			continue;
		/* where lists stand apart these lines do as well */
		if (dialect_has(d, D_APART))
			bpr(b, d, viewer, of, (enum prop)p);
		else
			buf_addf(b, "BPR %s", keys[p]);
		shape_word(b, value);
		end(b);
	}
}

void
shape_property(struct buf *b, const struct dialect *d,
    const struct account *viewer, const struct event *ev)
{
	const struct account *who = ev->u.prop.who;
	struct props shown;

	props_of_account(who, &shown);
	bpr(b, d, viewer, account_address(who), ev->u.prop.which);
	shape_word(b, property(&shown, ev->u.prop.which));
	end(b);
}

/* ---- relations ---- */

/* ADL or RML of the server's own accord: one person on the reverse list. */
static void
push(struct buf *b, const struct account *by, bool added)
{
	struct slice address = account_address(by);
	size_t at = slice_find(address, '@');
	struct buf m = BUF_INIT(b->max);

	buf_add_text(&m, "<ml><d n=\"");
	xml_escape(&m, slice_from(address, at + 1));
	buf_add_text(&m, "\"><c n=\"");
	xml_escape(&m, slice_upto(address, at));
	buf_add_text(&m, "\" t=\"1\" l=\"8\"");
	if (added) {
		buf_add_text(&m, " f=\"");
		xml_escape(&m, account_name(by));
		buf_add_char(&m, '"');
	}
	/* the blank: one program looks for these bytes (programs-2 11) */
	buf_add_text(&m, " /></d></ml>");
	buf_addf(b, "%s 0 %zu\r\n", added ? "ADL" : "RML", m.n);
	buf_add_slice(b, buf_slice(&m));
	b->failed |= m.failed;
	buf_free(&m);
}

static void
relation_line(struct buf *b, const struct dialect *d,
    const struct account *viewer, const struct event *ev)
{
	const struct account *by = ev->u.relation.by;
	bool added = ev->kind == EVENT_ADDED;

	if (dialect_has(d, D_GUIDS))
		buf_add_text(b, added ? "ADC 0 RL N=" : "REM 0 RL ");
	else
		buf_addf(b, "%s 0 RL %u ", added ? "ADD" : "REM",
		    viewer->serial);
	buf_add_slice(b, account_address(by));
	if (added) {
		buf_add_text(b, dialect_has(d, D_GUIDS) ? " F=" : " ");
		buf_add_slice(b, account_name(by));
	}
	end(b);
}

void
shape_relation(struct buf *b, const struct dialect *d,
    const struct account *viewer, const struct event *ev)
{
	if (dialect_has(d, D_BOOK))
		push(b, ev->u.relation.by, ev->kind == EVENT_ADDED);
	else
		relation_line(b, d, viewer, ev);
}

void
shape_time(struct buf *b, int64_t unix_ms)
{
	struct tm tm;

	if (!calendar_date(unix_ms / 1000, &tm))
		tm = (struct tm){ .tm_year = 70, .tm_mday = 1 };
	buf_addf(b, " %04d-%02d-%02dT%02d:%02d:%02d.%03d0000-00:00",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec, (int)(unix_ms % 1000));
}
