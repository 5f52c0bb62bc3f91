# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Requests as a client of the mapper writes them."""

NOW = "2026-01-01T00:00:00"


def ask(reference_id, id_value, **members):
    """An item of a resolve request."""
    return {
        "reference_id": reference_id,
        "timestamp": NOW,
        "id": id_value,
        "scope": "details",
        **members,
    }


def link(reference_id, id_value, fa="account_number:1.fa_type:BANK", **members):
    """An item of a link or update request."""
    return {"reference_id": reference_id, "timestamp": NOW, "id": id_value, "fa": fa, **members}


def body(action, items):
    """A whole request."""
    return {
        "header": {
            "message_id": "m",
            "message_ts": NOW,
            "action": action,
            "sender_id": "test",
            "total_count": len(items),
        },
        "message": {"transaction_id": "t", f"{action}_request": items},
    }


def body_2(items):
    """A whole resolve request of SPAR 2.x."""
    return {
        "request_header": {
            "sender_app_mnemonic": "test",
            "sender_app_url": "",
            "request_id": "m",
            "request_timestamp": NOW,
        },
        "request_body": {"request_payload": {"transaction_id": "t", "resolve_request": items}},
    }
