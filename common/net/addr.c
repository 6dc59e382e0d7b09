/* SPDX-License-Identifier: MIT */
#include "common/net/addr.h"

#include "common/base/panic.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

static void
addr_set_v6(struct addr *a, const unsigned char ip[16])
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	memset(a->ip, 0, sizeof(a->ip));
	if (memcmp(ip, mapped, sizeof(mapped)) == 0) {
		a->family = 4;
		memcpy(a->ip, ip + 12, 4);
		return;
	}
	a->family = 6;
	memcpy(a->ip, ip, 16);
}

void
addr_from_ip(struct addr *a, const void *ip, size_t n)
{
	ASSERT(n == 4 || n == 16);
	*a = (struct addr){ .family = 4 };
	if (n == 4)
		memcpy(a->ip, ip, n);
	else
		addr_set_v6(a, ip);
}

bool
addr_from_sockaddr(struct addr *a, const struct sockaddr *sa)
{
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;

	memset(a, 0, sizeof(*a));
	if (sa->sa_family == AF_INET) {
		memcpy(&in4, sa, sizeof(in4));
		a->family = 4;
		memcpy(a->ip, &in4.sin_addr, 4);
		a->port = ntohs(in4.sin_port);
		return true;
	}
	if (sa->sa_family == AF_INET6) {
		memcpy(&in6, sa, sizeof(in6));
		addr_set_v6(a, in6.sin6_addr.s6_addr);
		a->port = ntohs(in6.sin6_port);
		return true;
	}
	return false;
}

bool
addr_parse_ip(struct addr *a, struct slice text)
{
	char z[INET6_ADDRSTRLEN];
	unsigned char ip[16];

	memset(a, 0, sizeof(*a));
	if (text.n == 0 || text.n >= sizeof(z) ||
	    memchr(text.p, '\0', text.n) != NULL)
		return false;
	memcpy(z, text.p, text.n);
	z[text.n] = '\0';
	if (inet_pton(AF_INET, z, ip) == 1) {
		a->family = 4;
		memcpy(a->ip, ip, 4);
		return true;
	}
	if (inet_pton(AF_INET6, z, ip) == 1) {
		addr_set_v6(a, ip);
		return true;
	}
	return false;
}

static void
addr_print_ip(const struct addr *a, char out[INET6_ADDRSTRLEN])
{
	out[0] = '\0';
	if (a->family != 0)
		(void)inet_ntop(a->family == 4 ? AF_INET : AF_INET6, a->ip, out,
		    INET6_ADDRSTRLEN);
}

void
addr_add_ip(struct buf *b, const struct addr *a)
{
	char ip[INET6_ADDRSTRLEN];

	addr_print_ip(a, ip);
	buf_add_text(b, ip);
}

void
addr_add(struct buf *b, const struct addr *a)
{
	char text[ADDR_TEXT_MAX];

	buf_add_text(b, addr_text(a, text));
}

const char *
addr_text(const struct addr *a, char out[ADDR_TEXT_MAX])
{
	char ip[INET6_ADDRSTRLEN];

	addr_print_ip(a, ip);
	if (a->family == 0)
		(void)snprintf(out, ADDR_TEXT_MAX, "-");
	else if (a->family == 4)
		(void)snprintf(out, ADDR_TEXT_MAX, "%s:%u", ip, a->port);
	else
		(void)snprintf(out, ADDR_TEXT_MAX, "[%s]:%u", ip, a->port);
	return out;
}

void
addr_group(const struct addr *a, unsigned char out[16])
{
	memset(out, 0, 16);
	if (a->family == 6) {
		memcpy(out, a->ip, 8);
		return;
	}
	/* no /64 ends like this: its second half is zero */
	memcpy(out + 12, a->ip, 4);
	out[11] = a->family;
}

bool
addr_site(const struct addr *a, unsigned char out[16])
{
	if (a->family != 6)
		return false;
	memset(out, 0, 16);
	memcpy(out, a->ip, 6);
	/* neither a /64 nor an IPv4 address looks like this */
	out[11] = a->family;
	return true;
}

unsigned
addr_nets(const struct addr *a, unsigned char out[ADDR_NETS_MAX][16])
{
	addr_group(a, out[0]);
	if (!addr_site(a, out[2]))
		return 1;
	memset(out[1], 0, 16);
	memcpy(out[1], a->ip, 7);
	/* no group and no site looks like this */
	out[1][10] = a->family;
	return 3;
}

bool
addr_eq(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && a->port == b->port &&
	    memcmp(a->ip, b->ip, sizeof(a->ip)) == 0;
}

bool
addr_is_loopback(const struct addr *a)
{
	static const unsigned char one[16] = { [15] = 1 };

	if (a->family == 4)
		return a->ip[0] == 127;
	return a->family == 6 && memcmp(a->ip, one, sizeof(one)) == 0;
}

bool
addr_is_private(const struct addr *a)
{
	const unsigned char *ip = a->ip;

	if (a->family == 6)
		return (ip[0] & 0xfe) == 0xfc ||
		    (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80);
	return a->family == 4 &&
	    (ip[0] == 10 || (ip[0] == 172 && (ip[1] & 0xf0) == 16) ||
		(ip[0] == 192 && ip[1] == 168) ||
		(ip[0] == 169 && ip[1] == 254));
}
