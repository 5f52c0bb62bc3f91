# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Texts that a spreadsheet would take for formulas: made harmless, and taken back."""

import re

# A spreadsheet takes what begins so for a formula, and a semicolon or a tab for the border
# of a cell in some countries. The wide characters do the same in some languages. Apostrophes
# count as nothing, so that what is defused twice can be taken back twice.
_START = r"(?:^|(?<=[;\t\r\n]))"
_FORMULA = r"(?=[\s']*[=+\-@＝＋－＠]|'*[\t\r\n])"
_HARMFUL = re.compile(_START + _FORMULA)
_DEFUSED = re.compile(f"{_START}'{_FORMULA}")


def defuse(text: str) -> str:
    """``text`` such that no spreadsheet takes it, or a part of it, for a formula.

    What could be one gets an apostrophe before it, which spreadsheets understand as "this
    is text": nothing is left out, and everything else stays as it is.
    """
    return _HARMFUL.sub("'", text)


def restore(text: str) -> str:
    """What :func:`defuse` made ``text`` from; any other text as it is."""
    return _DEFUSED.sub("", text) if "'" in text else text
