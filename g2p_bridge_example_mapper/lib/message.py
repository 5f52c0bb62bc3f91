# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SPAR 1.1.0 replies, member by member as the real mapper writes them."""

import json
from datetime import datetime, timezone
from uuid import uuid4

ALREADY_LINKED = ("rjct.reference_id.duplicate", "ID and FA are already mapped")
UPDATE_UNKNOWN = ("rjct.reference_id.duplicate", "ID doesnt exist please link first")
UNLINK_UNKNOWN = ("rjct.id.invalid", "ID doesnt exist please link first")
ID_EMPTY = ("rjct.id.invalid", "ID is null")
FA_EMPTY = ("rjct.fa.invalid", "FA is null")
RESOLVE_EMPTY = ("rjct.reference_id.invalid", "ID is required")
NOT_LINKED = ("succ.fa.not_linked_to_id", "ID doesn't exist, please link first")
JWT_INVALID = "rjct.jwt.invalid"
ACTION_NOT_SUPPORTED = "rjct.action.not_supported"


def now() -> str:
    """The time of a reply: UTC without saying so, as that mapper does."""
    return datetime.now(timezone.utc).replace(tzinfo=None).isoformat()


def answer(request: dict, status: str, reason=(None, None), **members) -> dict:
    """The reply to one item.

    :param members: what this action adds, in the place where it belongs
    """
    code, words = reason
    return {
        "reference_id": request["reference_id"],
        "timestamp": now(),
        **members,
        "status": status,
        "status_reason_code": code,
        "status_reason_message": words,
        "additional_info": None,
        "locale": request.get("locale", "en"),
    }


def reply(body: dict, action: str, answers: list[dict]) -> dict:
    """The reply to a request whose items were looked at."""
    header = _header(body, "succ", None)
    tell_parties(header, body, answers)
    message = {
        "transaction_id": body["message"]["transaction_id"],
        "correlation_id": None,
        f"{action}_response": answers,
    }
    return {"header": header, "message": message}


def tell_parties(header: dict, body: dict, answers: list[dict]) -> None:
    """Fill in how much was done for whom."""
    header["total_count"] = len(answers)
    header["completed_count"] = sum(item["status"] == "succ" for item in answers)
    header["sender_id"] = body["header"]["sender_id"]
    header["receiver_id"] = body["header"].get("receiver_id", "")


def rejection(body: dict, code: str) -> dict:
    """The reply to a request that is refused as a whole."""
    return {"header": _header(body, "rjct", code), "message": {}}


def taken() -> dict:
    """The acknowledgement of a request that is answered by call-back."""
    return _acknowledgement("ACK", None, str(uuid4()))


def refused(code: str) -> dict:
    """The acknowledgement of a request that is not."""
    return _acknowledgement("NACK", {"code": code, "message": code}, None)


def _acknowledgement(status, error, correlation_id):
    return {
        "message": {
            "ack_status": status,
            "timestamp": now(),
            "error": error,
            "correlation_id": correlation_id,
        }
    }


def _header(body, status, code):
    return {
        "version": "1.0.0",
        "message_id": body["header"]["message_id"],
        "message_ts": now(),
        "action": body["header"]["action"],
        "status": status,
        "status_reason_code": code,
        "status_reason_message": code,
        "total_count": None,
        "completed_count": None,
        "sender_id": None,
        "receiver_id": None,
        "is_msg_encrypted": False,
        "meta": {},
    }


def errors(*pairs: tuple[str, str]) -> dict:
    """The body of a refusal by HTTP status.

    :param pairs: (code, message)
    """
    return {"errors": [{"code": code, "message": words} for code, words in pairs]}


def encode(body) -> bytes:
    """JSON as that mapper writes it: compact, without escapes."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
