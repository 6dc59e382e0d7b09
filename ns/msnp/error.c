/* SPDX-License-Identifier: MIT */
#include "ns/msnp/error.h"

#include "common/base/panic.h"

/* A seat in a switchboard has no dialect of its own (NULL). */
static bool
by_guid(const struct dialect *d)
{
	return d != NULL && dialect_has(d, D_GUIDS);
}

unsigned
msnp_error(enum result r, const struct dialect *d)
{
	switch (r) {
	case RESULT_BAD_ADDRESS:
	case RESULT_BAD_VALUE:
		return 201;
	case RESULT_BAD_NAME:
		return 209;
	case RESULT_NO_SUCH_ACCOUNT:
		return by_guid(d) ? 208 : 205;
	case RESULT_LIST_FULL:
		return 210;
	case RESULT_ACCOUNT_EXISTS:
	case RESULT_ALREADY_THERE:
	case RESULT_ALREADY_MEMBER:
		return 215;
	case RESULT_NOT_THERE:
		return 216;
	case RESULT_NOT_REACHABLE:
	case RESULT_CONVERSATION_FULL:
		return 217;
	case RESULT_UNCHANGED:
		return 218;
	case RESULT_ON_OPPOSITE_LIST:
		return 219;
	case RESULT_TOO_MANY_GROUPS:
		return 223;
	case RESULT_NO_SUCH_GROUP:
		return 224;
	case RESULT_NOT_IN_GROUP:
		return 225;
	case RESULT_GROUP_EXISTS:
		return 228;
	case RESULT_GROUP_NAME_TOO_LONG:
		return 229;
	case RESULT_GROUP_FIXED:
		return by_guid(d) ? 224 : 230;
	case RESULT_STORE_FAILED:
		return 500;
	case RESULT_DRAINING:
		return 601;
	case RESULT_TOO_ACTIVE:
		return 713;
	case RESULT_BUSY:
	case RESULT_ELSEWHERE_DOWN:
		return 910;
	case RESULT_BAD_PASS:
	case RESULT_BAD_PASSWORD:
	case RESULT_BAD_TICKET:
	case RESULT_DISABLED:
	case RESULT_LOCKED_OUT:
	case RESULT_ELSEWHERE:
	case RESULT_MOVED:
		return 911;
	case RESULT_NOT_AVAILABLE:
		return 913;
	case RESULT_OK:
	case RESULT_WAIT:
	case RESULTS:
		break;
	}
	panic_at(__FILE__, __LINE__, "a result that is no error");
}
