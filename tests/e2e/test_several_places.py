# SPDX-License-Identifier: MIT
"""Three people in one conversation, of whom those of MSNP16 and 18 are at two
places each: everybody hears everything, once."""

from __future__ import annotations

from collections import Counter

import pytest

import classic
import live
import msn
from test_live_pairs import leave

AMY, BOB, CID = "amy@example.com", "bob@example.com", "cid@example.com"
EVERY = classic.DIALECTS + live.EVERY
WAYS = {"tcp": set(), "gateway": {AMY, CID}}
# what need not be waited for is slow: the others
FEW = ((2, 18), (9, 16), (12, 15), (16, 18), (18, 18), (18, 5))


def placed(who: msn.Person) -> bool:
    return getattr(who, "placed", False)


class Talk:
    """A conversation: who must read what when somebody comes and goes."""

    def __init__(self) -> None:
        self.seats: list[msn.Board] = []

    def of(self, email: str) -> list[msn.Board]:
        return [s for s in self.seats if s.who.email == email]

    @staticmethod
    def words(reader: msn.Person, other: msn.Person, bare: bool
              ) -> list[str]:
        """How lines about somebody at a place begin: with the place for those
        who know of places, then without it, once for each person
        (field-runs 2.4)."""
        found = [other.place] if placed(reader) and placed(other) else []
        return found + [other.email] if bare else found

    def come(self, board: msn.Board) -> None:
        who = board.who
        first = not self.of(who.email)
        for s in self.seats:
            for word in self.words(s.who, who, first):
                s.expect(f"JOI {word} {who.name}{s.tail(who)}")
        self.read_roster(board)
        if placed(who):
            for word in self.words(who, who, True):
                board.expect(f"JOI {word} {who.name}{board.tail(who)}")
        self.seats.append(board)

    def read_roster(self, board: msn.Board) -> None:
        """Each person's places, then the person; of oneself the other places
        alone.  The last line is bare (programs-1 6.3)."""
        who = board.who
        want: Counter[str] = Counter()
        for s in self.seats:
            other = s.who
            bare = other.email != who.email and \
                s is self.of(other.email)[0]
            want.update(f"{word} {other.name}{board.tail(other)}"
                        for word in self.words(who, other, bare))
        total = want.total()
        got: Counter[str] = Counter()
        line = ""
        for n in range(1, total + 1):
            line = board.read().line
            head = f"IRO {board.trid} {n} {total} "
            assert line.startswith(head), line
            line = line.removeprefix(head)
            got[line] += 1
        assert got == want
        if any(s.who.email != who.email for s in self.seats):
            assert ";" not in line, "the bare line is the last"
        board.expect(f"ANS {board.trid} OK")

    def go(self, board: msn.Board) -> None:
        """Of one of several places nobody is told, as many programs end a
        talk at any BYE (programs-1 §5, §6)."""
        who = board.who
        board.say("OUT")
        board.wire.rest()
        self.seats.remove(board)
        if self.of(who.email):
            return
        for s in self.seats:
            for word in self.words(s.who, who, True):
                s.expect(f"BYE {word}")

    def everybody_speaks(self) -> None:
        for s in self.seats:
            payload = msn.text(f"from {s.who.email} at {id(s)}")
            t = s.tell("A", payload)
            others = [o for o in self.seats if o is not s]
            for o in others:
                o.expect_told(s.who, payload)
            heard = any(o.who.email != s.who.email for o in others)
            s.expect(f"{'ACK' if heard else 'NAK'} {t}")
        self.nobody_hears_more()

    def nobody_hears_more(self) -> None:
        for s in self.seats:
            s.say("PNG")
            got = s.read()
            assert got.verb == "QNG", got

    def ring(self, caller: msn.Board, places: list[msn.Person]) -> None:
        """CAL of somebody, whose places all answer."""
        t = caller.ask("CAL", places[0].email)
        number = caller.expect_re(rf"CAL {t} RINGING (\d+)").group(1)
        for place in places:
            told, host, port, cookie = place.rung(caller.who)
            assert told == number
            kind = live.LiveBoard if isinstance(place, live.Live) \
                else msn.Board
            board = kind(place, host, port)  # type: ignore[arg-type]
            board.ask("ANS", place.place if isinstance(place, live.Live)
                      else place.email, cookie, number)
            self.come(board)


def places(server, email: str, dialect: int) -> list[msn.Person]:
    found = [live.anybody(server, email, dialect)]
    if dialect >= live.PLACED:
        found.append(live.sign_in(server, email, 34 - dialect))
    for place in found:
        place.online()
    return found


def open_talk(amy: list[msn.Person]) -> Talk:
    """As programs with places do: they call themselves first."""
    talk = Talk()
    here = amy[0].open_board()
    talk.seats.append(here)
    if not placed(amy[0]):
        return talk
    t = here.ask("CAL", AMY)
    number = here.expect_re(rf"CAL {t} RINGING (\d+)").group(1)
    for word in talk.words(amy[0], amy[0], True):
        here.expect(f"JOI {word} {amy[0].name}{here.tail(amy[0])}")
    told, host, port, cookie = amy[1].rung(amy[0])
    assert told == number
    board = live.LiveBoard(amy[1], host, port)
    board.ask("ANS", amy[1].place, cookie, number)
    talk.come(board)
    return talk


@pytest.mark.covers("field-runs 2 #4", "field-runs 2 #16", "sb 14 #22",
                    "sb 14 #23", "sb 14 #24", "sb 14 #39", "sb 14 #41",
                    "ns-modern 11 #8", "ns-modern 11 #9", "ns-modern 11 #10",
                    "ns-modern 11 #11", "ns-modern 11 #12",
                    "ns-modern 11 #13")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("first,second", [
    pytest.param(a, b, marks=() if (a, b) in FEW else pytest.mark.slow)
    for a in EVERY for b in EVERY])
def test_three_people_at_several_places_hear_everything_once(
        walk, shared, first, second, way):
    walk.relayed = WAYS[way]
    amy, bob, cid = (places(walk, email, dialect) for email, dialect in (
        (AMY, first), (BOB, second), (CID, 18)))
    talk = open_talk(amy)
    talk.everybody_speaks()
    talk.ring(talk.seats[0], bob)
    talk.everybody_speaks()
    talk.ring(talk.of(BOB)[-1], cid)
    talk.everybody_speaks()
    # a place that leaves leaves the others in
    for email in (AMY, BOB, CID):
        if len(talk.of(email)) > 1:
            talk.go(talk.of(email)[0])
            talk.nobody_hears_more()
    talk.everybody_speaks()
    for email in (BOB, AMY):
        talk.go(talk.of(email)[0])
        talk.everybody_speaks()
    talk.go(talk.seats[0])
    for person in amy + bob + cid:
        leave(person)
    walk.relayed = set()
    shared.clean = True
