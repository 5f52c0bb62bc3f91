# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who wrote this message? Signatures over what comes in (JWS, RFC 7515).

**Where** a signature is looked for, the first that there is counts:

1. the header ``Signature``: detached (``header..signature``, RFC 7515 appendix F), or with the
   message in the middle;
2. the header ``Authorization``, with or without ``Bearer`` before it: likewise;
3. the member ``signature`` of the body, as in G2P Connect 1.0.

**What** is signed is one of these, and nothing else:

- the bytes of the body, exactly (always accepted, and the right thing for a new client);
- unless the partner is held to exact bytes: the same JSON without blanks, in one of the four
  ways of :func:`~.json_forms.compact_forms`. OpenG2P's senders sign such a text and send another
  way of writing it. The content is the same to the last digit: only blanks, the order of
  members and the way of writing letters may differ;
- for the member ``signature``: one of those four ways of the body without that member, for a
  text can't hold its own signature.

A message in the middle of a signature has to be that text byte for byte. ``b64: false`` (RFC
7797) is understood where the message is detached; any other critical header is refused.

The message is no set of claims: members called ``exp``, ``nbf`` or ``iat`` say nothing here. How
old a message may be is judged by its own ``message_ts``, which is signed too. Keys that a
signature brings along (``jwk``, ``jku``, ``x5c``, ``x5u``) are never looked at.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from joserfc import jws
from joserfc.errors import JoseError

from .json_forms import compact_forms
from .public_keys import ALGORITHMS, decoy, usable

#: Longest header of a signature, as sent; a chain of certificates has room in it.
MAX_HEADER = 8192
#: Longest signature proper, as sent: that of an RSA key of 8192 bits.
MAX_SIGNATURE = 1400
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
    """A key of a partner, as it is stored."""

    pem: str
    kind: str
    kid: str
    algorithm: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that is well made, though perhaps by nobody we know.

    :param segments: header, message ("" where detached) and signature, as sent
    :param algorithm: one of :data:`ALGORITHMS`
    :param kid: the name of the key, "" if none is given
    :param encoded: whether the message is signed as base64url, as usual
    :param in_body: it came as a member of the body
    """

    segments: tuple[bytes, bytes, bytes]
    algorithm: str
    kid: str = ""
    encoded: bool = True
    in_body: bool = False


class _Registry(jws.JWSRegistry):
    """Sizes are judged here beforehand, and so is the algorithm."""

    max_header_length = MAX_HEADER
    max_signature_length = MAX_SIGNATURE
    max_payload_length = 2**31

    def get_alg(self, name):
        return self.algorithms[name]


_REGISTRY = _Registry(algorithms=list(ALGORITHMS), strict_check_header=False)


def find_signature(headers: Mapping[str, str], member: str = "") -> Signature | None:
    """The signature that came with a request.

    :param headers: HTTP headers, names in lower case
    :param member: ``signature`` of the body; texts that are plainly none are passed over
    :return: None if there is none
    :raises SignatureFault: there is one, and it is not well made
    """
    if headers.get("signature", "").strip():
        return read_signature(_without_scheme(headers["signature"]))
    bearer = _without_scheme(headers.get("authorization", ""))
    if bearer.count(".") == 2:
        return read_signature(bearer)
    if member.count(".") == 2:
        return read_signature(member, in_body=True)
    return None


def member_of(body: bytes) -> str:
    """:return: the member ``signature`` of a body, "" if there is none that is a text"""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    member = content.get("signature") if isinstance(content, dict) else None
    return member if isinstance(member, str) else ""


def find_api_key(headers: Mapping[str, str]) -> str:
    """What was sent as an API key, be it one or not: a wrong one is not the same as none.

    :return: "" if there is nothing; a signature and the credentials of other schemes than
        ``Bearer`` are no key
    """
    key = headers.get("x-api-key", "").strip()
    if key:
        return key
    bearer = _without_scheme(headers.get("authorization", ""))
    return "" if bearer.count(".") == 2 or " " in bearer else bearer


#: Whether a text can be an API key at all.
is_api_key = re.compile(r"[0-9A-Za-z_-]{16,128}").fullmatch


def read_signature(text: str, in_body: bool = False) -> Signature:
    """:raises SignatureFault: it is not well made, or of a kind that nobody may use"""
    try:
        parts = tuple(text.strip().encode("ascii").split(b"."))
    except UnicodeEncodeError:
        raise SignatureFault("malformed") from None
    if len(parts) != 3 or not all(map(_PART, parts)) or not parts[0] or not parts[2]:
        raise SignatureFault("malformed")
    if len(parts[0]) > MAX_HEADER or len(parts[2]) > MAX_SIGNATURE:
        raise SignatureFault("too_long")
    header = _read_header(parts[0])
    algorithm, kid = header.get("alg"), header.get("kid", "")
    if not isinstance(kid, str):
        raise SignatureFault("header")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise SignatureFault("algorithm", str(algorithm)[:40])
    encoded = _is_encoded(header)
    if not encoded and parts[1]:
        raise SignatureFault("critical", "b64")
    return Signature(parts, algorithm, kid, encoded, in_body)


def verify(signature: Signature, body: bytes, keys: Sequence[Key], exact: bool = False) -> Key:
    """Find the key that made this signature over this body, as :func:`find_signed` does."""
    return find_signed(signature, body, keys, exact)[0]


def find_signed(
    signature: Signature, body: bytes, keys: Sequence[Key], exact: bool = False
) -> tuple[Key, bytes]:
    """Find the key that made this signature over this body, and what exactly it has signed.

    The text is the same however the body is written: whoever adds blanks to a message of
    somebody else has still that one message.

    :param keys: the keys of who claims to have sent it that are valid now
    :param exact: only the bytes of the body may be signed, no other way of writing it
    :return: (key, the text that is signed)
    :raises SignatureFault: none of them did
    """
    texts = _signed_texts(signature, body, exact)
    fitting = fitting_keys(signature, keys)
    is_there = False
    for text in texts:
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
    return sorted(fitting, key=lambda key: (key.kid or "") != signature.kid)


def _signed_texts(signature, body, exact) -> Iterator[bytes]:
    """What can have been signed; where the message stands in the signature, only that."""
    message = signature.segments[1]
    for text in _texts(signature, body, exact):
        if not message or message == _base64url(text):
            yield text


def _texts(signature, body, exact):
    if signature.in_body:
        if not exact:
            yield from compact_forms(body, without="signature")
        return
    yield body
    if exact:
        return
    for text in compact_forms(body):
        if text != body:
            yield text


def _made_by(key, signature, text):
    header, _message, end = signature.segments
    try:
        jws.deserialize_compact(header + b".." + end, key, registry=_REGISTRY, payload=text)
    except (JoseError, ValueError, TypeError):
        return False
    return True


def _read_header(segment):
    try:
        header = json.loads(_decoded(segment), object_pairs_hook=_once_each)
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


def _decoded(segment):
    try:
        return base64.urlsafe_b64decode(segment + b"=" * (-len(segment) % 4))
    except binascii.Error as error:
        raise ValueError("not base64url") from error


def _base64url(text):
    return base64.urlsafe_b64encode(text).rstrip(b"=")


def _without_scheme(authorization):
    scheme, _blank, rest = authorization.strip().partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else authorization.strip()
