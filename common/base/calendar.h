/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CALENDAR_H
#define NUDGE_CALENDAR_H
/*
 * Seconds since 1970 as a date in UTC, and back, in 64 bits everywhere: time_t
 * has 32 on some machines, and ends with January 2038 there.
 */
#include "common/base/base.h"

#include <time.h>

/* As gmtime_r(): false when the year is beyond what an int holds. */
bool calendar_date(int64_t seconds, struct tm *tm);
/* As timegm(), but of a date that is one: months from 0 to 11. */
int64_t calendar_seconds(const struct tm *tm);

#endif
