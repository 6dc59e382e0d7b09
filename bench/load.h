/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_BENCH_LOAD_H
#define NUDGE_BENCH_LOAD_H
/*
 * The modes of the generator; each prints its figures and returns.
 */
#include "bench/options.h"
#include "bench/wire.h"

void load_raw_pairs(struct net *net, const struct options *o);
void load_raw_fan(struct net *net, const struct options *o);
void load_relay_pairs(struct net *net, const struct options *o);
void load_gateway_pairs(struct net *net, const struct options *o);
void load_presence(struct net *net, const struct options *o);
void load_chat(struct net *net, const struct options *o);
void load_chat_guests(struct net *net, const struct options *o);
void load_chat_members(struct net *net, const struct options *o);
void load_idle(struct net *net, const struct options *o);
void load_signin(struct net *net, const struct options *o);
void load_sbsetup(struct net *net, const struct options *o);
void load_soap_book(struct net *net, const struct options *o);
void load_soap_lists(struct net *net, const struct options *o);

/*
 * Memory of the server before and after users people more have come, of
 * users + earlier; come() lets n of them in, beginning with from.
 */
typedef void (*idle_fn)(void *ctx, unsigned from, unsigned n);
void
idle_measure(struct net *net, const struct options *o, idle_fn come, void *ctx);

#endif
