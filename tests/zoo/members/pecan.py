# SPDX-License-Identifier: MIT
"""msn-pecan 0.1: MSNP12 with a ticket of RST.srf (programs-1 §3)."""

from __future__ import annotations

import base64
import re

import live_oim
import live_rst as rst
import web
from lists import Lists10
from strict import Conn, Habits, Message, UNASKED8
from talk import decode

WISHES = ((rst.BASE, None), (rst.MESSENGER, "?id=507"),
          ("messengersecure.live.com", "MBI_SSL"))
HANDLED = ("ADC", "REG", "RMG", "USR", "MSG", "CAL", "XFR")


class Pecan(Lists10):
    NAME, DIALECT, SOURCE = "msn-pecan 0.1", 12, "programs-1 §3"
    PRODUCT = ("PROD0101{0RM?UBW", "CFHUR$52U_{VIX5T")
    CAN = frozenset({"block", "gone", "picture", "group", "elsewhere",
                     "offline", "leave word"})
    RAW_XML = True
    FLAG = "A"
    # §0: MSG 2, NOT 0, IPG 0, UBX 1; GCF is unknown: its payload is lines
    NS = Habits(payload={"MSG": 2, "NOT": 0, "IPG": 0, "UBX": 1},
                unknown="ignore", unasked=UNASKED8)
    SB = Habits(payload={"MSG": 2}, unknown="ignore")
    COUNTS = {"ns_XFR": (5, 99), "sb_JOI": (2, 99), "sb_IRO": (5, 99),
              "ns_UBX": (2, 2)}
    TEXT = ("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8"
            "\r\nUser-Agent: pidgin/2.5.5\r\n"
            "X-MMS-IM-Format: FN=Segoe%20UI; EF=; CO=0; PF=0; RL=0"
            "\r\n\r\n")
    CLIENT_CAPS = ("MIME-Version: 1.0\r\nContent-Type: text/x-clientcaps"
                   "\r\n\r\nClient-Name: Purple/2.5.5\r\nChat-Logging: Y"
                   "\r\n").encode()

    def start(self) -> None:
        self.left: int | None = None
        self.token = self.secure = self.key = ""
        self.stored = 0
        self.connect("ns", self.world.ns).ask("VER", "MSNP12")  # rule 1

    def ns_VER(self, conn: Conn, got: Message) -> None:
        self.need("MSNP12" in got.words, "no MSNP12 in VER", got)
        conn.ask("CVR", "0x0409", "winnt", "5.1", "i386", "MSNMSGR",
                 "6.0.0602", "MSMSGS", self.email)

    def ns_CVR(self, conn: Conn, got: Message) -> None:
        conn.ask("USR", "TWN", "I", self.email)

    def ns_USR(self, conn: Conn, got: Message) -> None:
        if got.words[1].upper() == "OK":
            self.left = None
            conn.ask("SYN", "0", "0")
            return
        self.need(got.words[1] == "TWN", "USR", got)
        conn.ask("USR", "TWN", "S", self.ticket())

    def ticket(self) -> str:
        # the name and the password are not escaped
        body = rst.request(rst.OLD, "NAME", "WORD", WISHES).decode()
        body = body.replace("NAME", self.email).replace("WORD",
                                                        self.password)
        # what makes ill-formed XML of it is not this twin's to mend
        got = web.ask(self.world, self.NAME, "login.live.com", (
            "POST /RST.srf HTTP/1.1\r\nAccept: text/*\r\n"
            "Content-Type: text/xml; charset=utf-8\r\n"
            f"Content-Length: {len(body.encode())}\r\nUser-Agent: Mozilla/4.0 "
            "(compatible; MSIE 6.0; Windows NT 5.1)\r\n"
            "Host: login.live.com\r\nConnection: Keep-Alive\r\n"
            f"Cache-Control: no-cache\r\n\r\n{body}").encode(),
            until="length")                             # rule 4
        text = got.body.decode()
        for n in ("1", "2"):                            # rule 2
            for kind in ("PPToken", "Compact"):
                _, found, rest = text.partition(
                    f'<wsse:BinarySecurityToken Id="{kind}{n}">')
                if found:
                    break
            if n == "1" and found:
                token = rest.partition("<")[0]
                self.need("&amp;" in token, "no &amp; in the token", token)
                self.need("<wsa:Address>messenger.msn.com</wsa:Address>"
                          in text, "no Address", text)
                _, _, rest = text.partition(
                    "<wsa:Address>messenger.msn.com</wsa:Address>")
                self.need("<wsu:Expires>" in rest, "no Expires", text)
                self.token = token.replace("&amp;", "&")
            elif n == "2" and found:
                self.secure = rest.partition("<")[0].replace("&amp;", "&")
        if self.token:
            return self.token
        return "t=(null)&p=(null)"                      # rule 3

    # ---- lists ----
    def ns_SYN(self, conn: Conn, got: Message) -> None:
        self.need(len(got.words) > 2, "a short SYN", got)
        self.left = int(got.words[3])
        if self.left == 0:
            self.finish(conn)                           # rule 5

    def dispatch(self, conn: Conn, got: Message) -> None:
        if conn.kind == "ns" and self.left is not None and self.left > 0 \
                and got.verb not in ("GTC", "BLP", "PRP", "LSG", "LST",
                                     "BPR", "NOT"):
            raise self.broke("in the list", got)        # rule 7
        super().dispatch(conn, got)

    def ns_LST(self, conn: Conn, got: Message) -> None:
        found, rest = self.fields(got)
        self.need("N" in found, "LST without N=", got)
        # rule 6: lists, then one word that is always skipped, then groups
        self.need(len(rest) == 1 or rest[1] == "1"
                  or not re.match(r"[0-9a-f]{8}-", rest[1]),
                  "groups where the type is skipped", got)
        self.listed(found["N"], int(rest[0]))
        if "C" in found:
            self.guids[found["N"]] = found["C"]
        assert self.left is not None
        self.left -= 1
        if self.left == 0:
            self.finish(conn)

    def finish(self, conn: Conn) -> None:
        self.online = True
        conn.ask("UUX", payload=b"<Data><PSM></PSM><CurrentMedia>"
                 b"</CurrentMedia></Data>")
        self.go("NLN")
        conn.ask("BLP", "AL")           # unasked (field-runs 2.2)

    def ns_UUX(self, conn: Conn, got: Message) -> None: ...
    def ns_SBP(self, conn: Conn, got: Message) -> None: ...

    def ns_UBX(self, conn: Conn, got: Message) -> None: ...

    # rule 8: any other error ends the session
    def ns_error(self, conn: Conn, got: Message, asked: str) -> None:
        if asked == "USR":
            if got.verb in ("500", "601", "910", "921", "911"):
                self.refused = got.verb
            return
        if got.verb in ("208", "913") or asked in HANDLED:
            self.shown.append(got.line)
            return
        raise self.broke("an error ends the session", got)

    def ns_ILN(self, conn: Conn, got: Message) -> None:
        self.need(got.words[2] in self.friends, "a stranger", got)  # 10
        super().ns_ILN(conn, got)

    def ns_FLN(self, conn: Conn, got: Message) -> None:
        self.need(got.words[0] in self.friends, "a stranger", got)  # 10
        super().ns_FLN(conn, got)

    def ns_NLN(self, conn: Conn, got: Message) -> None:
        if got.words[1] not in self.friends:
            return
        old = self.names.get(got.words[1])
        super().ns_NLN(conn, got)
        if old != decode(got.words[2]):                     # rule 9
            conn.ask("SBP", self.guids[got.words[1]], "MFN", got.words[2])

    def saw(self, conn: Conn, got: Message, words: list[str]) -> None:
        super().saw(conn, got, words)
        self.objects.pop(words[1], None)                    # rule 12
        if len(words) == 5 and words[4].startswith("%3Cmsnobj%20"):
            self.objects[words[1]] = words[4]

    def ns_MSG(self, conn: Conn, got: Message) -> None:
        headers, body = got.text()
        if "mdatanotification" not in headers["Content-Type"]:
            return
        found = re.search(r"Mail-Data: ([^\r]*)\r", body)
        if found is None or found.group(1) == "too-large":
            return
        for block in re.findall(r"<M>(.*?)</M>", found.group(1)):
            who = re.search(r"<E>(.*?)</E>", block)
            number = re.search(r"<I>(.*?)</I>", block)
            if "<RS>0</RS>" in block and who and number \
                    and who.group(1) in self.friends \
                    and who.group(1) not in self.lists["BL"]:
                self.fetch(who.group(1), number.group(1))

    def fetch(self, who: str, number: str) -> None:
        """GetMessage (rule 13)."""
        cookie = re.fullmatch(r"t=(.*?)&p=(.*)", self.token)
        assert cookie is not None
        rsi = "http://www.hotmail.msn.com/ws/2004/09/oim/rsi"
        body = (
            '<?xml version="1.0" encoding="utf-8"?><soap:Envelope '
            'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
            f'<soap:Header><PassportCookie xmlns="{rsi}">'
            f"<t>{cookie.group(1)}</t><p>{cookie.group(2)}</p>"
            "</PassportCookie></soap:Header><soap:Body>"
            f'<GetMessage xmlns="{rsi}"><messageId>{number}</messageId>'
            "<alsoMarkAsRead>false</alsoMarkAsRead></GetMessage>"
            "</soap:Body></soap:Envelope>").encode()
        got = web.ask(self.world, self.NAME, "rsi.hotmail.com", (
            "POST /rsi/rsi.asmx HTTP/1.1\r\nAccept: */*\r\n"
            f'SOAPAction: "{rsi}/GetMessage"\r\n'
            "Content-Type: text/xml; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nUser-Agent: Mozilla/4.0 "
            "(compatible; MSIE 6.0; Windows NT 5.1)\r\n"
            "Host: rsi.hotmail.com\r\nConnection: Keep-Alive\r\n"
            "Cache-Control: no-cache\r\n\r\n").encode() + body,
            until="length")
        text = got.body.decode()
        self.need(re.search(r"Date:[^\n]*\n", text), "no Date:", text)
        _, blank, rest = text.partition("\n\n")
        if not blank:
            _, blank, rest = text.partition("\r\n\r\n")
        self.need(blank, "no blank line", text)
        coded = re.split(r"\r?\n\r?\n|</GetMessageResult>", rest)[0]
        self.mail.append((who, base64.b64decode(coded).decode()))

    def ns_OUT(self, conn: Conn, got: Message) -> None:
        self.need(got.words, "a bare OUT", got)             # rule 10
        self.lost = got.words[0]

    def ns_XFR(self, conn: Conn, got: Message) -> None:
        self.xfr_sb(conn, got)

    def ns_QNG(self, conn: Conn, got: Message) -> None:
        self.need(got.words and got.words[0].isdigit(), "QNG", got)     # 11
        self.pinged = True

    def check(self) -> None:
        super().check()
        # rule 11: no QNG is an error of the session
        assert self.ns is not None
        self.pinged = False
        self.ns.say("PNG")
        self.world.until(lambda: self.pinged, self, "QNG")

    # ---- what it writes to somebody who is away ----
    def store(self, email: str, text: str, key: str) -> web.Answer:
        """The action of 2006/09 with elements of 2004/09 (programs-1 §3,
        7)."""
        coded = base64.b64encode(text.encode()).decode()
        ticket = self.secure.replace("&", "&amp;")
        oim = "http://messenger.msn.com/ws/2004/09/oim/"
        self.stored += 1
        body = (
            '<?xml version="1.0" encoding="utf-8"?><soap:Envelope '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
            'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
            f'<soap:Header><From memberName="{self.email}" friendlyName="'
            f'=?utf-8?B?{base64.b64encode(self.email.encode()).decode()}?=" '
            f'xml:lang="en-US" proxy="MSNMSGR" xmlns="{oim}" '
            'msnpVer="MSNP12" buildVer="8.5.1288"/>'
            f'<To memberName="{email}" xmlns="{oim}"/>'
            f'<Ticket passport="{ticket}" appid="{self.PRODUCT[0]}" '
            f'lockkey="{key}" xmlns="{oim}"/>'
            '<Sequence xmlns="http://schemas.xmlsoap.org/ws/2003/03/rm">'
            '<Identifier xmlns="http://schemas.xmlsoap.org/ws/2002/07/'
            'utility">http://messenger.msn.com</Identifier>'
            f"<MessageNumber>{self.stored}</MessageNumber></Sequence>"
            f'</soap:Header><soap:Body><MessageType xmlns="{oim}">text'
            f'</MessageType><Content xmlns="{oim}">MIME-Version: 1.0\r\n'
            "Content-Type: text/plain; charset=UTF-8\r\n"
            "Content-Transfer-Encoding: base64\r\n"
            "X-OIM-Message-Type: OfflineMessage\r\n"
            "X-OIM-Run-Id: {DAB68CFA-38C9-449B-945E-38AFA51E50A7}\r\n"
            f"X-OIM-Sequence-Num: {self.stored}\r\n\r\n{coded}\r\n"
            "</Content></soap:Body></soap:Envelope>").encode()
        return web.ask(self.world, self.NAME, "ows.messenger.msn.com", (
            "POST /OimWS/oim.asmx HTTP/1.1\r\nAccept: */*\r\nSOAPAction: "
            '"http://messenger.live.com/ws/2006/09/oim/Store2"\r\n'
            "Content-Type: text/xml; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nUser-Agent: Mozilla/4.0 "
            "(compatible; MSIE 6.0; Windows NT 5.1)\r\n"
            "Host: ows.messenger.msn.com\r\nConnection: Keep-Alive\r\n"
            "Cache-Control: no-cache\r\n\r\n").encode() + body,
            until="length")

    def write_offline(self, email: str, text: str) -> None:
        for _ in range(2):
            got = self.store(email, text, self.key)
            answer = got.body.decode()
            if "q0:AuthenticationFailed" not in answer:
                break
            # rule 14: a blank behind the name of the tag
            _, found, rest = answer.partition("<LockKeyChallenge ")
            self.need(found, "no challenge to be seen", answer)
            digits = rest.partition(">")[2].partition("<")[0]
            self.key = live_oim.lock_key(digits, self.PRODUCT)
        for fault in ("SystemUnavailable", "SenderThrottleLimitExceeded",
                      "MessageTooLarge", "AuthenticationFailed"):
            self.need(f"q0:{fault}" not in answer, "refused", answer)
        self.need(":Fault>" not in answer, "a fault it does not know",
                  answer)

    # ---- boards ----
    def sb_JOI(self, conn: Conn, got: Message) -> None:
        conn.open = True
        self.joined(conn, self.cut(conn, got.words[0]))
        conn.ask("MSG", "U", payload=self.CLIENT_CAPS)
        self.flush(conn)

    def sb_error(self, conn: Conn, got: Message, asked: str) -> None:
        if not (got.verb == "215" and asked == "CAL"):
            self.shown.append(f"{asked}: {got}")


MEMBERS = {"msn-pecan": Pecan}
