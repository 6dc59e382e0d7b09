/* SPDX-License-Identifier: MIT */
#ifndef CERTS_WORLD_H
#define CERTS_WORLD_H
/* An authority and its leaves for tests of certificates. */
#include "certs/certs_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* Made once: keys are dear.  The time is that of the machine, for openssl. */
extern struct certs certs_world_made;
extern int64_t certs_world_now;

/* For cmocka_run_group_tests(). */
int certs_world_make(void **state);
int certs_world_free(void **state);
void certs_world_parse(const struct buf *pem, mbedtls_x509_crt *cert);

#endif
