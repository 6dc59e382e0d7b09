/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_VERSION_H
#define NUDGE_VERSION_H

/* What tools/version.sh says, as "0.2.0".  Only version.c is built with it:
 * another commit is no reason to build everything again. */
extern const char nudge_version[];

#endif
