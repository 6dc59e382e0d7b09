/* SPDX-License-Identifier: MIT */
#include "common/http/fetch_lib.h"

#include "common/base/panic.h"

#include <dlfcn.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#define LIB_FILE "libcurl.so.4"

enum {
	/* 7.87: leave without waiting for a name, keep what is trusted */
	LIB_OLDEST = 0x075700
};

/* ---- memory that is overwritten before it is given back ---- */

static void
wiping_free(void *p)
{
	if (p == NULL)
		return;
	mem_wipe(p, malloc_usable_size(p));
	free(p);
}

static void *
wiping_realloc(void *old, size_t n)
{
	void *p;

	if (old == NULL)
		return malloc(n);
	p = malloc(n);
	if (p == NULL)
		return NULL;
	memcpy(p, old, size_min(n, malloc_usable_size(old)));
	wiping_free(old);
	return p;
}

static char *
plain_strdup(const char *s)
{
	return strdup(s);
}

/* ---- the library ---- */

struct lib_symbol {
	const char *name;
	size_t at;
};

static const struct lib_symbol symbols[] = {
#define FUNCTION(name) { "curl_" #name, offsetof(struct fetch_lib, name) },
	FETCH_FUNCTIONS(FUNCTION)
#undef FUNCTION
};

static bool
lib_find(struct fetch_lib *lib)
{
	for (size_t i = 0; i < ARRAY_LEN(symbols); i++) {
		void *p = dlsym(lib->handle, symbols[i].name);

		if (p == NULL)
			return false;
		/* a function's address is as long as any other here */
		memcpy((char *)lib + symbols[i].at, &p, sizeof(p));
	}
	return true;
}

static bool
lib_is_new(const struct fetch_lib *lib)
{
	const curl_version_info_data *v = lib->version_info(CURLVERSION_NOW);

	return v->version_num >= LIB_OLDEST &&
	    (v->features & CURL_VERSION_SSL) != 0 &&
	    (v->features & CURL_VERSION_ASYNCHDNS) != 0;
}

struct fetch_lib *
fetch_lib_open(char *err, size_t errlen)
{
	struct fetch_lib *lib = mem_alloc(sizeof(*lib));

	lib->handle = dlopen(LIB_FILE, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (lib->handle == NULL) {
		snprintf(err, errlen,
		    "asking other servers needs libcurl, and there is no %s; "
		    "on Debian: apt-get install libcurl4",
		    LIB_FILE);
		goto fail;
	}
	if (!lib_find(lib) || !lib_is_new(lib)) {
		snprintf(err, errlen,
		    "%s is too old, or was built without TLS; 7.87 or later "
		    "is needed, which Debian has from 12 on (libcurl4)",
		    LIB_FILE);
		goto fail;
	}
	if (lib->global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wiping_free,
		wiping_realloc, plain_strdup, calloc) != CURLE_OK) {
		snprintf(err, errlen, "%s cannot be started", LIB_FILE);
		goto fail;
	}
	list_init(&lib->fetches);
	return lib;
fail:
	if (lib->handle != NULL)
		(void)dlclose(lib->handle);
	free(lib);
	return NULL;
}
