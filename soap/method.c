/* SPDX-License-Identifier: MIT */
#include "soap/call.h"

#define OWN     SOAP_OWN
#define CHANGES SOAP_CHANGES
#define ANYBODY SOAP_ANYBODY
#define BARE    SOAP_BARE

const struct soap_method *
soap_method_find(enum soap_service service, struct slice name)
{
	static const struct soap_method rows[] = {
#define METHOD(service, name, function, flags) \
	{ SOAP_##service, { #name, sizeof(#name) - 1 }, function, flags },
#include "soap/methods.def"
#undef METHOD
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].service == service && slice_eq(rows[i].name, name))
			return &rows[i];
	return NULL;
}

/* Taken note of, and that is all. */
enum soap_end
soap_nothing(struct soap_call *c)
{
	(void)soap_begin(c, 0);
	return SOAP_DONE;
}
