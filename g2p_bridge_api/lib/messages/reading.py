# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the JSON of a request to the call that it is and the message that it brings."""

from dataclasses import dataclass

from pydantic import ValidationError

from ..call import G2P_CONNECT, GEN_2
from ..refusal import Malformed, Refusal
from . import dialects

#: Mistakes that are listed one by one; a wrong list of 10,000 rows has as many.
MOST_ERRORS = 20
MEMBERS = {G2P_CONNECT: ("header", "message"), GEN_2: ("request_header", "request_body")}

#: The member of the body that 1.0 had for a signature, also as OpenG2P's PBMS 17 spells it.
SIGNATURES = frozenset(("signature", "siganature"))

_WORDS = {
    "missing": "is missing",
    "string_type": "has to be a text",
    "bool_type": "has to be true or false",
    "int_type": "has to be a whole number",
    "int_from_float": "has to be a whole number",
    "list_type": "has to be a list",
    "dict_type": "has to be an object",
    "model_type": "has to be an object",
    "model_attributes_type": "has to be an object",
}


@dataclass(frozen=True)
class Head:
    """The header of a request, in whichever dialect it was written.

    :param knows_later_codes: whether the sender knows the codes that came with signatures in the
        HTTP headers, see :func:`replies._header`
    """

    dialect: str
    sender_id: str
    message_id: str
    message_ts: str
    action: str = ""
    version: str = ""
    total_count: int | None = None
    signature: str = ""
    is_upload: bool = False
    knows_later_codes: bool = False


def read_head(operation, tree):
    """Find the dialect of a request and read its header.

    :param operation: the ``Operation`` that is asked for
    :param tree: the parsed body
    :raises Malformed: no dialect that this operation has, or values of a wrong type
    """
    if not isinstance(tree, dict):
        raise Malformed("The body has to be a JSON object.")
    dialect = GEN_2 if any(member in tree for member in MEMBERS[GEN_2]) else G2P_CONNECT
    if dialect not in operation.forms:
        (wanted,) = operation.forms
        raise Malformed(
            "This operation is written with {} and {}.".format(*MEMBERS[wanted]),
        )
    missing = [member for member in MEMBERS[dialect] if member not in tree]
    if missing:
        raise Malformed(*[f"{member}: is missing" for member in missing])
    read = _read_gen_2 if dialect == GEN_2 else _read_g2p_connect
    try:
        return read(tree)
    except ValidationError as error:
        raise Malformed(*_texts(error, MEMBERS[dialect][0])) from None


def _read_g2p_connect(tree):
    header = dialects.RequestHeader.model_validate(tree["header"])
    signature = tree.get("signature")
    if signature is not None and not isinstance(signature, str):
        raise Malformed("signature: has to be a text")
    return Head(
        dialect=G2P_CONNECT,
        sender_id=header.sender_id,
        message_id=header.message_id,
        message_ts=header.message_ts,
        action=header.action,
        version=header.version or "",
        total_count=header.total_count,
        signature=signature or "",
        # Clients of 1.0 always send the member, empty or misspelt; those of 1.1 have none.
        knows_later_codes=not tree.keys() & SIGNATURES,
    )


def _read_gen_2(tree):
    header = dialects.Gen2RequestHeader.model_validate(tree["request_header"])
    return Head(
        dialect=GEN_2,
        sender_id=header.sender_app_mnemonic,
        message_id=header.request_id,
        message_ts=header.request_timestamp,
    )


def read_message(form, tree, most_items):
    """Check the message of a request, and take it out of its tree.

    The rows of a list are replaced one by one by what was understood of them, so that the
    list is never there twice.

    :param form: the ``Form`` of the operation in the request's dialect
    :return: (message, number of items)
    :raises Malformed: values of a wrong type
    :raises Refusal: more items than are taken in one call
    """
    if form.dialect == GEN_2:
        message, where = _gen_2_message(tree["request_body"]), "request_body.request_payload"
    else:
        message, where = tree.pop("message"), "message"
    if not form.is_list:
        try:
            return form.adapter.validate_python(message), 1
        except ValidationError as error:
            raise Malformed(*_texts(error, where)) from None
    if not isinstance(message, list):
        raise Malformed(f"{where}: has to be a list")
    check_count(len(message), most_items)
    _read_rows(form.adapter.validator, message, where)
    return message, len(message)


def _gen_2_message(body):
    if not isinstance(body, dict):
        raise Malformed("request_body: has to be an object")
    if "request_payload" not in body:
        raise Malformed("request_body.request_payload: is missing")
    message = body.pop("request_payload")
    try:
        dialects.Gen2Around.model_validate(body)
    except ValidationError as error:
        raise Malformed(*_texts(error, "request_body")) from None
    return message


def check_count(count, most_items):
    """:raises Refusal: more items than are taken in one call"""
    if count > most_items:
        raise Refusal(
            "rjct.total_count.limit_exceeded",
            f"The message has {count} items, at most {most_items} are taken in one call. "
            "Send the rest in another call.",
        )


def _read_rows(validator, rows, where):
    check, errors = validator.validate_python, []
    same = {}
    for index, row in enumerate(rows):
        try:
            row = check(row)
        except ValidationError as error:
            errors.extend(_texts(error, f"{where}[{index}]"))
            if len(errors) > MOST_ERRORS:
                break
            continue
        rows[index] = row
        if isinstance(row, dict) and "disbursement_envelope_id" in row:
            # Each row names the same envelope in a text of its own: one text is enough.
            name = row["disbursement_envelope_id"]
            row["disbursement_envelope_id"] = same.setdefault(name, name)
    if errors:
        raise Malformed(*errors)


def _texts(error, where):
    """What is wrong with which field; never the value, which may be somebody's data."""
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        path = where + "".join(
            f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"]
        )
        words = _WORDS.get(fault["type"]) or fault["msg"].removeprefix("Value error, ")
        yield f"{path}: {words}"
