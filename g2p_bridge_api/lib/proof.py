# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who wrote this message? What of a request proves it, and over which text.

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

A message in the middle of a signature has to be that text byte for byte. How old a message may be
is judged by its own ``message_ts``, which is signed too.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from odoo.addons.g2p_bridge_base.lib.jose import jws
from odoo.addons.g2p_bridge_base.lib.jose.jws import Key, Signature
from odoo.addons.g2p_bridge_base.lib.jose.terms import PARTNERS

from .json_forms import compact_forms

#: Whether a text can be an API key at all.
is_api_key = re.compile(r"[0-9A-Za-z_-]{16,128}").fullmatch


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


def read_signature(text: str, in_body: bool = False) -> Signature:
    """:raises SignatureFault: it is not well made, or of a kind that no partner may use"""
    return jws.read_signature(text.strip(), PARTNERS, in_body)


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


def verify(signature: Signature, body: bytes, keys: Sequence[Key], exact: bool = False) -> Key:
    """Find the key that made this signature over this body, as :func:`find_signed` does."""
    return find_signed(signature, body, keys, exact)[0]


def find_signed(
    signature: Signature, body: bytes, keys: Sequence[Key], exact: bool = False
) -> tuple[Key, bytes]:
    """Find the key that made this signature over this body, and what exactly it has signed.

    The text is the same however the body is written: who adds blanks to a message of
    somebody else has still that one message.

    :param keys: the keys of who claims to have sent it that are valid now
    :param exact: only the bytes of the body may be signed, no other way of writing it
    :return: (key, the text that is signed)
    :raises SignatureFault: none of them did
    """
    return jws.find_signed(signature, _texts(signature, body, exact), keys)


def _texts(signature, body, exact) -> Iterator[bytes]:
    """What can have been signed."""
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


def _without_scheme(authorization):
    scheme, _blank, rest = authorization.strip().partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else authorization.strip()
