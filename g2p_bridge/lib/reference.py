# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Disbursement ids: 15 characters of 0-9 A-Z.

They travel as customer reference of MT940 field :61:, which holds 16, so they are short,
unique, and carry a check character that tells a mistyped or cut id from a foreign one::

    moment (6)  record id (8)  check (1)

The moment keeps ids apart when a database is restored from a backup and then hands out
the same record ids again. The check character is that of ISO 7064 Mod 37,36 (a hybrid
system: it finds every single wrong character and every swap of two neighbours).
"""

from collections.abc import Iterable
from datetime import datetime, timezone

#: Characters of a disbursement id.
LENGTH = 15
#: Moments are whole seconds since then; six characters last until 2088.
EPOCH = datetime(2020, 1, 1, tzinfo=timezone.utc)

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BASE = len(_ALPHABET)
_PAIR = _BASE**2
_HALF = _PAIR**2
_MAX_MOMENT = _BASE**6
_MAX_ID = _BASE**8
_START = _BASE // 2

#: The two characters of every number below 36².
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_PAIR_NUMBERS = {pair: number for number, pair in enumerate(_PAIRS)}


def _step(state, digit):
    """ISO 7064 hybrid system: the state (what is left modulo 36) after one more character."""
    return ((state or _BASE) * 2 % (_BASE + 1) + digit) % _BASE


#: The state after two more characters: ``_AFTER[state * 36² + number of the pair]``.
_AFTER = bytes(
    _step(_step(state, first), second)
    for state in range(_BASE)
    for first in range(_BASE)
    for second in range(_BASE)
)
#: The check character that closes a reference in each state.
_CHECKS = [_ALPHABET[(1 - (state or _BASE) * 2 % (_BASE + 1)) % _BASE] for state in range(_BASE)]


def moment_of(when: datetime) -> int:
    """Seconds from :data:`EPOCH` to ``when`` (naive datetimes are UTC, as Odoo's are)."""
    aware = when if when.tzinfo else when.replace(tzinfo=timezone.utc)
    return int((aware - EPOCH).total_seconds())


def make_references(ids: Iterable[int], moment: int) -> list[str]:
    """The disbursement ids of records.

    :param ids: record ids, each 0 to 36⁸ - 1
    :param moment: when they are made, see :func:`moment_of`; 0 to 36⁶ - 1
    :return: in the order of ``ids``; equal only where both id and moment are equal
    :raises ValueError: a record id or the moment is out of range
    """
    if not 0 <= moment < _MAX_MOMENT:
        raise ValueError(f"moment {moment} is not between 0 and {_MAX_MOMENT - 1}")
    front, front_state = _feed(_START, moment, 3)
    pairs, after, checks = _PAIRS, _AFTER, _CHECKS
    known_high = None
    head, head_state = "", 0
    references = []
    add = references.append
    for number in ids:
        high, low = divmod(number, _HALF)
        if high != known_high:
            if not 0 <= number < _MAX_ID:
                raise ValueError(f"record id {number} is not between 0 and {_MAX_ID - 1}")
            text, head_state = _feed(front_state, high, 2)
            head, known_high = front + text, high
        upper, lower = divmod(low, _PAIR)
        state = after[after[head_state * _PAIR + upper] * _PAIR + lower]
        add(head + pairs[upper] + pairs[lower] + checks[state])
    return references


def record_id_of(reference: str) -> int:
    """The record id that a disbursement id was made of, see :func:`make_references`."""
    return int(reference[6:14], _BASE)


def is_reference(text) -> bool:
    """Whether ``text`` has the shape of a disbursement id and the right check character."""
    if not isinstance(text, str) or len(text) != LENGTH:
        return False
    state = _START
    number_of = _PAIR_NUMBERS.get
    for position in range(0, LENGTH - 1, 2):
        number = number_of(text[position : position + 2])
        if number is None:
            return False
        state = _AFTER[state * _PAIR + number]
    return text[-1] == _CHECKS[state]


def _feed(state, number, pairs):
    """Write ``number`` as that many pairs: the text, and the state after it."""
    text = ""
    for power in range(pairs - 1, -1, -1):
        pair = number // _PAIR**power % _PAIR
        text += _PAIRS[pair]
        state = _AFTER[state * _PAIR + pair]
    return text, state
