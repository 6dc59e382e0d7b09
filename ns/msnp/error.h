/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MSNP_ERROR_H
#define NUDGE_MSNP_ERROR_H
/* Three-digit errors (ns-classic 13). */
#include "core/result.h"
#include "ns/msnp/dialect.h"

/* The code for a result in this dialect; never called with OK or WAIT. */
unsigned msnp_error(enum result r, const struct dialect *d);

#endif
