# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SPAR 2.x messages of the ID mapper: resolve.

Header and body have other names than in 1.x, the questions are the same. A financial address
is an object: strategy_id, fa_type (BANK, MOBILE_WALLET, EMAIL_WALLET) and the parts of an
address under the keys of 1.x. An ID that is known has the code succ.id.active.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from odoo.addons.g2p_bridge.lib.mapper_answer import Resolution

from .spar_items import (
    Parser,
    ReplyInvalid,
    ReplyRejected,
    build_questions,
    read_answers,
    short_text,
    stamp,
)

RESOLVE_PATH = "mapper/resolve"
#: The mapper's own failure, in the place where refusals are told.
_INTERNAL = "rjct.internal.error"


def build_resolve(
    requests: Sequence[tuple[str, str]],
    *,
    request_id: str,
    transaction_id: str,
    sender_mnemonic: str,
    now: datetime,
    sender_url: str = "",
) -> dict:
    """The body of a resolve request.

    :param requests: (reference_id, beneficiary_id); reference ids are ours and unique
    :param now: the time of the message, naive UTC
    :raises ValueError: a reference id is empty or stands there twice, or an id is no text
    """
    timestamp = stamp(now)
    return {
        "request_header": {
            "sender_app_mnemonic": sender_mnemonic,
            "sender_app_url": sender_url,
            "request_id": request_id,
            "request_timestamp": timestamp,
        },
        "request_body": {
            "request_payload": {
                "transaction_id": transaction_id,
                "resolve_request": build_questions(requests, timestamp),
            }
        },
    }


def read_resolve(
    reply, requests: Sequence[tuple[str, str]], parse: Parser
) -> dict[str, Resolution]:
    """Read the reply to :func:`build_resolve`.

    :param reply: the decoded JSON
    :param requests: those that were sent
    :param parse: see :func:`~.spar_items.read_answers`
    :return: exactly one resolution for each requested reference id
    :raises ReplyRejected: the mapper refused the whole request
    :raises ReplyInvalid: the reply is no answer to a resolve request
    """
    header = _member(reply, "response_header")
    status = header.get("response_status")
    code = short_text(header.get("response_error_code"))
    words = short_text(header.get("response_error_message"))
    if status == "ERROR" and code != _INTERNAL:
        raise ReplyRejected(code or "ERROR", words)
    if status != "SUCCESS":
        shown = words or short_text(status) or "missing"
        raise ReplyInvalid(f"the status of the reply is {shown}, not SUCCESS")
    payload = _member(_member(reply, "response_body"), "response_payload")
    return read_answers(payload.get("resolve_response"), requests, parse)


def _member(holder, name) -> Mapping:
    found = holder.get(name) if isinstance(holder, Mapping) else None
    if not isinstance(found, Mapping):
        raise ReplyInvalid(f"the reply has no {name}")
    return found
