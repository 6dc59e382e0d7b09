# SPDX-License-Identifier: MIT
"""What two programs do together: eight steps, and what else they can.

A step is a function of the world and two members; the first one begins: it
adds, calls, writes first.  Every step ends when both users have seen what
they should.
"""

from __future__ import annotations

import time
import typing

import harness
import live_oim
import partners
from strict import Member
from world import World

CID = "cid@example.com"
NAME = "B\u00f6b <&> \u2603 100%"
OBJECT = ("%3Cmsnobj%20Creator%3D%22bob%40example.com%22%20Size%3D%2218174"
          "%22%20Type%3D%223%22%20Location%3D%22TFR2C.tmp%22%20Friendly%3D"
          "%22AAA%3D%22%20SHA1D%3D%22trC8SlFx2sWQxZMIBAWSEnXc8oQ%3D%22%20"
          "SHA1C%3D%22U32o6bosZzluJq82eAtMpx5dIEI%3D%22%2F%3E")

AWAY = "AWY"
HERE = ("NLN", "IDL")


def sign_in(world: World, a: Member, b: Member) -> None:
    a.sign_in()
    b.sign_in()


def add(world: World, a: Member, b: Member) -> None:
    a.add(b.email)
    world.until(lambda: b.email in a.friends, a, "its own addition")


def accept(world: World, a: Member, b: Member) -> None:
    if b.ASKS:
        world.until(lambda: a.email in b.questions, b,
                    "being told that it was added")
    b.accept(a.email)
    world.until(lambda: a.email in b.friends, b, "adding who asked")


def presence(world: World, a: Member, b: Member) -> None:
    world.until(lambda: a.seen.get(b.email) in HERE, a, "the other online")
    world.until(lambda: b.seen.get(a.email) in HERE, b, "the other online")


def away(world: World, a: Member, b: Member) -> None:
    for who, other in ((b, a), (a, b)):
        who.go(AWAY)
        world.until(lambda o=other, w=who: o.seen.get(w.email) == AWAY,
                    other, "the other away")
        who.go("NLN")
        world.until(lambda o=other, w=who: o.seen.get(w.email) == "NLN",
                    other, "the other back")


def message(world: World, a: Member, b: Member) -> None:
    text = f"from {a.NAME}: caf\u00e9"
    a.say(b.email, text)
    world.until(lambda: (a.email, a.as_sent(text)) in b.heard, b,
                "a message")


def reply(world: World, a: Member, b: Member) -> None:
    text = f"from {b.NAME}: na\u00efve"
    b.say(a.email, text)
    world.until(lambda: (b.email, b.as_sent(text)) in a.heard, a, "a reply")


def typing_(world: World, a: Member, b: Member) -> None:
    for who, other in ((a, b), (b, a)):
        who.type_to(other.email)
        world.until(lambda o=other, w=who: w.email in o.typists, other,
                    "the other typing")


def no_popup(world: World, a: Member, b: Member) -> None:
    """Nothing was shown that its user did not ask for (field-runs 2.3)."""
    world.quiet(0.05)
    for who in (a, b):
        if who.shown:
            raise who.broke("popups", who.shown)
        who.check()


Step = typing.Callable[[World, Member, Member], None]
STEPS: dict[str, Step] = {
    "sign-in": sign_in, "add": add, "accept": accept, "presence": presence,
    "away": away, "message": message, "reply": reply, "typing": typing_}
AFTER: dict[str, Step] = {"no popup": no_popup}


# ---- more, where a program can it: its CAN names them ----

def nudge(world: World, a: Member, b: Member) -> None:
    a.nudge(b.email)
    if "nudge" in b.CAN:
        world.until(lambda: a.email in b.nudged, b, "a nudge")


def block(world: World, a: Member, b: Member) -> None:
    a.block(b.email)
    world.until(lambda: b.seen.get(a.email) == "FLN", b,
                "being blocked looks like the other's leaving")
    a.unblock(b.email)
    world.until(lambda: b.seen.get(a.email) in HERE, b,
                "the other back after a block")


def gone(world: World, a: Member, b: Member) -> None:
    a.leave()
    world.until(lambda: b.seen.get(a.email) == "FLN", b, "the other gone")


def call_again(world: World, a: Member, b: Member) -> None:
    """The other closed the window; the same board serves for the next
    call."""
    if not a.boards:
        return
    b.hang_up_boards()
    world.until(lambda: not any(c.people for c in a.boards), a, "BYE")
    message(world, a, b)
    if len(a.boards) != 1:
        raise a.broke("another board than the one it kept")


def again(world: World, a: Member, b: Member) -> None:
    """A second sign-in, soon after the first (field-runs 2.7)."""
    a.leave()
    world.until(lambda: b.seen.get(a.email) == "FLN", b, "the other gone")
    a.sign_in()
    presence(world, a, b)


def picture(world: World, a: Member, b: Member) -> None:
    """The other's object, and a piece of it at a time."""
    if b.DIALECT < 9:
        return
    b.show(OBJECT)
    world.until(lambda: a.objects.get(b.email) == OBJECT, a, "an object")
    b.show("0")
    world.until(lambda: b.email not in a.objects, a, "no object any more")
    for n in range(3):
        data = bytes([n, 0, 13, 10, 255]) * 250 + b"\0\0\0\1"
        a.piece(b.email, data)
        world.until(lambda d=data: d in b.pieces, b, "a piece")
        world.until(lambda: not a.unacked, a, "the ACK of a piece")
        b.piece(a.email, data[::-1])
        world.until(lambda d=data[::-1]: d in a.pieces, a, "a piece back")
        world.until(lambda: not b.unacked, b, "the ACK of a piece")


def file(world: World, a: Member, b: Member) -> None:
    if "file" not in b.CAN:
        return
    a.offer_file(b.email, "caf\u00e9 of us.txt")
    world.until(lambda: any(
        i.get("Application-File") == "caf\u00e9 of us.txt"
        for i in b.invitations), b, "an invitation")


def group(world: World, a: Member, b: Member) -> None:
    """A third one comes, speaks, hears and goes."""
    c = partners.Messenger75(world, CID, harness.PEOPLE[CID])
    c.sign_in()
    if not a.boards or b.email not in a.boards[0].people:
        message(world, a, b)
    a.invite(b.email, CID)
    world.until(lambda: any(len(x.people) == 2 for x in a.boards), a,
                "a third one")
    world.until(lambda: any(len(x.people) == 2 for x in b.boards), b,
                "a third one")
    a.say_all("to all")
    for who in (b, c):
        world.until(lambda w=who: (a.email, a.as_sent("to all")) in w.heard,
                    who, "what is said to all")
    c.say_all("to you")
    for who in (a, b):
        world.until(lambda w=who: (CID, "to you") in w.heard, who,
                    "what the third one says")
    c.hang_up_boards()
    world.until(lambda: not any(CID in x.people for x in a.boards), a,
                "the third one gone")
    b.say_all("to the rest")
    world.until(lambda: (b.email, b.as_sent("to the rest")) in a.heard, a,
                "what is said to the rest")
    c.leave()


def elsewhere(world: World, a: Member, b: Member) -> None:
    """The same person signs in from another program."""
    other = partners.Messenger75(world, a.email,
                                 harness.PEOPLE[a.email])
    if not a.online:
        a.sign_in()
    a.lost = ""
    other.sign_in()
    world.until(lambda: a.lost, a, "being signed out")
    other.leave()


def said(world: World, by: Member, to: str, text: str,
         *hearers: Member) -> None:
    """In the talk that there is."""
    by.say(to, text)
    for who in hearers:
        world.until(lambda w=who: (by.email, by.as_sent(text)) in w.heard,
                    who, f"what is said at a place: {text}")


def no_talk(world: World, *everybody: Member) -> None:
    for who in everybody:
        who.hang_up_boards()
    world.until(lambda: not any(who.boards for who in everybody),
                everybody[0], "closed windows")
    world.quiet(0.05)


def in_talk(world: World, with_whom: str, *everybody: Member) -> None:
    for who in everybody:
        world.until(lambda w=who: w.board_of(with_whom), who,
                    f"being in the talk with {with_whom}")
    world.quiet(0.05)


def place_goes(world: World, what: str, place: Member, *others: Member
               ) -> None:
    """One of several places closes its window: no talk is lost (field-runs
    2.16; programs-1 §5, §6)."""
    talks = [list(who.boards) for who in others]
    place.hang_up_boards()
    world.quiet(0.05)
    a, b = others
    said(world, a, b.email, f"{a.email} goes on without {what}", b)
    said(world, b, a.email, f"{b.email} goes on without {what}", a)
    for who, boards in zip(others, talks):
        if who.boards != boards:
            raise who.broke("its talk is lost as one of three places left")


def second_place(world: World, a: Member, b: Member) -> None:
    """The same person at two places: neither is signed out by the other,
    both are called, and both hear all that is said, once."""
    second = partners.Live2009(world, a.email, a.password)
    second.sign_in()
    world.quiet(0.05)
    if a.lost or not a.online:
        raise a.broke("signed out by its own other place", a.lost)
    before = [len(who.heard) for who in (a, b)]
    no_talk(world, a, b)
    b.say(a.email, "is anybody there?")
    in_talk(world, b.email, a, second)
    said(world, b, a.email, "to both places", a, second)
    said(world, a, b.email, "from one place", b, second)
    said(world, second, b.email, "from the other place", a, b)
    place_goes(world, "the second place", second, a, b)

    no_talk(world, a, b, second)
    said(world, a, b.email, "one place calls", b)
    if a.CALLS_ITSELF:
        in_talk(world, b.email, second)
        said(world, a, b.email, "and the other comes", b, second)
        place_goes(world, "the first place", a, second, b)
    if isinstance(b, partners.Live2009):
        friends_places(world, a, b, second)
    end = time.monotonic() + 0.6        # who polls has asked once more
    world.until(lambda: time.monotonic() > end, a, "a moment")
    for who, n in zip((a, b, second), before + [0]):
        again = [words for words in who.heard[n:] if who.heard[n:].count(
            words) > 1]
        if again:
            raise who.broke("heard more than once", again)
    no_talk(world, a, b, second)
    second.leave()
    world.quiet(0.05)
    said(world, a, b.email, "one is left", b)


def friends_places(world: World, a: Member, b: Member,
                   second: Member) -> None:
    """Now the friend is at two."""
    other = partners.Live2009(world, b.email, b.password)
    other.sign_in()
    no_talk(world, a, b, second)
    a.say(b.email, "who is at home?")
    in_talk(world, a.email, b, other)
    said(world, a, b.email, "to both of yours", b, other)
    said(world, other, a.email, "from my other one", a, b)
    place_goes(world, "a friend's place", other, a, b)
    other.leave()


def offline(world: World, a: Member, b: Member) -> None:
    """A message that waits for who is away."""
    a.leave()
    world.until(lambda: b.seen.get(a.email) == "FLN", b, "the other gone")
    text = "while you were away: caf\u00e9 & <co>"
    live_oim.Sender(world.server, b.email).send(a.email, text)
    a.sign_in()
    world.until(lambda: (b.email, text) in a.mail, a, "an offline message")


def name(world: World, a: Member, b: Member) -> None:
    """The other takes a name that must be escaped."""
    if not isinstance(b, partners.Messenger):
        return
    b.rename(NAME)
    b.go("BSY")         # below MSNP10 it shows with the next state
    world.until(lambda: a.seen.get(b.email) == "BSY", a, "the other busy")
    world.until(lambda: a.names.get(b.email) == NAME, a, "another name")
    b.go("NLN")
    world.until(lambda: a.seen.get(b.email) == "NLN", a, "the other back")
    world.quiet()
    a.check()


def leave_word(world: World, a: Member, b: Member) -> None:
    """What is written to somebody who is away is read later."""
    b.leave()
    world.until(lambda: a.seen.get(b.email) == "FLN", a, "the other gone")
    for text in ("when you read this: na\u00efve", "and this & <that>"):
        a.write_offline(b.email, text)
        reader = live_oim.Reader(world.server, b.email)
        said = {live_oim.words(reader.message(m["I"]))
                for m in reader.metadata()}
        a.need(text in said, "an offline message was lost", said)
    b.sign_in()
    presence(world, a, b)


EXTRAS: dict[str, Step] = {
    "name": name, "nudge": nudge, "picture": picture, "file": file,
    "block": block,
    "group": group, "second place": second_place, "call again": call_again, "again": again,
    "leave word": leave_word, "offline": offline, "gone": gone,
    "elsewhere": elsewhere}


class Run:
    """One walk through the steps; outcomes: "ok", what broke, or "-"."""

    def __init__(self, world: World, a: Member, b: Member) -> None:
        self.world, self.a, self.b = world, a, b
        self.outcomes: dict[str, str] = {}

    def cannot(self, name: str) -> bool:
        return name in self.a.CANNOT or name in self.b.CANNOT

    def step(self, name: str, act: Step) -> bool:
        if self.cannot(name):
            self.outcomes[name] = "-"
            return True
        try:
            act(self.world, self.a, self.b)
        except (AssertionError, OSError, KeyError, ValueError,
                IndexError) as error:
            self.outcomes[name] = f"{type(error).__name__}: {error}"
            return False
        self.outcomes[name] = "ok"
        return True

    def eight(self) -> bool:
        return all(self.step(name, act)
                   for name, act in (STEPS | AFTER).items())

    def extras(self) -> bool:
        good = True
        for name, act in EXTRAS.items():
            if name in self.a.CAN or name == "name":
                good = self.step(name, act) and good
        return good
