/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_IRCX_STYLE_H
#define NUDGE_IRCX_STYLE_H
/*
 * What the chat control writes has colour, style and font before it (chat-ircx
 * 10.2): 0x01 "S" blank, these, ";", a number, blank, the text, 0x01.
 */
#include "common/base/slice.h"

/* The words alone of a styled text; all of any other. */
struct slice ircx_unstyled(struct slice said);

#endif
