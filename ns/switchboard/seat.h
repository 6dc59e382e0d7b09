/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NS_SEAT_H
#define NUDGE_NS_SEAT_H
/* What the switchboard's files say to one another. */
#include "ns/conn.h"

/* c has just taken its seat: from now on its timer guards slow reading. */
void relay_seated(struct conn *c);

#endif
