# SPDX-License-Identifier: MIT
"""The checklist of passport.md 13, as far as the header login goes."""

from __future__ import annotations

import re
import time

import pytest

import chat
import harness
import msn

AMY = "amy@example.com"
BOB = "bob@example.com"
SECRET = harness.PEOPLE[AMY]
ORG = msn.ORG


def challenge(server: harness.Server) -> str:
    return msn.fresh_challenge(server)


def check_good(reply: msn.Reply) -> None:
    assert reply.status == 200, reply.headers
    assert reply.passport("Authentication-Info")[0] == "da-status=success"


def check_bad(reply: msn.Reply, ts: str, status: str = "failed") -> None:
    assert reply.status == 401, reply.headers
    items = reply.passport("WWW-Authenticate")
    assert items[0] == f"da-status={status}"
    assert f"ts={ts}" in items


# ---- the Nexus ----

@pytest.mark.covers("passport 13 #1", "passport 13 #4")
@pytest.mark.parametrize("name", ["nexus.passport.com", None])
def test_the_nexus_answers_on_both_ports_without_a_host(server, name):
    web = msn.Web(server, name)
    web.send(b"GET /rdr/pprdr.asp HTTP/1.0\r\n\r\n")
    raw = web.rest()
    assert raw.startswith(b"HTTP/1.1 200 OK\r\n")
    assert raw.count(b"\r\nPassportURLs: DARealm=") == 1


@pytest.mark.covers("passport 13 #2", "passport 13 #3")
def test_the_nexus_lists_its_fields_in_order_and_the_login_has_no_scheme(
        server):
    reply = msn.fetch(server, b"GET /rdr/pprdr.asp HTTP/1.0\r\n\r\n", None)
    items = [i.split("=", 1) for i in reply.exact("PassportURLs").split(",")]
    assert [key for key, _ in items] == [
        "DARealm", "DALogin", "DAReg", "Properties", "Privacy",
        "GeneralRedir", "Help", "ConfigVersion"]
    assert dict(items)["DALogin"] == "login.live.com/login2.srf"
    assert " " not in reply.exact("PassportURLs")


@pytest.mark.covers("passport 13 #2")
def test_the_nexus_tells_the_login_host_that_was_configured(make_server):
    server = make_server(**{"nexus.login": "login.passport.com"})
    assert msn.nexus(server) == ("login.passport.com", "/login2.srf")


@pytest.mark.covers("passport 13 #5", "passport 13 #42")
@pytest.mark.parametrize("name", ["nexus.passport.com", None])
def test_the_nexus_says_close_and_closes_also_a_half_closed_connection(
        server, name):
    web = msn.Web(server, name)
    web.send(b"GET /rdr/pprdr.asp HTTP/1.1\r\nHost: nexus.passport.com\r\n"
             b"Connection: Keep-Alive\r\n\r\n")
    if name is None:
        web.sock.shutdown(1)
    reply = web.answer()
    assert reply.status == 200
    assert reply.exact("Content-Length") == "0"
    assert reply.exact("Connection").lower() == "close"
    assert web.rest() == b""


@pytest.mark.covers("passport 13 #44")
def test_the_nexus_knows_no_etag_and_no_304(server):
    reply = msn.fetch(
        server, b"GET /rdr/pprdr.asp HTTP/1.1\r\nHost: x\r\n"
        b'If-None-Match: "x"\r\nIf-None-Match: *\r\n'
        b"If-Modified-Since: Wed, 30 Dec 2037 16:00:00 GMT\r\n\r\n", None)
    assert reply.status == 200
    assert reply.all("ETag") == reply.all("Last-Modified") == []


@pytest.mark.covers("passport 13 #45")
def test_head_gets_headers_and_nothing_else(server):
    for path in ("/rdr/pprdr.asp", "/login2.srf"):
        web = msn.Web(server, "login.live.com")
        web.send(f"HEAD {path} HTTP/1.0\r\n\r\n".encode())
        head, _, body = web.rest().partition(b"\r\n\r\n")
        assert body == b""
        want = b"\r\nPassportURLs: " if "rdr" in path else \
            b"\r\nWWW-Authenticate: Passport1.4 da-status=failed,"
        assert want in head


# ---- forms of the login request ----

@pytest.mark.covers("passport 13 #6", "passport 13 #21")
def test_a_get_with_orgverb_first_is_good_whatever_the_query(server):
    for path in ("/login2.srf", "/login2.srf?lc=1033", "/login2.srf?id=507"):
        check_good(msn.login(
            server, msn.credentials(AMY, SECRET, challenge(server)),
            path=path))


@pytest.mark.covers("passport 13 #7", "passport 13 #8")
def test_a_post_without_body_and_the_string_first_as_the_mac_does(server):
    auth = (f"Passport1.4 {challenge(server)},OrgVerb=GET,"
            "OrgURL=http%3A%2F%2Fmessenger.msn.com,"
            f"sign-in={msn.quote(AMY)},pwd={msn.quote(SECRET)}")
    check_good(msn.login(server, auth, method="POST"))


@pytest.mark.covers("passport 13 #9")
def test_credentials_first_and_orgurl_spelled_as_wininet_does(server):
    auth = (f"Passport1.4 sign-in={msn.quote(AMY)},pwd={msn.quote(SECRET)},"
            "elapsed-time=0,OrgVerb=GET,OrgUrl=https://messenger.msn.com/,"
            f"{challenge(server)}")
    check_good(msn.login(server, auth))


@pytest.mark.covers("passport 13 #10")
def test_name_and_password_are_percent_decoded(server):
    server.add_user("a.b@c.d", ",=&%")
    check_good(msn.login(
        server, f"Passport1.4 {ORG},sign-in=a%2Eb%40c.d,pwd=%2C%3D%26%25,"
        f"{challenge(server)}"))


@pytest.mark.covers("passport 13 #11")
def test_a_plus_stays_a_plus(server):
    server.add_user("plus@example.com", "a+b")
    good = (f"Passport1.4 {ORG},sign-in=plus%40example.com,pwd=a+b,"
            f"{challenge(server)}")
    check_good(msn.login(server, good))
    check_bad(msn.login(server, good.replace("a+b", "a%20b")), "-3")


@pytest.mark.covers("passport 13 #12")
@pytest.mark.parametrize("pwd", ["p%C3%A4ss", "p%E4ss"])
def test_a_password_is_utf8_or_else_windows_1252(server, pwd):
    server.add_user("umlaut@example.com", "p\u00e4ss")
    check_good(msn.login(
        server, f"Passport1.4 {ORG},sign-in=umlaut%40example.com,pwd={pwd},"
        f"{challenge(server)}"))


@pytest.mark.covers("passport 13 #43")
def test_a_header_of_4_kib_is_served_and_a_larger_one_is_refused(server):
    base = msn.credentials(AMY, SECRET, challenge(server))
    pad = base + ",pad=" + "x" * (4090 - len(base))
    check_good(msn.login(server, pad))
    for more in (10, 5000, 11000):
        reply = msn.login(server, pad + "x" * more)
        assert reply.status in (400, 431)
    check_good(msn.login(server, base))


@pytest.mark.covers("passport 13 #43")
def test_the_nexus_survives_4_kib_of_headers(server):
    reply = msn.fetch(
        server, b"GET /rdr/pprdr.asp HTTP/1.1\r\nHost: x\r\nX-Pad: "
        + b"x" * 4000 + b"\r\n\r\n", None)
    assert reply.status == 200


@pytest.mark.covers("passport 5.4")
@pytest.mark.parametrize("items", [
    "sign-in=a%40b,sign-in=b%40b,pwd=c", "=x,sign-in=a%40b,pwd=c",
    "sign-in=a%0D%0A%40b,pwd=c"])
def test_a_broken_header_gets_400(server, items):
    reply = msn.login(server, f"Passport1.4 {items},{challenge(server)}")
    assert reply.status == 400


# ---- refusals ----

@pytest.mark.covers("passport 13 #13")
@pytest.mark.parametrize("auth", [
    None, "Basic YTpi", "Passport1.4 tname=,OrgVerb=GET,OrgUrl=https://x/",
    "Passport1.4 from-PP='t=a&p=b'"])
def test_without_credentials_they_are_asked_for(server, auth):
    reply = msn.login(server, auth)
    check_bad(reply, "0")
    assert "prompt" in reply.passport("WWW-Authenticate")


@pytest.mark.covers("passport 13 #14", "passport 13 #20")
def test_a_wrong_password_is_refused_with_words_without_commas(server):
    reply = msn.login(server, msn.credentials(AMY, "no", challenge(server)))
    check_bad(reply, "-3")
    items = reply.passport("WWW-Authenticate")
    assert len(items) == 6 and items[5].startswith("cbtxt=")
    assert re.fullmatch(r"ConfigVersion=\d+", reply.exact("PassportConfig"))


@pytest.mark.covers("passport 13 #15")
def test_an_unknown_account_cannot_be_told_from_a_wrong_password(server):
    times = {AMY: 1e9, "nobody@example.com": 1e9}
    replies = []
    # by turns, so that a busy machine is busy for both
    for _ in range(5):
        for who in times:
            auth = msn.credentials(who, "no", challenge(server))
            start = time.monotonic()
            reply = msn.login(server, auth)
            times[who] = min(times[who], time.monotonic() - start)
            check_bad(reply, "-3")
            reply.headers = [h for h in reply.headers
                             if h[0] not in ("Date", "Expires")]
            replies.append((reply.status_line, reply.headers, reply.body))
    assert all(r == replies[0] for r in replies)
    known, unknown = times[AMY], times["nobody@example.com"]
    assert known < unknown * 4 and unknown < known * 4, times


def test_who_is_signed_in_keeps_the_password(server):
    """It is not in memory meanwhile, and changes are written without it."""
    amy = msn.sign_in(server, AMY)
    assert amy.ask_once("BLP", "BL").verb == "BLP"
    given = challenge(server)
    for _ in range(2):
        check_bad(msn.login(server, msn.credentials(AMY, "no", given)), "-3")
        check_good(msn.login(server, msn.credentials(AMY, SECRET, given)))
        server.restart()
        given = challenge(server)


@pytest.mark.covers("passport 2")
@pytest.mark.parametrize("change", ["missing", "forged", "foreign"])
def test_a_challenge_that_is_not_ours_opens_rooms_and_no_session(
        make_server, change):
    """field-runs 2.1: scripts for chat rooms sent one they had copied."""
    server = make_server(**{"chat.port": str(harness.free_ports(1)[0])})
    given = challenge(server)
    if change == "missing":
        given = re.sub(r",tpf=.*", "", given)
    elif change == "forged":
        given = re.sub(r"tpf=(.*)", lambda m: "tpf=" + m.group(1)[::-1], given)
    else:
        given = ("lc=1033,id=507,tw=40,ct=1062764229,kpp=1,"
                 "tpf=43f8a4c8ed940c04e3740be46c4d1619")
    reply = msn.login(server, msn.credentials(AMY, "no", given))
    assert reply.status == 401 and ",ts=-3," in reply.exact("WWW-Authenticate")
    assert server.stat("login.bad") == 1
    reply = msn.login(server, msn.credentials(AMY, SECRET, given))
    assert reply.status == 200
    names = {c.partition("=")[0] for c in reply.all("Set-Cookie")}
    assert {"MSPAuth", "MSPSec", "MSPProf"} <= names
    person = msn.Person(server, AMY, 9)
    person.challenge()
    assert person.usr_s(reply.ticket).verb == "911"
    person.hang_up()
    ticket = re.fullmatch(r"t=([^&]+)&p=.*", reply.ticket).group(1)
    room = chat.Client(server)
    room.say("IRCVERS IRC8 MSN-OCX!9.02.0310.2401 en-us")
    room.until(" 800 ")
    room.gatekeeper("GateKeeperPassport", 3, b"127.0.0.1", bytes(16))
    room.until("S :OK")
    room.say(f"AUTH GateKeeperPassport S :{len(ticket):08X}{ticket}00000001x")
    room.until(r"AUTH GateKeeperPassport \* ")
    room.close()


LIBPURPLE = "lc id tw fs ru ct kpp kv ver tpf".split()
MSN_PM = "lc id tw fs ct kpp kv ver tpf".split()


def rebuilt(given: str, keys: list[str]) -> str:
    """As programs do that take the string apart: field-runs 2.1."""
    had = dict(item.split("=", 1) for item in given.split(","))
    if keys is LIBPURPLE:
        had["ct"] = str(int(had["ct"]) + 200)
    return ",".join(f"{key}={had.get(key, '(null)')}" for key in keys)


@pytest.mark.parametrize("keys", [
    LIBPURPLE, MSN_PM, LIBPURPLE[::-1], ["tpf"]],
    ids=["libpurple", "MSN.pm", "backwards", "tpf alone"])
def test_a_challenge_that_was_put_together_again_opens_a_session(
        server, keys):
    """field-runs 2.1: only what the servers of the time wrote comes back."""
    person = msn.Person(server, AMY, 9)
    given = person.challenge()
    assert [i.partition("=")[0] for i in given.split(",")] == LIBPURPLE
    reply = msn.login(server, msn.credentials(AMY, SECRET,
                                              rebuilt(given, keys)))
    check_good(reply)
    assert person.usr_s(reply.ticket).words[2:3] == ["OK"]
    person.hang_up()


RAW = ["a%41b,c&d", "ab,cd=ef", "50%", "%", "100%25", "a,lc=1", ",", "p=q",
       "a\tb", "a+b c"]


@pytest.mark.parametrize("password", RAW)
def test_a_password_may_be_written_as_it_is_or_encoded(server, password):
    """programs-2 17: jMSN, Kwerty and msnp11-sdk do not encode it."""
    server.ctl("user", "passwd", BOB, "--password", password)
    given = challenge(server)
    for written in (password, msn.quote(password)):
        check_good(msn.login(
            server, f"Passport1.4 {ORG},sign-in={msn.quote(BOB)},"
                    f"pwd={written},{given}"))
    bad = server.stat("login.bad")
    check_bad(msn.login(server, f"Passport1.4 {ORG},sign-in={BOB},"
                                f"pwd=%41{password},{given}"), "-3")
    assert server.stat("login.bad") == bad + 1, "two readings are one try"
    server.ctl("user", "passwd", BOB, "--password", harness.PEOPLE[BOB])


@pytest.mark.covers("passport 13 #35")
def test_the_eleventh_wrong_password_in_a_minute_is_told_to_stop(server):
    given = challenge(server)
    wrong = msn.credentials(AMY, "no", given)
    for _ in range(10):
        check_bad(msn.login(server, wrong), "-3")
    check_bad(msn.login(server, wrong), "-1", "failed-noretry")
    right = msn.login(server, msn.credentials(AMY, SECRET, given))
    check_bad(right, "-1", "failed-noretry")
    text = right.passport("WWW-Authenticate")[-1]
    assert text.startswith("cbtxt=") and len(text) > 20


@pytest.mark.covers("passport 5.4")
def test_a_disabled_account_is_told_to_stop(server):
    server.ctl("user", "disable", AMY)
    check_bad(msn.login(server,
                        msn.credentials(AMY, SECRET, challenge(server))),
              "-1", "failed-noretry")
    server.ctl("user", "enable", AMY)
    check_good(msn.login(server,
                         msn.credentials(AMY, SECRET, challenge(server))))


# ---- success ----

@pytest.mark.covers("passport 13 #16", "passport 13 #17", "passport 6")
def test_a_ticket_is_short_and_free_of_what_would_end_it(server):
    reply = msn.login(server,
                      msn.credentials(AMY, SECRET, challenge(server)))
    check_good(reply)
    ticket = reply.ticket
    assert re.fullmatch(r"t=[A-Za-z0-9!*$._-]+&p=[A-Za-z0-9!*$]*", ticket)
    assert len(ticket) < 199


@pytest.mark.covers("passport 13 #18")
def test_the_cookies_have_domain_and_path(server):
    reply = msn.login(server,
                      msn.credentials(AMY, SECRET, challenge(server)))
    cookies = {c.split("=", 1)[0]: c for c in reply.all("Set-Cookie")}
    for name in ("MSPAuth", "MSPProf", "MSPSec"):
        assert re.search(r"; ?domain=\.[a-z.]+;path=/", cookies[name])


@pytest.mark.covers("passport 13 #19", "passport 5.3")
def test_a_client_that_follows_the_redirect_gets_in(make_server):
    server = make_server(
        **{"nexus.redirect": "example.com=loginnet.passport.com"})
    auth = msn.credentials(AMY, SECRET, challenge(server))
    reply = msn.login(server, auth)
    assert reply.status == 302
    assert reply.exact("Authentication-Info") == "Passport1.4 da-status=redir"
    found = re.fullmatch(r"https://([^/]+)(/.*)", reply.exact("Location"))
    assert found
    check_good(msn.login(server, auth, host=found.group(1),
                         path=found.group(2)))


def test_a_redirect_that_makes_no_sense_is_refused_at_start(make_server):
    server = make_server(start=False, **{"nexus.redirect": "example.com"})
    with pytest.raises(harness.Failed, match="nexus.redirect"):
        server.start()


@pytest.mark.covers("passport 13 #22")
def test_the_key_port_probe_is_answered(server):
    reply = msn.fetch(server, b"POST / HTTP/1.1\r\nHost: login.live.com\r\n"
                      b"Content-Length: 0\r\n\r\n", "login.live.com")
    assert reply.status == 200 and reply.body == b""


# ---- tickets at the notification server ----

@pytest.mark.covers("passport 13 #23", "ns-classic 15 #32")
def test_the_string_is_a_comma_list_without_blanks(server):
    given = challenge(server)
    items = [i.split("=", 1) for i in given.split(",")]
    assert [i[0] for i in items] == ["lc", "id", "tw", "fs", "ru", "ct",
                                     "kpp", "kv", "ver", "tpf"]
    assert abs(int(dict(items)["ct"]) - time.time()) < 60


@pytest.mark.covers("passport 13 #24", "ns-classic 15 #36")
def test_a_ticket_of_another_account_gets_911_and_the_end(server):
    person = msn.Person(server, BOB, 8)
    ticket = msn.ticket(server, AMY, SECRET, person.challenge())
    assert person.usr_s(ticket).line == f"911 {person.trid}"
    person.expect_closed()


@pytest.mark.covers("passport 13 #25", "ns-classic 15 #38")
def test_a_fourth_parameter_is_tolerated(server):
    person = msn.Person(server, AMY, 12)
    ticket = msn.ticket(server, AMY, SECRET, person.challenge())
    got = person.usr_s(ticket, "235411cb78234a468feb6f1bccca43fd")
    assert got.line == f"USR {person.trid} OK {AMY} 1 0"


@pytest.mark.covers("passport 13 #26", "passport 13 #30",
                    "ns-classic 15 #33", "ns-classic 15 #34",
                    "ns-classic 15 #40")
@pytest.mark.parametrize("dialect", msn.DIALECTS)
def test_the_ok_line_of_each_dialect(server, dialect):
    person = msn.sign_in(server, AMY, dialect=dialect)
    assert person.profile["sid"] == "507"
    assert person.profile["MSPAuth"]
    person.expect_nothing()


@pytest.mark.covers("passport 13 #27")
def test_a_ticket_opens_one_session_only(server):
    first = msn.Person(server, AMY, 8)
    ticket = msn.ticket(server, AMY, SECRET, first.challenge())
    first.enter(ticket)
    second = msn.Person(server, AMY, 8)
    second.challenge()
    assert second.usr_s(ticket).line == f"911 {second.trid}"
    second.expect_closed()
    first.expect_nothing()


@pytest.mark.slow
@pytest.mark.covers("passport 13 #28")
def test_a_ticket_that_is_too_old_gets_911(make_server):
    server = make_server(**{"token.ticket-lifetime": "10"})
    person = msn.Person(server, AMY, 8)
    ticket = msn.ticket(server, AMY, SECRET, person.challenge())
    time.sleep(11.5)  # nothing else makes time pass for a real server
    assert person.usr_s(ticket).line == f"911 {person.trid}"
    person.expect_closed()


@pytest.mark.covers("passport 13 #29")
def test_a_ticket_is_taken_with_and_without_its_second_half(server):
    for cut in (lambda t: t, lambda t: t.split("&")[0],
                lambda t: t.split("&")[0] + "&p="):
        person = msn.Person(server, AMY, 8)
        ticket = msn.ticket(server, AMY, SECRET, person.challenge())
        person.enter(cut(ticket))
        person.hang_up()


@pytest.mark.covers("field-notes 6")
def test_a_second_ticket_may_be_fetched_after_sign_in(server):
    person = msn.Person(server, AMY, 12)
    given = person.challenge()
    person.enter(msn.ticket(server, AMY, SECRET, given))
    again = msn.ticket(server, AMY, SECRET, given)
    assert again.startswith("t=")
    person.expect_nothing()


@pytest.mark.covers("passport 2")
def test_a_changed_password_ends_the_tickets_of_the_old_one(server):
    person = msn.Person(server, AMY, 8)
    ticket = msn.ticket(server, AMY, SECRET, person.challenge())
    server.ctl("user", "passwd", AMY, "--password", "renewed")
    assert person.usr_s(ticket).line == f"911 {person.trid}"
    person.expect_closed()
    msn.sign_in(server, AMY, "renewed", 8).expect_nothing()


# ---- pages ----

def page_of_inbox(server: harness.Server) -> tuple[msn.Person, dict[str, str]]:
    person = msn.sign_in(server, AMY, dialect=9)
    person.sync()
    got = person.ask_once("URL", "INBOX")
    assert got.words[:2] == ["URL", str(person.trid)]
    assert len(got.words) == 5, "three values"
    fields = {
        "mode": "ttl", "login": AMY.split("@", maxsplit=1)[0],
        "username": AMY, "sid": "507", "kv": person.profile.get("kv", "5"),
        "id": got.words[4], "sl": "17", "rru": got.words[2],
        "auth": person.profile["MSPAuth"], "creds": "0" * 32, "svc": "mail",
        "js": "yes", "_url": got.words[3]}
    return person, fields


@pytest.mark.covers("passport 13 #31", "ns-classic 15 #105")
def test_open_my_inbox_posts_its_ticket_and_is_sent_to_a_known_host(server):
    _, fields = page_of_inbox(server)
    found = re.fullmatch(r"https://([^/]+)(/[^?]*)(\?.*)?", fields["_url"])
    assert found
    host, path = found.group(1), found.group(2)
    reply = msn.form(server, path, fields, host)
    assert reply.status == 302
    assert reply.exact("Location") == "/cgi-bin/HoTMaiL"
    evil = msn.form(server, path,
                    fields | {"rru": "http://evil.example/"}, host)
    assert "evil" not in str(evil.headers)
    for wrong in ({"auth": "t=1"}, {"username": BOB}):
        reply = msn.form(server, path, fields | wrong, host)
        assert reply.status != 302
        assert reply.all("Set-Cookie") == []


@pytest.mark.covers("passport 13 #34")
def test_signing_out_expires_the_cookies(server):
    reply = msn.fetch(server, b"GET /logout HTTP/1.0\r\n\r\n",
                      "login.live.com")
    assert reply.exact("Authentication-Info") == "Passport1.4 da-status=logout"
    cookies = {c.split("=", 1)[0]: c for c in reply.all("Set-Cookie")}
    for name in ("MSPAuth", "MSPProf", "MSPSec"):
        assert "1980" in cookies[name]


def test_the_form_of_browsers_signs_in_and_escapes_what_was_typed(server):
    page = msn.fetch(server, b"GET /login.srf HTTP/1.0\r\n\r\n",
                     "login.live.com")
    assert page.status == 200 and b'name="passwd"' in page.body
    good = msn.form(server, "/login.srf",
                    {"login": "amy", "domain": "example.com",
                     "passwd": SECRET})
    assert good.status == 200
    assert any(c.startswith("MSPAuth=") for c in good.all("Set-Cookie"))
    sent = msn.form(server, "/login.srf",
                    {"login": AMY, "passwd": SECRET,
                     "ru": "http://messenger.msn.com/a?b=c"})
    assert sent.status == 302
    assert sent.exact("Location") == "http://messenger.msn.com/a?b=c"
    evil = msn.form(server, "/login.srf",
                    {"login": AMY, "passwd": SECRET,
                     "ru": "http://messenger.msn.com@evil.example/"})
    assert evil.status == 200 and evil.all("Location") == []
    bad = msn.form(server, "/login.srf",
                   {"login": '"><script>@x', "passwd": "no"})
    assert bad.status == 200 and bad.all("Set-Cookie") == []
    assert b"<script>" not in bad.body and b"&lt;script&gt;" in bad.body


def test_pages_where_people_type_passwords_are_there_with_tls_alone(server):
    for request in (b"GET /login.srf HTTP/1.0\r\n\r\n",
                    b"POST /login.srf HTTP/1.0\r\nContent-Length: 0\r\n\r\n"):
        assert msn.fetch(server, request, None).status == 404


@pytest.mark.covers("field-notes 19")
@pytest.mark.parametrize("old", [False, True])
def test_tls_of_1999_and_of_today_reach_the_login(server, old):
    reply = msn.fetch(server, b"GET /login2.srf HTTP/1.0\r\n\r\n",
                      "login.passport.com", old)
    check_bad(reply, "0")
