/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MSNP_LEAVE_H
#define NUDGE_MSNP_LEAVE_H
/*
 * Words in a UUN that make a client sign out, whatever the type that comes
 * with them (ns-modern 6.1, msnp21).
 */
#include "common/base/slice.h"

/*
 * Would a client take this for such words?  Clients compare in many ways, so
 * case, blanks, controls, tags around them and escaped letters do not count.
 */
bool leave_ordered(struct slice payload);

#endif
