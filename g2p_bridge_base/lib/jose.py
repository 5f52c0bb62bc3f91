"""Signatures over messages (JWS, RFC 7515) and the keys that make and check them.

A detached signature (appendix F there) is ``header..signature``: the message itself travels
as the body beside it, and what is signed is exactly its bytes.
"""

import base64
import hashlib
import json
import re
import warnings
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, RSAKey, thumbprint

#: Algorithm → the kind of key that it needs. Nothing else is ever made or accepted: neither
#: ``none``, nor a shared secret in the place of a public key.
ALGORITHMS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
MIN_RSA_BITS = 2048
_NEW_RSA_BITS = 3072
#: So long it holds for which address a message is meant, in seconds.
TARGET_SECONDS = 900
_KINDS = {"RSA": RSAKey, "EC": ECKey}
_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
#: Longest text that is looked at for keys.
_MAX_TEXT = 100_000


class KeyFault(ValueError):
    """A key can't be used; the text says why, and never quotes the key."""


class _Registry(jws.JWSRegistry):
    """Messages may be large, their signatures may not; unknown header members are ignored."""

    max_payload_length = 2**30
    max_header_length = 4096


_REGISTRY = _Registry(algorithms=list(ALGORITHMS), strict_check_header=False)


# Private keys


def generate_private_key(algorithm: str) -> str:
    """:return: a new private key for ``algorithm``, as PEM"""
    if ALGORITHMS[algorithm] == "EC":
        key = ec.generate_private_key(ec.SECP256R1())
    else:
        key = rsa.generate_private_key(public_exponent=65537, key_size=_NEW_RSA_BITS)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")


def read_private_key(text: str) -> str:
    """Check a private key that somebody has entered.

    :param text: PEM; its line breaks may have been lost on the way
    :return: the key as clean PEM
    :raises KeyFault: it is no private key, or none that may sign
    """
    blocks = _blocks(text)
    if len(blocks) != 1:
        raise KeyFault("Enter one private key as PEM: -----BEGIN PRIVATE KEY----- and so on.")
    ((label, pem),) = blocks
    if "PRIVATE" not in label:
        raise KeyFault("This is no private key. Enter the key that belongs to it: PRIVATE KEY.")
    _kind_of(_load(serialization.load_pem_private_key, pem.encode(), None))
    return pem


@lru_cache(maxsize=32)
def _private_key(pem):
    """A key ready for use; checking an RSA key takes longer than signing with it."""
    raw = _load(serialization.load_pem_private_key, pem.encode(), None)
    return _KINDS[_kind_of(raw)].import_key(pem)


def kind_of(pem: str) -> str:
    """:return: ``RSA`` or ``EC``"""
    return _private_key(pem).key_type


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
    raw = _load(serialization.load_pem_public_key, pem.encode())
    members = _KINDS[_kind_of(raw)].import_key(pem).as_dict(private=False)
    members.pop("kid", None)
    return {**members, "use": "sig", "alg": algorithm, "kid": kid}


def sign_detached(pem: str, algorithm: str, kid: str, body: bytes) -> str:
    """:return: ``header..signature`` over exactly these bytes, base64url without padding"""
    compact = jws.serialize_compact(
        {"alg": algorithm, "kid": kid}, body, _private_key(pem), registry=_REGISTRY
    )
    return jws.detach_content(compact)


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
    return jws.serialize_compact(
        {"alg": algorithm, "typ": "JWT", "kid": kid},
        json.dumps(claims).encode(),
        _private_key(pem),
        registry=_REGISTRY,
    )


# Public keys


@lru_cache(maxsize=64)
def read_public_keys(text: str) -> tuple:
    """The public keys of somebody else; several, so that they can change theirs.

    :param text: PEM blocks, a JWK or a JWKS
    :return: keys for :func:`verify_detached`
    :raises KeyFault: there is none, or one that proves nothing
    """
    text = text.strip()
    if len(text) > _MAX_TEXT:
        raise KeyFault("The text is too long to be a few public keys.")
    keys = _from_json(text) if text.startswith("{") else _from_pem(text)
    if not keys:
        raise KeyFault("Enter public keys as PEM (-----BEGIN PUBLIC KEY-----) or as JWKS.")
    return tuple(keys)


def verify_detached(signature: str, body: bytes, keys: Sequence) -> bool:
    """Whether one of these keys made the signature over exactly these bytes.

    :param signature: ``header..signature``; with the message in the middle only if that is
        the same bytes
    :param keys: see :func:`read_public_keys`
    """
    try:
        header, payload, end = signature.encode("ascii").split(b".")
    except (AttributeError, ValueError):  # no text, not ASCII, not three parts
        return False
    if payload and payload != base64.urlsafe_b64encode(body).rstrip(b"="):
        return False
    return any(_made_by(key, b".".join((header, b"", end)), body) for key in keys)


def verify_target(token: str, body: bytes, keys: Sequence, url: str, now: int) -> bool:
    """Whether one of these keys says that this body was posted to this address just now.

    :param token: see :func:`sign_target`
    :param keys: see :func:`read_public_keys`
    :param url: where the body was posted to, as the sender knows it
    """
    expected = {"aud": url, "htm": "POST", "sha256": hashlib.sha256(body).hexdigest()}
    for key in keys:
        try:
            claims = json.loads(jws.deserialize_compact(token, key, registry=_REGISTRY).payload)
            if expected.items() <= claims.items() and now < claims["exp"]:
                return True
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            continue
    return False


def _made_by(key, detached, body):
    try:
        found = jws.deserialize_compact(detached, key, registry=_REGISTRY, payload=body)
    except (JoseError, ValueError, TypeError, RecursionError):
        return False
    # A name in the header has to be the key's own, where that has one.
    kid = found.headers().get("kid")
    return key.kid is None or kid is None or key.kid == kid


def _from_pem(text):
    keys = []
    for label, pem in _blocks(text):
        if "PRIVATE" in label:
            raise KeyFault(
                "This is a private key, which its owner should have kept. Ask for the public one."
            )
        raw = _load(serialization.load_pem_public_key, pem.encode())
        keys.append(_KINDS[_kind_of(raw)].import_key(pem))
    return keys


def _from_json(text):
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise KeyFault("The text begins like JSON and is none.") from error
    members = found.get("keys", [found])
    if not isinstance(members, list):
        raise KeyFault("The member 'keys' of a JWKS is a list.")
    return [_from_jwk(item) for item in members]


def _from_jwk(members):
    kind = members.get("kty") if isinstance(members, dict) else None
    if kind not in _KINDS:
        raise KeyFault("A key is neither an RSA nor an EC key (kty).")
    if "d" in members:
        raise KeyFault(
            "This is a private key, which its owner should have kept. Ask for the public one."
        )
    try:
        key = _load(_KINDS[kind].import_key, members)
        _kind_of(key.public_key)
    except JoseError as error:
        raise KeyFault("A key of the JWKS can't be read.") from error
    return key


# Helpers


def _blocks(text):
    """[(label, PEM)] of a text; line breaks are put where they belong."""
    if len(text) > _MAX_TEXT:
        raise KeyFault("The text is too long to be a key.")
    found = []
    for match in _BLOCK.finditer(text):
        label, data = match[1], re.sub(r"\s+", "", match[2])
        lines = [data[start : start + 64] for start in range(0, len(data), 64)]
        found.append(
            (label, "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]))
        )
    return found


def _load(load, *arguments):
    try:
        with warnings.catch_warnings():
            # Short keys are refused below.
            warnings.simplefilter("ignore", SecurityWarning)
            return load(*arguments)
    except TypeError as error:
        raise KeyFault("The key is protected by a password. Enter it without one.") from error
    except (ValueError, KeyError, AttributeError, UnsupportedAlgorithm) as error:
        raise KeyFault("The key can't be read.") from error


def _kind_of(raw):
    if isinstance(raw, rsa.RSAPrivateKey | rsa.RSAPublicKey):
        if raw.key_size < MIN_RSA_BITS:
            raise KeyFault(
                f"An RSA key needs at least {MIN_RSA_BITS} bits; this has {raw.key_size}."
            )
        return "RSA"
    if isinstance(raw, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey):
        if raw.curve.name != "secp256r1":
            raise KeyFault(f"An EC key has to be on the curve P-256; this is on {raw.curve.name}.")
        return "EC"
    raise KeyFault("Only RSA and EC keys can be used.")
