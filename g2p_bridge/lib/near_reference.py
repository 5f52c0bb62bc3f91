# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Disbursement ids that a text holds, also where they were miswritten on the way.

Banks cut lines, people type: one wrong character, two that changed places, one lost or one
too many. The check character of an id tells which repairs give an id at all, so that few
candidates are left, and each may be looked up.
"""

import re
from collections.abc import Iterator

from .reference import LENGTH, is_reference

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WORD = re.compile(r"[0-9A-Z]+")
#: Where an id may begin: its record id, which has 31 bits, never fills its first two places.
_SHAPE = re.compile(rf"(?=([0-9A-Z]{{6}}00[0-9A-Z]{{{LENGTH - 8}}}))")
#: Characters that are looked at: beyond what the fields of a statement line hold.
_MAX_LENGTH = 2000


def contained_references(*texts: str) -> set[str]:
    """The ids that are written out in texts, also across blanks, dashes and line ends."""
    found = set()
    for text in texts:
        plain = "".join(_words(text))
        found.update(filter(is_reference, _SHAPE.findall(plain)))
    return found


def near_references(*texts: str) -> set[str]:
    """The ids that a word of the texts becomes by one repair.

    :return: ids of the right shape; whether they exist is for the database to say. Those
        of :func:`contained_references` are not among them.
    """
    found = set()
    for word in {word for text in texts for word in _words(text)}:
        if not is_reference(word):
            found.update(filter(is_reference, _repairs(word)))
    return found - contained_references(*texts)


def _words(text):
    return _WORD.findall((text or "")[:_MAX_LENGTH].upper())


def _repairs(word) -> Iterator[str]:
    """What a word of about the length of an id may have been."""
    if len(word) == LENGTH:
        for place in range(LENGTH):
            head, tail = word[:place], word[place + 1 :]
            yield from (head + character + tail for character in _ALPHABET)
        for place in range(LENGTH - 1):
            yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    elif len(word) == LENGTH - 1:
        for place in range(LENGTH):
            head, tail = word[:place], word[place:]
            yield from (head + character + tail for character in _ALPHABET)
    elif len(word) == LENGTH + 1:
        for place in range(LENGTH + 1):
            yield word[:place] + word[place + 1 :]
