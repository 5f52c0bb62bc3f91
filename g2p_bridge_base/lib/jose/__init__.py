# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""JOSE: signatures over messages (JWS, RFC 7515) and the keys that make and check them.

``terms``
    who may sign with what, and what else is taken from whom
``public_keys``
    the keys of others, as they are pasted in
``signing``
    our own keys, and what we sign with them
``jws``
    signatures that come in: read, and checked over a message
``jws_file``
    the same over a file that is never in memory as a whole

``joserfc`` and ``cryptography`` do the arithmetic; here stands what is asked of them at all.
"""

from .terms import ALGORITHMS, OURS, PARTNERS
from .public_keys import KeyFault, PublicKey, read_public_keys
from .signing import (
    generate_private_key,
    key_id,
    kind_of,
    public_jwk,
    public_pem,
    read_private_key,
    sign_detached,
    sign_target,
)
from .jws import (
    Key,
    Signature,
    SignatureFault,
    find_signed,
    read_signature,
    verify_detached,
)
from .jws_file import find_signer
