# SPDX-License-Identifier: MIT
"""What anybody can send to the TLS port before any sign-in."""

from __future__ import annotations

import pytest

import harness
import oldtls
import rawtls
from rawtls import ALERT, CHANGE, HANDSHAKE

RC4_MD5, RC4_SHA, DES3, AES = 0x0004, 0x0005, 0x000a, 0x002f
ECDHE_CBC, ECDHE_GCM, ECDHE_CHACHA = 0xc013, 0xc02f, 0xcca8
EVERYTHING = {"limit.connections-per-address": "500", "tls.ssl3": "on",
              "tls.rc4": "on"}
GROUPS = rawtls.extension(10, rawtls.pairs(29, 23))
SIGNATURES = rawtls.extension(13, rawtls.pairs(0x0401, 0x0403))


def rubbish_key(version: int, suite: int) -> bytes:
    """A ClientKeyExchange of the right length."""
    if suite >= 0xc000:
        return rawtls.message(16, b"\x20" + b"\t" + bytes(31))
    length = b"" if version == 0x0300 else b"\1\0"
    return rawtls.message(16, length + b"\1" * 256)


def short_record(server: harness.Server, first: bytes, version: int,
                 suite: int, n: int) -> int | None:
    """A handshake up to the first protected record, which has n bytes."""
    key = rubbish_key(version, suite)
    with rawtls.Peer(server) as peer:
        peer.send(first)
        peer.messages(14)
        peer.send(rawtls.record(HANDSHAKE, key, version) +
                  rawtls.record(CHANGE, b"\1", version) +
                  rawtls.record(HANDSHAKE, b"x" * n, version))
        return peer.alert()


def warnings(n: int) -> bytes:
    return rawtls.record(ALERT, b"\1\x5a") * n


def alive(server: harness.Server) -> bool:
    return oldtls.old(server.https_port, "v3:0301:002f")[0][1] == "full"


@pytest.mark.parametrize("version", [0x0300, 0x0301, 0x0302])
@pytest.mark.parametrize("kind", ["v2", "v3"])
def test_a_record_shorter_than_its_mac_ends_one_connection_and_no_server(
        make_server, kind, version):
    """CVE-2023-43615: a length below zero in the RC4 records of mbedTLS."""
    server = make_server(**EVERYTHING)
    for suite in (RC4_MD5, RC4_SHA, DES3, AES):
        first = rawtls.hello_v2(version, (suite,)) if kind == "v2" else \
            rawtls.record(HANDSHAKE, rawtls.hello(version, (suite,)), version)
        for n in (1, 8, 15, 16, 17, 19, 20, 24, 32):
            assert short_record(server, first, version, suite, n) == 20, n
    assert alive(server)


@pytest.mark.parametrize("version, suite", [
    (0x0301, ECDHE_CBC), (0x0302, ECDHE_CBC), (0x0303, ECDHE_CBC),
    (0x0303, ECDHE_GCM), (0x0303, ECDHE_CHACHA)])
def test_a_record_too_short_for_its_suite_is_refused_before_the_library(
        make_server, version, suite):
    server = make_server(**EVERYTHING)
    for more in ((), (rawtls.extension(22, b""),)):
        first = rawtls.record(HANDSHAKE, rawtls.hello(
            version, (suite,), GROUPS, SIGNATURES, *more))
        for n in (1, 8, 15, 16, 20, 23, 31):
            assert short_record(server, first, version, suite, n) == 20, n
    assert alive(server)


@pytest.mark.parametrize("version, suite", [
    (0x0301, AES), (0x0302, ECDHE_CBC), (0x0303, ECDHE_GCM)])
def test_warnings_without_end_are_32_at_most(make_server, version, suite):
    server = make_server(**EVERYTHING)
    first = rawtls.hello(version, (suite,), GROUPS, SIGNATURES)
    for n in (32, 33, 5000):
        with rawtls.Peer(server) as peer:
            peer.send(rawtls.record(HANDSHAKE, first))
            peer.messages(14)
            sent = peer.send(warnings(n))
            if n > 32:
                assert peer.alert() == 10 or not sent
                continue
            # it is still there and reads on, to what is broken
            peer.send(rawtls.record(HANDSHAKE, rubbish_key(version, suite)) +
                      rawtls.record(CHANGE, b"\1") +
                      rawtls.record(HANDSHAKE, b"x"))
            assert peer.alert() == 20
    server.wait_stat("close.tls-flood", 2)
    assert server.log().count("reason=tls-flood") >= 1


# ---- hellos in pieces ----

PADDING = rawtls.extension(21, bytes(150))
PIECES = {
    "ssl3": (0x0300, (RC4_SHA,) * 80, ()),
    "tls1.0": (0x0301, (AES,), (PADDING,)),
    "tls1.1": (0x0302, (AES,), (SIGNATURES, PADDING)),
    "ecdhe 1.0": (0x0301, (ECDHE_CBC,), (GROUPS, PADDING)),
    "ecdhe 1.2": (0x0303, (ECDHE_GCM,), (GROUPS, SIGNATURES, PADDING)),
}


def in_pieces(message: bytes, size: int) -> bytes:
    return b"".join(rawtls.record(HANDSHAKE, message[at:at + size])
                    for at in range(0, len(message), size))


@pytest.mark.covers("field-runs 4 #3")
@pytest.mark.parametrize("name", list(PIECES))
def test_a_hello_in_several_records_is_understood(make_server, name):
    """RFC 5246 6.2.1: a message may span records; some firewalls and
    programs cut the hello so."""
    server = make_server(**EVERYTHING)
    version, suites, more = PIECES[name]
    for size, cut in ((1, 0), (1, 11), (3, 0), (4, 7), (5, 0), (20, 0),
                      (20, 11), (100, 0), (100, 41)):
        records = in_pieces(rawtls.hello(version, suites, *more), size)
        with rawtls.Peer(server) as peer:
            for at in range(0, len(records), cut or len(records)):
                peer.send(records[at:at + (cut or len(records))])
            assert rawtls.said(peer.messages(14)) == (version, suites[0])


def test_a_hello_in_pieces_has_the_same_ceilings(make_server):
    server = make_server(**EVERYTHING)
    pad = rawtls.extension(21, bytes(9000))
    cases = {
        "too long": in_pieces(rawtls.hello(0x0301, (AES,), pad), 4000),
        "an empty record": rawtls.record(HANDSHAKE, b"\1") +
        rawtls.record(HANDSHAKE, b""),
        "an alert between": rawtls.record(HANDSHAKE, b"\1") + warnings(1),
        "another message": rawtls.record(HANDSHAKE, b"\2"),
        "another protocol": rawtls.record(HANDSHAKE, b"\1") +
        b"\x16\2\0\0\1x",
    }
    for name, data in cases.items():
        with rawtls.Peer(server) as peer:
            peer.send(data)
            assert peer.alert() == 50, name
    server.wait_stat("close.tls-not-tls", len(cases))


# ---- what is offered and cannot be served ----

P521 = rawtls.extension(10, rawtls.pairs(25, 22))
SHA1 = rawtls.extension(13, rawtls.pairs(0x0201, 0x0203))
VERSIONS = rawtls.extension(43, b"\4\3\4\3\3")
SERVED = {
    "a group nobody here has": (
        0x0301, (ECDHE_CBC, AES), (P521,), (0x0301, AES)),
    "no group at all": (0x0302, (ECDHE_CBC, AES), (), (0x0302, AES)),
    "TLS 1.2, a group nobody here has": (
        0x0303, (ECDHE_GCM, AES), (P521, SIGNATURES), (0x0302, AES)),
    "TLS 1.2, no group": (
        0x0303, (ECDHE_GCM, DES3), (SIGNATURES,), (0x0302, DES3)),
    "TLS 1.2, SHA-1 alone": (
        0x0303, (ECDHE_GCM, ECDHE_CBC, AES), (GROUPS, SHA1),
        (0x0302, ECDHE_CBC)),
    "TLS 1.2, no signature": (
        0x0303, (ECDHE_GCM, AES), (GROUPS,), (0x0302, AES)),
    "TLS 1.2 without ECDHE": (
        0x0303, (0x0033, AES, 0x0035, DES3), (SIGNATURES,), (0x0302, AES)),
    "TLS 1.2, RC4 alone": (
        0x0303, (RC4_SHA,), (SIGNATURES,), (0x0302, RC4_SHA)),
    "modern": (
        0x0303, (AES, ECDHE_GCM), (GROUPS, SIGNATURES, VERSIONS),
        (0x0303, ECDHE_GCM)),
}
REFUSED = {
    "ECDHE alone, and no group": (0x0303, (ECDHE_GCM,), (P521, SIGNATURES)),
    "the same, older": (0x0301, (ECDHE_CBC,), (P521,)),
    "a library of today without ECDHE": (
        0x0303, (AES, DES3), (GROUPS, SIGNATURES, VERSIONS)),
    "a library of today, no group": (
        0x0303, (ECDHE_GCM, AES), (P521, SIGNATURES, VERSIONS)),
}


def test_what_can_be_served_is_chosen_and_nothing_else(make_server):
    server = make_server(**EVERYTHING)
    for name, (version, suites, more, due) in SERVED.items():
        with rawtls.Peer(server) as peer:
            peer.send(rawtls.record(HANDSHAKE, rawtls.hello(
                version, suites, *more)))
            assert rawtls.said(peer.messages(14)) == due, name
    for name, (version, suites, more) in REFUSED.items():
        with rawtls.Peer(server) as peer:
            peer.send(rawtls.record(HANDSHAKE, rawtls.hello(
                version, suites, *more)))
            # the first answer, not one behind half a handshake
            assert peer.record() == (ALERT, b"\2\x28"), name
    server.wait_stat("close.tls-suites", len(REFUSED))


BAD_POINTS = {
    "nothing": b"",
    "no point": b"\0",
    "at infinity": b"\1\0",
    "compressed": b"\x21\2" + b"\1" * 32,
    "on no curve": b"\x41\4" + b"\1" * 64,
    "beyond the field": b"\x41\4" + b"\xff" * 64,
    "cut": b"\x41\4" + b"\1" * 10,
    "something behind it": b"\x41\4" + b"\1" * 70,
}


@pytest.mark.parametrize("version", [0x0301, 0x0302, 0x0303])
def test_a_point_of_no_curve_ends_one_handshake_and_no_server(
        make_server, version):
    """Who takes any point tells its key by what it makes of them."""
    server = make_server(**EVERYTHING)
    first = rawtls.record(HANDSHAKE, rawtls.hello(
        version, (ECDHE_CBC,), rawtls.extension(10, rawtls.pairs(23)),
        SIGNATURES))
    for name, point in BAD_POINTS.items():
        with rawtls.Peer(server) as peer:
            peer.send(first)
            assert rawtls.said(peer.messages(14)) == (version, ECDHE_CBC)
            peer.send(rawtls.record(HANDSHAKE, rawtls.message(16, point)))
            alert = peer.alert()
            assert alert == 47 or (version == 0x0303 and alert is None), name
    assert alive(server)


@pytest.mark.parametrize("version, suites, more", [
    (0x0300, (RC4_SHA,), ()), (0x0301, (AES,), ()), (0x0302, (RC4_MD5,), ()),
    (0x0302, (ECDHE_CBC,), (GROUPS,)),
    (0x0303, (ECDHE_GCM,), (GROUPS, SIGNATURES))])
def test_each_engine_refuses_what_the_rfcs_say_to_refuse(
        make_server, version, suites, more):
    server = make_server(**EVERYTHING)
    cases = [
        # RFC 5246 7.4.1.2: session_id<0..32>
        (rawtls.hello(version, suites, *more, session=b"x" * 33), 50),
        # RFC 5746 3.6: not empty in a first handshake
        (rawtls.hello(version, suites, *more, rawtls.extension(
            0xff01, b"\4abcd")), 40),
        # RFC 7627 5.1: it has nothing in it
        (rawtls.hello(version, suites, *more, rawtls.extension(
            23, b"x")), 50),
    ]
    for first, alert in cases:
        with rawtls.Peer(server) as peer:
            peer.send(rawtls.record(HANDSHAKE, first))
            assert peer.record() == (ALERT, bytes([2, alert]))
    good = rawtls.hello(version, suites, *more, rawtls.extension(
        0xff01, b"\0"), rawtls.extension(23, b""), session=b"x" * 32)
    with rawtls.Peer(server) as peer:
        peer.send(rawtls.record(HANDSHAKE, good))
        assert rawtls.said(peer.messages(14)) == (version, suites[0])
