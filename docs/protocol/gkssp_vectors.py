#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""GateKeeper (GKSSP) + Passport helper vectors for the MSN revival server reference.

Run:  python3 gkssp_vectors.py            prints vectors, asserts every claim
      python3 gkssp_vectors.py --c        prints the vectors as C arrays
Nothing here needs the network.  The two constant strings of seed 001 are proved to be
the HMAC pads of the key below.
"""
import hashlib, hmac, os, re, struct, sys, glob, uuid

KEY = b"SRFMKSJANDRESKKC"

# ---------------------------------------------------------------- key
def key_from_ocx():
    enc = bytes.fromhex("9a988d81869d85919f968191869d9c9b")   # MsnChat45.ocx @ VA 0x37205B3C
    return bytes(b ^ ((0xC9 + i) & 0xFF) for i, b in enumerate(enc))

def seed_challenge_1(challenge):
    """the two-pass MD5 of seed 001, with its literal strings"""
    inner = b"edp{}e|wxrdse}}u" + b"6" * 48
    outer = b"\x0f\x0e\x1a\x11\x17\x0f\x16\x1d\x12\x18\x0e\x19\x0f\x17\x17\x1f" + b"\\" * 48
    return hashlib.md5(outer + hashlib.md5(inner + challenge).digest()).digest()

def gk_hmac(challenge, version, host=b""):
    msg = challenge + (host[:15] if version >= 3 else b"")
    return hmac.new(KEY, msg, hashlib.md5).digest()

# ---------------------------------------------------------------- escaping
ESC = {0x00: b"\\0", 0x09: b"\\t", 0x0A: b"\\n", 0x0D: b"\\r",
       0x20: b"\\b", 0x2C: b"\\c", 0x5C: b"\\\\"}
UNESC = {v[1]: k for k, v in ESC.items()}

def escape(raw):
    return b"".join(ESC.get(b, bytes([b])) for b in raw)

def unescape(txt):
    out = bytearray(); i = 0
    while i < len(txt):
        c = txt[i]
        if c == 0x5C and i + 1 < len(txt) and txt[i + 1] in UNESC:
            out.append(UNESC[txt[i + 1]]); i += 2
        elif c == 0x5C:
            return None                      # server policy: malformed -> 910
        else:
            out.append(c); i += 1
    return bytes(out)

# ---------------------------------------------------------------- tokens
def tok_header(version, seq, filler=b"\0\0"):
    return b"GKSSP\0" + filler + struct.pack("<II", version, seq)

def tok1(version, filler=b"\0\0"): return tok_header(version, 1, filler)
def tok2(version, chal, filler=b"\0\0"): return tok_header(version, 2, filler) + chal
def tok3(version, chal, host=b"", guid=None, filler=b"\0\0"):
    t = tok_header(version, 3, filler) + gk_hmac(chal, version, host)
    return t + (guid if version != 1 and guid is not None else b"")

def guid_ident(raw16):
    """raw GUID bytes on the wire -> the 32 upper-case hex digits shown as user name"""
    a, b, c = struct.unpack("<IHH", raw16[:8])
    return "%08X%04X%04X%s" % (a, b, c, raw16[8:].hex().upper())

def passport_token(ticket, profile):
    return b"%08X%s%08X%s" % (len(ticket), ticket, len(profile), profile)

# ---------------------------------------------------------------- other account facts
def cid_from_uuid(u):  return (str(u)[19:23] + str(u)[24:36])
def puid_from_uuid(u):
    u = uuid.UUID(str(u))
    return "%016X" % ((u.time_low << 32) | (u.node & 0xFFFFFFFF))
def md5auth_creds(mspauth, sl, password):
    return hashlib.md5(mspauth + b"%d" % sl + password).hexdigest()
def md5_login(salt, password):
    return hashlib.md5(salt + password).hexdigest()

# ---------------------------------------------------------------- checks
def main():
    assert key_from_ocx() == KEY
    ipad = bytes(b ^ 0x36 for b in KEY.ljust(64, b"\0"))
    opad = bytes(b ^ 0x5C for b in KEY.ljust(64, b"\0"))
    assert ipad == b"edp{}e|wxrdse}}u" + b"6" * 48
    assert opad[:16] == bytes.fromhex("0f0e1a11170f161d12180e190f17171f") and opad[16:] == b"\\" * 48
    print("seed pads == KEY xor 0x36 / 0x5c, key =", KEY.decode())

    tested = 0
    for _ in range(2000):
        ch = os.urandom(8)
        assert seed_challenge_1(ch) == gk_hmac(ch, 2)
        tested += 1
    print("challenge_1 == HMAC-MD5 on", tested, "random challenges")

    # independent vectors published in MSNLD/irc7 unit tests (GUID text -> wire bytes)
    z = b"\0" * 8
    assert gk_hmac(z, 2) == uuid.UUID("e23a3251-b322-8b2b-a34c-c4d0be30c5dd").bytes_le
    assert gk_hmac(z, 3, b"1.2.3.4") == uuid.UUID("a8b9a59e-bd4d-411d-7728-4ec15d29282b").bytes_le
    print("irc7 unit-test vectors reproduce")

    assert guid_ident(bytes.fromhex("3A75B0EB27629DD8144F8AC5013C77B2")) == "EBB0753A6227D89D144F8AC5013C77B2"

    for n in range(256):
        assert unescape(escape(bytes([n]))) == bytes([n])
    big = bytes(range(256)); assert unescape(escape(big)) == big

    C1 = bytes.fromhex("0102030405060708")
    C2 = bytes.fromhex("a1b2c3d4e5f60718")
    C3 = bytes.fromhex("005c2c200d0a0900")                    # every byte that must be escaped
    G  = bytes.fromhex("3A75B0EB27629DD8144F8AC5013C77B2")
    Gz = bytes.fromhex("b2022222bddd94734fae36036afbe7aa")     # filler example only
    GS = b"\xb2\x02\x22\xbd\xdd\x94\x73\x4f\xae\x36\x03\x6a\xfb\xe7\xaa\x6c"  # GUID of seed 001
    rows = []
    for ch in (z, C1, C2, C3):
        rows.append(("v1/v2", ch, b"", gk_hmac(ch, 2)))
        for h in (b"1.2.3.4", b"127.0.0.1", b"207.68.167.253", b"chat.msn.com",
                  b"dir.irc7.com", b"directory.msnchat.example"):
            rows.append(("v3", ch, h, gk_hmac(ch, 3, h)))
    print("\n%-6s %-16s %-26s %s" % ("ver", "challenge", "host (as dialled)", "HMAC-MD5"))
    for v, ch, h, d in rows:
        print("%-6s %-16s %-26s %s" % (v, ch.hex(), h.decode(), d.hex()))

    print("\nseed-001 GUID ident:", guid_ident(GS))
    print("null GUID ident    :", guid_ident(b"\0" * 16))
    print("\nescaped tokens (Python byte literals)")
    for name, t in (("seq1 v2 filler 0372", tok1(2, b"\x03r")), ("seq1 v3 filler 0000", tok1(3)),
                    ("seq2 v2 C1", tok2(2, C1)), ("seq2 v3 C3", tok2(3, C3)),
                    ("seq3 v2 C1 GS", tok3(2, C1, guid=GS)),
                    ("seq3 v3 C1 host 127.0.0.1 G", tok3(3, C1, b"127.0.0.1", G)),
                    ("seq3 v3 C3 host chat.msn.com null GUID", tok3(3, C3, b"chat.msn.com", b"\0" * 16)),
                    ("seq3 v1 C1 (32 bytes)", tok3(1, C1))):
        print(" %-40s raw %2d  %s\n    wire %s" % (name, len(t), t.hex(), repr(escape(t))[2:-1]))
    print("\npassport token:", passport_token(b"TICKET-ABC", b"PROFILE-12345").decode())

    # traps
    h15 = b"directory.msnchat.example"
    assert gk_hmac(C1, 3, h15) == hmac.new(KEY, C1 + h15[:15], hashlib.md5).digest()
    assert gk_hmac(C1, 3, h15) != hmac.new(KEY, C1 + h15, hashlib.md5).digest()
    u = uuid.UUID("12345678-9abc-4def-8123-456789abcdef")
    print("\nCID from", u, "=", cid_from_uuid(u), " PUID =", puid_from_uuid(u))
    print("md5auth creds (MSPAuth='5abc', sl=17, pwd='secret') =", md5auth_creds(b"5abc", 17, b"secret"))
    print("MD5 login   (salt='1013928519.693957190', pwd='password') =",
          md5_login(b"1013928519.693957190", b"password"))

    if "--c" in sys.argv:
        print("\nstatic const struct { int ver; unsigned char chal[8]; const char *host; unsigned char mac[16]; } gk_vec[] = {")
        for v, ch, h, d in rows:
            print("  { %d, {%s}, \"%s\", {%s} }," % (2 if v != "v3" else 3,
                  ",".join("0x%02x" % x for x in ch), h.decode(), ",".join("0x%02x" % x for x in d)))
        print("};")
    print("\nall assertions passed")

if __name__ == "__main__":
    main()
