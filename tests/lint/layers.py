# SPDX-License-Identifier: MIT
"""Who may include whom, and which folder is a library's only home."""

import os
import re

from tree import c_text

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')

BASE = ("common/base/",)
NET = BASE + ("common/codec/", "common/net/")
COMMON = NET + ("common/auth/", "common/http/", "common/ops/")
CORE = COMMON + ("core/",)
STORE = ("core/store/",)
DOOR, DESK, TALK = ("core/door/",), ("core/desk/",), ("core/talk/",)

# Folder: what its files may include (beside their own folder), and what of
# that they may not.  Arrows point down only.
LAYERS = {
    "common/base": (BASE, ()),
    "common/codec": (BASE, ()),
    "common/net": (BASE, ()),
    "common/http": (NET, ()),
    "common/auth": (NET, ()),
    "common/ops": (NET, ()),
    "core/store": (NET, ()),
    # People may talk who know nothing of how they signed in, nor of the
    # operator's desk; who talks is nothing to the lists.
    "core/people": (CORE, TALK + DESK),
    "core/talk": (CORE, DOOR + DESK),
    "core/desk": (CORE, DOOR + TALK),
    "core": (CORE, ()),
    "certs": (BASE + ("common/codec/", "common/net/tls_mbed.h"), ()),
    "ns/msnp": (BASE + ("common/codec/", "core/result"), ()),
    "ns/switchboard": (CORE + ("ns/",), STORE),
    "ns": (CORE + ("ns/",), STORE),
    "nexus": (CORE, STORE),
    "soap": (CORE, STORE),
    "chat/ircx": (BASE + ("common/codec/", "core/result"), ()),
    "chat": (CORE + ("chat/",), STORE),
    "web": (CORE, STORE),
    # The operator's front, which also keeps the keys in the store.
    "operator": (CORE + ("certs/",), ()),
    # Clients written from the documents share nothing with the server but
    # what hides the versions of a library.
    "bench": (("common/net/tls_mbed.h",), ()),
}
# The roof sees everything; nudgectl is a client of the control socket, and
# does what needs no server.
ROOF = {"nudged.c": ("",), "roof": ("",), "version.c": BASE,
        "nudgectl.c": COMMON + ("operator/here", "operator/tell",
                               "operator/words")}
FREE = ("tests/",)

# Library header: the only places that know it.
HOMES = {
    r"uv(\.h|/)": ("common/net/", "common/ops/"),
    r"mbedtls/|psa/": ("common/net/tls", "common/codec/digest.c",
                       "common/codec/seal.c", "certs/"),
    r"microhttpd\.h": ("common/http/",),
    r"expat\w*\.h": ("common/codec/xml_read",),
    r"sqlite3\w*\.h": ("core/store/",),
    r"crypt\.h": ("common/auth/",),
    r"curl/": ("common/http/fetch",),
}


def includes(tree, path):
    for number, line in tree.code(path):
        m = INCLUDE.match(line)
        if m:
            yield number, m.group(1) == "<", m.group(2)


def allowed(path):
    """(may, may not) of a file, or None when nobody decided."""
    folder = os.path.dirname(path)
    if path in ROOF or folder in ROOF:
        return ROOF.get(path) or ROOF[folder], ()
    while folder:
        if folder in LAYERS:
            may, not_may = LAYERS[folder]
            return may + (folder + "/",), not_may
        folder = os.path.dirname(folder)
    return None


def layers(tree):
    """includes point downwards only"""
    for path in c_text(tree):
        if path.startswith(FREE):
            continue
        rule = allowed(path)
        if rule is None:
            yield path, 1, "this folder has no row in tests/lint/layers.py"
            continue
        for number, system, name in includes(tree, path):
            # What the build makes has no folder.
            if system or re.fullmatch(r"\w+\.inc", name):
                continue
            inside = name.startswith(rule[0])
            if not inside or (rule[1] and name.startswith(rule[1])):
                yield path, number, f"{path} may not include {name}"


def homes(tree):
    """one library, one home"""
    for path in c_text(tree):
        if path.startswith(("tests/", "bench/")):
            continue
        for number, _, name in includes(tree, path):
            for pattern, home in HOMES.items():
                if re.match(pattern, name) and not path.startswith(home):
                    yield path, number, \
                        f"{name} belongs to {', '.join(home)} alone"
