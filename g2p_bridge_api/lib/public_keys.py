# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Public keys of partners, as they are pasted in: PEM, X.509 certificates, JWK and JWKS."""

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
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

RSA_BITS = range(2048, 8193)
#: Curve as ``cryptography`` names it → as a JWK does.
CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
#: Algorithm → the kind of key that it needs. Nothing else is accepted: neither ``none`` nor a
#: shared secret (HMAC), for which a public key could be taken.
ALGORITHMS = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    "ES256": "P-256",
    "ES384": "P-384",
    "ES512": "P-521",
    "EdDSA": "Ed25519",
}
_NAMES = tuple(ALGORITHMS)
#: Longest text that is looked at for keys.
MAX_TEXT = 100_000
_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_WANTED = "Paste public keys or certificates as PEM (-----BEGIN PUBLIC KEY-----), or a JWKS."
_PRIVATE = (
    "This is a private key, which its owner should have kept. Do not store it: ask the partner "
    "for a new pair, and for its public half alone."
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
    :param kid: the name that its owner gives it, "" if none came with it
    :param algorithm: the only one that it is meant for, "" if it may serve any that fits
    :param valid_from: since when its certificate is valid, None if none came with it
    :param valid_until: until when, likewise; both in UTC
    """

    pem: str
    kind: str
    bits: int
    fingerprint: str
    kid: str = ""
    algorithm: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None


def read_public_keys(text: str) -> list[PublicKey]:
    """:return: the keys of a text, each once, in their order
    :raises KeyFault: there is none, or one that can't be taken
    """
    text = text.strip()
    if len(text) > MAX_TEXT:
        raise KeyFault("The text is too long to be a few public keys.")
    found = list(_from_json(text) if text.startswith(("{", "[")) else _from_pem(text))
    if not found:
        raise KeyFault(_WANTED)
    return list({key.fingerprint: key for key in reversed(found)}.values())[::-1]


@lru_cache(maxsize=256)
def usable(pem: str) -> RSAKey | ECKey | OKPKey:
    """:return: a stored key, ready to check signatures with"""
    return import_key(pem, {"RSA": "RSA", "Ed25519": "OKP"}.get(_kind(_load(pem)), "EC"))


@lru_cache(maxsize=8)
def decoy(kind: str) -> RSAKey | ECKey | OKPKey:
    """A key that nobody has the other half of.

    Where there is no key to check a signature with, it is checked with this one: then a
    caller can't tell by the time that it takes whether the sender exists.
    """
    if kind == "RSA":
        raw = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    elif kind == "Ed25519":
        raw = ed25519.Ed25519PrivateKey.generate()
    else:
        curves = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}
        raw = ec.generate_private_key(curves[kind]())
    return usable(_pem(raw.public_key()))


def _from_pem(text) -> Iterator[PublicKey]:
    for match in _BLOCK.finditer(text):
        label, data = match[1], re.sub(r"\s+", "", match[2])
        if "PRIVATE" in label:
            raise KeyFault(_PRIVATE)
        # What was pasted may have lost its line breaks.
        lines = [data[start : start + 64] for start in range(0, len(data), 64)]
        pem = "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])
        if label == "CERTIFICATE":
            yield _from_certificate(pem)
        else:
            yield _public_key(_load(pem))


def _from_certificate(pem):
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        raw = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyFault("A certificate can't be read.") from error
    return _public_key(
        raw,
        valid_from=certificate.not_valid_before_utc.replace(tzinfo=None),
        valid_until=certificate.not_valid_after_utc.replace(tzinfo=None),
    )


def _from_json(text) -> Iterator[PublicKey]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise KeyFault("The text begins like JSON and is none.") from error
    members = content.get("keys", [content]) if isinstance(content, dict) else content
    if not isinstance(members, list):
        raise KeyFault("The member 'keys' of a JWKS is a list.")
    for jwk in members:
        if isinstance(jwk, dict) and jwk.get("use") == "enc":
            continue  # for encryption: says nothing about who wrote a message
        yield _from_jwk(jwk)


def _from_jwk(jwk):
    if not isinstance(jwk, dict) or jwk.get("kty") not in ("RSA", "EC", "OKP"):
        raise KeyFault("A key of the JWKS is neither RSA, EC nor OKP (kty).")
    if "d" in jwk:
        raise KeyFault(_PRIVATE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)  # short keys are refused below
            raw = import_key({"kty": jwk["kty"], **_material(jwk)}).public_key
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise KeyFault("A key of the JWKS can't be read.") from error
    kid, algorithm = jwk.get("kid"), jwk.get("alg") or ""
    if algorithm and (algorithm not in _NAMES or ALGORITHMS[algorithm] != _kind(raw)):
        raise KeyFault(
            "The algorithm (alg) of a key of the JWKS is none of those that are accepted, or "
            f"does not fit the key. Accepted: {', '.join(ALGORITHMS)}."
        )
    return _public_key(raw, kid=kid if isinstance(kid, str) else "", algorithm=algorithm)


def _material(jwk):
    return {name: jwk[name] for name in ("n", "e", "crv", "x", "y") if name in jwk}


def _load(pem):
    try:
        return serialization.load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyFault("A public key can't be read.") from error


def _public_key(raw, **known):
    der = raw.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    digits = hashlib.sha256(der).hexdigest().upper()
    return PublicKey(
        pem=_pem(raw),
        kind=_kind(raw),
        bits=raw.key_size if isinstance(raw, rsa.RSAPublicKey) else 0,
        fingerprint=" ".join(digits[start : start + 4] for start in range(0, len(digits), 4)),
        **known,
    )


def _pem(raw):
    return raw.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode("ascii")


def _kind(raw):
    if isinstance(raw, rsa.RSAPublicKey):
        if raw.key_size not in RSA_BITS:
            raise KeyFault(
                f"An RSA key has {RSA_BITS[0]} to {RSA_BITS[-1]} bits; this has {raw.key_size}."
            )
        return "RSA"
    if isinstance(raw, ed25519.Ed25519PublicKey):
        return "Ed25519"
    if isinstance(raw, ec.EllipticCurvePublicKey) and raw.curve.name in CURVES:
        return CURVES[raw.curve.name]
    raise KeyFault("A key is neither RSA nor Ed25519 nor on the curve P-256, P-384 or P-521.")
