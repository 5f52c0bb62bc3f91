"""SPAR 1.x (G2P Connect) messages of the ID mapper: resolve, synchronous.

Facts that shape the reading (seen on SPAR mapper 1.1.0): without scope ``details`` no
address comes; an unknown ID is answered ``succ`` with an empty address and no id; an
answer may carry an address with a null id and a "not linked" code; order and counts of
the answer say nothing; a rejection of the whole is HTTP 200 with an empty message.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from .mapper_answer import (
    DUPLICATE_ANSWER,
    INACTIVE,
    ITEM_REJECTED,
    NO_ANSWER,
    NOT_LINKED,
    WRONG_ID,
    Resolution,
)

VERSION = "1.0.0"
RESOLVE_PATH = "sync/resolve"
_TAKEN = {"rcvd", "pdng"}
_NOT_LINKED = {"succ.fa.not_linked_to_id", "succ.fa.not_found", "succ.id.not_found"}
_INACTIVE = {"succ.fa.inactive", "succ.id.inactive"}
_SHOWN = 200


class ReplyRejected(Exception):
    """The mapper refused the request as a whole; ``code`` is its own reason code."""

    def __init__(self, code: str, message: str = ""):
        super().__init__(message or code)
        self.code = code
        self.message = message or code


class ReplyInvalid(ValueError):
    """What came back is no answer to a resolve request; the text says what is wrong."""


def build_resolve(
    requests: Sequence[tuple[str, str]],
    *,
    message_id: str,
    transaction_id: str,
    sender_id: str,
    now: datetime,
    receiver_id: str = "",
) -> dict:
    """The body of a resolve request.

    :param requests: (reference_id, beneficiary_id); reference ids are ours and unique
    :param now: the time of the message, naive UTC
    :raises ValueError: a reference id is empty or stands there twice, or an id is no text
    """
    timestamp = now.isoformat(timespec="milliseconds") + "Z"
    seen: set[str] = set()
    items = []
    for reference_id, beneficiary_id in requests:
        if not reference_id or reference_id in seen:
            raise ValueError(f"reference id '{reference_id}' is empty or not unique")
        if not isinstance(beneficiary_id, str):
            raise ValueError(f"beneficiary id of reference '{reference_id}' is not text")
        seen.add(reference_id)
        items.append(
            {
                "reference_id": reference_id,
                "timestamp": timestamp,
                "id": beneficiary_id,
                "scope": "details",
                "locale": "en",
            }
        )
    header = {
        "version": VERSION,
        "message_id": message_id,
        "message_ts": timestamp,
        "action": "resolve",
        "sender_id": sender_id,
        "sender_uri": "",
        "receiver_id": receiver_id,
        "total_count": len(items),
        "is_msg_encrypted": False,
        "meta": {},
    }
    message = {"transaction_id": transaction_id, "resolve_request": items}
    return {"signature": "", "header": header, "message": message}


def read_resolve(reply, requests: Sequence[tuple[str, str]]) -> dict[str, Resolution]:
    """Read the reply to :func:`build_resolve`.

    :param reply: the decoded JSON
    :param requests: those that were sent
    :return: exactly one resolution for each requested reference id; what the reply says
        of other reference ids is ignored
    :raises ReplyRejected: the mapper refused the whole request
    :raises ReplyInvalid: the reply is no answer to a resolve request
    """
    answers = _answers(reply)
    by_reference: dict[str, list[Mapping]] = {}
    for answer in answers:
        if not isinstance(answer, Mapping):
            raise ReplyInvalid("an item of resolve_response is not an object")
        reference_id = answer.get("reference_id")
        if isinstance(reference_id, str):
            by_reference.setdefault(reference_id, []).append(answer)
    return {
        reference_id: _judge(by_reference.get(reference_id, ()), beneficiary_id)
        for reference_id, beneficiary_id in requests
    }


def _answers(reply) -> list:
    """The items of a reply, once its header allows to look at them."""
    if not isinstance(reply, Mapping):
        raise ReplyInvalid("the reply is not an object")
    header, message = reply.get("header"), reply.get("message")
    if not isinstance(header, Mapping):
        raise ReplyInvalid("the reply has no header")
    status = header.get("status")
    if status == "rjct":
        raise ReplyRejected(
            _text(header.get("status_reason_code")) or "rjct",
            _text(header.get("status_reason_message")),
        )
    if status != "succ":
        raise ReplyInvalid(f"the status of the reply is {_text(status) or 'missing'}, not succ")
    answers = message.get("resolve_response") if isinstance(message, Mapping) else None
    if not isinstance(answers, list):
        raise ReplyInvalid("the reply has no resolve_response")
    return answers


def _judge(answers: Sequence[Mapping], beneficiary_id: str) -> Resolution:
    """What the answers to one question are worth."""
    if not answers:
        return _nothing(NO_ANSWER, "The mapper's reply does not speak of this ID.")
    if len(answers) > 1:
        return _nothing(DUPLICATE_ANSWER, "The mapper answered more than once for this ID.")
    (answer,) = answers
    status, code = answer.get("status"), _text(answer.get("status_reason_code"))
    words = _text(answer.get("status_reason_message")) or code
    if status in _TAKEN:
        return _nothing(NO_ANSWER, words or "The mapper's answer is not ready.")
    if status != "succ" or code.startswith("rjct."):
        return _nothing(ITEM_REJECTED, words or "The mapper refused this ID.")
    if code in _INACTIVE:
        return _nothing(INACTIVE, words)
    address = answer.get("fa")
    if code in _NOT_LINKED or not address:
        return _nothing(NOT_LINKED, words or "The mapper has no address for this ID.")
    if answer.get("id") != beneficiary_id:
        return _nothing(
            WRONG_ID, "The mapper's answer speaks of another ID than the one asked for."
        )
    return Resolution(fa=address, name=_name(answer))


def _nothing(code: str, message: str) -> Resolution:
    return Resolution(None, reason_code=code, reason_message=message)


def _name(answer: Mapping) -> str:
    provider = answer.get("account_provider_info")
    return _text(provider.get("name")) if isinstance(provider, Mapping) else ""


def _text(value) -> str:
    """A value of a foreign message as short text; "" for whatever is not text."""
    return value.strip()[:_SHOWN] if isinstance(value, str) else ""
