/* SPDX-License-Identifier: MIT */
#include "common/base/names.h"

#define MSN1  NAMES_MSN1
#define MSN4  NAMES_MSN4
#define MSN5  NAMES_MSN5
#define MSN6  NAMES_MSN6
#define MSN7  NAMES_MSN7
#define MSN75 NAMES_MSN75
#define WLM8  NAMES_WLM8
#define WLM14 NAMES_WLM14
#define WLM15 NAMES_WLM15
#define MAC   NAMES_MAC
#define OTHER NAMES_OTHER

#define SINCE_MSN7 (MSN7 | MSN75 | WLM8 | WLM14 | WLM15 | MAC | OTHER)
#define SINCE_MSN6 (MSN6 | SINCE_MSN7)
#define SINCE_MSN5 (MSN5 | SINCE_MSN6)
#define SINCE_MSN4 (MSN4 | SINCE_MSN5)
#define ALL        (MSN1 | SINCE_MSN4)
/* who signs in by Passport 1.4, and who asks its login hosts at all */
#define NEXUS      (MSN4 | MSN5 | MSN6 | MSN7 | MAC | OTHER)
#define PASSPORT   (NEXUS | MSN75 | WLM8)

const struct name name_rows[] = {
#define NAME(host, programs) { host, programs },
#define ZONE(domain, whole)
#include "common/base/names.def"
#undef ZONE
#undef NAME
};
const size_t name_nrows = ARRAY_LEN(name_rows);

const struct name_zone name_zones[] = {
#define NAME(host, programs)
#define ZONE(domain, whole) { domain, whole },
#include "common/base/names.def"
#undef ZONE
#undef NAME
};
const size_t name_nzones = ARRAY_LEN(name_zones);
