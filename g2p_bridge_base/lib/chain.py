# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The hashes of the audit trail: what makes a later change of it visible.

Each record has a fingerprint of what it says. Each seal carries the hash of its predecessor
and of one record's fingerprint, so whoever changes, removes or adds a record has to make all
later seals anew, and then the last of them differs from the one that was published.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: What a record says: columns, in this order. Other columns are not part of it.
CONTENT = (
    "at",
    "user_id",
    "login",
    "company_id",
    "action",
    "model",
    "res_id",
    "record_name",
    "what",
    "old_value",
    "new_value",
    "reason",
    "line_count",
    "line_digest",
)
#: The predecessor of the first seal.
GENESIS = "0" * 64


def fingerprint(values: Mapping) -> str:
    """SHA-256 of what a record says; nothing, False, 0 and the empty text are the same."""
    said = [str(values.get(name) or "") for name in CONTENT]
    return _sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")))


def link(number: int, previous: str, record_id: int, said: str) -> str:
    """The hash of a seal.

    :param number: of the seal, from 1, without a gap
    :param previous: hash of the seal before it
    :param said: fingerprint of the record that it seals
    """
    return _sha256(f"{number}:{previous}:{record_id}:{said}")


def digest(names: Sequence[str]) -> str:
    """SHA-256 of what one record of many lines is about, whatever their order."""
    return _sha256("\n".join(sorted(names)))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal at some moment: who knows it can tell whether the trail was cut since."""

    number: int
    hash: str

    def __str__(self):
        return f"{self.number}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """
        :raises ValueError: not of the form ``number:hash``
        """
        number, _colon, hash_ = text.strip().partition(":")
        if not (number.isascii() and number.isdigit() and len(hash_) == len(GENESIS)):
            raise ValueError(text)
        return cls(int(number), hash_.lower())
