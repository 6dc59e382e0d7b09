/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_ADDR_H
#define NUDGE_ADDR_H
/*
 * IPv4 and IPv6 addresses with a port.  A v4-mapped IPv6 address is kept as
 * the IPv4 address it means.
 */
#include "common/base/buf.h"

struct addr {
	uint8_t family; /* 4 or 6; 0: none */
	uint16_t port;  /* host order */
	unsigned char ip[16];
};

struct sockaddr;

#define ADDR_TEXT_MAX 64

bool addr_from_sockaddr(struct addr *a, const struct sockaddr *sa);
/* The 4 or 16 bytes of an IP; the port is 0. */
void addr_from_ip(struct addr *a, const void *ip, size_t n);
/* A numeric IP, no port. */
bool addr_parse_ip(struct addr *a, struct slice text);
/* Without port; IPv6 without brackets. */
void addr_add_ip(struct buf *b, const struct addr *a);
/* host:port, [v6]:port */
void addr_add(struct buf *b, const struct addr *a);
/* The same for a log field: NUL-terminated. */
const char *addr_text(const struct addr *a, char out[ADDR_TEXT_MAX]);
/*
 * What limits per address count by: the IPv4 address, the /64 of an IPv6 one;
 * 16 bytes, port left out.
 */
void addr_group(const struct addr *a, unsigned char out[16]);
/*
 * The same for the /48 of an IPv6 address, of which one customer may have
 * thousands of /64; false for others.
 */
bool addr_site(const struct addr *a, unsigned char out[16]);
/*
 * Whoever counts what addresses do counts these of its networks: the group,
 * then the /56 and the /48 of an IPv6 address, as one customer may have a
 * /56, or more.  Returns how many there are; each stands for addr_net_share()
 * times what one group may.
 */
enum {
	ADDR_NETS_MAX = 3
};
unsigned addr_nets(const struct addr *a, unsigned char out[ADDR_NETS_MAX][16]);
static inline unsigned
addr_net_share(unsigned net)
{
	return 1u << net;
}
/* The same IP and the same port. */
bool addr_eq(const struct addr *a, const struct addr *b);
bool addr_is_loopback(const struct addr *a);
/* Of a network of one's own: RFC 1918, 3927 and 4193, and fe80::/10. */
bool addr_is_private(const struct addr *a);

#endif
