/* SPDX-License-Identifier: MIT */
#include "ns/msnp/network.h"

bool
network_known(uint32_t number)
{
	static const uint8_t known[] = { NETWORK_HERE, NETWORK_OFFICE,
		NETWORK_TELEPHONE, NETWORK_MOBILE, NETWORK_CIRCLE,
		NETWORK_GROUP, NETWORK_CID, NETWORK_CONNECT, NETWORK_REMOTE,
		NETWORK_SMTP, NETWORK_YAHOO };

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (known[i] == number)
			return true;
	return false;
}
