/* SPDX-License-Identifier: MIT */
/* The tables of programs and systems, and what follows from two rows. */
#include "common/base/names.h"
#include "web/connect_parts.h"

#define WINDOWS CONNECT_WINDOWS
#define MAC     CONNECT_MAC
#define UNIX    CONNECT_UNIX

const struct connect_system connect_systems[] = {
#define SYSTEM(...) { __VA_ARGS__ },
#include "web/connect_systems.def"
#undef SYSTEM
};
const size_t connect_nsystems = ARRAY_LEN(connect_systems);

const struct connect_client connect_clients[] = {
#define CLIENT(key, name, protocol, years, platforms, first, asks, registry, \
    tls, served)                                                             \
	{ key, name, protocol, years, platforms, first, NAMES_##asks,        \
		registry, tls, served },
#include "web/connect_clients.def"
#undef CLIENT
};
const size_t connect_nclients = ARRAY_LEN(connect_clients);

static const struct agent {
	const char *words;
	const char *system;
} agents[] = {
#define AGENT(words, system) { words, system },
#include "web/connect_agents.def"
#undef AGENT
};

const struct connect_system *
connect_find_system(struct slice key)
{
	for (size_t i = 0; i < connect_nsystems; i++)
		if (slice_eq_text(key, connect_systems[i].key))
			return &connect_systems[i];
	return NULL;
}

const struct connect_client *
connect_find_client(struct slice key)
{
	for (size_t i = 0; i < connect_nclients; i++)
		if (slice_eq_text(key, connect_clients[i].key))
			return &connect_clients[i];
	return NULL;
}

const struct connect_system *
connect_guess(struct slice user_agent)
{
	for (size_t i = 0; i < ARRAY_LEN(agents); i++)
		if (slice_find_slice(user_agent, slice_text(agents[i].words)) <
		    user_agent.n)
			return connect_find_system(
			    slice_text(agents[i].system));
	return NULL;
}

bool
connect_runs(const struct connect_client *c, const struct connect_system *s)
{
	return (c->platforms & s->platform) != 0;
}

bool
connect_fits(const struct connect_client *c, const struct connect_system *s)
{
	return s >= connect_find_system(slice_text(c->first));
}

const char *
connect_name(const struct connect_client *c, size_t at)
{
	for (size_t i = 0; i < name_nrows; i++)
		if ((name_rows[i].programs & c->names) != 0 && at-- == 0)
			return name_rows[i].host;
	return NULL;
}
