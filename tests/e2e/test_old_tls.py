# SPDX-License-Identifier: MIT
"""TLS from 1996 to now on one port: who gets in, with what, and who does not."""

from __future__ import annotations

import ssl
import subprocess

import pytest

import harness
import msn
import oldtls

AMY = "amy@example.com"
PUBLIC = {"limit.connections-per-address": "200"}
EVERYTHING = PUBLIC | {"tls.ssl3": "on", "tls.rc4": "on"}
SHA1_RSA = bytes.fromhex("06092a864886f70d010105")
SHA256_RSA = bytes.fromhex("06092a864886f70d01010b")


# ---- every client, format, version and suite ----

@pytest.mark.covers("passport 13 #37", "passport 13 #41", "soap 11 #114",
                    "field-notes 19")
@pytest.mark.parametrize("client", list(oldtls.CLIENTS))
@pytest.mark.parametrize("everything", [False, True],
                         ids=["public", "everything-on"])
def test_each_client_gets_what_is_on_and_nothing_else(
        make_server, tmp_path, client, everything):
    server = make_server(**(EVERYTHING if everything else PUBLIC))
    _, wanted, resumes = oldtls.CLIENTS[client]
    due = {}
    for cell in wanted:
        version = oldtls.due(cell, everything)
        due[cell] = (version, resumes and version != "refused")
    db = tmp_path / "db"
    db.mkdir()
    assert oldtls.ask(client, server, db) == due


@pytest.mark.covers("soap 11 #114")
@pytest.mark.parametrize("everything", [False, True],
                         ids=["public", "everything-on"])
def test_the_page_about_clients_tells_what_happens(make_server, everything):
    server = make_server(**(EVERYTHING if everything else PUBLIC))
    rows = oldtls.offers()
    assert {(r[0], oldtls.outcome(server, r[1])) for r in rows} == \
        {(r[0], r[3 if everything else 2]) for r in rows}


def test_libraries_between_tls_1_2_and_ecdhe_get_tls_1_1(server):
    """GnuTLS 2.10 to 2.12 and OpenSSL builds without elliptic curves offer
    TLS 1.2 and RSA or DHE alone."""
    text = oldtls.run([
        oldtls.need("gnutls-cli"), "--insecure", "-p",
        str(server.https_port), "--priority",
        "NONE:+VERS-TLS1.2:+VERS-TLS1.1:+VERS-TLS1.0:+AES-128-CBC:+3DES-CBC:"
        "+SHA1:+RSA:+DHE-RSA:+COMP-NULL:+SIGN-ALL:+CTYPE-ALL", "127.0.0.1"])
    assert "Description: (TLS1.1-X.509)-(RSA)-(AES-128-CBC)" in text, text


# ---- signing in ----

def over(server: harness.Server, spec: str, request: str) -> msn.Reply:
    """The answer to a request over an old connection."""
    text = oldtls.run(
        [oldtls.need(harness.BIN / "bench" / "oldask"),
         str(server.https_port), spec, "-b"], request.encode())
    first, _, rest = text.partition("\n")
    assert first.startswith(f"{spec} full"), text
    head, _, _ = rest.partition("\r\n\r\n")
    status, *lines = head.split("\r\n")
    pairs = [line.split(": ", 1) for line in lines]
    return msn.Reply(status, [(k, v) for k, v in pairs])


@pytest.mark.covers("passport 13 #37", "soap 11 #114")
@pytest.mark.parametrize("spec, version, more", [
    ("v2:0300:0004,0005,000a,0009,0064,0062,0003,0006,0013,0012,0063",
     "SSL3.0", {"tls.ssl3": "on", "tls.rc4": "on"}),
    ("v2:0301:0004,0005,000a,0009,0064,0062,0003,0006,0013,0012,0063",
     "TLS1.0", {}),
])
def test_an_account_signs_in_with_what_internet_explorer_5_offers(
        make_server, spec, version, more):
    server = make_server(**more)
    person = msn.Person(server, AMY, 8)
    person.ver()
    person.cvr()
    challenge = person.usr_i().words[4]
    nexus = over(server, spec, "GET /rdr/pprdr.asp HTTP/1.1\r\n"
                 "Host: nexus.passport.com\r\n\r\n")
    host, slash, path = dict(
        i.split("=", 1) for i in nexus.exact("PassportURLs").split(",")
    )["DALogin"].partition("/")
    reply = over(server, spec, f"GET {slash}{path} HTTP/1.1\r\nHost: {host}"
                 "\r\nAuthorization: " + msn.credentials(
                     AMY, harness.PEOPLE[AMY], challenge) + "\r\n\r\n")
    assert reply.status == 200
    person.enter(reply.ticket)
    assert server.wait_stat("tls.full", 2) == 2


def test_a_connection_of_the_oldest_clients_carries_one_request(server):
    """Such clients lose requests on connections that are kept."""
    request = "GET /nothing HTTP/1.1\r\nHost: login.live.com\r\n\r\n"
    reply = over(server, "v2:0301:002f", request)
    assert (reply.status, reply.get("Connection")) == (404, "close")
    reply = msn.fetch(server, request.encode(), "login.live.com", old=True)
    assert (reply.status, reply.get("Connection")) == (404, None)


def test_whoever_begins_as_tls_does_keeps_a_connection(server):
    """Whichever engine answers: it is younger than those that lose requests."""
    tls = oldtls.openssl_ask(
        server, oldtls.openssl_context(server, "TLS1.0", "AES128-SHA"))
    assert tls is not None and tls.version() == "TLSv1"
    tls.close()
    wire = msn.Wire(server.host, server.https_port)
    wire.sock = oldtls.openssl_context(
        server, "TLS1.0", "AES128-SHA").wrap_socket(
            wire.sock, server_hostname="login.live.com")
    for _ in range(3):
        wire.send(b"HEAD /nothing HTTP/1.1\r\nHost: login.live.com\r\n\r\n")
        assert wire.line() == "HTTP/1.1 404 Not Found"
        while wire.line():
            pass


def test_good_bye_is_said_to_them_where_that_is_on_only(make_server):
    server = make_server()
    assert [line[-1] for line in oldtls.old(server.https_port,
                                            "v2:0301:002f")] == ["cut"] * 2
    assert [line[-1] for line in oldtls.old(server.https_port,
                                            "v3:0301:002f")] == ["clean"] * 2
    server = make_server(**{"tls.goodbye": "on"})
    assert [line[-1] for line in oldtls.old(server.https_port,
                                            "v2:0301:002f")] == ["clean"] * 2


# ---- refusals ----

@pytest.mark.covers("passport 13 #39")
def test_export_suites_get_an_alert_and_the_log_says_what_helps(make_server):
    server = make_server(**EVERYTHING)
    specs = ["v2:0300:0003,0006", "v2:0301:0003,0006", "v3:0301:0003,0006"]
    assert oldtls.old(server.https_port, *specs) == [
        [spec, "failed", "40"] for spec in specs]
    server.wait_stat("close.tls-export", 3)
    assert server.log().count("reason=tls-export") == 3
    assert "128-bit pack" in server.log()
    # a suite that nobody has is another matter
    oldtls.old(server.https_port, "v2:0301:0009")
    server.wait_stat("close.tls-suites", 1)


def test_a_fallback_to_an_older_version_is_refused_by_each_engine(
        make_server):
    server = make_server(**EVERYTHING)
    specs = ["v2:0300:002f,5600", "v2:0301:002f,5600", "v3:0300:002f,5600",
             "v3:0301:002f,5600", "v3:0302:002f,5600"]
    assert oldtls.old(server.https_port, *specs) == [
        [spec, "failed", "86"] for spec in specs]


def test_the_admin_port_knows_nothing_old(make_server):
    port = harness.free_ports(1)[0]
    server = make_server(**EVERYTHING, **{"admin.port": str(port)})
    specs = ["v2:0301:002f", "v3:0300:002f", "v3:0301:002f"]
    assert oldtls.old(port, *specs) == [[s, "failed", "70"] for s in specs]
    assert oldtls.old(server.https_port, *specs) != [
        [s, "failed", "70"] for s in specs]


def test_all_that_is_old_may_be_off(make_server):
    server = make_server(**EVERYTHING, **{"tls.legacy": "off"})
    specs = ["v2:0301:002f", "v3:0300:002f", "v3:0301:002f"]
    assert oldtls.old(server.https_port, *specs) == [
        [s, "failed", "70"] for s in specs]


# ---- who is modern ----

@pytest.mark.covers("passport 13 #40")
def test_modern_clients_get_tls_1_2_with_forward_secrecy_and_gcm(
        make_server, tmp_path):
    server = make_server(**EVERYTHING)
    with msn.tls_context(server).wrap_socket(
            msn.Wire(server.host, server.https_port).sock,
            server_hostname="login.live.com") as tls:
        assert tls.version() == "TLSv1.2"
        assert tls.cipher()[0] == "ECDHE-RSA-AES128-GCM-SHA256"
    text = oldtls.run([oldtls.need("gnutls-cli"), "--insecure", "-p",
                       str(server.https_port), "127.0.0.1"])
    assert "(TLS1.2-X.509)-(ECDHE-" in text
    assert "(AES-128-GCM)" in text
    text = oldtls.run([oldtls.need("tstclnt"), "-4", "-Q", "-v", "-o", "-d",
                       oldtls.nss_db(tmp_path, server), "-h", "127.0.0.1",
                       "-p", str(server.https_port)])
    assert "SSL version 3.3 using 128-bit AES-GCM" in text
    assert "Key Exchange: 255-bit" in text


def test_every_suite_of_a_modern_hello_has_forward_secrecy(make_server):
    """Each suite OpenSSL has, alone, in a hello that offers TLS 1.2."""
    server = make_server(**EVERYTHING)
    context = oldtls.openssl_context(server, "TLS1.2", "ALL:COMPLEMENTOFALL")
    names = [c["name"] for c in context.get_ciphers()
             if c["protocol"] != "TLSv1.3"]
    assert len(names) > 50
    good = [n for n in names if oldtls.openssl_ask(
        server, oldtls.openssl_context(server, "TLS1.2", n)) is not None]
    assert sorted(good) == sorted([
        "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-RSA-AES128-SHA256",
        "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA"])


@pytest.mark.covers("passport 13 #40")
@pytest.mark.parametrize("everything", [False, True],
                         ids=["public", "everything-on"])
def test_a_scan_finds_nothing_old_above_tls_1_1(make_server, everything):
    server = make_server(**(EVERYTHING if everything else PUBLIC))
    text = oldtls.run([oldtls.need("sslscan"), "--no-colour",
                       f"127.0.0.1:{server.https_port}"])
    said = [line.split() for line in text.splitlines() if line.strip()]
    assert ["SSLv2", "disabled"] in said
    assert ["SSLv3", "enabled" if everything else "disabled"] in said
    assert "Server supports TLS Fallback SCSV" in text
    found = {(w[1], w[4]) for w in said if w[0] in ("Preferred", "Accepted")}
    assert ["Preferred", "TLSv1.2", "128", "bits",
            "ECDHE-RSA-AES128-GCM-SHA256"] in [w[:5] for w in said]
    assert ("TLSv1.0", "TLS_RSA_WITH_3DES_EDE_CBC_SHA") in found
    assert any("RC4" in suite for _, suite in found) == everything
    modern = [suite for version, suite in found if version == "TLSv1.2"]
    assert modern and all("ECDHE" in suite for suite in modern), modern


# ---- certificates ----

@pytest.mark.covers("passport 13 #38")
@pytest.mark.parametrize("name", ["login.live.com", "nobody.example", None])
def test_the_leaf_goes_by_the_version_and_no_name_is_an_error(server, name):
    for old, due in ((True, SHA1_RSA), (False, SHA256_RSA)):
        context = msn.tls_context(server, old)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with context.wrap_socket(
                msn.Wire(server.host, server.https_port).sock,
                server_hostname=name) as tls:
            der = tls.getpeercert(True)
        assert der is not None and due in der
        assert (SHA256_RSA if old else SHA1_RSA) not in der


@pytest.mark.covers("field-notes 8", "soap 11 #114")
def test_both_leaves_cover_each_name_a_client_asks_for(server):
    names = ["nexus.passport.com", "login.live.com", "loginnet.passport.com",
             "contacts.msn.com", "local-bay.contacts.msn.com",
             "omega.contacts.msn.com", "byrdr.omega.contacts.msn.com",
             "storage.msn.com", "tkrdr.storage.msn.com", "rsi.hotmail.com",
             "ows.messenger.msn.com", "directory.services.live.com",
             "gateway.messenger.hotmail.com",
             "geo.gateway.messenger.live.com", "messenger.hotmail.com"]
    for old in (False, True):
        for name in names:
            with msn.tls_context(server, old).wrap_socket(
                    msn.Wire(server.host, server.https_port).sock,
                    server_hostname=name) as tls:
                assert tls.getpeercert()


# ---- what the libraries lack ----

# libmicrohttpd may bring libnettle along; here it is as if there were none.
NO_NETTLE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
void *dlopen(const char *name, int how)
{
	void *(*real)(const char *, int) =
		(void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");

	if (name != 0 && strstr(name, "libnettle") != 0)
		return 0;
	return real(name, how);
}
"""


def test_rc4_that_is_on_and_not_there_is_told_by_check_and_start(tmp_path):
    """mbedTLS 3 has no RC4: libnettle has one, or --check says what to do."""
    shim = tmp_path / "shim.so"
    subprocess.run([oldtls.need("cc"), "-x", "c", "-shared", "-fPIC", "-o",
                    str(shim), "-"], input=NO_NETTLE, text=True, check=True)

    def nudged(*words: str, lacking: bool) -> subprocess.CompletedProcess[str]:
        env = harness.ENVIRONMENT | ({"LD_PRELOAD": str(shim)} if lacking
                                     else {})
        env["ASAN_OPTIONS"] = "verify_asan_link_order=0"
        return subprocess.run(
            [str(harness.BIN / "nudged"), "--data", str(tmp_path / "data"),
             *words], capture_output=True, text=True, timeout=60,
            check=False, env=env)

    rc4 = ("--set", "tls.rc4=on")
    assert nudged("--check", *rc4, lacking=False).returncode == 0
    assert nudged("--check", lacking=True).returncode == 0
    told = nudged("--check", *rc4, lacking=True)
    linked = oldtls.run(["ldd", str(harness.BIN / "nudged")])
    if "libmbedtls.so.14" in linked:
        assert told.returncode == 0     # mbedTLS 2.28 has its own
        return
    assert told.returncode != 0
    assert "tls.rc4 is on" in told.stderr
    assert "apt-get install libnettle8t64" in told.stderr
    # nor does it start so; and without legacy TLS nobody would be given it
    assert nudged(*rc4, lacking=True).returncode != 0
    assert nudged("--check", *rc4, "--set", "tls.legacy=off",
                  lacking=True).returncode == 0
