# SPDX-License-Identifier: MIT
"""XML as programs read it that look at names as they are written, prefix and
all."""

from __future__ import annotations

import dataclasses
import xml.parsers.expat

from world import Broke


@dataclasses.dataclass
class Node:
    """An element.  A path names children with their prefix; "~Body" is a
    Body of any prefix."""

    name: str
    attrs: dict[str, str]
    parent: "Node | None" = None
    inside: "list[Node | str]" = dataclasses.field(default_factory=list)

    @property
    def nodes(self) -> "list[Node]":
        return [n for n in self.inside if isinstance(n, Node)]

    @property
    def text(self) -> str:
        return "".join(n for n in self.inside if isinstance(n, str))

    def all(self, path: str) -> "list[Node]":
        found = [self]
        for part in path.split("/"):
            found = [n for f in found for n in f.nodes
                     if n.name == part or (part[0] == "~" and
                                           n.name.rpartition(":")[2]
                                           == part[1:])]
        return found

    def find(self, path: str) -> "Node | None":
        return next(iter(self.all(path)), None)

    def word(self, path: str) -> str | None:
        found = self.find(path)
        return None if found is None else found.text

    def walk(self) -> "list[Node]":
        return [self, *(m for n in self.nodes for m in n.walk())]

    def named(self, name: str) -> "list[Node]":
        """Anywhere below."""
        return [n for n in self.walk() if n.name == name or (
            name[0] == "~" and n.name.rpartition(":")[2] == name[1:])]


def parse(who: str, data: bytes) -> Node:
    """A document; its top is a Node without a name."""
    top = Node("", {})
    here = [top]

    def start(name: str, attrs: dict[str, str]) -> None:
        node = Node(name, attrs, here[-1])
        here[-1].inside.append(node)
        here.append(node)

    def end(_: str) -> None:
        here.pop()

    parser = xml.parsers.expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: here[-1].inside.append(text)
    try:
        parser.Parse(data, True)
    except xml.parsers.expat.ExpatError as error:
        raise Broke(f"{who}: {error}: {data[:500]!r}") from error
    return top
