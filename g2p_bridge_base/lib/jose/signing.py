# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Our own keys, and what we sign with them.

A detached signature (RFC 7515, appendix F) is ``header..signature``: the message itself travels
as the body beside it, and what is signed is exactly its bytes.
"""

import hashlib
import json
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey, generate_key, import_key, thumbprint

from .public_keys import MAX_TEXT, KeyFault, check_kind, load_public, pem_blocks, usable
from .terms import ALGORITHMS, KEY_TYPES, OURS

_NEW_RSA_BITS = 3072
#: So long it holds for which address a message is meant, in seconds.
TARGET_SECONDS = 900
_REGISTRY = jws.JWSRegistry(algorithms=list(OURS.algorithms))


def generate_private_key(algorithm: str) -> str:
    """:return: a new private key for one of the algorithms of :data:`.OURS`, as PEM"""
    kind = ALGORITHMS[algorithm]
    key = generate_key(KEY_TYPES[kind], _NEW_RSA_BITS if kind == "RSA" else kind)
    return key.as_pem(private=True).decode("ascii")


def read_private_key(text: str) -> str:
    """Check a private key that somebody has entered.

    :param text: PEM; its line breaks may have been lost on the way
    :return: the key as clean PEM
    :raises KeyFault: it is no private key, or none that may sign
    """
    if len(text) > MAX_TEXT:
        raise KeyFault("The text is too long to be a key.")
    blocks = list(pem_blocks(text))
    if len(blocks) != 1:
        raise KeyFault("Enter one private key as PEM: -----BEGIN PRIVATE KEY----- and so on.")
    ((label, pem),) = blocks
    if "PRIVATE" not in label:
        raise KeyFault("This is no private key. Enter the key that belongs to it: PRIVATE KEY.")
    kind_of(pem)
    return pem


def kind_of(pem: str) -> str:
    """:return: the kind of a private key, as in :data:`.ALGORITHMS`
    :raises KeyFault: it is none that may sign
    """
    try:
        raw = load_pem_private_key(pem.encode(), None)
    except TypeError as error:
        raise KeyFault("The key is protected by a password. Enter it without one.") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyFault("The key can't be read.") from error
    return check_kind(raw, OURS)


def key_id(pem: str) -> str:
    """:return: the name of a key that is made of the key itself (RFC 7638)"""
    return thumbprint(_private_key(pem).as_dict(private=False))


def public_pem(pem: str) -> str:
    """:return: the public half of a private key, as PEM"""
    return _private_key(pem).as_pem(private=False).decode("ascii")


def public_jwk(pem: str, algorithm: str, kid: str) -> dict:
    """The public half of a key as it is published.

    :param pem: of the public key
    """
    check_kind(load_public(pem), OURS)
    return {**usable(pem).as_dict(private=False), "use": "sig", "alg": algorithm, "kid": kid}


def sign_detached(pem: str, algorithm: str, kid: str, body: bytes) -> str:
    """:return: ``header..signature`` over exactly these bytes, base64url without padding"""
    return jws.detach_content(_sign({"alg": algorithm, "kid": kid}, body, pem))


def sign_target(pem: str, algorithm: str, kid: str, body: bytes, url: str, now: int) -> str:
    """Say for which address a message is meant: nobody who gets it can hand it on elsewhere.

    A token of its own (JWT, RFC 7519) beside the signature over the body, which stays as every
    other side knows it: ``aud`` is the whole address, ``htm`` the method (RFC 9449), ``sha256``
    the digest of the body in hex, ``iat`` and ``exp`` when it was made and how long it holds.

    :param url: where the body is posted to
    :param now: seconds since 1970
    :return: ``header.claims.signature``
    """
    claims = {
        "aud": url,
        "htm": "POST",
        "sha256": hashlib.sha256(body).hexdigest(),
        "iat": now,
        "exp": now + TARGET_SECONDS,
    }
    header = {"alg": algorithm, "typ": "JWT", "kid": kid}
    return _sign(header, json.dumps(claims).encode(), pem)


def _sign(header, payload, pem):
    return jws.serialize_compact(header, payload, _private_key(pem), registry=_REGISTRY)


@lru_cache(maxsize=32)
def _private_key(pem) -> RSAKey | ECKey:
    """A key ready for use; checking an RSA key takes longer than signing with it."""
    return import_key(pem, KEY_TYPES[kind_of(pem)])
