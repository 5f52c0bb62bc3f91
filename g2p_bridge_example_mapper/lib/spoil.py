# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a fault spoils the mapper's answers, without any database."""

import hashlib

#: What stands where an address should be, under the fault "malformed".
MALFORMED = "account_number;;no address"
#: Put behind IDs, under the fault "wrong_ids": nobody asked for those.
WRONG = "-OF-NOBODY"
PAGE = b"<!DOCTYPE html><html><body><h1>Service temporarily unavailable</h1></body></html>"


def is_hit(seed, occasion, probability):
    """Whether the fault hits a request: the same seed and number always alike.

    :param int occasion: how many requests came before
    :param probability: per cent
    """
    digest = hashlib.sha256(f"{seed}:{occasion}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % 10000 < float(probability) * 100


def answers(fault, items, every):
    """:return: the answers to a resolve request as the fault leaves them

    :param int every: one of so many is hit, where only some are
    """
    if fault == "swapped":
        return items[::-1]
    if fault == "partial":
        return items[: len(items) // 2]
    hits = [(item, number % every == 0) for number, item in enumerate(items, start=1)]
    if fault == "missing":
        return [item for item, hit in hits if not hit]
    if fault == "wrong_ids":
        return [_of_nobody(item) if hit else item for item, hit in hits]
    if fault == "malformed":
        return [{**item, "fa": MALFORMED} if hit and item["fa"] else item for item, hit in hits]
    return items


def reply(fault, data):
    """:return: (content type, bytes) of a reply as the fault leaves it"""
    if fault == "html":
        return "text/html", PAGE
    if fault == "bad_json":
        return "application/json", data[:-1] + b","
    return "application/json", data


def _of_nobody(item):
    return {**item, "id": f"{item.get('id') or ''}{WRONG}"}
