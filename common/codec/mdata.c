/* SPDX-License-Identifier: MIT */
#include "common/codec/mdata.h"

#include "common/base/calendar.h"

#include "common/codec/hex.h"
#include "common/codec/mime.h"
#include "common/codec/xml_write.h"

#include <time.h>

static struct tm
broken_down(int64_t unix_ms)
{
	struct tm tm;

	if (unix_ms < 0 || !calendar_date(unix_ms / 1000, &tm))
		tm = (struct tm){ .tm_year = 70, .tm_mday = 1 };
	return tm;
}

void
mdata_add_date(struct buf *out, int64_t unix_ms)
{
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct tm tm = broken_down(unix_ms);

	buf_addf(out, "%02d %s %d %02d:%02d:%02d +0000", tm.tm_mday,
	    months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
	    tm.tm_sec);
}

void
mdata_add(struct buf *out, const struct mdata *m, bool fresh)
{
	struct tm tm = broken_down(m->sent);

	/* 11: a message of an instant messenger; 6 means nothing to anyone */
	buf_add_text(out, "<M><T>11</T><S>6</S>");
	if (!fresh)
		buf_addf(out, "<RT>%04d-%02d-%02dT%02d:%02d:%02d.%03dZ</RT>",
		    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		    tm.tm_min, tm.tm_sec, (int)(m->sent % 1000));
	buf_addf(out, "<RS>0</RS><SZ>%u</SZ><E>", (unsigned)m->size);
	xml_escape(out, m->sender);
	buf_add_text(out, "</E><I>");
	guid_add(out, m->id);
	buf_addf(out, "</I><F>%s</F><N>",
	    fresh ? ".!!OIM" : "00000000-0000-0000-0000-000000000009");
	mime_word_encode(out, m->name.n > 0 ? m->name : m->sender);
	buf_add_text(out, "</N></M>");
}
