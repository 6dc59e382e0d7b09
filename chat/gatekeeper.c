/* SPDX-License-Identifier: MIT */
#include "chat/gatekeeper.h"

#include "chat/ircx/quote.h"
#include "common/base/panic.h"
#include "common/codec/digest.h"

/* Where the parts of a token are (chat-ircx 4.2). */
enum {
	AT_NUMBER = 8, /* behind two bytes that mean nothing */
	AT_STEP = 12,
	AT_BODY = 16,
	STEP_HELLO = 1,
	STEP_CHALLENGE = 2,
	STEP_ANSWER = 3,
	DRAWS_MAX = 1000
};

static const struct slice signature = { "GKSSP\0", 6 };
static const struct slice key = { "SRFMKSJANDRESKKC", 16 };

/* What differs between clients; the fourth was never seen. */
struct gk_client {
	uint32_t number;
	bool guid; /* sends its own */
	bool host; /* mixes in the name it knows us by */
};

/* clang-format off */
static const struct gk_client clients[] = {
	{ 1, false, false },
	{ 2, true,  false },
	{ 3, true,  true },
	{ 4, true,  true },
};
/* clang-format on */

static const struct gk_client *
client_find(uint32_t number)
{
	for (size_t i = 0; i < ARRAY_LEN(clients); i++)
		if (clients[i].number == number)
			return &clients[i];
	return NULL;
}

static uint32_t
read_le(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 |
	    (uint32_t)u[3] << 24;
}

static void
add_le(struct buf *b, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		buf_add_char(b, (char)(v >> 8 * i));
}

/* False when it has not this form. */
static bool
read_head(struct slice token, uint32_t step, uint32_t *number)
{
	if (token.n < AT_BODY || !slice_starts(token, signature) ||
	    read_le(token.p + AT_STEP) != step)
		return false;
	*number = read_le(token.p + AT_NUMBER);
	return true;
}

bool
gk_hello(struct slice token, uint32_t *number)
{
	return read_head(token, STEP_HELLO, number) &&
	    client_find(*number) != NULL;
}

void
gk_mac(const unsigned char challenge[GK_CHALLENGE], struct slice host,
    unsigned char out[GK_MAC])
{
	const struct slice parts[] = { slice_make(challenge, GK_CHALLENGE),
		host };

	digest_hmac_md5(key, parts, ARRAY_LEN(parts), out);
}

/* Printable, but for what is quoted: blank, comma and back-slash. */
static char
draw(const struct env *env)
{
	unsigned char c;

	do
		env_random(env, &c, 1);
	while (c <= ' ' || c > '~' || c == ',' || c == '\\');
	return (char)c;
}

void
gk_challenge(const struct env *env, unsigned char out[GK_CHALLENGE])
{
	unsigned char mac[GK_MAC];

	/* two draws do as a rule; the ceiling is for a broken generator */
	for (unsigned i = 0; i < DRAWS_MAX; i++) {
		for (unsigned k = 0; k < GK_CHALLENGE; k++)
			out[k] = (unsigned char)draw(env);
		gk_mac(out, slice_make("", 0), mac);
		if (ircx_is_plain(slice_make(mac, sizeof(mac))))
			return;
	}
}

void
gk_add_challenge(struct buf *b, uint32_t number,
    const unsigned char challenge[GK_CHALLENGE])
{
	buf_add_slice(b, signature);
	buf_add(b, "\0\0", 2);
	add_le(b, number);
	add_le(b, STEP_CHALLENGE);
	buf_add(b, challenge, GK_CHALLENGE);
}

static bool
fits(const char *mac, const unsigned char challenge[GK_CHALLENGE],
    struct slice host)
{
	unsigned char want[GK_MAC];

	gk_mac(challenge, host, want);
	return mem_equal_ct(mac, want, sizeof(want));
}

/*
 * The control remembers the first 15 bytes of the name, scripts all of it; it
 * may have been typed in another case (chat-ircx 4.4).
 */
static bool
fits_host(const char *mac, const unsigned char challenge[GK_CHALLENGE],
    struct slice host)
{
	char folded[256];
	struct slice low;

	if (host.n > sizeof(folded))
		return false;
	for (size_t i = 0; i < host.n; i++)
		folded[i] =
		    (char)(host.p[i] >= 'A' && host.p[i] <= 'Z' ? host.p[i] + 32
								: host.p[i]);
	low = slice_make(folded, host.n);
	return fits(mac, challenge, host) || fits(mac, challenge, low) ||
	    fits(mac, challenge, slice_upto(host, GK_HOST_MAX)) ||
	    fits(mac, challenge, slice_upto(low, GK_HOST_MAX));
}

static bool
fits_any(const char *mac, const unsigned char challenge[GK_CHALLENGE],
    struct slice hosts)
{
	struct slice host;

	while (slice_cut_word(&hosts, &host))
		if (fits_host(mac, challenge, host))
			return true;
	return false;
}

bool
gk_answer(struct slice token, uint32_t number,
    const unsigned char challenge[GK_CHALLENGE], struct slice hosts,
    struct gk_answer *out)
{
	const struct gk_client *client;
	const char *mac;
	uint32_t said;

	memset(out, 0, sizeof(*out));
	if (!read_head(token, STEP_ANSWER, &said) || said != number)
		return false;
	client = client_find(said);
	if (client == NULL ||
	    token.n != AT_BODY + GK_MAC + (client->guid ? GK_GUID : 0u))
		return false;
	mac = token.p + AT_BODY;
	if (client->guid) {
		out->has_guid = true;
		memcpy(out->guid, mac + GK_MAC, GK_GUID);
	}
	return client->host ? fits_any(mac, challenge, hosts)
			    : fits(mac, challenge, slice_make("", 0));
}

/* A Windows GUID: its first three numbers are little-endian. */
void
gk_identity(const unsigned char guid[GK_GUID], char out[GK_IDENTITY + 1])
{
	static const uint8_t order[GK_GUID] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9,
		10, 11, 12, 13, 14, 15 };
	static const char digits[] = "0123456789ABCDEF";

	for (unsigned i = 0; i < GK_GUID; i++) {
		out[2 * i] = digits[guid[order[i]] >> 4];
		out[2 * i + 1] = digits[guid[order[i]] & 15];
	}
	out[GK_IDENTITY] = '\0';
}

void
gk_alias(struct slice secret, const unsigned char guid[GK_GUID],
    char out[GK_IDENTITY + 1])
{
	const struct slice parts[] = { SLICE_LIT("chat guest"),
		slice_make(guid, GK_GUID) };
	unsigned char mac[SHA256_BYTES];

	digest_hmac_sha256(secret, parts, ARRAY_LEN(parts), mac);
	gk_identity(mac, out);
}
