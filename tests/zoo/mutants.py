#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Puts each fault back, one at a time, and shows which programs then fail.

usage: mutants.py [WORD...]     those whose source or name has a word

The faults stand between the server and the program (faults.py).  A program
that passes without a mutant (test_zoo.py) and fails with it has seen it.
"""

from __future__ import annotations

import pathlib
import sys
import tempfile
import typing

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

import harness  # noqa: E402
import members  # noqa: E402
import partners  # noqa: E402
import scenario  # noqa: E402
from faults import (Cut, Http, NoName, Payload, Raw,  # noqa: E402
                    ReferredOnce, Refused218, SealElsewhere, Sub)
from world import Mutant, World  # noqa: E402

AMY, BOB = "amy@example.com", "bob@example.com"


class Row(typing.NamedTuple):
    """A fault: whence it is known, what it is, and who must see it."""

    source: str
    what: str
    make: typing.Callable[[], Mutant]
    victims: tuple[str, ...]
    password: str = ""      # another than the usual one
    first: bool = True      # the program begins


PUBLISHED = "a%41b,c&d"

TABLE = [
    Row("field-runs 2.1", "the seal of a challenge stands in rn",
        SealElsewhere, ("libpurple-2.0.0", "libpurple-2.4.3", "msn-pm-9",
                        "msn-pm-10", "msn-5.0")),
    Row("field-runs 2.2", "an unchanged BLP is answered 218",
        Refused218, ("msn-pecan", "gaim-0.68", "libpurple-2.4.3")),
    Row("field-runs 2.7", "who comes again soon is not referred",
        ReferredOnce, ("msnlib-3.7",)),
    Row("field-runs 2.8", "a leaf with addresses where a name is asked for",
        NoName, ("kwerty",)),
    Row("field-runs 2.13", "VER answers with the chosen dialect alone",
        lambda: Sub(r"(VER \d+ MSNP11) MSNP10( CVR0)", r"\1\2"),
        ("tmsnc-0.3",)),
    Row("field-notes 10", "VER answers MSNP7 alone",
        lambda: Sub(r"(VER \d+ MSNP7).*", r"\1"), ("gaim-0.68",)),
    Row("programs-1 §1 rule 12", "a bare OUT",
        lambda: Sub(r"OUT .*", "OUT"),
        ("gaim-0.68", "libpurple-2.4.3", "msn-pecan", "kwerty",
         "msn-5.0")),
    Row("programs-1 §1 rule 7", "no line for an empty list",
        lambda: Sub(r"LST \d+ RL \d+ 0 0", ""), ("gaim-0.68",)),
    Row("programs-1 §1 rule 14", "mail from hotmail",
        lambda: Sub(r"MSG Hotmail Hotmail (\d+)", r"MSG hotmail hotmail \1"),
        ("gaim-0.68", "libpurple-2.4.3")),
    Row("programs-1 §2 rule 2", "DALogin with a scheme",
        lambda: Http(rb"DALogin=", b"DALogin=https://",
                     "nexus.passport.com"),
        ("libpurple-2.4.3", "libpurple-2.0.0")),
    Row("programs-1 §2 rule 4", "another reason in the status line",
        lambda: Http(rb"HTTP/1.1 200 OK", b"HTTP/1.1 200 Fine"),
        ("libpurple-2.4.3",)),
    Row("programs-1 §2 rule 4", "authentication-info",
        lambda: Http(rb"Authentication-Info", b"authentication-info"),
        ("libpurple-2.4.3", "msnlib-3.7", "gtmess-0.98")),
    Row("programs-1 §2 rule 8", "SYN with the version alone",
        lambda: Sub(r"(SYN \d+ \S+) .*", r"\1"),
        ("libpurple-2.4.3", "bitlbee-1.2.8", "msnlib-3.7")),
    Row("programs-1 §2 rule 9", "a MSG within the list",
        lambda: Sub(r"(LSG .*)", "\\1\r\nMSG Hotmail Hotmail 0"),
        ("libpurple-2.4.3", "libpurple-2.0.0")),
    Row("programs-1 §2 rule 12", "a notice about a stranger",
        lambda: Sub(r"CHG (.*)",
                    "CHG \\1\r\nNLN NLN eve@example.com eve 0"),
        ("libpurple-2.4.3", "msnlib-3.7")),
    Row("programs-1 §2 rule 13", "a word behind the object",
        lambda: Sub(r"(NLN \S+ \S+ \S+ \S+ %3C\S+)", r"\1 0"),
        ("libpurple-2.4.3", "msn-pecan")),
    Row("programs-1 §2 rule 16", "no ACK of a text",
        lambda: Sub(r"ACK \d+", "", "sb"),
        ("libpurple-2.4.3", "msn-pecan", "msnlib-3.7", "kwerty")),
    Row("programs-1 §3 rule 2", "the Id is not the only attribute",
        lambda: Http(rb'Token Id="', b'Token wsu="" Id="'),
        ("msn-pecan",)),
    Row("programs-1 §3 rule 4", "content-length",
        lambda: Http(rb"Content-Length: ", b"content-length: "),
        ("msn-pecan",)),
    Row("programs-1 §3 rule 10", "ILN about a stranger",
        lambda: Sub(r"CHG (\d+) (.*)", "CHG \\1 \\2\r\nILN \\1 NLN "
                    "eve@example.com eve 0"), ("msn-pecan",)),
    Row("programs-1 §3 rule 11", "QNG without its seconds",
        lambda: Sub(r"QNG \d+", "QNG"), ("msn-pecan", "msnp11-sdk")),
    Row("programs-1 §6 rule 6", "an object at MSNP8",
        lambda: Sub(r"(NLN \S+ \S+ \S+ \S+)", r"\1 0"),
        ("bitlbee-1.2.8", "msn-5.0")),
    Row("programs-1 §6 rule 6", "caps in JOI at MSNP8",
        lambda: Sub(r"(JOI \S+ \S+)", r"\1 0", "sb"),
        ("bitlbee-1.2.8", "msn-5.0")),
    Row("programs-1 §6 rule 6", "RNG of eight words at MSNP8",
        lambda: Sub(r"(RNG .*)", r"\1 U messenger.msn.com 1"),
        ("bitlbee-1.2.8", "msn-5.0"), first=False),
    Row("programs-1 §6 rule 1", "a payload that begins with a line end",
        lambda: Payload("MSG", rb"^", b"\r\n"), ("bitlbee-1.2.8",)),
    Row("programs-2 §0 rule B", "header and payload in two segments",
        lambda: Cut("MSG", "UBX"), ("amsn-2002", "tmsnc-0.3")),
    Row("programs-2 §0 rule E", "PassportURLs with a trailing comma",
        lambda: Http(rb"(PassportURLs: [^\r]*)", rb"\1,"),
        ("msnlib-3.7", "kwerty", "msn-pm-10")),
    Row("programs-2 §0 rule F", "one more in SYN than come",
        lambda: Sub(r"(SYN \d+ .* )\d+ (\d+)", r"\g<1>7 \2"),
        ("jml-12", "gtmess-0.98", "kwerty", "msn-pm-10", "tmsnc-0.3")),
    Row("programs-2 §1 rule 7", "a small number in RNG", lambda:
        Sub(r"(NLN NLN bob.*)", "\\1\r\nRNG 4 127.0.0.1:9 CKI 1.2 "
            "bob@example.com bob"), ("amsn-2002",)),
    Row("programs-2 §3 rule 2", "USR OK without its last 0",
        lambda: Sub(r"(USR \d+ OK .*) 0", r"\1"), ("jml-12", "msn-5.0")),
    Row("programs-2 §4 rule 4", "a comma in the ticket",
        lambda: Http(rb"(from-PP='t=.{20})", rb"\1,"),
        ("jmsn", "msnlib-3.7")),
    Row("programs-2 §4 rule 6", "CHG is answered before the list",
        lambda: Sub(r"(CHG .*)", "\\1\r\nLST N=eve@example.com 8"),
        ("jmsn",)),
    Row("programs-2 §4 rule 8", "Content-Type is the third line of a MSG",
        lambda: Payload("MSG", rb"(MIME-Version: 1.0\r\n)(Content-Type: "
                        rb"text/plain[^\r]*\r\n)(X-MMS[^\r]*\r\n)",
                        rb"\1\3\2"), ("jmsn", "msnp11-sdk")),
    Row("programs-2 §7 rule 8", "a header without a blank",
        lambda: Payload("MSG", rb"Content-Type: text/plain",
                        b"Content-Type:text/plain"),
        ("kwerty", "libpurple-2.4.3")),
    Row("programs-2 §7 rule 10", "ANS OK before IRO",
        lambda: Sub(r"(IRO (\d+) .*)", "ANS \\2 OK\r\n\\1", "sb"),
        ("kwerty",), first=False),
    Row("programs-2 §9 rule 7", "caps in IRO at MSNP8",
        lambda: Sub(r"(IRO .*)", r"\1 0", "sb"),
        ("msnlib-3.7", "bitlbee-1.2.8"), first=False),
    Row("programs-2 §10 rule 7", "a notice before SYN's answer",
        lambda: Sub(r"(SYN .*)", "SBS 0 null\r\n\\1"), ("tmsnc-0.3",)),
    Row("programs-2 §12 rule 1", "VER with CVR0 alone",
        lambda: Sub(r"VER (\d+) .*", r"VER \1 CVR0"), ("gtmess-0.98",)),
    Row("programs-2 §12 rule 4", "from-PP before da-status", lambda:
        Http(rb"(da-status=success),(.*?)(from-PP='[^']*')",
             rb"\3,\2\1"), ("gtmess-0.98", "msn-5.0")),
    Row("programs-2 §14 rule 6", "PRP is echoed in another spelling",
        lambda: Sub(r"PRP (\d+) MFN Amy%20S", r"PRP \1 MFN Amy%20%53"),
        ("msnp11-sdk",)),
    Row("programs-2 §14 rule 7", "ADC FL without C=",
        lambda: Sub(r"(ADC \d+ FL .*) C=\S+", r"\1"),
        ("msnp11-sdk", "jml-12")),
    Row("programs-2 §17", "a raw password is decoded, and ends at a comma",
        Raw, ("jmsn", "kwerty", "msnp11-sdk"), PUBLISHED),
]


def meet(world: World, name: str, row: Row) -> str:
    """Empty when the program saw nothing; else the step and what broke."""
    kind = members.TABLE[name]
    other = partners.TABLE[members.usual_partner(kind)]
    if kind.NEEDS_FRIEND:
        members.befriend(world, AMY, "eve@example.com")
    one = members.make(kind, world, AMY)
    if row.password:
        world.server.ctl("user", "passwd", AMY, "--password", row.password)
        one.password = row.password
    world.mutants[kind.NAME] = row.make()
    two = other(world, BOB, harness.PEOPLE[BOB])
    run = scenario.Run(world, *((one, two) if row.first else (two, one)))
    if run.eight():
        run.extras()
    bad = [f"{step}: {what}" for step, what in run.outcomes.items()
           if what not in ("ok", "-")]
    return bad[0].split("\n")[0] if bad else ""


def main(words: list[str]) -> int:
    missed = 0
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        mold = harness.make_mold(folder / "mold")
        for number, row in enumerate(TABLE):
            if words and not any(w in row.source or w in row.victims
                                 for w in words):
                continue
            print(f"{row.source}: {row.what}")
            seen = 0
            for name in row.victims:
                there = folder / f"{number}-{name}"
                there.mkdir()
                harness.copy_mold(mold, there)
                kind = members.TABLE[name]
                other = partners.TABLE[members.usual_partner(kind)]
                server = harness.Server(
                    there, **(other.SETTINGS | kind.SETTINGS)).start()
                world = World(server)
                try:
                    found = meet(world, name, row)
                finally:
                    world.close()
                    server.close()
                seen += bool(found)
                print(f"    {name}: {found[:150] or 'SAW NOTHING'}",
                      flush=True)
            missed += seen == 0
    print(f"{missed} faults that nobody saw")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
