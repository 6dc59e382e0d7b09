/* SPDX-License-Identifier: MIT */
#include "soap/call.h"

enum {
	ROUTES_BODY_MAX = 8 * 1024
};

/* Beside the services, which are posted to. */
/* clang-format off */
static const struct http_route gets[] = {
	{ "/Config/MsgrConfig.asmx",             HTTP_GET, HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, soap_get_config },
	{ "/svcs/mms/abch_config.asp",           HTTP_GET, HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, soap_get_abch },
	{ "/svcs/mms/tabs.asp",                  HTTP_GET, HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, soap_get_tabs },
	{ "/svcs/mms/portal.asp",                HTTP_GET, HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, soap_get_elsewhere },
	{ "/AppDirectory/Directory.aspx",        HTTP_GET, HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, soap_get_today },
	{ "/AppDirectory/GetAppdirVersion.aspx", HTTP_GET, HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, soap_get_nothing },
	{ "/ADSAdClient31.dll",                  HTTP_GET, HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, soap_get_nothing },
	{ "/storage/usertile/*",                 HTTP_GET, HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, soap_get_tile },
	{ "/textad",                             HTTP_GET, HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, soap_get_nothing },
	{ "/today",                              HTTP_GET, HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, soap_get_today },
	{ "/5meen_*",                            HTTP_GET, HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, soap_get_elsewhere },
	{ "/6meen_*",                            HTTP_GET, HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, soap_get_elsewhere },
	{ "/7meen_*",                            HTTP_GET, HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, soap_get_elsewhere },
	{ "/8meen_*",                            HTTP_GET, HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, soap_get_elsewhere },
	{ "/9meen_*",                            HTTP_GET, HTTP_PLAIN | HTTP_TLS, ROUTES_BODY_MAX, soap_get_elsewhere },
};
/* clang-format on */

const struct http_route *
soap_routes(size_t *n)
{
	*n = SOAP_SERVICES;
	return soap_service_routes;
}

const struct http_route *
soap_get_routes(size_t *n)
{
	*n = ARRAY_LEN(gets);
	return gets;
}
