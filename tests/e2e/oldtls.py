# SPDX-License-Identifier: MIT
"""TLS clients of many ages and makers, none of them the server's own code:
each takes cells of a matrix and says what became of them.

A cell is (format of the hello, highest version offered, suite).  The outcome
is "TLS1.0" and so on when the connection carried a request and its answer, or
when that is all the client tells, a finished handshake; else "refused".
"""

from __future__ import annotations

import functools
import itertools
import pathlib
import shutil
import ssl
import subprocess
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

import harness
import msn

Cell = tuple[str, str, str]

REQUEST = b"GET /rdr/pprdr.asp HTTP/1.0\r\n\r\n"
VERSIONS = {"SSL3.0": "0300", "TLS1.0": "0301", "TLS1.1": "0302",
            "TLS1.2": "0303"}
SUITES = {"RC4-MD5": "0004", "RC4-SHA": "0005", "3DES-SHA": "000a",
          "AES128-SHA": "002f", "AES256-SHA": "0035"}
CELLS: list[Cell] = list(itertools.product(("v2", "v3"), VERSIONS, SUITES))
RHINO = pathlib.Path("/usr/share/java/js.jar")


def cells(formats: tuple[str, ...], versions: tuple[str, ...],
          suites: tuple[str, ...] = tuple(SUITES)) -> list[Cell]:
    return [c for c in CELLS
            if c[0] in formats and c[1] in versions and c[2] in suites]


def due(cell: Cell, everything: bool) -> str:
    """What the server owes: its documentation as a function.  None of these
    suites has forward secrecy, without which TLS 1.2 is answered with 1.1; and
    of the clients that offer it none takes less."""
    kind, offered, suite = cell
    if offered == "TLS1.2" and kind == "v3":
        return "refused"
    if offered == "SSL3.0" and not everything:
        return "refused"
    if suite.startswith("RC4") and not everything:
        return "refused"
    if offered == "TLS1.2":
        return "TLS1.1"
    return offered


def need(program: str | pathlib.Path) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"no {program}: tools/setup.sh installs it")
    return found


def run(command: list[str], given: bytes = b"") -> str:
    done = subprocess.run(command, input=given, capture_output=True,
                          timeout=60, check=False)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def at_once(work, items):  # type: ignore[no-untyped-def]
    with ThreadPoolExecutor(4) as pool:
        return dict(zip(items, pool.map(work, items)))


# ---- our client, written from the RFCs ----

def old(port: int | str, *specs: str, request: bytes = REQUEST) -> list[list[str]]:
    program = harness.BIN / "bench" / "oldask"
    text = run([need(program), str(port), *specs], request)
    return [line.split() for line in text.splitlines()]


def from_the_rfcs(server: harness.Server, wanted: list[Cell]
                  ) -> dict[Cell, tuple[str, bool]]:
    """The flag: the second connection resumed the first one's session."""
    specs = {f"{k}:{VERSIONS[v]}:{SUITES[s]}": (k, v, s) for k, v, s in wanted}
    found: dict[Cell, tuple[str, bool]] = {}
    for spec, how, *more in old(server.https_port, *specs):
        cell = specs[spec]
        if how == "failed":
            found[cell] = ("refused", False)
            continue
        assert more[1] == cell[2], more
        found[cell] = (more[0], how == "resumed")
    return found


# ---- NSS: the engine of Netscape and Firefox ----

NSS_VERSIONS = {"SSL3.0": "ssl3", "TLS1.0": "tls1.0", "TLS1.1": "tls1.1",
                "TLS1.2": "tls1.2"}


def nss_db(folder: pathlib.Path, server: harness.Server) -> str:
    db = f"sql:{folder}"
    for more in (["-N", "--empty-password"],
                 ["-A", "-n", "ca", "-t", "C,,", "-i", str(server.ca)]):
        subprocess.run([need("certutil"), "-d", db, *more], check=True,
                       timeout=60, capture_output=True)
    return db


def nss(server: harness.Server, wanted: list[Cell], folder: pathlib.Path
        ) -> dict[Cell, tuple[str, bool]]:
    """Checks the certificate; its second connection resumes."""
    db = nss_db(folder, server)

    def ask(cell: Cell) -> tuple[str, bool]:
        version = NSS_VERSIONS[cell[1]]
        text = run([need("strsclnt"), "-4", "-q", "-d", db, "-p",
                    str(server.https_port), "-c", "2", "-t", "1", "-V",
                    f"{version}:{version}", "-C",
                    f":{SUITES[cell[2]].upper()}", "127.0.0.1",
                    "-a", "nexus.passport.com"])
        if "no common encryption" in text or "PR_Send returned" in text:
            return "refused", False
        assert "Certificate Validated" in text, text
        return cell[1], "1 cache hits; 1 cache misses" in text

    return at_once(ask, wanted)


# ---- GnuTLS ----

GNUTLS = {"RC4-MD5": "+ARCFOUR-128:+MD5", "RC4-SHA": "+ARCFOUR-128:+SHA1",
          "3DES-SHA": "+3DES-CBC:+SHA1", "AES128-SHA": "+AES-128-CBC:+SHA1",
          "AES256-SHA": "+AES-256-CBC:+SHA1"}


def gnutls(server: harness.Server, wanted: list[Cell]
           ) -> dict[Cell, tuple[str, bool]]:
    def ask(cell: Cell) -> tuple[str, bool]:
        priority = (f"NONE:+VERS-{cell[1]}:{GNUTLS[cell[2]]}:+RSA:+COMP-NULL:"
                    "+SIGN-ALL:+CTYPE-ALL:%COMPAT")
        text = run([need("gnutls-cli"), "--insecure", "-r", "-p",
                    str(server.https_port), "--priority", priority,
                    "127.0.0.1"])
        if "Handshake was completed" not in text:
            assert "alert" in text or "unsupported version" in text, text
            return "refused", False
        assert f"Description: ({cell[1]}-X.509)-(RSA)" in text, text
        return cell[1], "*** This is a resumed session" in text

    return at_once(ask, wanted)


# ---- OpenSSL, by Python's module ----

OPENSSL = {"TLS1.0": ssl.TLSVersion.TLSv1, "TLS1.1": ssl.TLSVersion.TLSv1_1,
           "TLS1.2": ssl.TLSVersion.TLSv1_2}


def openssl_context(server: harness.Server, version: str, ciphers: str
                    ) -> ssl.SSLContext:
    context = msn.tls_context(server)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = OPENSSL[version]
        context.maximum_version = OPENSSL[version]
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    return context


def openssl_ask(server: harness.Server, context: ssl.SSLContext,
                session: ssl.SSLSession | None = None) -> ssl.SSLSocket | None:
    """The connection when it has answered."""
    wire = msn.Wire(server.host, server.https_port)
    try:
        tls = context.wrap_socket(wire.sock, session=session,
                                  server_hostname="nexus.passport.com")
    except (ssl.SSLError, ConnectionError):
        return None
    wire.sock = tls
    wire.send(REQUEST)
    assert wire.line() == "HTTP/1.1 200 OK"
    return tls


def openssl(server: harness.Server, wanted: list[Cell]
            ) -> dict[Cell, tuple[str, bool]]:
    def ask(cell: Cell) -> tuple[str, bool]:
        context = openssl_context(server, cell[1], cell[2])
        first = openssl_ask(server, context)
        if first is None:
            return "refused", False
        again = openssl_ask(server, context, first.session)
        assert again is not None
        version = (again.version() or "").replace("v1", "1")
        return ("TLS1.0" if version == "TLS1" else version,
                again.session_reused or False)

    return {cell: ask(cell) for cell in wanted}


# ---- Java ----

JAVA_VERSIONS = {"SSL3.0": "SSLv3", "TLS1.0": "TLSv1", "TLS1.1": "TLSv1.1",
                 "TLS1.2": "TLSv1.2"}
JAVA_SUITES = {"RC4-MD5": "SSL_RSA_WITH_RC4_128_MD5",
               "RC4-SHA": "SSL_RSA_WITH_RC4_128_SHA",
               "3DES-SHA": "SSL_RSA_WITH_3DES_EDE_CBC_SHA",
               "AES128-SHA": "TLS_RSA_WITH_AES_128_CBC_SHA",
               "AES256-SHA": "TLS_RSA_WITH_AES_256_CBC_SHA"}


def java(server: harness.Server, wanted: list[Cell]
         ) -> dict[Cell, tuple[str, bool]]:
    """Knows how to begin as SSLv2 did, but resumes nothing that old."""
    if not RHINO.exists():
        pytest.skip("no librhino-java: tools/setup.sh installs it")
    names = list(JAVA_VERSIONS)

    def pair(cell: Cell) -> str:
        kind, offered, suite = cell
        versions = [offered]
        if kind == "v2" and offered != "SSL3.0":
            # a client that offers more knows TLS 1.0 too
            versions = names[1:names.index(offered) + 1]
        words = ["SSLv2Hello"] if kind == "v2" else []
        words += [JAVA_VERSIONS[v] for v in versions]
        return f"{','.join(words)}:{JAVA_SUITES[suite]}"

    text = run([need("java"), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "--add-exports=java.base/sun.security.ssl=ALL-UNNAMED",
                "-cp", str(RHINO), "org.mozilla.javascript.tools.shell.Main",
                str(pathlib.Path(__file__).with_name("v2hello.js")),
                str(server.https_port), *map(pair, wanted)])
    lines = text.splitlines()
    assert len(lines) == len(wanted), text
    back = {j: v for v, j in JAVA_VERSIONS.items()}
    found = {}
    for cell, line in zip(wanted, lines):
        if line == "refused":
            found[cell] = ("refused", False)
            continue
        version, suite, status = line.split(" ", 2)
        assert suite == JAVA_SUITES[cell[2]], line
        assert status == "HTTP/1.1 200 OK", line
        found[cell] = (back[version], False)
    return found


CLIENTS = {
    "the RFCs": (from_the_rfcs, cells(("v2",), tuple(VERSIONS)) +
                 cells(("v3",), ("SSL3.0", "TLS1.0", "TLS1.1")), True),
    "NSS": (nss, cells(("v3",), tuple(VERSIONS)), True),
    "GnuTLS": (gnutls, cells(("v3",), ("TLS1.0", "TLS1.1", "TLS1.2")), True),
    "OpenSSL": (openssl, cells(("v3",), ("TLS1.0", "TLS1.1", "TLS1.2"),
                               ("AES128-SHA", "AES256-SHA")), True),
    "Java": (java, cells(("v2", "v3"), tuple(VERSIONS)), False),
}


def ask(name: str, server: harness.Server, folder: pathlib.Path
        ) -> dict[Cell, tuple[str, bool]]:
    how, wanted, _ = CLIENTS[name]
    if how is nss:
        how = functools.partial(nss, folder=folder)
    return how(server, wanted)  # type: ignore[operator]


# ---- what docs/CLIENTS.md says ----

def offers() -> list[list[str]]:
    """Rows of its table: system, offer, public, own network, leaf."""
    text = (harness.ROOT / "docs" / "CLIENTS.md").read_text("utf-8")
    rows = [[word.strip(" `") for word in line.strip("|\n").split("|")]
            for line in text.splitlines() if "| `v" in line]
    assert len(rows) > 15
    return rows


# OpenSSL's names of what only a newer client has.
NEWER = {"c013": "ECDHE-RSA-AES128-SHA", "c014": "ECDHE-RSA-AES256-SHA",
         "c027": "ECDHE-RSA-AES128-SHA256", "c028": "ECDHE-RSA-AES256-SHA384",
         "c02f": "ECDHE-RSA-AES128-GCM-SHA256",
         "c030": "ECDHE-RSA-AES256-GCM-SHA384", "009c": "AES128-GCM-SHA256",
         "009d": "AES256-GCM-SHA384", "002f": "AES128-SHA",
         "0035": "AES256-SHA"}


def outcome(server: harness.Server, offer: str) -> str:
    kind, version, suites = offer.split(":")
    if "c0" not in suites:
        _, how, *more = old(server.https_port, offer)[0]
        return "refused" if how == "failed" else " ".join(more[:2])
    assert kind == "v3"
    # this OpenSSL has no RC4 and no 3DES, which nobody chooses beside these
    words = suites.split(",")
    assert set(words) - set(NEWER) <= {"0004", "0005", "000a"}
    named = {code: name for name, code in VERSIONS.items()}
    tls = openssl_ask(server, openssl_context(
        server, named[version], ":".join(NEWER[w] for w in words
                                         if w in NEWER)))
    if tls is None:
        return "refused"
    return f"{named[version]} {tls.cipher()[0]}"  # type: ignore[index]
