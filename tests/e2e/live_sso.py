# SPDX-License-Identifier: MIT
"""The proof of MSNP15 and later (ns-modern 3.10)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import struct

from live_des import des3_cbc

HASH = b"WS-SecureConversationSESSION KEY HASH"
ENCRYPTION = b"WS-SecureConversationSESSION KEY ENCRYPTION"


def sha1(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, hashlib.sha1).digest()


def derive(secret: bytes, label: bytes) -> bytes:
    h1 = sha1(secret, label)
    h2 = sha1(secret, h1 + label)
    h3 = sha1(secret, h1)
    h4 = sha1(secret, h3 + label)
    return h2 + h4[:4]


def parts(secret: bytes, nonce: str, iv: bytes | None = None
          ) -> list[bytes]:
    """Header, IV, hash and cipher."""
    iv = os.urandom(8) if iv is None else iv
    text = nonce.encode()
    cipher = des3_cbc(derive(secret, ENCRYPTION), iv, text + b"\x08" * 8)
    head = struct.pack("<7I", 28, 1, 0x6603, 0x8004, 8, 20, len(cipher))
    return [head, iv, sha1(derive(secret, HASH), text), cipher]


def blob(secret: bytes, nonce: str, iv: bytes | None = None) -> str:
    return base64.b64encode(b"".join(parts(secret, nonce, iv))).decode()
