#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The tables of programs and systems in docs/CLIENTS.md.

They are made of tests/clients.txt, which names a test for whatever is said to
work, and of the tables of web/, which say what programs and systems there are.

usage: clients.py    write the page anew
"""

import os
import re
import sys

from tree import Tree

DATA = "tests/clients.txt"
PAGE = "docs/CLIENTS.md"
CLIENTS = "web/connect_clients.def"
SYSTEMS = "web/connect_systems.def"
SPOKEN = ("tests/e2e/classic.py", "tests/e2e/msn.py", "tests/e2e/live.py")
OFFERS = "test_old_tls.py::test_the_page_about_clients_tells_what_happens"
BEGIN = "<!-- made of tests/clients.txt by tests/lint/clients.py -->"
END = "<!-- end of what is made -->"
ROW = re.compile(r'^(?:CLIENT|SYSTEM)\((.*)\)$', re.M)
TEST = re.compile(r"\b(test_\w+)\.(py|c)::(\w+)")


class Wrong(Exception):
    """What is not as it should be, at a line of the data."""

    def __init__(self, line, text):
        super().__init__(text)
        self.line = line


def rows_of(tree, path):
    """The cells of a table of web/, without quotes."""
    text = tree.text(path) if path in tree.paths else ""
    for m in ROW.finditer(text):
        cells = re.findall(r'"(?:\\.|[^"])*"|[^,\s][^,]*', m.group(1))
        yield [c.strip().strip('"') for c in cells]


class Client:
    def __init__(self, line, key, name, dialects, source):
        self.line, self.key, self.name = line, key, name
        self.dialects, self.source = dialects, source
        self.seen = "-"  # what a run of the real program showed
        self.own = {}  # column -> (state, tests, why)


class Data:
    """What the file says."""

    def __init__(self, text):
        self.columns, self.clients = {}, []
        self.shows, self.lacks = {}, {}  # (dialect, column) ->
        self.systems, self.offered = {}, {}
        for number, line in enumerate(text.split("\n"), 1):
            words = line.split()
            if not words or line.startswith("#"):
                continue
            if line[0] == " ":
                self.cell(number, words, line)
                continue
            read = getattr(self, "read_" + words[0], None)
            if read is None:
                raise Wrong(number, f"nothing is called {words[0]}")
            read(number, line.partition(" ")[2])

    def cell(self, number, words, line):
        if self.clients and words[0] == "seen":
            self.clients[-1].seen = line.partition("|")[2].strip()
            return
        if not self.clients or words[0] not in self.columns:
            raise Wrong(number, f"no column {words[0]}")
        why = line.partition("|")[2].strip()
        tests = words[2:] if words[1] == "yes" else []
        if words[1] not in ("yes", "no", "untested") or not (tests or why):
            raise Wrong(number, "a cell is yes with tests, no or untested "
                        "with a reason")
        self.clients[-1].own[words[0]] = (words[1], tests, why)

    def read_column(self, _, rest):
        key, _, words = rest.partition("|")
        self.columns[key.strip()] = words.strip()

    def each(self, number, words):
        """(dialect, column) pairs and the words behind the columns."""
        n = 1
        while n < len(words) and words[n] in self.columns:
            n += 1
        if n == 1:
            raise Wrong(number, "no column")
        return [(d, c) for d in spoken(number, words[0])
                for c in words[1:n]], words[n:]

    def read_shows(self, number, rest):
        pairs, tests = self.each(number, rest.split())
        if not tests:
            raise Wrong(number, "no test")
        for pair in pairs:
            self.shows.setdefault(pair, []).extend(tests)

    def read_lacks(self, number, rest):
        head, _, why = rest.partition("|")
        for pair in self.each(number, head.split())[0]:
            self.lacks[pair] = why.strip()

    def read_client(self, number, rest):
        parts = [p.strip() for p in rest.split("|")]
        if len(parts) != 4:
            raise Wrong(number, "a client has four parts")
        self.clients.append(Client(number, parts[0], parts[1], spoken(
            number, parts[2]), parts[3]))

    def read_system(self, number, rest):
        key, _, offers = rest.partition("|")
        self.systems[key.strip()] = (number, names(offers))

    def read_own(self, number, rest):
        head, _, offers = rest.partition("|")
        for system in head.split()[1:]:
            self.offered[head.split()[0], system] = (number, names(offers))

    # ---- what is so

    def state(self, client, column):
        """(state, tests, why) of one cell."""
        if column in client.own:
            return client.own[column]
        can = [d for d in client.dialects if (d, column) in self.shows]
        cannot = [d for d in client.dialects if (d, column) in self.lacks]
        tests = list(dict.fromkeys(
            t for d in can for t in self.shows[d, column]))
        if not client.dialects or len(can) + len(cannot) < len(
                client.dialects):
            return "untested", [], ""
        if not can:
            return "-", [], ""
        return (f"from MSNP{can[0]}" if cannot else "yes"), tests, ""


def spoken(number, text):
    """'2-7,18' as numbers; 'chat' is one of its own, '-' none.  No program
    speaks 17."""
    found = []
    for part in text.split(","):
        m = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        if m:
            found += [n for n in range(int(m.group(1)), int(
                m.group(2) or m.group(1)) + 1) if n != 17]
        elif part == "chat":
            found.append(part)
        elif part != "-":
            raise Wrong(number, f"no versions: {part}")
    return found


def names(text):
    return [part.strip() for part in text.split(" / ")]


def said(dialects):
    if not dialects:
        return "?"
    if dialects == ["chat"]:
        return "MSN Chat"
    first, last = dialects[0], dialects[-1]
    if last > first and spoken(0, f"{first}-{last}") == dialects:
        return f"MSNP{first} to {last}"
    return " and ".join(f"MSNP{d}" for d in dialects)


# ---- the page

def table(rows):
    yield "| " + " | ".join(rows[0]) + " |"
    yield "|" + "---|" * len(rows[0])
    for row in rows[1:]:
        yield "| " + " | ".join(row) + " |"


class Notes:
    """Numbers or letters for what stands below a table."""

    def __init__(self, names_of):
        self.names_of, self.all = names_of, []

    def of(self, what):
        if what not in self.all:
            self.all.append(what)
        return self.names_of(self.all.index(what))


def programs(data):
    tests = Notes(lambda n: str(n + 1))
    whys = Notes(lambda n: "abcdefghijklmnopqrstuvwxyz"[n])
    rows = [["program", "on `/connect`", "speaks", "seen with the real program",
             "its bytes are from", *data.columns]]
    for client in data.clients:
        row = [client.name, f"`{client.key}`" if client.key != "-" else "-",
               said(client.dialects), client.seen, client.source]
        for column in data.columns:
            state, shown, why = data.state(client, column)
            marks = [tests.of(t) for t in shown]
            marks += [whys.of(why)] if why else []
            row.append(f"{state} ({', '.join(marks)})" if marks else state)
        rows.append(row)
    yield from ("| column | means |", "|---|---|")
    for key, words in data.columns.items():
        yield f"| {key} | {words} |"
    yield ""
    yield from table(rows)
    yield ""
    for why in whys.all:
        yield f"- ({whys.of(why)}) " + TEST.sub(r"`\g<0>`", why)
    for test in tests.all:
        yield f"- ({tests.of(test)}) `{test}`"


def offers(page):
    """Name of an offer -> (public, own network), of the page's table."""
    found = {}
    for line in page.split("\n"):
        if "| `v" in line:
            cells = [c.strip() for c in line.strip("|").split("|")]
            found[cells[0]] = (cells[2], cells[3])
    return found


def outcome(known, wanted):
    public = [known[name][0] != "refused" for name in wanted]
    own = [known[name][1] != "refused" for name in wanted]
    if all(public):
        return "yes"
    return "some" if any(public) else "own" if any(own) else "no"


def systems(tree, data, known):
    clients = list(rows_of(tree, CLIENTS))
    places = list(rows_of(tree, SYSTEMS))
    order = [s[0] for s in places]
    rows = [["system", *(f"`{c[0]}`" for c in clients)]]
    for place in places:
        row = [place[1]]
        for client in clients:
            wanted = data.offered.get((client[0], place[0])) or \
                data.offered.get((client[0], "*")) or data.systems[place[0]]
            if place[2] not in client[4] or order.index(
                    place[0]) < order.index(client[5]):
                row.append("-")
            elif client[9] != "true":
                row.append("later")
            elif client[8] == "NULL":
                row.append("plain")
            else:
                row.append(outcome(known, wanted[1]))
        rows.append(row)
    yield from table(rows)


def made(tree, data):
    """What stands between the marks."""
    yield BEGIN
    yield ""
    yield from programs(data)
    yield ""
    yield "### Which programs sign in from which system"
    yield ""
    yield "\n".join(("| cell | means |", "|---|---|",
                     "| yes | each offer of that system gets in with the "
                     "default settings |",
                     "| some | with the default settings some of its offers "
                     "do (TLS 1.0 is ticked, the system is new enough) |",
                     "| own | only with the settings for your own network |",
                     "| no | none does |",
                     "| plain | the program uses no TLS |",
                     "| later | the program is not served yet |",
                     "| - | it does not run there |"))
    yield ""
    yield from systems(tree, data, offers(tree.text(PAGE)))
    yield ""
    yield f"Each offer is sent by `{OFFERS}`; that every pair has its steps is"
    yield ("shown by `test_connect.py::test_every_pair_has_its_steps_and_"
           "every_link_leads_somewhere`.")
    yield ""
    yield END


def replaced(page, text):
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return head + text + tail


# ---- the check

def lost_tests(tree, text):
    """(line, test) of tests that are not there."""
    for number, line in enumerate(text.split("\n"), 1):
        for m in TEST.finditer(line):
            name = f"{m.group(1)}.{m.group(2)}"
            where = [p for p in tree.paths if os.path.basename(p) == name]
            word = "def " if m.group(2) == "py" else ""
            if not any(re.search(rf"^{word}{m.group(3)}\(", tree.text(p),
                                 re.M) for p in where):
                yield number, m.group(0)


def known_dialects(tree):
    found = {"chat"}
    for path in SPOKEN:
        m = re.search(r"^DIALECTS = \((.*)\)", tree.text(path), re.M)
        found |= {int(n) for n in m.group(1).split(",")}
    return found


def findings(tree, data):
    keys = {"-"} | {c[0] for c in rows_of(tree, CLIENTS)}
    places = {s[0] for s in rows_of(tree, SYSTEMS)}
    known = offers(tree.text(PAGE))
    for client in data.clients:
        if client.key not in keys:
            yield client.line, f"no {client.key} in {CLIENTS}"
        for dialect in set(client.dialects) - known_dialects(tree):
            yield client.line, f"no client of the tests speaks {dialect}"
    for key in sorted(keys - {"-"} - {c.key for c in data.clients}):
        yield 1, f"nothing of {key} of {CLIENTS}"
    for key in sorted(places ^ set(data.systems)):
        yield 1, f"{key} is only here, or only in {SYSTEMS}"
    for number, wanted in [*data.systems.values(), *data.offered.values()]:
        for name in wanted:
            if name not in known:
                yield number, f"no offer is called {name!r}"


def clients(tree):
    """docs/CLIENTS.md tells of every program what a test shows"""
    if DATA not in tree.paths:
        return
    text = tree.text(DATA)
    try:
        data = Data(text)
    except Wrong as e:
        yield DATA, e.line, str(e)
        return
    found = [(n, f"there is no test {t}") for n, t in lost_tests(tree, text)]
    found += findings(tree, data)
    for number, words in found:
        yield DATA, number, words
    page = tree.text(PAGE)
    if not found and replaced(page, "\n".join(made(tree, data))) != page:
        yield PAGE, 1, f"not as {DATA} has it: run tests/lint/clients.py"


def main():
    tree = Tree(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                             "../.."))
    text = "\n".join(made(tree, Data(tree.text(DATA))))
    page = replaced(tree.text(PAGE), text)
    with open(os.path.join(tree.root, PAGE), "w", encoding="utf-8") as f:
        f.write(page)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
