/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_VERSION_H
#define NUDGE_VERSION_H

#define NUDGE_VERSION "0.1.0"

#endif
