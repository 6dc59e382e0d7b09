# SPDX-License-Identifier: MIT
"""What anybody can send to the TLS port before any sign-in."""

from __future__ import annotations

import pytest

import harness
import oldtls
import rawtls
from rawtls import ALERT, CHANGE, DATA, HANDSHAKE

RC4_MD5, RC4_SHA, DES3, AES = 0x0004, 0x0005, 0x000a, 0x002f
ECDHE_CBC, ECDHE_GCM, ECDHE_CHACHA = 0xc013, 0xc02f, 0xcca8
EVERYTHING = {"limit.connections-per-address": "500", "tls.ssl3": "on",
              "tls.rc4": "on"}
GROUPS = rawtls.extension(10, rawtls.pairs(29, 23))
SIGNATURES = rawtls.extension(13, rawtls.pairs(0x0401, 0x0403))


def rubbish_key(version: int, n: int = 256) -> bytes:
    body = b"" if version == 0x0300 else n.to_bytes(2, "big")
    return rawtls.message(16, body + b"\1" * n)


def short_record(server: harness.Server, first: bytes, version: int,
                 key: bytes, n: int) -> int | None:
    """A handshake up to the first protected record, which has n bytes."""
    with rawtls.Peer(server) as peer:
        peer.send(first)
        peer.messages(14)
        peer.send(rawtls.record(HANDSHAKE, key, version) +
                  rawtls.record(CHANGE, b"\1", version) +
                  rawtls.record(HANDSHAKE, b"x" * n, version))
        return peer.alert()


def alive(server: harness.Server) -> bool:
    return oldtls.old(server.https_port, "v3:0301:002f")[0][1] == "full"


@pytest.mark.parametrize("version", [0x0300, 0x0301, 0x0302])
@pytest.mark.parametrize("suite", [RC4_MD5, RC4_SHA, DES3, AES])
@pytest.mark.parametrize("kind", ["v2", "v3"])
def test_a_record_shorter_than_its_mac_ends_one_connection_and_no_server(
        make_server, kind, suite, version):
    """CVE-2023-43615: a length below zero in the RC4 records of mbedTLS."""
    server = make_server(**EVERYTHING)
    first = rawtls.hello_v2(version, (suite,)) if kind == "v2" else \
        rawtls.record(HANDSHAKE, rawtls.hello(version, (suite,)), version)
    for n in (1, 8, 15, 16, 17, 19, 20, 24, 32):
        assert short_record(server, first, version, rubbish_key(version),
                            n) == 20, n
    assert alive(server)


@pytest.mark.parametrize("version, suite", [
    (0x0301, ECDHE_CBC), (0x0302, ECDHE_CBC), (0x0303, ECDHE_CBC),
    (0x0303, ECDHE_GCM), (0x0303, ECDHE_CHACHA)])
def test_a_record_too_short_for_its_suite_is_refused_before_the_library(
        make_server, version, suite):
    server = make_server(**EVERYTHING)
    key = rawtls.message(16, b"\x20" + b"\t" + bytes(31))
    for etm in (b"", rawtls.extension(22, b"")):
        first = rawtls.record(HANDSHAKE, rawtls.hello(
            version, (suite,), GROUPS, SIGNATURES, etm or GROUPS[:0]
        ) if etm else rawtls.hello(version, (suite,), GROUPS, SIGNATURES))
        for n in (1, 8, 15, 16, 20, 23, 31):
            assert short_record(server, first, version, key, n) == 20, n
    assert alive(server)
