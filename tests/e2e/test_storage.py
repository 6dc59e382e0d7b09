# SPDX-License-Identifier: MIT
"""Roaming profiles, configuration and feeds, as WLM asks for them."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET

import pytest

import harness
import live_rst as rst
import live_soap as soap
import msn

AMY, BOB = "amy@example.com", "bob@example.com"
NS = "http://www.msn.com/webservices/storage/"
STORE = "/storageservice/SchematizedStore.asmx"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 40
GIF = b"GIF89a" + b"\0" * 100


class Store:
    """Somebody's storage service, of one of its two generations."""

    def __init__(self, server: harness.Server, email: str = AMY,
                 year: str = "w10") -> None:
        self.ns = NS + year
        self.ticket = rst.tokens(server, email)[rst.CONTACTS].text
        self.web = soap.Client(server, self.ticket, host="storage.msn.com")

    def call(self, method: str, inside: str) -> ET.Element:
        body = (
            f'<soap:Envelope xmlns:soap="{soap.ENVELOPE}"><soap:Header>'
            f'<StorageUserHeader xmlns="{self.ns}"><Puid>0</Puid><TicketToken>'
            f"{soap.escape(self.ticket)}</TicketToken></StorageUserHeader>"
            f'</soap:Header><soap:Body><{method} xmlns="{self.ns}">{inside}'
            f"</{method}></soap:Body></soap:Envelope>")
        reply = self.web.post(STORE, body.encode(), f'"{self.ns}/{method}"')
        root = ET.fromstring(reply.body)
        if reply.status != 200:
            raise Refused(root.findtext(f"{soap.S}Body/{soap.S}Fault/"
                                        "faultstring"))
        key = root.findtext(f"{soap.S}Header/{{{self.ns}}}AffinityCacheHeader"
                            f"/{{{self.ns}}}CacheKey")
        assert key
        answer = root.find(f"{soap.S}Body/{{{self.ns}}}{method}Response")
        assert answer is not None, reply.body
        return answer

    def profile(self, name: str | None = None) -> dict[str, str]:
        alias = "" if name is None else (
            f"<Alias><Name>{name}</Name><NameSpace>MyCidStuff</NameSpace>"
            "</Alias>")
        got = self.call("GetProfile", (
            f"<profileHandle>{alias}<RelationshipName>MyProfile"
            "</RelationshipName></profileHandle>"))
        result = got.find(f"{{{self.ns}}}GetProfileResult")
        out: dict[str, str] = {}
        for el in result.iter():
            assert el.tag.startswith(f"{{{self.ns}}}"), el.tag
            out.setdefault(el.tag.partition("}")[2], el.text or "")
        return out

    def update(self, inside: str, drop: str = "") -> None:
        if drop:
            drop = ("<profileAttributesToDelete><ExpressionProfileAttributes>"
                    f"<{drop}>true</{drop}></ExpressionProfileAttributes>"
                    "</profileAttributesToDelete>")
        self.call("UpdateProfile", (
            "<profile><ExpressionProfile><FreeText>Update</FreeText>"
            f"{inside}</ExpressionProfile></profile>{drop}"))

    def upload(self, data: bytes) -> str:
        got = self.call("CreateDocument", (
            "<document><Name>tile</Name><DocumentStreams><DocumentStream>"
            "<DocumentStreamType>UserTileStatic</DocumentStreamType>"
            "<MimeType>png</MimeType><Data>"
            f"{base64.b64encode(data).decode()}</Data><DataSize>0</DataSize>"
            "</DocumentStream></DocumentStreams></document>"
            "<relationshipName>Messenger User Tile</relationshipName>"))
        return got.findtext(f"{{{self.ns}}}CreateDocumentResult")


class Refused(Exception):
    pass


def get(server: harness.Server, path: str, host: str,
        tls: bool = False) -> msn.Reply:
    return msn.fetch(server, (f"GET {path} HTTP/1.1\r\nHost: {host}\r\n"
                              "\r\n").encode(), host if tls else None)


# ---------------------------------------------------------------- profiles

def test_nobody_fills_the_disk_with_pictures_while_others_wait(server):
    """Each has a share of what is written in a minute."""
    store = Store(server)
    large = JPEG + bytes(500 * 1024)
    said = []
    for _ in range(12):
        try:
            store.upload(large)
            said.append("kept")
        except Refused as refused:
            said.append(str(refused))
    assert said[0] == "kept" and said.count("kept") <= 6
    assert "kept" not in said[6:]
    # others' shares are their own
    assert Store(server, "bob@example.com").upload(JPEG)


@pytest.mark.covers("soap 11 #108", "soap 11 #83")
@pytest.mark.parametrize("year", ["w10", "2008"])
def test_a_profile_comes_in_the_namespace_of_the_request(server, year):
    amy = Store(server, year=year)
    decimal = soap.Client(server, amy.ticket).find_all().owner_cid
    number = f"{int(decimal):016x}"
    for name in (None, number, number.upper(), decimal):
        got = amy.profile(name)
        assert got["ResourceID"] == f"{number}!106"
    with pytest.raises(Refused, match="does not exist"):
        amy.profile("0123456789abcdef")


@pytest.mark.covers("soap 11 #109")
def test_name_and_words_roam(server):
    here, there = Store(server), Store(server, year="2008")
    here.update("<DisplayName>Amy A.</DisplayName>"
                "<PersonalStatus>gone &amp; back</PersonalStatus>")
    got = there.profile()
    assert got["DisplayName"] == "Amy A."
    assert got["PersonalStatus"] == "gone & back"
    assert re.fullmatch(soap.DATE, got["PersonalStatusLastModified"])
    assert re.fullmatch(soap.DATE, got["DisplayNameLastModified"])
    assert soap.Client(server, here.ticket).find_all().me.display == "Amy A."
    there.update("", drop="PersonalStatus")
    assert "PersonalStatus" not in here.profile()
    # across a restart, too
    server.stop()
    server.start()
    assert Store(server).profile()["DisplayName"] == "Amy A."


@pytest.mark.covers("soap 11 #110")
def test_a_picture_comes_back_byte_by_byte(server):
    amy = Store(server)
    assert "Photo" not in amy.profile()
    for data, kind in ((JPEG, "image/jpeg"), (GIF, "image/gif")):
        assert amy.upload(data).endswith("!205")
        got = amy.profile()
        assert got["MimeType"] == kind
        assert got["DataSize"] == str(len(data))
        url = re.fullmatch(r"https://(storage\.msn\.com)(/.*)",
                           got["PreAuthURL"])
        for tls in (True, False):
            reply = get(server, url.group(2), url.group(1), tls)
            assert reply.status == 200
            assert reply.get("Content-Type") == kind
            assert reply.body == data
    with pytest.raises(Refused):
        amy.upload(b"<html>no picture</html>")
    assert amy.profile()["MimeType"] == "image/gif"


def test_nobody_writes_what_is_another_persons(server):
    amy, bob = Store(server), Store(server, BOB)
    amy.update("<PersonalStatus>mine</PersonalStatus>")
    item = amy.profile()["ResourceID"]
    for method, inside in (
            ("UpdateProfile", f"<profile><ResourceID>{item}</ResourceID>"
             "<ExpressionProfile><PersonalStatus>his</PersonalStatus>"
             "</ExpressionProfile></profile>"),
            ("UpdateDocument", f"<document><ResourceID>{item}</ResourceID>"
             "<DocumentStreams><DocumentStream><Data>R0lGODlhAAAA</Data>"
             "</DocumentStream></DocumentStreams></document>")):
        with pytest.raises(Refused, match="denied"):
            bob.call(method, inside)
    with pytest.raises(Refused, match="does not exist"):
        bob.profile(item.partition("!")[0])
    soap.Client(server, amy.ticket).add_member("Allow", BOB)
    assert bob.profile(item.partition("!")[0])["PersonalStatus"] == "mine"
    assert "Photo" not in amy.profile()


# ---------------------------------------------------- configuration, feeds

CONFIG = "/Config/MsgrConfig.asmx"
CLIENT = "http://www.msn.com/webservices/Messenger/Client"
HOST = "config.messenger.msn.com"


@pytest.mark.covers("soap 11 #111")
def test_three_generations_get_three_configurations(server):
    found = []
    for version in ("8.5.1302", "14.0.8117.416"):
        reply = get(server, f"{CONFIG}?op=GetClientConfig&Country=US&"
                    f"CLCID=0409&PLCID=0409&GeoID=244&ver={version}", HOST)
        assert reply.status == 200
        assert reply.get("Content-Type").startswith("text/xml")
        found.append(reply.body.partition(b"?>")[2].decode())
    body = (f'<soap:Envelope xmlns:soap="{soap.ENVELOPE}"><soap:Body>'
            f"<GetClientConfig xmlns='{CLIENT}'><clientinfo><Country>US"
            "</Country></clientinfo></GetClientConfig></soap:Body>"
            "</soap:Envelope>").encode()
    reply = msn.fetch(server, soap.head(
        CONFIG, len(body), f'"{CLIENT}/GetClientConfig"', HOST) + body, None)
    assert reply.status == 200
    assert b"<GetClientConfigResult><![CDATA[<MsgrConfig>" in reply.body
    result = ET.fromstring(reply.body).findtext(
        f"{soap.S}Body/{{{CLIENT}}}GetClientConfigResponse/"
        f"{{{CLIENT}}}GetClientConfigResult")
    found.append(result)
    assert len(set(found)) == 3
    for text in found:
        url = ET.fromstring(text).findtext("AbchCfg/abchconfig/url")
        assert url == f"https://{HOST}/abservice/abservice.asmx"


@pytest.mark.covers("soap 11 #112")
@pytest.mark.parametrize("method", ["GetContactsRecentActivity",
                                    "GetBatchRecentActivity"])
def test_there_is_no_news(server, method):
    ticket = rst.tokens(server, AMY)[rst.CONTACTS].text
    web = soap.Client(server, ticket, host="sup.live.com", tls=False)
    reply = web.post("/whatsnew/whatsnewservice.asmx",
                     soap.envelope(f'<{method} xmlns="{soap.AB}"/>', ticket))
    assert reply.status == 200
    result = ET.fromstring(reply.body).find(
        f"{soap.S}Body/{soap.A}{method}Response/{soap.A}{method}Result")
    for name in ("Activities", "Templates"):
        assert len(result.find(f"{soap.A}{name}")) == 0
    web.close()


def test_links_lead_to_a_page_and_advertisements_to_nothing(server):
    for path in ("/svcs/mms/portal.asp", "/8meen_us/103"):
        reply = get(server, path, "g.msn.com")
        assert reply.status == 302
        assert get(server, reply.get("Location"), "g.msn.com").status == 200
    for path in ("/textad?x=1", "/ADSAdClient31.dll?GetAd=&PG=X"):
        reply = get(server, path, "rad.msn.com")
        assert reply.status == 200 and reply.body == b""


def test_numbers_do_not_lead_to_pictures_or_to_the_next_account(server):
    """Whoever is not told a profile finds no picture, by whatever number."""
    numbers = []
    for who in (AMY, BOB):
        store = Store(server, who)
        store.upload(GIF)
        got = store.profile()
        number = got["ResourceID"].partition("!")[0]
        numbers.append(int(number, 16))
        path = "/storage/usertile/{}/static"
        for guess in (number, number.upper(), str(int(number, 16))):
            assert get(server, path.format(guess),
                       "storage.msn.com").status == 404
        url = got["StaticUserTilePublicURL"].partition("storage.msn.com")[2]
        assert get(server, url, "storage.msn.com").body == GIF
        last = "0" if url[-8] != "0" else "1"
        assert get(server, url[:-8] + last + url[-7:],
                   "storage.msn.com").status == 404
    with_number = [old_number(n) for n in range(1, 100)]
    assert not set(numbers) & set(with_number)


def old_number(account: int) -> int:
    """As numbers once followed from those of accounts."""
    mask = (1 << 63) - 1
    x = account ^ account >> 32
    x = x * 0x9E3779B97F4A7C15 & mask
    x ^= x >> 29
    x = x * 0xBF58476D1CE4E5B9 & mask
    return x ^ x >> 32
