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
