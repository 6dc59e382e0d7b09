/* SPDX-License-Identifier: MIT */
#include "common/base/version.h"

const char nudge_version[] = NUDGE_VERSION;
