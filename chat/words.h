/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CHAT_WORDS_H
#define NUDGE_CHAT_WORDS_H
#include "common/base/slice.h"

/*
 * The first of these words (between blanks or commas) that stands in a text,
 * in whatever case, as a word of its own.
 */
bool words_find(struct slice list, struct slice text, struct slice *word);

#endif
