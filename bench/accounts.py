# SPDX-License-Identifier: MIT
"""Fills a stopped server's database with the people the benchmarks need.

Numbers of accounts (u000001@bench.test and on):
  1 ..        RING      ring of friends: each knows the ten before and behind
  PLAIN ..    nobody on their lists
  STAR, ..    one person, and the watchers who have that person on their lists
  BOOK, ..    people with full address books
  KNOWN, ..   who is in each of these
  COLD ..     nobody on their lists, password hash at its full price
The passwords of the others are hashed at the lowest price, so that signing
in thousands of people does not take hours; no figure measures that.
"""
import ctypes
import ctypes.util
import os
import sqlite3
import time

DOMAIN = "bench.test"
PASSWORD = "secret"
RING = 1
PLAIN = 20001
STAR = 40001
WATCHERS = 600
BOOK = 50001
BOOKS = 48
KNOWN = 51001
CONTACTS = 300
COLD = 90001
TOTAL = 100000
NEIGHBOURS = 10

GROUPS = ("Friends", "Family", "Co-workers", "School%20%26%20club")
NAMES = ("Ann", "Bob%20(at%20work)", "C%C3%A9line", "dave%20:-)",
         "E.%20V.%20Smith", "~%20F%C3%A9lix%20~")

FORWARD, ALLOW, REVERSE = 1, 2, 8
ALLOW_ALL, PROMPT = 2, 4
CHEAP, FULL = 1, 6  # yescrypt's cost: the lowest, and the server's


def hash_password(cost):
    """crypt(3): Python's own module is on its way out."""
    lib = ctypes.CDLL(ctypes.util.find_library("crypt"))
    lib.crypt.restype = ctypes.c_char_p
    lib.crypt_gensalt.restype = ctypes.c_char_p
    lib.crypt_gensalt.argtypes = (ctypes.c_char_p, ctypes.c_ulong,
                                  ctypes.c_char_p, ctypes.c_int)
    setting = lib.crypt_gensalt(b"$y$", cost, None, 0)
    out = setting and lib.crypt(PASSWORD.encode(), setting)
    if not out or not out.startswith(b"$y$"):
        raise SystemExit("bench: this machine's crypt() has no yescrypt")
    return out.decode()


def address(number):
    return f"u{number:06d}@{DOMAIN}"


def account_rows(total):
    now = int(time.time())
    cheap, full = hash_password(CHEAP), hash_password(FULL)
    for n in range(1, total + 1):
        password = full if n >= COLD else cheap
        yield (n, address(n), password, ALLOW_ALL | PROMPT, 1, now, now * 1000,
               now * 1000)


def ring_rows(size):
    for owner in range(RING, RING + size):
        place = 0
        for step in range(-NEIGHBOURS, NEIGHBOURS + 1):
            if step == 0:
                continue
            other = RING + (owner - RING + step) % size
            place += 1
            yield (owner, address(other), place, os.urandom(16),
                   FORWARD | ALLOW | REVERSE)


def star_rows():
    for n in range(1, WATCHERS + 1):
        yield (STAR + n, address(STAR), 1, os.urandom(16), FORWARD | ALLOW)
        yield (STAR, address(STAR + n), n, os.urandom(16), REVERSE)


def book_rows():
    """
    As people leave them: everybody has a name and sees the owner, four in
    five are in a group, one in ten has a nickname, no two changed together.
    """
    now = int(time.time()) * 10**7
    for owner in range(BOOK, BOOK + BOOKS):
        for n in range(1, CONTACTS + 1):
            group = 1 << n % 5 if n % 5 else 0
            card = "" if n % 10 else f"aAB.NickName=Nick%20{n}\n"
            yield (owner, address(KNOWN + n), n, os.urandom(16),
                   FORWARD | ALLOW | REVERSE, group,
                   f"{NAMES[n % len(NAMES)]}%20{n}", card,
                   now - n * 36 * 10**9 - n * 1234567)


def group_rows():
    now = int(time.time()) * 10**7
    for owner in range(BOOK, BOOK + BOOKS):
        for n, name in enumerate(GROUPS, 1):
            yield owner, n, os.urandom(16), name, now


def database(data):
    """The SQLite file in a server's data folder."""
    for name in sorted(os.listdir(data)):
        path = os.path.join(data, name)
        if not os.path.isfile(path):
            continue
        with open(path, "rb") as f:
            if f.read(15) == b"SQLite format 3":
                return path
    raise SystemExit(f"bench: no database in {data}")


def fill(data, ring):
    """ring: how many of the ring's people have their lists."""
    db = sqlite3.connect(database(data))
    with db:
        db.executemany(
            "INSERT INTO accounts (id, address, password, flags, serial,"
            " created, lists_changed, settings_changed)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)", account_rows(TOTAL))
        for rows in (ring_rows(ring), star_rows()):
            db.executemany(
                "INSERT INTO contacts (owner, address, position, id, lists,"
                " groups) VALUES (?, ?, ?, ?, ?, 0)", rows)
        db.executemany(
            "INSERT INTO contacts (owner, address, position, id, lists,"
            " groups, name, card, changed) VALUES"
            " (?, ?, ?, ?, ?, ?, ?, ?, ?)", book_rows())
        db.executemany(
            "INSERT INTO groups (owner, number, id, name, changed)"
            " VALUES (?, ?, ?, ?, ?)", group_rows())
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
