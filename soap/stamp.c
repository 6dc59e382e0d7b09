/* SPDX-License-Identifier: MIT */
#include "soap/stamp.h"

#include "common/base/num.h"

enum {
	FRACTION_DIGITS = 7,
	SECONDS_A_DAY = 86400,
	YEAR_MAX = 9999
};

/*
 * Days since 1970 in the proleptic Gregorian calendar.  Years begin in March,
 * so that the odd day of leap years is a year's last.
 */
static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t era, of_era, of_year;

	year -= month <= 2;
	era = year / 400;
	of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	of_era = year % 400;
	of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
	return era * 146097 + of_era - 719468;
}

struct date {
	unsigned year, month, day;
};

/* Days enough for every stamp there is; all of it fits into 32 bits. */
static struct date
date_of(uint32_t days)
{
	uint32_t z = days + 719468;
	uint32_t era = z / 146097, doe = z % 146097;
	uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint32_t mp = (5 * doy + 2) / 153;
	struct date d;

	d.day = doy - (153 * mp + 2) / 5 + 1;
	d.month = mp < 10 ? mp + 3 : mp - 9;
	d.year = yoe + era * 400 + (d.month <= 2);
	return d;
}

/* Two digits of v, which is below 100. */
static void
put(char *at, uint32_t v)
{
	at[0] = (char)('0' + v / 10);
	at[1] = (char)('0' + v % 10);
}

void
stamp_add(struct buf *b, uint64_t stamp)
{
	uint64_t seconds = stamp / STAMP_PER_SECOND;
	uint32_t ticks = (uint32_t)(stamp % STAMP_PER_SECOND);
	uint32_t in_day = (uint32_t)(seconds % SECONDS_A_DAY);
	struct date d = date_of((uint32_t)(seconds / SECONDS_A_DAY));
	char *text = buf_extend(b, STAMP_TEXT);

	if (text == NULL)
		return;
	memcpy(text, "0000-00-00T00:00:00.0000000Z", STAMP_TEXT);
	put(text, d.year / 100 % 100);
	put(text + 2, d.year % 100);
	put(text + 5, d.month);
	put(text + 8, d.day);
	put(text + 11, in_day / 3600);
	put(text + 14, in_day / 60 % 60);
	put(text + 17, in_day % 60);
	put(text + 20, ticks / 100000);
	put(text + 22, ticks / 1000 % 100);
	put(text + 24, ticks / 10 % 100);
	text[26] = (char)('0' + ticks % 10);
}

/* Take n digits and, unless it is 0, the character c. */
static bool
take(struct slice *s, size_t n, char c, uint64_t *out)
{
	if (s->n < n + (c != 0) || (c != 0 && s->p[n] != c) ||
	    !num_parse_u64(slice_upto(*s, n), out))
		return false;
	*s = slice_from(*s, n + (c != 0));
	return true;
}

/* Ticks of ".157"; digits behind the seventh are too small to count. */
static bool
take_fraction(struct slice *s, uint64_t *ticks)
{
	unsigned digits = 0;

	*ticks = 0;
	if (s->n == 0 || s->p[0] != '.')
		return true;
	for (*s = slice_from(*s, 1);
	     s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9';
	     *s = slice_from(*s, 1))
		if (digits++ < FRACTION_DIGITS)
			*ticks = *ticks * 10 + (unsigned)(s->p[0] - '0');
	for (unsigned n = digits; n < FRACTION_DIGITS; n++)
		*ticks *= 10;
	return digits > 0;
}

/* Seconds east of Greenwich; nothing and Z are none. */
static bool
take_offset(struct slice s, int64_t *seconds)
{
	uint64_t hours, minutes;
	bool west;

	*seconds = 0;
	if (s.n == 0 || slice_eq_text(s, "Z"))
		return true;
	west = s.p[0] == '-';
	if (!west && s.p[0] != '+')
		return false;
	s = slice_from(s, 1);
	if (!take(&s, 2, ':', &hours) || !take(&s, 2, 0, &minutes) || s.n > 0 ||
	    hours > 14 || minutes > 59)
		return false;
	*seconds = (int64_t)(hours * 3600 + minutes * 60);
	if (west)
		*seconds = -*seconds;
	return true;
}

bool
stamp_parse(struct slice s, uint64_t *stamp)
{
	uint64_t year, month, day, hour, minute, second, ticks;
	int64_t east, seconds;

	s = slice_trim(s);
	if (!take(&s, 4, '-', &year) || !take(&s, 2, '-', &month) ||
	    !take(&s, 2, 'T', &day) || !take(&s, 2, ':', &hour) ||
	    !take(&s, 2, ':', &minute) || !take(&s, 2, 0, &second) ||
	    !take_fraction(&s, &ticks) || !take_offset(s, &east))
		return false;
	if (year < 1 || year > YEAR_MAX || month < 1 || month > 12 || day < 1 ||
	    day > 31 || hour > 23 || minute > 59 || second > 60)
		return false;
	seconds = days_of((int64_t)year, (int64_t)month, (int64_t)day) *
		SECONDS_A_DAY +
	    (int64_t)(hour * 3600 + minute * 60 + second) - east;
	*stamp =
	    seconds <= 0 ? 0 : (uint64_t)seconds * STAMP_PER_SECOND + ticks;
	return true;
}
