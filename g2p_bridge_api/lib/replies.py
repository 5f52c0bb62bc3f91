# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Replies in each dialect, as bytes."""

from dataclasses import dataclass
from datetime import datetime, timezone

from .call import GEN_2
from .json_text import encode, encode_rows
from .refusal import Malformed

VERSION = "1.0.0"
#: The codes that clients of G2P Connect know in status_reason_code; others would break them.
REASON_CODES = frozenset(
    f"rjct.{name}"
    for name in (
        "version.invalid",
        "message_id.duplicate",
        "message_ts.invalid",
        "action.invalid",
        "action.not_supported",
        "total_count.invalid",
        "total_count.limit_exceeded",
        "errors.too_many",
    )
)
#: Those that came with signatures in the HTTP headers, in OpenG2P's bridge 1.1.
LATER_REASON_CODES = frozenset(
    f"rjct.{name}"
    for name in ("jwt.invalid", "file.size.exceeded", "file.type.invalid", "virus.check.failed")
)

DONE, REJECTED, REFUSED, FAILED = "done", "rejected", "refused", "failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back, and what is remembered of it.

    :param result: ``done``; ``rejected`` by an operation; ``refused`` before any operation;
        ``failed`` by a fault of ours
    :param headers: HTTP headers besides the usual ones
    """

    body: bytes
    status: int = 200
    result: str = DONE
    code: str = ""
    headers: tuple = ()


def succeeded(head, message, notice=None) -> Answer:
    """The answer to a call that was carried out.

    :param message: a list is emptied on the way
    :param notice: (code, sentence) of what the sender has to know beyond that it was done
    """
    return Answer(_reply(head, message, notice=notice))


def rejected(head, code, sentence, message=None, result=REJECTED) -> Answer:
    """:param message: the rows with their codes, if the rejection is about rows"""
    if head.is_upload:
        return _statement_refused(head, code, sentence, result)
    return Answer(_reply(head, message, code, sentence), result=result, code=code)


def refused(error, head=None) -> Answer:
    """:param head: of the request, None if it was not understood"""
    if error.status == 200 and head:
        return rejected(head, error.code, error.message, result=REFUSED)
    texts = error.messages if isinstance(error, Malformed) else [error.message]
    status = 400 if error.status == 200 else error.status
    wait = getattr(error, "retry_after", None)
    headers = (("Retry-After", str(wait)),) if wait else ()
    return errors(status, error.code, *texts, headers=headers)


def errors(status, code, *texts, result=REFUSED, headers=()) -> Answer:
    body = {"errors": [{"code": code, "message": text} for text in texts]}
    return Answer(encode(body), status, result, code, headers)


def statement_taken(head, ids, known_ids, warnings) -> Answer:
    """A file was taken; where some of its statements wait for a person, the header says why.

    :param ids: of all its statements, in its order
    :param known_ids: those of them that were there before
    :param warnings: list of dicts statement_id, code, message
    """
    header = _header(head, "", "")
    if warnings:
        header["status_reason_message"] = warnings[0]["code"]
        header["meta"] = {"explanation": warnings[0]["message"]}
    body = {
        "signature": "",
        "header": header,
        "message": ids[0],
        "statement_id": ids[0],
        "statement_ids": ids,
        "known_statement_ids": known_ids,
        "warnings": warnings,
        "response_error_code": None,
    }
    return Answer(encode(body))


def _statement_refused(head, code, sentence, result) -> Answer:
    body = {
        "signature": "",
        "header": _header(head, code, sentence),
        "message": code,
        "statement_id": None,
        "statement_ids": [],
        "known_statement_ids": [],
        "warnings": [],
        "response_error_code": code,
    }
    return Answer(encode(body), result=result, code=code)


def _reply(head, message, code="", sentence="", notice=None):
    out = bytearray()
    if head.dialect == GEN_2:
        out += b'{"response_header":' + encode(_gen_2_header(head, code, sentence))
        out += b',"response_body":{"pagination_response":null,"response_payload":'
    else:
        header = _header(head, code, sentence)
        if notice:
            header["status_reason_message"], header["meta"] = notice[0], {"explanation": notice[1]}
        out += b'{"signature":"","header":' + encode(header)
        out += b',"message":'
    if isinstance(message, list):
        encode_rows(message, out)
    else:
        out += encode(message)
    out += b"}}" if head.dialect == GEN_2 else b"}"
    return out


def _header(head, code, sentence):
    return {
        "version": VERSION,
        "message_id": head.message_id,
        "message_ts": _now(),
        "action": head.action,
        "status": "rjct" if code else "succ",
        "status_reason_code": code if _is_known(code, head) else None,
        "status_reason_message": code,
        "is_msg_encrypted": False,
        "meta": {"explanation": sentence} if sentence else {},
    }


def _is_known(code, head):
    return code in REASON_CODES or (head.knows_later_codes and code in LATER_REASON_CODES)


def _gen_2_header(head, code, sentence):
    return {
        "request_id": head.message_id,
        "response_status": "ERROR" if code else "SUCCESS",
        "response_error_code": code or None,
        "response_error_message": sentence or None,
        "response_timestamp": _now(),
    }


def _now():
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")
