/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_FETCH_LIB_H
#define NUDGE_FETCH_LIB_H
/* What fetch*.c calls of libcurl; the one place that knows its header. */
#include "common/http/fetch.h"

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

/* FUNCTION(name without "curl_") */
#define FETCH_FUNCTIONS(FUNCTION)     \
	FUNCTION(global_init_mem)     \
	FUNCTION(global_cleanup)      \
	FUNCTION(version_info)        \
	FUNCTION(easy_init)           \
	FUNCTION(easy_setopt)         \
	FUNCTION(easy_getinfo)        \
	FUNCTION(easy_cleanup)        \
	FUNCTION(easy_strerror)       \
	FUNCTION(slist_append)        \
	FUNCTION(slist_free_all)      \
	FUNCTION(multi_init)          \
	FUNCTION(multi_setopt)        \
	FUNCTION(multi_add_handle)    \
	FUNCTION(multi_remove_handle) \
	FUNCTION(multi_socket_action) \
	FUNCTION(multi_assign)        \
	FUNCTION(multi_info_read)     \
	FUNCTION(multi_cleanup)

struct fetch_lib {
	void *handle;
	struct list fetches;
#define FUNCTION(name) __typeof__(curl_##name) *name;
	FETCH_FUNCTIONS(FUNCTION)
#undef FUNCTION
};

#endif
