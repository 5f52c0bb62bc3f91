# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a spreadsheet leaves of an account number or an ID that it took for a number.

Opened and saved again, ``123456789012345678`` is ``1.23457E+17`` in a CSV file, another program
writes ``123456789012.0``, and a formula that finds nothing ``#N/A``. Money must not follow any of
these, and no person be looked for by them. The rule is written once, as regular expressions that
Python and PostgreSQL read alike.

Legal is what a spreadsheet does not write: ``12E5`` and ``12E-5`` (no decimal sign and no plus),
``007.0`` (a number has no zeros before it), ``12.5`` and ``1.2.0``, ``#12``. What can't be seen is
refused nowhere: that the last digits of ``123456789012345000`` are zeros of a spreadsheet.
"""

import re
from collections.abc import Collection

#: An Arabic spreadsheet has digits and a decimal sign of its own.
_DIGIT = "[0-9٠-٩۰-۹]"
_POINT = "[.,٫]"
_SIGN = "[-+]?"
_MANTISSA = f"(?:{_DIGIT}+{_POINT}{_DIGIT}*|{_POINT}{_DIGIT}+)"
#: Of another language too: Excel translates the names of its errors, and all but those that say
#: "not available" end with a mark.
_NOT_AVAILABLE = "N/A|N/D|N/B|NV|I/T|YOK|HIÁNYZIK|NENÍ_K_DISPOZICI|Н/Д"

#: Code of what is wrong → how it looks. A program that reads files says the same of cells.
KINDS = {
    "NUMBER_TOO_LONG": (f"{_SIGN}(?:{_MANTISSA}[Ee]{_SIGN}|{_DIGIT}+[Ee][+]){_DIGIT}{{1,3}}"),
    "NUMBER_WITH_DECIMALS": f"{_SIGN}(?:[0٠۰]|[1-9١-٩۱-۹]{_DIGIT}*){_POINT}[0٠۰]{{1,2}}",
    "ERROR_CELL": f"#+|#(?:{_NOT_AVAILABLE})|#[^0-9# ]{{1,30}}0?[!?]|Err:[0-9]{{3}}",
}
#: The same for PostgreSQL: ``text ~ PATTERN``; of many, where ``text ~ MARKED``.
PATTERN = f"^(?:{'|'.join(KINDS.values())})$"

_fullmatch = re.compile("|".join(f"(?P<{code}>{look})" for code, look in KINDS.items())).fullmatch
#: Each of these texts has this in it, and hardly any ID or telephone number has: it is cheap.
MARKED = "[.,٫#:]|[Ee][+]"
_is_marked = re.compile(MARKED).search
_MARKS = ".,٫#:+"


def lost_digits(text: str) -> str | None:
    """What a spreadsheet has made of an ID, an account, a code or a telephone number.

    :return: a code of :data:`KINDS`; None if the text can be what was meant
    """
    if text.isalnum() or not _is_marked(text):
        return None
    match = _fullmatch(text.strip())
    return match.lastgroup if match else None


def are_whole(texts: Collection[str]) -> bool:
    """Whether :func:`lost_digits` says nothing of any of these texts.

    A few calls for all of them where none has a mark of what it looks for.
    """
    every = "".join(texts)
    return not any(mark in every for mark in _MARKS) or not any(map(lost_digits, texts))
