/* SPDX-License-Identifier: MIT */
#include "common/ops/host.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PORTS_MAX = 64
};

/* No way to the Internet: what a network of its own knows this machine by. */
static bool
first_address(struct addr *a)
{
	struct ifaddrs *all;
	bool found = false;

	if (getifaddrs(&all) != 0)
		return false;
	for (const struct ifaddrs *i = all; i != NULL && !found;
	     i = i->ifa_next)
		found = i->ifa_addr != NULL &&
		    i->ifa_addr->sa_family == AF_INET &&
		    (i->ifa_flags & IFF_UP) && !(i->ifa_flags & IFF_LOOPBACK) &&
		    addr_from_sockaddr(a, i->ifa_addr);
	freeifaddrs(all);
	return found;
}

bool
host_address(struct addr *a)
{
	/* any address of the Internet: this one belongs to documentation */
	struct sockaddr_in far = { .sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(UINT32_C(0xcb007101)) };
	struct sockaddr_storage near;
	socklen_t len = sizeof(near);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool found;

	if (fd < 0)
		return first_address(a);
	/* of a datagram socket this only looks up the way */
	found = connect(fd, (struct sockaddr *)&far, sizeof(far)) == 0 &&
	    getsockname(fd, (struct sockaddr *)&near, &len) == 0 &&
	    addr_from_sockaddr(a, (const struct sockaddr *)&near);
	(void)close(fd);
	return found || first_address(a);
}

/* Where Docker and Podman take the networks of their bridges from. */
static bool
in_pool(const struct addr *a)
{
	if (a->family != 4)
		return true;
	return (a->ip[0] == 172 && (a->ip[1] & 0xf0) == 16) ||
	    (a->ip[0] == 10 && a->ip[1] == 88);
}

bool
host_is_bridged(bool container, const struct host_port *ports, size_t n)
{
	bool ipv4 = false;

	for (size_t i = 0; i < n; i++) {
		if (!ports[i].pair || !in_pool(&ports[i].address))
			return false;
		ipv4 |= ports[i].address.family == 4;
	}
	return container && ipv4;
}

static bool
in_container(void)
{
	return access("/.dockerenv", F_OK) == 0 ||
	    access("/run/.containerenv", F_OK) == 0;
}

/* A number in /sys/class/net, or -1. */
static long
read_fact(const char *port, const char *fact)
{
	char path[128];
	long value;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/sys/class/net/%s/%s", port, fact);
	f = fopen(path, "re");
	if (f == NULL)
		return -1;
	if (fscanf(f, "%ld", &value) != 1)
		value = -1;
	(void)fclose(f);
	return value;
}

bool
host_behind_bridge(void)
{
	struct host_port ports[PORTS_MAX];
	struct ifaddrs *all;
	size_t n = 0;

	if (!in_container() || getifaddrs(&all) != 0)
		return false;
	for (const struct ifaddrs *i = all; i != NULL && n < PORTS_MAX;
	     i = i->ifa_next) {
		struct host_port *p = &ports[n];

		if (i->ifa_addr == NULL || !(i->ifa_flags & IFF_UP) ||
		    (i->ifa_flags & IFF_LOOPBACK) ||
		    !addr_from_sockaddr(&p->address, i->ifa_addr))
			continue;
		p->pair = read_fact(i->ifa_name, "iflink") !=
		    read_fact(i->ifa_name, "ifindex");
		n++;
	}
	freeifaddrs(all);
	return host_is_bridged(true, ports, n);
}
