# SPDX-License-Identifier: MIT
"""Lines of programs of which no more than these is known."""

from __future__ import annotations

import harness
import msn

AMY = "amy@example.com"


def test_the_lines_of_jmsn_reach_chg(server):
    """As field notes have them: CVR0 with a letter O, no Nexus, another name
    of the login server."""
    person = msn.Person(server, AMY, 10)
    person.say("VER 1 MSNP10 MSNP9 CVRO")
    # all it offers that are known, best first (field-runs 2.13)
    person.expect_re("VER 1 MSNP10 MSNP9")
    person.say(f"CVR 2 0x0412 Linux 2.4 i386 MSNMSGR 6.2.0605 MSMSGS {AMY}")
    person.expect_re(r"CVR 2 \S+ \S+ \S+ \S+ \S+")
    person.say(f"USR 3 TWN I {AMY}")
    challenge = person.expect_re(r"USR 3 TWN S (\S+)").group(1)
    reply = msn.login(server, msn.credentials(
        AMY, harness.PEOPLE[AMY], challenge), host="loginnet.passport.com")
    assert reply.status == 200
    person.trid = 3
    person.enter(reply.ticket)
    person.trid = 4
    person.sync()
    person.chg()
    person.chg("NLN", "0")
