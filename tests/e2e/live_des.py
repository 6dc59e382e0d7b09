# SPDX-License-Identifier: MIT
"""DES and triple DES for the proof of MSNP15 and later: a table-driven toy
that shares nothing with the library the server uses."""

from __future__ import annotations

IP = (58, 50, 42, 34, 26, 18, 10, 2, 60, 52, 44, 36, 28, 20, 12, 4,
      62, 54, 46, 38, 30, 22, 14, 6, 64, 56, 48, 40, 32, 24, 16, 8,
      57, 49, 41, 33, 25, 17, 9, 1, 59, 51, 43, 35, 27, 19, 11, 3,
      61, 53, 45, 37, 29, 21, 13, 5, 63, 55, 47, 39, 31, 23, 15, 7)
LAST = tuple(IP.index(n) + 1 for n in range(1, 65))
SPREAD = tuple((4 * row + column - 1) % 32 + 1
               for row in range(8) for column in range(6))
MIX = (16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10,
       2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25)
KEY = (57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18,
       10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
       63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22,
       14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4)
ROUND = (14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10,
         23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2,
         41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48,
         44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32)
TURNS = (1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1)

# Four rows of sixteen hexadecimal digits for each box.
BOXES = tuple(
    tuple(int(digit, 16) for digit in box.replace(" ", "")) for box in (
        "E4D12FB83A6C5907 0F74E2D1A6CB9538 41E8D62BFC973A50 "
        "FC8249175B3EA06D",
        "F18E6B34972DC05A 3D47F28EC01A69B5 0E7BA4D158C6932F "
        "D8A13F42B67C05E9",
        "A09E63F51DC7B428 D709346A285ECBF1 D6498F30B12C5AE7 "
        "1AD069874FE3B52C",
        "7DE3069A1285BC4F D8B56F03472C1AE9 A690CB7DF13E5284 "
        "3F06A1D8945BC72E",
        "2C417AB6853FD0E9 EB2C47D150FA3986 421BAD78F9C5630E "
        "B8C71E2D6F09A453",
        "C1AF92680D34E75B AF427C9561DE0B38 9EF528C3704A1DB6 "
        "432C95FABE17608D",
        "4B2EF08D3C975A61 D0B7491AE35C2F86 14BDC37EAF680592 "
        "6BD814A7950FE23C",
        "D2846FB1A93E50C7 1FD8A374C56B0E92 7B419CE206ADF358 "
        "21E74A8DFC90356B"))


def bits(data: bytes) -> list[int]:
    return [byte >> shift & 1 for byte in data for shift in range(7, -1, -1)]


def pick(source: list[int], table: tuple[int, ...]) -> list[int]:
    return [source[n - 1] for n in table]


def schedule(key: bytes) -> list[list[int]]:
    both = pick(bits(key), KEY)
    left, right = both[:28], both[28:]
    keys = []
    for turn in TURNS:
        left = left[turn:] + left[:turn]
        right = right[turn:] + right[:turn]
        keys.append(pick(left + right, ROUND))
    return keys


def one_round(half: list[int], key: list[int]) -> list[int]:
    mixed = [a ^ b for a, b in zip(pick(half, SPREAD), key)]
    out = []
    for n, box in enumerate(BOXES):
        a, b, c, d, e, f = mixed[6 * n:6 * n + 6]
        value = box[32 * a + 16 * f + 8 * b + 4 * c + 2 * d + e]
        out += [value >> shift & 1 for shift in (3, 2, 1, 0)]
    return pick(out, MIX)


def block(data: bytes, keys: list[list[int]]) -> bytes:
    start = pick(bits(data), IP)
    left, right = start[:32], start[32:]
    for key in keys:
        turned = one_round(right, key)
        left, right = right, [a ^ b for a, b in zip(left, turned)]
    value = 0
    for bit in pick(right + left, LAST):
        value = value << 1 | bit
    return value.to_bytes(8, "big")


def des3_cbc(key: bytes, iv: bytes, data: bytes) -> bytes:
    """Enciphers whole blocks with three keys: EDE, CBC, no padding."""
    assert len(key) == 24 and len(iv) == 8 and len(data) % 8 == 0
    first, second, third = (schedule(key[n:n + 8]) for n in (0, 8, 16))
    second.reverse()
    out, chain = b"", iv
    for at in range(0, len(data), 8):
        chain = bytes(a ^ b for a, b in zip(chain, data[at:at + 8]))
        for keys in (first, second, third):
            chain = block(chain, keys)
        out += chain
    return out
