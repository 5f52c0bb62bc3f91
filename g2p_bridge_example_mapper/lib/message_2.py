# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SPAR 2.x: its envelopes, and financial addresses as objects."""

import re

from . import message, schema

#: Key of an address of 1.x → the key of an object.
KEYS = {
    "account_number": "account_number",
    "bank_name": "bank_name",
    "bank_code": "bank_code",
    "branch_name": "branch_name",
    "branch_code": "branch_code",
    "mobile_number": "mobile_number",
    "email_address": "email_address",
    "wallet_provider_name": "wallet_provider_name",
    "wallet_provider_code": "wallet_provider_code",
    "mobile_wallet_provider": "wallet_provider_code",
    "email_wallet_provider": "wallet_provider_code",
    "fa_type": "fa_type",
}
#: Type of an address → the strategy by which it is taken apart.
STRATEGIES = {"BANK": 1, "MOBILE_WALLET": 2, "EMAIL_WALLET": 3}
_NAMES = "|".join(KEYS)
_ENTRY = re.compile(rf"(?:^|\.)({_NAMES}):(.*?)(?=\.(?:{_NAMES}):|$)", re.DOTALL)
REJECTED = "rjct.request.validation"

_HEADER: schema.Fields = [
    ("sender_app_mnemonic", schema.text, True),
    ("sender_app_url", schema.text, True),
    ("request_id", schema.text, True),
    ("request_timestamp", schema.text, True),
    ("instance_id", schema.maybe(schema.text), False),
]


def complaints(body) -> list[str]:
    """All that is wrong with the shape of a resolve request."""
    if not isinstance(body, dict):
        return [schema.NOT_OBJECT]
    found = schema.members(body, "request_header", lambda header: schema.check(header, _HEADER))
    return found + schema.members(body, "request_body", _check_body)


def _check_body(body):
    if not isinstance(body, dict):
        return [schema.NOT_OBJECT]
    return schema.members(
        body, "request_payload", lambda payload: schema.check_message(payload, "resolve")
    )


def address(text: str | None) -> dict | None:
    """A financial address of 1.x as an object; None where there is none."""
    if not text:
        return None
    parts = {KEYS[key]: value for key, value in _ENTRY.findall(text)}
    kind = parts.get("fa_type")
    if kind == "BANK_ACCOUNT":
        kind = parts["fa_type"] = "BANK"
    return {"strategy_id": STRATEGIES.get(kind, 0), **parts}


def reply(body: dict, answers: list[dict]) -> dict:
    """The reply to a request whose items were looked at."""
    items = [{**item, "fa": address(item["fa"])} for item in answers]
    for item in items:
        if item["fa"]:
            item["status_reason_code"] = "succ.id.active"
    return _reply(body, "SUCCESS", None, None, items)


def rejection(body: dict, words: str) -> dict:
    """The reply to a request that is refused as a whole."""
    return _reply(body, "ERROR", REJECTED, words, [])


def _reply(body, status, code, words, items):
    return {
        "response_header": {
            "request_id": body["request_header"]["request_id"],
            "response_status": status,
            "response_error_code": code,
            "response_error_message": words,
            "response_timestamp": message.now(),
        },
        "response_body": {
            "pagination_response": None,
            "response_payload": {
                "transaction_id": body["request_body"]["request_payload"]["transaction_id"],
                "correlation_id": None,
                "resolve_response": items,
            },
        },
    }
