/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TLS_GATE_H
#define NUDGE_TLS_GATE_H
/*
 * What stands before mbedTLS and looks at the head of each record: none gets
 * through that is shorter than its suite makes any, and none behind 32 that
 * brought nothing.
 */
#include "common/base/base.h"

#include <mbedtls/ssl.h>

enum {
	TLS_IDLE_MAX = 32, /* records in a row that bring nothing */
	TLS_GATE_HEAD = 5,
};

/* What the records of a connection look like. */
struct tls_shape {
	size_t least; /* the length of the shortest */
	size_t unit;  /* longer ones are longer by so much; 1: anything */
};

/* A suite's; version 0x0301 is TLS 1.0. */
struct tls_shape
tls_shape_of(const mbedtls_ssl_session *session, unsigned version);

struct tls_gate {
	size_t left; /* bytes of the record that is being passed on */
	unsigned idle;
	bool flooded;
	bool broken;
};

/* True when the record behind this head may pass; it is counted. */
bool tls_gate_admit(struct tls_gate *g, const mbedtls_ssl_context *ssl,
    const unsigned char head[TLS_GATE_HEAD]);

#endif
