/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NS_SEAT_H
#define NUDGE_NS_SEAT_H
/* What the switchboard's files say to one another. */
#include "ns/conn.h"

/* c has just taken its seat: from now on its timer guards slow reading. */
void relay_seated(struct conn *c);
/* How a switchboard's seat hears, and waits for who is slow (member_ops). */
bool relay_hear(struct member *self, struct said *what);
void relay_wait(struct member *self);
void relay_go_on(struct member *self);

#endif
