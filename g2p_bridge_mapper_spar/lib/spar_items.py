# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The questions of a resolve request and the answers to them, the same in all SPAR dialects.

Facts that shape the reading (seen on SPAR mapper 1.1.0): without scope ``details`` no
address comes; an unknown ID is answered ``succ`` with an empty address and no id; an
answer may carry an address with a null id and a "not linked" code; order and counts of
the answer say nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from odoo.addons.g2p_bridge.lib.financial_address import FinancialAddress
from odoo.addons.g2p_bridge.lib.mapper_answer import (
    DUPLICATE_ANSWER,
    INACTIVE,
    ITEM_REJECTED,
    NO_ANSWER,
    NOT_LINKED,
    WRONG_ID,
    Resolution,
)

from .address import AddressError

#: Reads a financial address: text or object.
Parser = Callable[[str | Mapping], FinancialAddress]
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


def stamp(now: datetime) -> str:
    """:param now: naive UTC"""
    return now.isoformat(timespec="milliseconds") + "Z"


def build_questions(requests: Sequence[tuple[str, str]], timestamp: str) -> list[dict]:
    """The items of a resolve request.

    :param requests: (reference_id, beneficiary_id); reference ids are ours and unique
    :raises ValueError: a reference id is empty or stands there twice, or an id is no text
    """
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
    return items


def read_answers(
    answers, requests: Sequence[tuple[str, str]], parse: Parser
) -> dict[str, Resolution]:
    """What a reply says to each of the questions.

    :param answers: the member ``resolve_response``
    :param requests: those that were sent
    :param parse: reads a financial address, raises :class:`AddressError`
    :return: exactly one resolution for each requested reference id; what the reply says
        of other reference ids is ignored
    :raises ReplyInvalid: these are no answers
    """
    if not isinstance(answers, list):
        raise ReplyInvalid("the reply has no resolve_response")
    by_reference: dict[str, list[Mapping]] = {}
    for answer in answers:
        if not isinstance(answer, dict):
            raise ReplyInvalid("an item of resolve_response is not an object")
        reference_id = answer.get("reference_id")
        if isinstance(reference_id, str):
            by_reference.setdefault(reference_id, []).append(answer)
    return {
        reference_id: _judge(by_reference.get(reference_id, ()), beneficiary_id, parse)
        for reference_id, beneficiary_id in requests
    }


def _judge(answers: Sequence[Mapping], beneficiary_id: str, parse: Parser) -> Resolution:
    """What the answers to one question are worth."""
    if not answers:
        return _nothing(NO_ANSWER, "The mapper's reply does not speak of this ID.")
    if len(answers) > 1:
        return _nothing(DUPLICATE_ANSWER, "The mapper answered more than once for this ID.")
    (answer,) = answers
    status, code = answer.get("status"), short_text(answer.get("status_reason_code"))
    address = answer.get("fa")
    if status == "succ" and address and not code and answer.get("id") == beneficiary_id:
        return _found(answer, parse)  # nearly all of them
    words = short_text(answer.get("status_reason_message")) or code
    if isinstance(status, str) and status in _TAKEN:
        return _nothing(NO_ANSWER, words or "The mapper's answer is not ready.")
    if status != "succ" or code.startswith("rjct."):
        return _nothing(ITEM_REJECTED, words or "The mapper refused this ID.")
    if code in _INACTIVE:
        return _nothing(INACTIVE, words)
    if code in _NOT_LINKED or not address:
        return _nothing(NOT_LINKED, words or "The mapper has no address for this ID.")
    if answer.get("id") != beneficiary_id:
        return _nothing(
            WRONG_ID, "The mapper's answer speaks of another ID than the one asked for."
        )
    return _found(answer, parse)


def _found(answer: Mapping, parse: Parser) -> Resolution:
    try:
        return Resolution(parse(answer["fa"]), _name(answer))
    except AddressError as error:
        return _nothing(error.code, str(error))


def _nothing(code: str, message: str) -> Resolution:
    return Resolution(None, reason_code=code, reason_message=message)


def _name(answer: Mapping) -> str:
    provider = answer.get("account_provider_info")
    return short_text(provider.get("name")) if isinstance(provider, Mapping) else ""


def short_text(value) -> str:
    """A value of a foreign message as short text that can be shown and stored; "" for
    whatever is not text."""
    if not isinstance(value, str):
        return ""
    value = value[:_SHOWN]
    if not value.isprintable():  # neither control characters nor halves of characters
        value = "".join(letter if letter.isprintable() else " " for letter in value)
    return value.strip()
