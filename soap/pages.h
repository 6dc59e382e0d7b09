/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SOAP_PAGES_H
#define NUDGE_SOAP_PAGES_H
/* The files of soap/pages. */
#include "common/base/slice.h"

extern const struct slice soap_page_abch;
extern const struct slice soap_page_games;
extern const struct slice soap_page_msgr_msn;
extern const struct slice soap_page_msgr_wlm8;
extern const struct slice soap_page_msgr_wlm14;
extern const struct slice soap_page_tabs;
extern const struct slice soap_page_today;

#endif
