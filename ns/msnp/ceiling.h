/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MSNP_CEILING_H
#define NUDGE_MSNP_CEILING_H

enum ceiling {
#define CEILING(name, bytes) CEILING_##name = (bytes),
#include "ns/msnp/ceilings.def"
#undef CEILING
};

#endif
