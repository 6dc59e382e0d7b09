# SPDX-License-Identifier: MIT
"""What of mbedTLS is never called: docs/SECURITY.md rests on it."""

from __future__ import annotations

import harness
import oldtls

NEVER = {
    "psa_": "buffers that others can write (CVE-2024-28960)",
    "mbedtls_hmac_drbg": "not what was asked for (CVE-2024-45157)",
    "mbedtls_ssl_set_hostname": "no TLS client is made (CVE-2025-27809)",
    "mbedtls_ssl_conf_ca_chain": "no TLS client is made (CVE-2025-27809)",
    "mbedtls_pk_decrypt": "decryption with RSA (CVE-2024-23170)",
    "mbedtls_rsa_pkcs1_decrypt": "decryption with RSA (CVE-2024-23170)",
    "mbedtls_rsa_rsaes": "padding of OAEP and PKCS #1",
    "mbedtls_pkcs": "padding of PKCS #5 and #12",
    "mbedtls_ssl_conf_arc4_support": "RC4 (CVE-2023-43615)",
}


def test_the_parts_of_the_library_with_known_faults_are_not_called():
    text = oldtls.run([oldtls.need("nm"), "-D", "--undefined-only",
                       str(harness.BIN / "nudged")])
    used = {line.split()[-1].split("@")[0] for line in text.splitlines()}
    assert "mbedtls_ssl_setup" in used
    found = {(name, why) for name in used for start, why in NEVER.items()
             if name.startswith(start)}
    assert not found
