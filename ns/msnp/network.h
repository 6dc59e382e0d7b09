/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_MSNP_NETWORK_H
#define NUDGE_MSNP_NETWORK_H
/* The numbers of networks an address may be of (ns-modern 4). */
#include "common/base/base.h"

enum network {
	NETWORK_HERE = 1,
	NETWORK_OFFICE = 2,
	NETWORK_TELEPHONE = 4,
	NETWORK_MOBILE = 8,
	NETWORK_CIRCLE = 9,
	NETWORK_GROUP = 10,
	NETWORK_CID = 11,
	NETWORK_CONNECT = 13,
	NETWORK_REMOTE = 14,
	NETWORK_SMTP = 16,
	NETWORK_YAHOO = 32,
};

bool network_known(uint32_t number);

#endif
