/* SPDX-License-Identifier: MIT */
#include "core/people/presence.h"
#include "core/session.h"

bool
privacy_allows(const struct account *a, const struct person *viewer)
{
	const struct contact *k = roster_find(&a->roster, viewer);

	if (k != NULL && (k->lists & LIST_BLOCK))
		return false;
	if (k != NULL && (k->lists & LIST_ALLOW))
		return true;
	return (a->flags & ACCOUNT_ALLOW_ALL) != 0;
}
