# SPDX-License-Identifier: MIT
"""Clients of the AddressBook and Sharing services (soap.md 1 to 4)."""

from __future__ import annotations

import dataclasses
import re
import xml.etree.ElementTree as ET
from xml.sax.saxutils import escape

import harness
import msn

AB = "http://www.msn.com/webservices/AddressBook"
A = f"{{{AB}}}"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
S = f"{{{ENVELOPE}}}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
SHARING = "/abservice/SharingService.asmx"
BOOK = "/abservice/abservice.asmx"
OWN = "00000000-0000-0000-0000-000000000000"
GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
DATE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"
ROLES = ("Allow", "Block", "Reverse", "Pending")
NEVER = "0001-01-01T00:00:00.0000000-08:00"


class Fault(Exception):
    """A fault of the service, as clients read it."""

    def __init__(self, reply: msn.Reply) -> None:
        root = ET.fromstring(reply.body)
        found = root.findall(f"{S}Body/{S}Fault")
        assert len(found) == 1, reply.body
        self.reply = reply
        self.faultcode = found[0].findtext("faultcode") or ""
        self.string = found[0].findtext("faultstring") or ""
        self.code = found[0].findtext(f"detail/{A}errorcode") or ""
        self.conflict = ""
        for el in found[0].iter():
            if el.tag.rpartition("}")[2] == "conflictObjectId":
                self.conflict = el.text or ""
        super().__init__(f"{self.faultcode} {self.code} {self.string}")


@dataclasses.dataclass
class Member:
    number: str
    deleted: bool
    cid: str
    display: str


@dataclasses.dataclass
class Contact:
    id: str
    kind: str
    address: str
    display: str
    quick: str
    cid: str
    groups: set[str]
    user: bool
    deleted: bool
    annotations: dict[str, str]


@dataclasses.dataclass
class Book:
    contacts: dict[str, Contact]
    groups: dict[str, str]          # name by GUID
    me: Contact | None
    changed: str
    owner_cid: str
    gone: set[str]                  # GUIDs of what was deleted
    ticket: str | None = None


def envelope(inner: str, ticket: str | None, scenario: str = "Initial"
             ) -> bytes:
    token = "" if ticket is None else \
        f"<TicketToken>{escape(ticket)}</TicketToken>"
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<soap:Envelope xmlns:soap="{ENVELOPE}"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
        ' xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/">'
        f'<soap:Header><ABApplicationHeader xmlns="{AB}"><ApplicationId>'
        "CFE80F9D-180F-4399-82AB-413F33A1FA11</ApplicationId>"
        "<IsMigration>false</IsMigration>"
        f"<PartnerScenario>{scenario}</PartnerScenario>"
        f'</ABApplicationHeader><ABAuthHeader xmlns="{AB}">'
        f"<ManagedGroupRequest>false</ManagedGroupRequest>{token}"
        f"</ABAuthHeader></soap:Header><soap:Body>{inner}</soap:Body>"
        "</soap:Envelope>").encode()


def head(path: str, length: int, action: str | None, host: str,
         *more: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}",
             "Content-Type: text/xml; charset=utf-8"]
    if action is not None:
        lines.append(f"SOAPAction: {action}")
    lines += [*more, f"Content-Length: {length}", "", ""]
    return "\r\n".join(lines).encode()


def truth(text: str | None) -> bool:
    assert text in ("true", "false"), text
    return text == "true"


class Client:
    """Somebody's web services; one connection that is kept alive."""

    def __init__(self, server: harness.Server, ticket: str | None = None,
                 cookie: str | None = None, host: str = "contacts.msn.com",
                 tls: bool = True) -> None:
        self.server = server
        self.ticket = ticket
        self.cookie = cookie
        self.host = host
        self.tls = tls
        self.web: msn.Web | None = None

    def close(self) -> None:
        if self.web is not None:
            self.web.hang_up()
            self.web = None

    def post(self, path: str, body: bytes, action: str | None = None,
             *more: str) -> msn.Reply:
        if self.cookie is not None:
            more = (*more, f"Cookie: MSPAuth={self.cookie}")
        if self.web is None:
            self.web = msn.Web(self.server, self.host if self.tls else None)
        self.web.send(head(path, len(body), action, self.host, *more) + body)
        reply = self.web.answer()
        if (reply.get("Connection") or "").lower() == "close":
            self.close()
        return reply

    def call(self, path: str, method: str, inner: str) -> ET.Element:
        """The MethodResponse element; Fault when the service says so."""
        body = envelope(f'<{method} xmlns="{AB}">{inner}</{method}>',
                        self.ticket)
        return self.read(method, self.post(path, body, f"{AB}/{method}"))

    def read(self, method: str, reply: msn.Reply) -> ET.Element:
        assert reply.status in (200, 500), reply.status_line
        assert (reply.get("Content-Type") or "").lower() \
            == "text/xml; charset=utf-8"
        assert reply.get("Content-Length") is not None
        assert reply.get("Transfer-Encoding") is None
        text = reply.body.decode("utf-8")
        assert text.startswith("<?xml") and "<soap:Envelope" in text
        assert "<soap:Body" in text
        if reply.status == 500:
            assert "<soap:Fault" in text
            raise Fault(reply)
        root = ET.fromstring(text)
        found = root.findall(f"{S}Header/{A}ServiceHeader")
        assert len(found) == 1
        assert found[0].findtext(f"{A}PreferredHostName") == self.host
        assert found[0].findtext(f"{A}CacheKey")
        truth(found[0].findtext(f"{A}CacheKeyChanged"))
        assert re.fullmatch(GUID, found[0].findtext(f"{A}SessionId") or "")
        bodies = root.findall(f"{S}Body/*")
        assert [b.tag for b in bodies] == [f"{A}{method}Response"]
        return bodies[0]

    # ---- lists ----
    def find_membership(self, since: str | None = None) -> ET.Element:
        more = "" if since is None else (
            "<View>Full</View><deltasOnly>true</deltasOnly>"
            f"<lastChange>{since}</lastChange>")
        return self.call(SHARING, "FindMembership", (
            "<serviceFilter><Types><ServiceType>Messenger</ServiceType>"
            "<ServiceType>Invitation</ServiceType>"
            "<ServiceType>SocialNetwork</ServiceType>"
            "<ServiceType>Space</ServiceType>"
            "<ServiceType>Profile</ServiceType></Types></serviceFilter>"
            + more))

    def roles(self) -> dict[str, dict[str, Member]]:
        """Who is in each role, from the whole list."""
        return read_roles(self.find_membership())[0]

    def role_of(self, email: str) -> set[str]:
        return {role for role, who in self.roles().items() if email in who}

    def members(self, method: str, role: str, *emails: str,
                number: str = "") -> ET.Element:
        inside = "".join(
            '<Member xsi:type="PassportMember"><Type>Passport</Type>'
            + (f"<MembershipId>{number}</MembershipId>" if number else "")
            + "<State>Accepted</State>"
            + (f"<PassportName>{escape(e)}</PassportName>" if e else "")
            + "</Member>" for e in emails)
        return self.call(SHARING, method, (
            "<serviceHandle><Id>0</Id><Type>Messenger</Type>"
            "<ForeignId></ForeignId></serviceHandle><memberships>"
            f"<Membership><MemberRole>{role}</MemberRole><Members>{inside}"
            "</Members></Membership></memberships>"))

    def add_member(self, role: str, *emails: str) -> None:
        self.members("AddMember", role, *emails)

    def delete_member(self, role: str, *emails: str) -> None:
        self.members("DeleteMember", role, *emails)

    def delete_number(self, role: str, number: str) -> None:
        """As libpurple takes somebody from Pending."""
        self.members("DeleteMember", role, "", number=number)

    # ---- the book ----
    def find_all(self, since: str | None = None) -> Book:
        return read_book(self.call(BOOK, "ABFindAll", (
            f"<abId>{OWN}</abId><abView>Full</abView><deltasOnly>"
            f"{'false' if since is None else 'true'}</deltasOnly>"
            f"<lastChange>{since or NEVER}</lastChange>")), "ABFindAll")

    def find_paged(self, since: str | None = None) -> Book:
        return read_book(self.call(BOOK, "ABFindContactsPaged", (
            "<abView>MessengerClient8</abView>"
            "<extendedContent>AB AllGroups CircleResult</extendedContent>"
            "<filterOptions><DeltasOnly>"
            f"{'false' if since is None else 'true'}</DeltasOnly>"
            f"<LastChanged>{since or NEVER}</LastChanged><ContactFilter>"
            "<IncludeHiddenContacts>true</IncludeHiddenContacts>"
            "</ContactFilter></filterOptions><pageContext>"
            "<PageSize>1500</PageSize><Direction>Forward</Direction>"
            "</pageContext>")), "ABFindContactsPaged")

    def contact_add(self, email: str, quick: str | None = None,
                    allow: bool = True) -> str:
        """The GUID of the new contact."""
        name = "" if quick is None else \
            f"<quickName>{escape(quick)}</quickName>"
        options = "" if not allow else (
            "<options><EnableAllowListManagement>true"
            "</EnableAllowListManagement></options>")
        got = self.call(BOOK, "ABContactAdd", (
            f'<abId>{OWN}</abId><contacts><Contact xmlns="{AB}">'
            f"<contactInfo><contactType>Regular</contactType>{name}"
            f"<passportName>{escape(email)}</passportName>"
            "<isSmtp>false</isSmtp><isMessengerUser>true</isMessengerUser>"
            f"</contactInfo></Contact></contacts>{options}"))
        return the_guid(got, "ABContactAdd")

    def contact_delete(self, guid: str) -> None:
        self.call(BOOK, "ABContactDelete", (
            f"<abId>{OWN}</abId><contacts><Contact><contactId>{guid}"
            "</contactId></Contact></contacts>"))

    def contact_update(self, guid: str | None, info: str,
                       changed: str) -> None:
        """guid None: the own contact."""
        key = "" if guid is None else f"<contactId>{guid}</contactId>"
        me = "<contactType>Me</contactType>" if guid is None else ""
        self.call(BOOK, "ABContactUpdate", (
            f'<abId>{OWN}</abId><contacts><Contact xmlns="{AB}">{key}'
            f"<contactInfo>{me}{info}</contactInfo><propertiesChanged>"
            f"{changed}</propertiesChanged></Contact></contacts>"))

    def rename_self(self, name: str) -> None:
        self.contact_update(None, f"<displayName>{escape(name)}"
                            "</displayName>", "DisplayName")

    def annotate(self, guid: str | None, **values: str) -> None:
        info = "".join(
            f"<Annotation><Name>{key.replace('_', '.')}</Name>"
            f"<Value>{escape(value)}</Value></Annotation>"
            for key, value in values.items())
        self.contact_update(guid, f"<annotations>{info}</annotations>",
                            "Annotation ")

    def group_add(self, name: str) -> str:
        got = self.call(BOOK, "ABGroupAdd", (
            f"<abId>{OWN}</abId><groupAddOptions><fRenameOnMsgrConflict>"
            "false</fRenameOnMsgrConflict></groupAddOptions><groupInfo>"
            f"<GroupInfo><name>{escape(name)}</name><groupType>"
            "C8529CE2-6EAD-434d-881F-341E17DB3FF8</groupType><fMessenger>"
            "false</fMessenger><annotations><Annotation>"
            "<Name>MSN.IM.Display</Name><Value>1</Value></Annotation>"
            "</annotations></GroupInfo></groupInfo>"))
        return the_guid(got, "ABGroupAdd")

    def group_rename(self, guid: str, name: str) -> None:
        self.call(BOOK, "ABGroupUpdate", (
            f"<abId>{OWN}</abId><groups><Group><groupId>{guid}</groupId>"
            f"<groupInfo><name>{escape(name)}</name></groupInfo>"
            "<propertiesChanged>GroupName </propertiesChanged></Group>"
            "</groups>"))

    def group_delete(self, guid: str) -> None:
        self.call(BOOK, "ABGroupDelete", (
            f"<abId>{OWN}</abId><groupFilter><groupIds><guid>{guid}</guid>"
            "</groupIds></groupFilter>"))

    def group_put(self, group: str, contact: str) -> None:
        got = self.call(BOOK, "ABGroupContactAdd", (
            f"<abId>{OWN}</abId><groupFilter><groupIds><guid>{group}</guid>"
            f"</groupIds></groupFilter><contacts><Contact><contactId>"
            f"{contact}</contactId></Contact></contacts>"))
        assert the_guid(got, "ABGroupContactAdd") == contact

    def group_take(self, group: str, contact: str) -> None:
        self.call(BOOK, "ABGroupContactDelete", (
            f"<abId>{OWN}</abId><contacts><Contact><contactId>{contact}"
            "</contactId></Contact></contacts><groupFilter><groupIds><guid>"
            f"{group}</guid></groupIds></groupFilter>"))


def the_guid(got: ET.Element, method: str) -> str:
    guid = got.findtext(f"{A}{method}Result/{A}guid") or ""
    assert re.fullmatch(GUID, guid), guid
    return guid


def read_roles(got: ET.Element
               ) -> tuple[dict[str, dict[str, Member]], str]:
    """Roles, and the date to ask for changes since."""
    services = got.findall(f"{A}FindMembershipResult/{A}Services/{A}Service")
    mine = [s for s in services
            if s.findtext(f"{A}Info/{A}Handle/{A}Type") == "Messenger"]
    assert len(mine) == 1, ET.tostring(got)
    roles: dict[str, dict[str, Member]] = {}
    for membership in mine[0].findall(f"{A}Memberships/{A}Membership"):
        role = membership.findtext(f"{A}MemberRole") or ""
        assert role in ROLES and role not in roles
        roles[role] = {}
        for member in membership.findall(f"{A}Members/{A}Member"):
            assert member.get(f"{XSI}type") == "PassportMember"
            assert member.findtext(f"{A}Type") == "Passport"
            number = member.findtext(f"{A}MembershipId") or ""
            assert re.fullmatch(r"[1-9]\d{0,9}", number), number
            for date in ("LastChanged", "JoinedDate"):
                assert re.fullmatch(DATE, member.findtext(f"{A}{date}") or "")
            email = member.findtext(f"{A}PassportName") or ""
            assert email not in roles[role]
            roles[role][email] = Member(
                number, truth(member.findtext(f"{A}Deleted")),
                member.findtext(f"{A}CID") or "",
                member.findtext(f"{A}DisplayName") or "")
    changed = mine[0].findtext(f"{A}LastChange") or ""
    assert re.fullmatch(DATE, changed)
    return roles, changed


def read_contact(el: ET.Element) -> Contact:
    info = el.find(f"{A}contactInfo")
    assert info is not None
    guid = el.findtext(f"{A}contactId") or ""
    assert re.fullmatch(GUID, guid), guid
    assert re.fullmatch(DATE, el.findtext(f"{A}lastChange") or "")
    notes = {n.findtext(f"{A}Name") or "": n.findtext(f"{A}Value") or ""
             for n in info.findall(f"{A}annotations/{A}Annotation")}
    return Contact(
        guid, info.findtext(f"{A}contactType") or "",
        info.findtext(f"{A}passportName") or "",
        info.findtext(f"{A}displayName") or "",
        info.findtext(f"{A}quickName") or "",
        info.findtext(f"{A}CID") or "",
        {g.text or "" for g in info.findall(f"{A}groupIds/{A}guid")},
        info.findtext(f"{A}isMessengerUser") == "true",
        truth(el.findtext(f"{A}fDeleted")), notes)


def read_book(got: ET.Element, method: str) -> Book:
    small = method == "ABFindAll"
    result = got.find(f"{A}{method}Result")
    assert result is not None
    ab = result.find(f"{A}ab" if small else f"{A}Ab")
    assert ab is not None, [e.tag for e in result]
    book = Book({}, {}, None, ab.findtext(f"{A}lastChange") or "",
                ab.findtext(f"{A}abInfo/{A}OwnerCID") or "", set())
    assert ab.findtext(f"{A}abId") == OWN
    assert re.fullmatch(DATE, book.changed)
    assert re.fullmatch(r"-?\d+", book.owner_cid)
    for el in result.findall(f"{A}groups/{A}Group" if small
                             else f"{A}Groups/{A}Group"):
        guid = el.findtext(f"{A}groupId") or ""
        assert re.fullmatch(GUID, guid)
        if truth(el.findtext(f"{A}fDeleted")):
            book.gone.add(guid)
        else:
            book.groups[guid] = el.findtext(f"{A}groupInfo/{A}name") or ""
    for el in result.findall(f"{A}contacts/{A}Contact" if small
                             else f"{A}Contacts/{A}Contact"):
        contact = read_contact(el)
        if contact.deleted:
            book.gone.add(contact.id)
        elif contact.kind == "Me":
            assert book.me is None
            book.me = contact
        else:
            assert contact.address not in book.contacts
            book.contacts[contact.address] = contact
    if not small:
        book.ticket = result.findtext(f"{A}CircleResult/{A}CircleTicket")
        assert book.ticket is not None
    return book
