# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Public keys of others, as they are pasted in: PEM, X.509 certificates, JWK and JWKS."""

import hashlib
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey, generate_key, import_key

from .terms import ALGORITHMS, KEY_TYPES, OURS, PARTNERS, Terms

RSA_BITS = range(2048, 8193)
#: Curve as ``cryptography`` names it → as a JWK does.
CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
#: Longest text that is looked at for keys.
MAX_TEXT = 100_000
_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_UNREADABLE = (JoseError, UnsupportedAlgorithm, ValueError, TypeError, KeyError, AttributeError)
_PRIVATE = (
    "This is a private key, which its owner should have kept. Do not store it: ask for a new pair, "
    "and for its public half alone."
)


class KeyFault(ValueError):
    """A key can't be taken; the text says why, and never quotes the key."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One public key, ready to be stored.

    :param pem: as PEM (SubjectPublicKeyInfo)
    :param kind: ``RSA``, ``P-256``, ``P-384``, ``P-521`` or ``Ed25519``
    :param bits: of an RSA key, 0 for others
    :param fingerprint: SHA-256 of the key itself, in groups of four
    :param kid: the name that its owner gives it, None if none came with it
    :param algorithm: the only one that it is meant for, "" if it may serve any that fits
    :param valid_from: since when its certificate is valid, None if none came with it
    :param valid_until: until when, likewise; both in UTC
    """

    pem: str
    kind: str
    bits: int
    fingerprint: str
    kid: str | None = None
    algorithm: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@lru_cache(maxsize=64)
def read_public_keys(text: str, terms: Terms = OURS) -> tuple[PublicKey, ...]:
    """:return: the keys of a text, in their order; several, so that an owner can change them
    :raises KeyFault: there is none, or one that can't be taken
    """
    text = text.strip()
    if len(text) > MAX_TEXT:
        raise KeyFault("The text is too long to be a few public keys.")
    is_json = text.startswith("{") or (text.startswith("[") and not terms.strict)
    found = list(_from_json(text, terms) if is_json else _from_pem(text, terms))
    if not found:
        what = "public keys" if terms.strict else "public keys or certificates"
        raise KeyFault(f"Paste {what} as PEM (-----BEGIN PUBLIC KEY-----), or a JWKS.")
    # Each once; where names count, once by each of its names.
    once = {(key.fingerprint, terms.strict and key.kid): key for key in reversed(found)}
    return tuple(once.values())[::-1]


@lru_cache(maxsize=256)
def usable(pem: str) -> RSAKey | ECKey | OKPKey:
    """:return: a stored key, ready to check signatures with"""
    return import_key(pem, KEY_TYPES[check_kind(load_public(pem), PARTNERS)])


@lru_cache(maxsize=8)
def decoy(kind: str) -> RSAKey | ECKey | OKPKey:
    """A key that nobody has the other half of.

    Where there is no key to check a signature with, it is checked with this one: then a
    caller can't tell by the time that it takes whether the sender exists.
    """
    return generate_key(KEY_TYPES[kind], 2048 if kind == "RSA" else kind, private=False)


def pem_blocks(text: str) -> Iterator[tuple[str, str]]:
    """:return: (label, PEM) of each block; lost line breaks are put where they belong"""
    for match in _BLOCK.finditer(text):
        label, data = match[1], re.sub(r"\s+", "", match[2])
        lines = [data[start : start + 64] for start in range(0, len(data), 64)]
        yield label, "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def load_public(pem: str):
    """:return: the public key of ``cryptography``
    :raises KeyFault: there is none in it
    """
    return _load("A public key", serialization.load_pem_public_key, pem.encode())


def _load(what, reader, *args):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)  # short keys are refused by us
            return reader(*args)
    except _UNREADABLE as error:
        raise KeyFault(f"{what} can't be read.") from error


def check_kind(raw, terms: Terms) -> str:
    """:return: the kind of a key of ``cryptography``
    :raises KeyFault: it is not one of those that these terms allow
    """
    kind = _kind_of(raw)
    if kind not in terms.kinds:
        raise KeyFault(f"A key is neither {' nor '.join(terms.kinds)}.")
    if kind == "RSA" and raw.key_size < RSA_BITS[0]:
        raise KeyFault(f"An RSA key needs at least {RSA_BITS[0]} bits; this has {raw.key_size}.")
    if kind == "RSA" and raw.key_size > RSA_BITS[-1]:
        raise KeyFault(f"An RSA key has at most {RSA_BITS[-1]} bits; this has {raw.key_size}.")
    return kind


def _kind_of(raw):
    if isinstance(raw, rsa.RSAPublicKey | rsa.RSAPrivateKey):
        return "RSA"
    if isinstance(raw, ed25519.Ed25519PublicKey | ed25519.Ed25519PrivateKey):
        return "Ed25519"
    if isinstance(raw, ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey):
        return CURVES.get(raw.curve.name, "")
    return ""


def _from_pem(text, terms) -> Iterator[PublicKey]:
    for label, pem in pem_blocks(text):
        if "PRIVATE" in label:
            raise KeyFault(_PRIVATE)
        if label == "CERTIFICATE" and not terms.strict:
            what = "A certificate"
            certificate = _load(what, x509.load_pem_x509_certificate, pem.encode())
            yield _public_key(
                _load(what, certificate.public_key),
                terms,
                valid_from=certificate.not_valid_before_utc.replace(tzinfo=None),
                valid_until=certificate.not_valid_after_utc.replace(tzinfo=None),
            )
        else:
            yield _public_key(load_public(pem), terms)


def _from_json(text, terms) -> Iterator[PublicKey]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise KeyFault("The text begins like JSON and is none.") from error
    members = content.get("keys", [content]) if isinstance(content, dict) else content
    if not isinstance(members, list):
        raise KeyFault("The member 'keys' of a JWKS is a list.")
    for jwk in members:
        if not isinstance(jwk, dict) or jwk.get("use") != "enc":
            yield _from_jwk(jwk, terms)
        elif terms.strict:  # for encryption: says nothing about who wrote a message
            _material(jwk, terms)


def _from_jwk(jwk, terms):
    raw = _material(jwk, terms)
    kid, algorithm = jwk.get("kid"), jwk.get("alg") or ""
    if algorithm and (
        algorithm not in terms.algorithms or ALGORITHMS[algorithm] != check_kind(raw, terms)
    ):
        raise KeyFault(
            "The algorithm (alg) of a key of the JWKS is none of those that are accepted, or "
            f"does not fit the key. Accepted: {', '.join(terms.algorithms)}."
        )
    if terms.strict and not _is_to_verify(jwk):
        raise KeyFault("A key of the JWKS is not meant to check signatures (use, key_ops).")
    kid = kid if isinstance(kid, str) else None
    return _public_key(raw, terms, kid=kid, algorithm=algorithm)


def _is_to_verify(jwk):
    return jwk.get("use", "sig") == "sig" and "verify" in jwk.get("key_ops", ["verify"])


def _material(jwk, terms):
    """:return: the key proper, for ``cryptography``"""
    if not isinstance(jwk, dict) or jwk.get("kty") not in KEY_TYPES.values():
        raise KeyFault("A key of the JWKS is neither RSA, EC nor OKP (kty).")
    if "d" in jwk:
        raise KeyFault(_PRIVATE)
    material = {name: jwk[name] for name in ("kty", "n", "e", "crv", "x", "y") if name in jwk}
    read = jwk if terms.strict else material
    raw = _load("A key of the JWKS", import_key, read).public_key
    check_kind(raw, terms)
    return raw


def _public_key(raw, terms, **known):
    kind = check_kind(raw, terms)
    der = raw.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    digits = hashlib.sha256(der).hexdigest().upper()
    return PublicKey(
        pem=_pem(raw),
        kind=kind,
        bits=raw.key_size if kind == "RSA" else 0,
        fingerprint=" ".join(digits[start : start + 4] for start in range(0, len(digits), 4)),
        **known,
    )


def _pem(raw):
    return raw.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode("ascii")
