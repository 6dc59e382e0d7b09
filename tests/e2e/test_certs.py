# SPDX-License-Identifier: MIT
"""The certificate authority and what it vouches for."""

from __future__ import annotations

import re
import socket
import ssl
import subprocess

import pytest

import harness

PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
           "fc00::/7"]


def leaf(server: harness.Server, name: str | None) -> bytes:
    """The server's leaf in PEM, for a hello that names this host or none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", server.https_port)) as s, \
            context.wrap_socket(s, server_hostname=name) as tls:
        der = tls.getpeercert(binary_form=True)
    assert der is not None
    return ssl.DER_cert_to_PEM_cert(der).encode()


def names_of(pem: bytes) -> str:
    return subprocess.run(
        ["openssl", "x509", "-noout", "-ext", "subjectAltName"], input=pem,
        capture_output=True, check=True).stdout.decode()


def verifies(server: harness.Server, folder: object, pem: bytes,
             *more: str) -> bool:
    file = server.folder / "leaf.pem"
    file.write_bytes(pem)
    return subprocess.run(
        ["openssl", "verify", "-purpose", "sslserver", *more, "-CAfile",
         str(folder), str(file)], capture_output=True).returncode == 0


@pytest.mark.covers("field-runs 2.8")
def test_a_hello_that_names_a_host_gets_a_leaf_without_addresses(server):
    for name in ("nexus.passport.com", "localhost"):
        told = names_of(leaf(server, name))
        assert f"DNS:{name}" in told and "IP Address" not in told
    for name in (None, "127.0.0.1"):
        told = names_of(leaf(server, name))
        assert "DNS:nexus.passport.com" in told
        assert "IP Address:127.0.0.1" in told
    for name, more in (("nexus.passport.com",
                        ["-verify_hostname", "nexus.passport.com"]),
                       (None, ["-verify_ip", "127.0.0.1"])):
        assert verifies(server, server.ca, leaf(server, name), *more)


def test_the_authority_may_vouch_for_servers_of_these_names_alone(server):
    told = subprocess.run(
        ["openssl", "x509", "-in", str(server.ca), "-noout", "-ext",
         "nameConstraints,extendedKeyUsage"], capture_output=True,
        check=True, text=True).stdout
    usage = told[told.index("Extended Key Usage"):].split("\n")[1].strip()
    assert usage == "TLS Web Server Authentication"
    hosts = set(re.findall(r"DNS:(\S+)", told))
    assert "login.live.com" in hosts and "contacts.msn.com" in hosts
    assert not hosts & {"live.com", "msn.com", "hotmail.com", "passport.com",
                        "microsoft.com"}
    assert len(re.findall(r"IP:", told)) == len(PRIVATE) + 2    # loopback


def test_a_new_authority_takes_over_when_it_is_asked_for_twice(server):
    old = server.ca.read_bytes()
    asked = server.ctl("certs", "renew-authority", check=False)
    assert asked.returncode == 1
    assert "nudgectl certs renew-authority --yes" in asked.stdout + asked.stderr
    assert verifies(server, server.ca, leaf(server, None))
    done = server.ctl("certs", "renew-authority", "--yes")
    assert "install the new certificate" in done.stdout
    there = server.folder / "new"
    server.ctl("certs", "export", str(there))
    new = harness.find_pem(there)
    assert new.read_bytes() != old
    for name in (None, "login.live.com"):
        pem = leaf(server, name)
        assert verifies(server, new, pem)
        assert not verifies(server, server.ca, pem)
    before = leaf(server, None)
    server.stop()
    server.start()
    assert leaf(server, None) == before
