# SPDX-License-Identifier: MIT
"""What docs/CLIENTS.md says of programs can be found to be wrong."""

import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import clients  # noqa: E402
from tree import Tree  # noqa: E402

DATA = """\
column enter | it comes in
column talk | it talks
shows 2-4 enter test_a.py::test_one
shows 3 talk test_a.py::test_two test_b.c::three
lacks 2 talk | too old
client one | One | 2 | nothing
client one | Two | 2-3 | nothing
    enter untested | nobody knows
client two | Three | 4 | nothing
client - | Four | - | nothing
    talk no | it may not
system here | an offer / a better one
system there | an offer
own two there | a better one
"""
FILES = {
    "tests/clients.txt": DATA,
    "tests/e2e/test_a.py": "def test_one():\ndef test_two(a):\n",
    "tests/proto/test_b.c": "static void\nthree(void **state)\n",
    "tests/e2e/classic.py": "DIALECTS = (2, 3)\n",
    "tests/e2e/msn.py": "DIALECTS = (4, 5)\n",
    "tests/e2e/live.py": "DIALECTS = (13, 14)\n",
    "web/connect_clients.def":
        'CLIENT("one", "1", "MSNP2", "1999", A,     "here",  N, NULL, "x",  '
        'true)\n'
        'CLIENT("two", "2", "MSNP4", "1999", A | B, "there", N, NULL, NULL, '
        'true)\n',
    "web/connect_systems.def":
        'SYSTEM("here",  "Here",  A)\nSYSTEM("there", "There", B)\n',
    "docs/CLIENTS.md":
        f"# Head\n{clients.BEGIN}\n{clients.END}\ntail\n"
        "| an offer | `v2:1:2` | refused | SSL | |\n"
        "| a better one | `v3:1:2` | TLS | TLS | |\n",
}


def grow(root, **changed):
    for path, text in (FILES | changed).items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as f:
            f.write(text)
    return Tree(root)


def write(root):
    """As the program does."""
    tree = Tree(root)
    text = "\n".join(clients.made(tree, clients.Data(tree.text(
        clients.DATA))))
    page = clients.replaced(tree.text(clients.PAGE), text)
    grow(root, **{clients.PAGE: page})
    return page


def test_the_page_is_as_the_data_has_it(tmp_path):
    found = list(clients.clients(grow(tmp_path)))
    assert [f[0] for f in found] == [clients.PAGE]
    page = write(tmp_path)
    assert list(clients.clients(Tree(tmp_path))) == []
    assert page.startswith("# Head\n") and "\ntail\n" in page
    for row in ("| One | `one` | MSNP2 | - | nothing | yes (1) | - |",
                "| Two | `one` | MSNP2 to 3 | - | nothing | untested (a) | "
                "from MSNP3 (2, 3) |",
                "| Three | `two` | MSNP4 | - | nothing | yes (1) | untested |",
                "| Four | - | ? | - | nothing | untested | no (b) |",
                "- (3) `test_b.c::three`", "- (b) it may not",
                "| Here | some | - |", "| There | - | plain |"):
        assert f"\n{row}\n" in page, row


@pytest.mark.parametrize("old,new,line,words", [
    ("test_one", "test_none", 3, "no test test_a.py::test_none"),
    ("test_b.c::three", "test_b.c::two", 4, "no test test_b.c::two"),
    ("client two", "client -", 1, "nothing of two"),
    ("client two", "client three", 9, "no three"),
    ("system there | an offer\n", "", 1, "there is only here"),
    ("system here | an", "system here | another", 12, "another offer"),
    ("| 4 | nothing", "| 4-7 | nothing", 9, "speaks"),
    ("| 4 | nothing", "| four | nothing", 9, "no versions"),
    ("    talk no | it may not", "    talk yes", 11, "a cell is"),
    ("    talk no", "    walk no", 11, "no column"),
    ("lacks 2 talk", "lacks 2 walk", 5, "no column"),
    ("shows 3 talk test_a.py::test_two test_b.c::three", "shows 3 talk", 4,
     "no test"),
    ("client one | One | 2 |", "client one | One |", 6, "four parts"),
    ("| One |", "| Another One |", 1, "not as"),
])
def test_what_is_wrong_is_found(tmp_path, old, new, line, words):
    grow(tmp_path)
    page = write(tmp_path)
    assert old in DATA
    tree = grow(tmp_path, **{clients.PAGE: page,
                             clients.DATA: DATA.replace(old, new)})
    found = list(clients.clients(tree))
    assert any(words in f[2] and f[1] == line for f in found), found
