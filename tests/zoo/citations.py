# SPDX-License-Identifier: MIT
"""The reading rules that a member enforces, as its source cites them.

"programs-1 §5 rule 6" is taken as it stands; "rule 6" alone is one of the
section that the class names in SOURCE; "# 6" at the end of a line likewise.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Iterator

import pytest

import members
from strict import Member

WHOLE = re.compile(r"programs-[12] §[\d.]+ rules? \d+(?:(?:, | and |-)\d+)*"
                   r"(?:, §[\d.]+ rules? \d+(?:(?:, | and |-)\d+)*)*")
BARE = re.compile(r"\brules? (\d+(?:(?:, | and |-)\d+)*)")
SHORT = re.compile(r"# (\d+)$", re.M)
RUN = re.compile(r"field-runs \d\.\d+")


@functools.cache
def cited(kind: type[Member]) -> tuple[str, ...]:
    """Of its own source and of that of the classes it is made of."""
    found: list[str] = []
    for cls in kind.__mro__:
        if not issubclass(cls, Member):
            continue
        text = re.sub(r"\s*\n\s*(?:# )?", " ", inspect.getsource(cls))
        found += [re.sub(r"§(\d+)\.\d+", r"§\1", part)
                  for part in WHOLE.findall(text)]
        found += RUN.findall(text)
        section = re.match(r"programs-[12] §\d+", getattr(cls, "SOURCE", ""))
        if section is None:
            continue
        rest = WHOLE.sub("", text)
        numbers = BARE.findall(rest) + SHORT.findall(inspect.getsource(cls))
        found += [f"{section.group(0)} rule {n}" if n.isdigit()
                  else f"{section.group(0)} rules {n}" for n in numbers]
    return tuple(dict.fromkeys(found))


def of(item: pytest.Item) -> Iterator[str]:
    """Those of the members a test names in its parameters.  A test with a
    fault put back shows nothing of the server."""
    if "mutants" in item.nodeid:
        return
    call = getattr(item, "callspec", None)
    for value in (call.params if call else {}).values():
        if isinstance(value, str) and value in members.TABLE:
            yield from cited(members.TABLE[value])
