# SPDX-License-Identifier: MIT
"""Miranda IM 0.9.37, MSNP18: its very bytes, up to CHG.  Only its tickets,
and the proof made from them, are those of this server."""

from __future__ import annotations

import json
import pathlib
import re

import pytest

import live
import live_rst as rst
import live_soap as soap
import live_sso as sso
import msn

BYTES = pathlib.Path(__file__).with_name("miranda-0.9.37.json")
WHO, PASSWORD = "tester@hotmail.com", "secret1"
STORAGE = "/storageservice/SchematizedStore.asmx"


class Replay:
    """What the client learns on its way."""

    def __init__(self, server) -> None:
        self.server = server
        self.ns = live.Live(server, WHO, 18)
        self.tokens: dict[str, rst.Token] = {}
        self.nonce = ""
        self.answers: list[str] = []

    def ticketed(self, text: str) -> str:
        names = {"tok1": rst.CLEAR, "tok4": rst.CONTACTS,
                 "tok5": "storage.msn.com"}
        for word, address in names.items():
            if f"t={word}&" in text:
                text = text.replace(f"t={word}&",
                                    f"t={self.tokens[address].bare}&")
        return text

    def web(self, text: str) -> None:
        head, _, body = text.partition("\r\n\r\n")
        host = re.search(r"\r\nHost: (\S+)", head).group(1)
        body = self.ticketed(body)
        head = re.sub(r"Content-Length: \d+",
                      f"Content-Length: {len(body)}", head)
        reply = msn.fetch(self.server, f"{head}\r\n\r\n{body}".encode(),
                          host, old=True)
        path = head.split(" ")[1]
        if path == "/RST2.srf":
            wishes = re.findall(
                r"<wsa:Address>([^<]*)</wsa:Address>.*?"
                r'(?:PolicyReference URI="([^"]*)"|</wst:RequestSec)', body)
            self.tokens = rst.read(rst.NEW, reply, tuple(
                (address, policy or None) for address, policy in wishes))
            return
        if path == STORAGE:
            assert reply.status in (200, 404, 500)
            return
        method = re.search(r"SOAPAction: \S+/(\w+)", head).group(1)
        reader = soap.Client(self.server, host=host)
        got = reader.read(method, reply)
        if method == "FindMembership":
            assert set(soap.read_roles(got)[0]) == set(soap.ROLES)
        else:
            book = soap.read_book(got, method)
            assert book.me is not None and "SignedTicket" in book.ticket
        self.answers.append(method)

    def say(self, text: str) -> None:
        if text.startswith("USR 4 SSO S "):
            clear = self.tokens[rst.CLEAR]
            words = self.ticketed(text).rstrip("\r\n").split(" ")
            words[5] = sso.blob(clear.secret, self.nonce)
            text = " ".join(words) + "\r\n"
        self.ns.raw(text)
        line = text.partition("\r\n")[0]
        verb, number = line.split(" ")[:2]
        self.ns.trid = int(number)
        if verb == "USR" and number == "4":
            self.ns.accept(self.ns.read())
            return
        before, got = self.ns.until(verb)
        assert [m for m in self.ns.foreign(before)
                if m.verb != "GCF"] == [], before
        assert got.words[1] == number, got
        if verb == "USR":
            assert got.words[2:5] == ["SSO", "S", "MBI_KEY_OLD"]
            self.nonce = got.words[5]
        elif verb == "ADL":
            assert got.line == f"ADL {number} OK"
        elif verb == "UUX":
            assert got.line == f"UUX {number} 0"
        elif verb in ("BLP", "CHG"):
            assert got.line == line
        elif verb == "URL":
            assert len(got.words) == 5
        self.answers.append(verb)


@pytest.mark.covers("soap 11 #4", "soap 11 #13", "soap 11 #29",
                    "soap 11 #64", "soap 11 #74", "soap 11 #96", "rst 9 #7",
                    "field-notes 19")
def test_the_bytes_of_miranda_reach_chg(make_server):
    server = make_server()
    server.add_user(WHO, PASSWORD)
    replay = Replay(server)
    for step in json.loads(BYTES.read_text("utf-8")):
        if step["to"] == "ns":
            replay.say(step["bytes"])
        else:
            replay.web(step["bytes"])
    assert replay.answers == [
        "VER", "CVR", "USR", "URL", "FindMembership", "ABFindContactsPaged",
        "ADL", "UUX", "BLP", "UUX", "UUX", "CHG"]
    replay.ns.news()
    # another place of the account is shown what Miranda said of its own
    other = live.sign_in(server, WHO, 18, PASSWORD)
    other.online()
    own = [m.payload.decode() for m in replay.ns.everything()
           if m.verb == "UBX"]
    assert "<EpName>VM</EpName>" in own[-1]
    assert "{c8d443de-df66-4678-8951-9e6d282ac83b}" in own[-1].lower()
