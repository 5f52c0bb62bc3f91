# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SPAR 1.x (G2P Connect) messages of the ID mapper: resolve, synchronous and asynchronous.

Seen on SPAR mapper 1.1.0: a rejection of the whole is HTTP 200 with an empty message; a
call-back has no signature and no correlation_id, and can come before the acknowledgement.
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

VERSION = "1.0.0"
RESOLVE_PATH = "sync/resolve"
ASYNC_RESOLVE_PATH = "async/resolve"
#: What a mapper puts after the address of ``sender_uri``.
CALL_BACK_PATH = "/on-resolve"


def build_resolve(
    requests: Sequence[tuple[str, str]],
    *,
    message_id: str,
    transaction_id: str,
    sender_id: str,
    now: datetime,
    receiver_id: str = "",
    sender_uri: str = "",
) -> dict:
    """The body of a resolve request.

    :param requests: (reference_id, beneficiary_id); reference ids are ours and unique
    :param now: the time of the message, naive UTC
    :param sender_uri: where the mapper calls back, for an asynchronous request
    :raises ValueError: a reference id is empty or stands there twice, or an id is no text
    """
    timestamp = stamp(now)
    items = build_questions(requests, timestamp)
    header = {
        "version": VERSION,
        "message_id": message_id,
        "message_ts": timestamp,
        "action": "resolve",
        "sender_id": sender_id,
        "sender_uri": sender_uri,
        "receiver_id": receiver_id,
        "total_count": len(items),
        "is_msg_encrypted": False,
        "meta": {},
    }
    message = {"transaction_id": transaction_id, "resolve_request": items}
    return {"signature": "", "header": header, "message": message}


def read_resolve(
    reply, requests: Sequence[tuple[str, str]], parse: Parser
) -> dict[str, Resolution]:
    """Read the reply to :func:`build_resolve`, or a call-back, which has the same form.

    :param reply: the decoded JSON
    :param requests: those that were sent
    :param parse: see :func:`~.spar_items.read_answers`
    :return: exactly one resolution for each requested reference id; what the reply says
        of other reference ids is ignored
    :raises ReplyRejected: the mapper refused the whole request
    :raises ReplyInvalid: the reply is no answer to a resolve request
    """
    header, message = _parts(reply)
    status = header.get("status")
    if status == "rjct":
        raise ReplyRejected(
            short_text(header.get("status_reason_code")) or "rjct",
            short_text(header.get("status_reason_message")),
        )
    if status != "succ":
        raise ReplyInvalid(
            f"the status of the reply is {short_text(status) or 'missing'}, not succ"
        )
    return read_answers(message.get("resolve_response"), requests, parse)


def read_acknowledgement(reply) -> None:
    """Read the reply to an asynchronous request: nothing to tell if it was taken.

    :raises ReplyRejected: the mapper refused the whole request
    :raises ReplyInvalid: the reply does not say that the mapper has taken it
    """
    message = reply.get("message") if isinstance(reply, Mapping) else None
    status = message.get("ack_status") if isinstance(message, Mapping) else None
    if status == "ACK":
        return
    error = message.get("error") if isinstance(message, Mapping) else None
    error = error if isinstance(error, Mapping) else {}
    if status == "NACK":
        raise ReplyRejected(
            short_text(error.get("code")) or "NACK", short_text(error.get("message"))
        )
    words = short_text(error.get("message")) or short_text(status) or "missing"
    raise ReplyInvalid(f"the acknowledgement is {words}, not ACK")


def new_message_id(transaction_id: str, unique: str) -> str:
    """An id that leads back to the transaction: a rejection by call-back names nothing else."""
    return f"{transaction_id}.{unique[:8]}"


def transaction_of(body) -> str:
    """Which transaction a call-back is about.

    :raises ReplyInvalid: it is no call-back to a resolve request
    """
    header, message = _parts(body)
    found = message.get("transaction_id")
    if found is None:
        found = header.get("message_id")
        found = found.partition(".")[0] if isinstance(found, str) else None
    if not isinstance(found, str) or not found:
        raise ReplyInvalid("the message names no transaction_id")
    return found


def _parts(body) -> tuple[Mapping, Mapping]:
    """Header and message of a reply."""
    if not isinstance(body, Mapping):
        raise ReplyInvalid("the reply is not an object")
    header, message = body.get("header"), body.get("message")
    if not isinstance(header, Mapping):
        raise ReplyInvalid("the reply has no header")
    return header, message if isinstance(message, Mapping) else {}
