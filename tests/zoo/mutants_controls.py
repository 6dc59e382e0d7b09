# SPDX-License-Identifier: MIT
"""The faults that Microsoft's chat controls see (field-runs 3): in the pages
they come from and in the lines of directory and rooms."""

from __future__ import annotations

import re
import typing


class Fault(typing.NamedTuple):
    """versions: who must see it."""

    source: str
    what: str
    where: str              # "page" or "line"
    pattern: bytes
    new: bytes
    versions: tuple[str, ...]


TABLE: list = []            # none for mutants.py: they are of another kind
FAULTS = [
    Fault("field-runs 3.1", "CreateRoom = 1", "page",
          rb'(<PARAM NAME="ChatMode")',
          rb'<PARAM NAME="CreateRoom" VALUE="1">\1', ("4.5", "4.0")),
    Fault("field-runs 3.1", "ChatMode 0", "page",
          rb'(<PARAM NAME="ChatMode" VALUE=")1', rb"\g<1>0", ("4.5", "3.0")),
    Fault("field-runs 3.2", "a page without Market", "page",
          rb'<PARAM NAME="Market"[^>]*>', b"", ("4.2", "4.5")),
    Fault("field-runs 3.3", "the class of another version", "page",
          rb"(?i)CLSID:[0-9a-f-]{36}",
          b"CLSID:00000000-0000-0000-0000-000000000000",
          ("3.0", "4.0", "4.1", "4.2", "4.5")),
    Fault("field-runs 3.4", "a topic told twice", "line",
          rb"(:\S+ )PROP (%#\S+) TOPIC (:.*)",
          rb"\1PROP \2 TOPIC \3\r\n\1TOPIC \2 \3", ("4.2", "4.5")),
    Fault("field-runs 3.5", "letters in JOIN for IRC5", "line",
          rb"( JOIN )(:%#)", rb"\1H,U,G \2", ("3.0",)),
    Fault("field-runs 3.5", "NICK before FINDS for IRC5", "line",
          rb":(\S+) 613 .*", rb":\1 451 * :You have not registered",
          ("3.0",)),
]


def change(fault: Fault, data: bytes) -> bytes:
    return re.sub(fault.pattern, fault.new, data, flags=re.M)
