/* SPDX-License-Identifier: MIT */
#include "common/base/calendar.h"

#include <limits.h>

enum {
	DAY = 24 * 3600,
	ERA_YEARS = 400, /* after so many the calendar repeats */
	ERA_DAYS = 146097,
	EPOCH_DAYS = 719468, /* from March 1 of the year 0 to 1970 */
};

/* Rounds down, also below zero. */
static int64_t
split(int64_t n, int64_t by, int64_t *rest)
{
	int64_t q = n / by;

	*rest = n % by;
	if (*rest >= 0)
		return q;
	*rest += by;
	return q - 1;
}

/* Years are counted from March, so that a leap day is a year's last. */
bool
calendar_date(int64_t seconds, struct tm *tm)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243,
		273, 304, 334 };
	int64_t second, weekday, day, era, year, month;
	int64_t days = split(seconds, DAY, &second);
	bool leap;

	(void)split(days + 4, 7, &weekday);
	era = split(days + EPOCH_DAYS, ERA_DAYS, &day);
	year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	day -= (153 * month + 2) / 5;
	year += ERA_YEARS * era + (month < 10 ? 0 : 1);
	month = month < 10 ? month + 2 : month - 10;
	if (year - 1900 > INT_MAX || year - 1900 < INT_MIN)
		return false;
	leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	*tm = (struct tm){ .tm_year = (int)(year - 1900),
		.tm_mon = (int)month,
		.tm_mday = (int)day + 1,
		.tm_hour = (int)(second / 3600),
		.tm_min = (int)(second / 60 % 60),
		.tm_sec = (int)(second % 60),
		.tm_wday = (int)weekday,
		.tm_yday = before[month] + (int)day + (leap && month > 1),
		.tm_zone = "GMT" };
	return true;
}

int64_t
calendar_seconds(const struct tm *tm)
{
	int64_t march = (tm->tm_mon + 10) % 12; /* months since then */
	int64_t year = (int64_t)tm->tm_year + 1900 - (tm->tm_mon < 2);
	int64_t in_era, era = split(year, ERA_YEARS, &in_era);
	int64_t days = era * ERA_DAYS + in_era * 365 + in_era / 4 -
	    in_era / 100 + (153 * march + 2) / 5 + tm->tm_mday - 1 - EPOCH_DAYS;

	return days * DAY + tm->tm_hour * 3600 + tm->tm_min * 60 + tm->tm_sec;
}
