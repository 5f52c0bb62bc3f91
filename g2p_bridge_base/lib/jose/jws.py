# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Signatures that come in: read, and checked over a message in memory (JWS, RFC 7515).

The message is no set of claims: members called ``exp``, ``nbf`` or ``iat`` say nothing here. Keys
that a signature brings along (``jwk``, ``jku``, ``x5c``, ``x5u``) are never looked at. ``b64:
false`` (RFC 7797) is understood where the message is detached; any other critical header is
refused.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from joserfc import jws
from joserfc.errors import JoseError

from .public_keys import decoy, usable
from .terms import ALGORITHMS, OURS, PARTNERS, Terms

_PART = re.compile(rb"[A-Za-z0-9_-]*").fullmatch


class SignatureFault(ValueError):
    """A signature proves nothing.

    :param cause: ``malformed``, ``too_long``, ``header``, ``algorithm``, ``critical``,
        ``no_key``, ``key_kind``, ``payload`` or ``signature``
    :param detail: what it is about, for an administrator
    """

    def __init__(self, cause: str, detail: str = ""):
        super().__init__(f"{cause}: {detail}" if detail else cause)
        self.cause = cause
        self.detail = detail


class Key(Protocol):
    """A public key, as it was read or is stored."""

    pem: str
    kind: str
    kid: str | None
    algorithm: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that is well made, though perhaps by nobody we know.

    :param segments: header, message ("" where detached) and signature, as sent
    :param algorithm: one of :data:`ALGORITHMS`
    :param kid: the name of the key, None if none is given
    :param encoded: whether the message is signed as base64url, as usual
    :param in_body: it came as a member of the body
    """

    segments: tuple[bytes, bytes, bytes]
    algorithm: str
    kid: str | None = None
    encoded: bool = True
    in_body: bool = False


class _Registry(jws.JWSRegistry):
    """Sizes are judged here beforehand, and so is the algorithm."""

    max_header_length = PARTNERS.max_header
    max_signature_length = PARTNERS.max_signature
    max_payload_length = 2**31

    def get_alg(self, name):
        return self.algorithms[name]


_REGISTRY = _Registry(algorithms=list(ALGORITHMS), strict_check_header=False)


def read_signature(text: str, terms: Terms = OURS, in_body: bool = False) -> Signature:
    """:raises SignatureFault: it is not well made, or of a kind that nobody may use"""
    try:
        parts = tuple(text.encode("ascii").split(b"."))
    except UnicodeEncodeError:
        raise SignatureFault("malformed") from None
    if len(parts) != 3 or not all(map(_PART, parts)) or not parts[0] or not parts[2]:
        raise SignatureFault("malformed")
    if len(parts[0]) > terms.max_header or len(parts[2]) > terms.max_signature:
        raise SignatureFault("too_long")
    header = _read_header(parts[0])
    algorithm = header.get("alg")
    if not isinstance(header.get("kid", ""), str):
        raise SignatureFault("header")
    if not isinstance(algorithm, str) or algorithm not in terms.algorithms:
        raise SignatureFault("algorithm", str(algorithm)[:40])
    encoded = _is_encoded(header)
    if not encoded and parts[1]:
        raise SignatureFault("critical", "b64")
    return Signature(parts, algorithm, header.get("kid"), encoded, in_body)


def find_signed(
    signature: Signature, texts: Iterable[bytes], keys: Sequence[Key]
) -> tuple[Key, bytes]:
    """Find the key that made this signature, and which of some texts it has signed.

    :param texts: what can have been signed; where a message stands in the signature, only the
        text that is this message
    :param keys: the keys of who claims to have signed that are valid now
    :return: (key, the text that is signed)
    :raises SignatureFault: none of them did
    """
    message = signature.segments[1]
    fitting = fitting_keys(signature, keys)
    is_there = False
    for text in texts:
        if message and message != base64url(text):
            continue
        is_there = True
        for key in fitting:
            if _made_by(usable(key.pem), signature, text):
                return key, text
        if not fitting:
            _made_by(decoy(ALGORITHMS[signature.algorithm]), signature, text)
    if not is_there:
        raise SignatureFault("payload")
    if not keys:
        raise SignatureFault("no_key")
    if not fitting:
        raise SignatureFault("key_kind", signature.algorithm)
    raise SignatureFault("signature")


def fitting_keys(signature: Signature, keys: Sequence[Key]) -> list[Key]:
    """:return: those of these keys that can have made a signature, the likeliest first"""
    kind = ALGORITHMS[signature.algorithm]
    fitting = [
        key
        for key in keys
        if key.kind == kind and key.algorithm in ("", False, signature.algorithm)
    ]
    # The name in the signature is a hint: the key that has it is tried first.
    return sorted(fitting, key=lambda key: (key.kid or "") != (signature.kid or ""))


def verify_detached(signature: str, body: bytes, keys: Sequence[Key]) -> bool:
    """Whether one of these keys made a signature over exactly these bytes.

    :param signature: ``header..signature``; with the message in the middle only if that is
        the same bytes
    :param keys: those of :data:`OURS`; the name in the signature has to be the key's own
    """
    try:
        found = read_signature(signature or "")
        named = [key for key in keys if None in (key.kid, found.kid) or key.kid == found.kid]
        find_signed(found, [body], named)
    except SignatureFault:
        return False
    return True


def base64url(data: bytes) -> bytes:
    """:return: base64url without padding"""
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def decoded(segment: bytes) -> bytes:
    """:raises ValueError: the segment of a signature is no base64url"""
    try:
        return base64.urlsafe_b64decode(segment + b"=" * (-len(segment) % 4))
    except binascii.Error as error:
        raise ValueError("not base64url") from error


def _made_by(key, signature, text):
    header, _message, end = signature.segments
    try:
        jws.deserialize_compact(header + b".." + end, key, registry=_REGISTRY, payload=text)
    except (JoseError, ValueError, TypeError, RecursionError):
        return False
    return True


def _read_header(segment):
    try:
        header = json.loads(decoded(segment), object_pairs_hook=_once_each)
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict):
        raise SignatureFault("header")
    return header


def _is_encoded(header):
    """Whether the message is signed as base64url; what else is critical is not understood."""
    critical = header.get("crit", [])
    if "crit" in header and critical != ["b64"]:
        raise SignatureFault("critical", str(critical)[:40])
    plain = header.get("b64", True)
    if not isinstance(plain, bool) or (not plain and not critical):
        raise SignatureFault("critical", "b64")
    return plain


def _once_each(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name occurs twice")
    return members
