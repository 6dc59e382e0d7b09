# SPDX-License-Identifier: MIT
"""Each check of the lint can fail, and lets through what is right."""

import os
import shutil
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import lint  # noqa: E402
import programs  # noqa: E402
from tree import Tree  # noqa: E402

CHECKS = dict(lint.CHECKS)
SPDX = "/* SPDX-License-Identifier: MIT */\n"
OFF, ON = "/* clang-format off */\n", "/* clang-format on */\n"


def grow(root, files):
    shutil.copy(os.path.join(HERE, "../../.clang-format"), root)
    for path, text in files.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as f:
            f.write(text)
    return Tree(root)


def findings(check, tree):
    try:
        return list(CHECKS[check](tree))
    except programs.Skipped as why:
        pytest.skip(str(why))


def body(lines):
    return SPDX + "void\nlong_one(void)\n{\n" + "\t;\n" * lines + "}\n"


BAD = [
    # check, file, text, line of the finding
    ("layers", "common/base/a.c", '#include "core/core.h"\n', 1),
    ("layers", "common/net/a.h", '#include "common/http/http.h"\n', 1),
    ("layers", "ns/a.c", '#include "nexus/nexus.h"\n', 1),
    ("layers", "ns/a.c", '#include "core/store/store.h"\n', 1),
    ("layers", "core/a.c", '\n#include "ns/ns.h"\n', 2),
    ("layers", "core/talk/a.c", '#include "ns/conn.h"\n', 1),
    ("layers", "core/talk/a.c", '#include "core/door/signin.h"\n', 1),
    ("layers", "core/people/a.c", '#include "core/talk/mailbox.h"\n', 1),
    ("layers", "core/desk/a.c", '#include "core/talk/mailbox.h"\n', 1),
    ("layers", "core/store/a.c", '#include "core/core.h"\n', 1),
    ("layers", "ns/msnp/a.c", '#include "core/core.h"\n', 1),
    ("layers", "nudgectl.c", '#include "core/core.h"\n', 1),
    ("layers", "attic/a.c", "int attic;\n", 1),
    ("libraries", "core/a.c", "#include <uv.h>\n", 1),
    ("libraries", "common/net/stream.c", "#include <mbedtls/ssl.h>\n", 1),
    ("libraries", "common/codec/mime.c", "#include <expat.h>\n", 1),
    ("libraries", "core/a.c", "#include <sqlite3.h>\n", 1),
    ("libraries", "nudged.c", "#include <microhttpd.h>\n", 1),
    ("libraries", "common/base/a.c", "#include <crypt.h>\n", 1),
    ("core-words", "core/a.h", "/* as MSNP8 does */\n", 1),
    ("core-words", "core/store/schema/1.sql", "-- the IRC name\n", 1),
    ("versions", "ns/a.c", "\tif (s->dialect >= 8)\n", 1),
    ("versions", "ns/a.c", "\tif (s->version == MSNP_12)\n", 1),
    ("versions", "chat/a.c", "\tif (ircx_version(s) < 8)\n", 1),
    ("banned-calls", "ns/a.c", "\tstrcpy(a, b);\n", 1),
    ("banned-calls", "tests/unit/a.c", "\tn = atoi (b);\n", 1),
    ("lengths", "ns/a.c", "\n" * 601, 600),
    ("lengths", "ns/a.c", body(71), 4),
    ("tables", "ns/a.def", OFF + 'X(A, "a")\nX(BCD, "b")\n' + ON, 2),
    ("tables", "ns/a.def",
     OFF + "X(A,  1,  2)\nX(BC, 11,  2)\n" + ON, 2),
    ("tables", "ns/a.c", OFF + "int a;\n" + ON, 1),
    ("tables", "ns/a.c", OFF + 'X(A, "a")\n', 1),
    ("tables", "ns/a.c", ON, 1),
    ("tokens", "common/auth/tokens.def", "/* on no page */\n", 1),
    ("clients", "tests/clients.txt", "# of none\nclent a\n", 2),
    ("spdx", "ns/a.c", "int a;\n", 1),
    ("spdx", "tools/a.sh", "#!/bin/sh\n", 1),
    ("spdx", "Makefile", "all:\n", 1),
    ("blanks", "README.md", "one\ntwo \n", 2),
    ("format", "ns/a.c", SPDX + "int  a;\n", 2),
    ("shell", "tools/a.sh", "#!/bin/sh\nrm $1\n", 2),
]


@pytest.mark.parametrize("check,path,text,line", BAD)
def test_a_bad_file_is_found(tmp_path, check, path, text, line):
    found = findings(check, grow(tmp_path, {path: text}))
    assert [(f[0], f[1]) for f in found] == [(path, line)]


GOOD = {
    "common/net/tls_x.c": SPDX + "#include <mbedtls/ssl.h>\n",
    "common/ops/a.c": SPDX + '#include "common/net/loop.h"\n',
    "core/store/a.c": SPDX + "#include <sqlite3.h>\n",
    "core/a.c": SPDX + '#include "core/store/store.h"\n',
    "core/b.c": SPDX + "/* a circle */\n",
    "ns/a.c": SPDX + '#include "core/core.h"\n#include "ns/msnp/reader.h"\n',
    "ns/msnp/error.c": SPDX + '#include "core/result.h"\n',
    "ns/msnp/dialect.c": SPDX + "/* version >= 8 */\n",
    "ns/b.c": SPDX + "/* if the dialect is >= 8, strcpy(a, b) */\n",
    "ns/c.c": body(70),
    "ns/a.def": SPDX + OFF + 'X(A,   "a", 1)\nX(BCD, "bb", 1)\n\n'
                'X(LONGER, "a")\n' + ON,
    "ns/b.def": SPDX + OFF + 'X(A,   1,  "a")\nX(BCDEFGHI, 22, "b")\n'
                'X(B,   22, "c")\n' + ON,
    "nudged.c": SPDX + '#include "ns/ns.h"\n#include "web/web.h"\n',
    "tests/unit/test_a.c": SPDX + '#include "nexus/nexus.h"\n',
    "tools/a.sh": "#!/bin/sh\n# SPDX-License-Identifier: MIT\nrm \"$1\"\n",
}


@pytest.mark.parametrize("check", CHECKS)
def test_a_good_tree_passes(tmp_path, check):
    assert not findings(check, grow(tmp_path, GOOD))


ROWS = ('DOOR(PAGES, "all pages")\n'
        'TOKEN(COOKIE, 4,  DAY,  OFTEN, AT(PAGES), "cookie", "a form")\n'
        'TOKEN(LINK,   16, 600,  ONCE,  AT(PAGES), "link", "nudgectl")\n')
TABLE = ("| purpose | where it comes from | what it opens | for |\n"
         "|---|---|---|---|\n"
         "| cookie | a form | all pages | 24 h |\n"
         "| link | nudgectl | all pages | 10 min, one session |\n")


@pytest.mark.parametrize("page,line", [
    (TABLE + "\n", 0), (TABLE.replace("24 h", "25 h") + "\n", 3),
    (TABLE + "| more | a form | all pages | 24 h |\n", 5),
    (TABLE.partition("| link")[0] + "\n", 4), ("no table\n", 1)])
def test_the_page_has_the_tokens_of_the_code(tmp_path, page, line):
    found = list(CHECKS["tokens"](grow(tmp_path, {
        "common/auth/tokens.def": ROWS, "docs/ARCHITECTURE.md": page})))
    assert [f[1] for f in found] == ([line] if line else [])


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_has_a_bad_file_here(check):
    assert any(row[0] == check for row in BAD)


def test_a_finding_fails_the_program_and_is_printed_with_file_and_line(
        tmp_path):
    grow(tmp_path, {"ns/a.c": SPDX + "int a;\nint b; \n"})
    done = subprocess.run(
        [sys.executable, "-B", os.path.join(HERE, "lint.py"), str(tmp_path)],
        stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "ns/a.c:3: trailing whitespace\n" in done.stdout
    assert "ok layers\n" in done.stdout
    if "SKIPPED format" in done.stdout:
        assert done.stdout.endswith(
            f"{len(CHECKS) - 2} checks passed, 1 failed, 1 skipped\n")
        return
    passed, failed = len(CHECKS) - 2, 2  # clang-format sees it too
    assert done.stdout.endswith(
        f"{passed} checks passed, {failed} failed\n")


def test_another_clang_format_is_not_asked_and_that_is_said(
        tmp_path, monkeypatch):
    """Each version breaks lines elsewhere."""
    tree, path = tmp_path / "tree", tmp_path / "path"
    tree.mkdir()
    path.mkdir()
    grow(tree, {"ns/a.c": SPDX + "int  a;\n"})

    def put(name, version):
        (path / name).write_text(f"#!/bin/sh\necho version {version}\n")
        (path / name).chmod(0o755)

    monkeypatch.setenv("PATH", str(path))
    assert programs.formatter(Tree(tree)) is None
    put("clang-format", "14.0.6")
    assert programs.formatter(Tree(tree)) == "clang-format"
    put("clang-format", "19.1.7")
    done = subprocess.run(
        [sys.executable, "-B", os.path.join(HERE, "lint.py"), str(tree)],
        stdout=subprocess.PIPE, text=True, check=False)
    assert ("SKIPPED format: the sources are laid out by clang-format 14; "
            "this is version 19.1.7\n") in done.stdout
    assert done.stdout.endswith(", 1 skipped\n")
    put("clang-format-14", "14.0.6")
    assert programs.formatter(Tree(tree)) == "clang-format-14"
