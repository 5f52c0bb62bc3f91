# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes account statements in SWIFT's MT940 format, line by line.

What the lines of field :86: carry is decided here and nowhere else: the bookkeeping fills
them by :data:`PAYMENT_LINES`, :data:`REVERSAL_LINES` and :func:`batch_lines`, the connector reads
them back with :func:`beneficiary_name`, :func:`reversal_reason` and :func:`batch_reference`.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

#: Longest line of :86:, most lines of :86:, longest reference (:20:, :61:).
LINE_LENGTH = 65
LINE_COUNT = 6
REFERENCE_LENGTH = 16
#: Stands where an entry has no customer reference.
NO_REFERENCE = "NONREF"
#: SWIFT ends lines with both characters.
EOL = "\r\n"

#: The payment's fields in the lines of :86: of a debit, first to last.
PAYMENT_LINES = (
    "narrative_1",
    "narrative_2",
    "narrative_3",
    "narrative_4",
    "beneficiary_name",
    "narrative_6",
)
#: The same for the reversal of a debit.
REVERSAL_LINES = (*PAYMENT_LINES[:5], "reversal_reason")
#: First line of :86: of a return that is a new credit; those below are as of a reversal.
RETURN = "RETOURE"
#: Kinds of bookings: a transfer, and one that came back as a new credit.
TRANSFER, RETURNED = "NTRF", "NRTI"
#: What stands before the reference and the count of a batch that is booked as one entry.
BATCH_REFERENCE, BATCH_COUNT = "/PREF/", "/NRTX/"

#: SWIFT's character set z without braces, which delimit blocks of a message.
SAFE = re.compile(r"[0-9A-Za-z .,()/='+:?!\"%&*<>;@#_-]*", re.ASCII)
UNSAFE = re.compile(r"[^0-9A-Za-z .,()/='+:?!\"%&*<>;@#_-]", re.ASCII)
#: Letters that Unicode does not take apart into a base letter and marks.
LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ẞ": "SS",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "þ": "th",
        "Þ": "Th",
        "ł": "l",
        "Ł": "L",
        "ı": "i",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "{": "(",
        "}": ")",
        "[": "(",
        "]": ")",
        "\t": " ",
        "\r": " ",
        "\n": " ",
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a statement.

    :param mark: ``C``, ``D``, ``RC`` or ``RD``
    :param amount: above zero, in major units
    :param narratives: lines of :86:; positions are kept, empty lines included
    :param kind: :data:`TRANSFER` or :data:`RETURNED`
    """

    value_date: date
    entry_date: date
    mark: str
    amount: Decimal
    customer_reference: str
    bank_reference: str
    narratives: list[str] = field(default_factory=list)
    kind: str = TRANSFER


@dataclass(frozen=True, slots=True)
class Statement:
    """The head and foot of a statement; balances are signed, in major units.

    :param decimals: decimal places of the currency
    :param available_balance: closing balance less the funds on hold
    """

    reference: str
    account_number: str
    number: int
    sequence: int
    currency: str
    decimals: int
    opening_date: date
    opening_balance: Decimal
    closing_date: date
    closing_balance: Decimal
    available_balance: Decimal


def write(out, statement, entries):
    """Write a statement to a text stream, holding one entry at a time.

    :param out: anything with ``write(str)``
    :param entries: iterable of :class:`Entry`
    :return: number of entries written
    """
    out.write(
        _lines(
            f":20:{swift_text(statement.reference, REFERENCE_LENGTH)}",
            f":25:{swift_text(statement.account_number, 35)}",
            f":28C:{statement.number}/{statement.sequence}",
            _balance("60F", statement, statement.opening_date, statement.opening_balance),
        )
    )
    count = 0
    for entry in entries:
        out.write(entry_text(entry, statement.decimals))
        count += 1
    out.write(
        _lines(
            _balance("62F", statement, statement.closing_date, statement.closing_balance),
            _balance("64", statement, statement.closing_date, statement.available_balance),
            "-",
        )
    )
    return count


def entry_text(entry, decimals):
    """:return: fields :61: and :86: of one entry, with line ends"""
    customer = swift_text(entry.customer_reference, REFERENCE_LENGTH) or NO_REFERENCE
    bank = swift_text(entry.bank_reference, REFERENCE_LENGTH)
    line = (
        f":61:{entry.value_date:%y%m%d}{entry.entry_date:%m%d}{entry.mark}"
        f"{amount_text(entry.amount, decimals)}{entry.kind}{customer}"
    )
    narratives = [swift_line(text) for text in entry.narratives[:LINE_COUNT]]
    while narratives and not narratives[-1]:
        narratives.pop()
    if bank:
        line += f"//{bank}"
    if not narratives:
        return _lines(line)
    return _lines(line, f":86:{narratives[0]}", *narratives[1:])


def amount_text(amount, decimals):
    """:return: an amount as MT940 writes it: decimal comma always, no sign, no grouping"""
    whole, _, rest = f"{abs(amount):.{decimals}f}".partition(".")
    return f"{whole},{rest}"


def swift_line(text):
    """A line of :86: that no reader can take for a new field or the end of the message."""
    line = swift_text(text, LINE_LENGTH)
    if line[:1] in (":", "-"):
        line = f".{line}"[:LINE_LENGTH]
    return line


def swift_text(text, length):
    """Bring a text into SWIFT's character set: other letters lose their marks, the rest
    becomes a question mark.

    :param int length: longest result
    """
    if not SAFE.fullmatch(text):
        plain = unicodedata.normalize("NFKD", text.translate(LETTERS))
        plain = "".join(char for char in plain if not unicodedata.combining(char))
        text = UNSAFE.sub("?", plain.translate(LETTERS))
    return text[:length].strip()


def beneficiary_name(narratives):
    """:return: the beneficiary's name from the lines of :86:, or "" """
    return _line(narratives, PAYMENT_LINES.index("beneficiary_name"))


def reversal_reason(narratives):
    """:return: why a payment came back, from the lines of :86: of a reversal, or "" """
    return _line(narratives, REVERSAL_LINES.index("reversal_reason"))


def batch_lines(reference, count):
    """:return: the lines of :86: of an entry that books a whole batch, one below the other"""
    return f"{BATCH_REFERENCE}{reference}\n{BATCH_COUNT}{count}"


def batch_reference(narratives):
    """:return: which batch an entry books as a whole, from the lines of :86:, or "" """
    first = narratives[0] if narratives else ""
    return first.removeprefix(BATCH_REFERENCE) if first.startswith(BATCH_REFERENCE) else ""


def _line(narratives, position):
    return narratives[position].strip() if len(narratives) > position else ""


def _balance(tag, statement, day, amount):
    mark = "D" if amount < 0 else "C"
    text = amount_text(amount, statement.decimals)
    return f":{tag}:{mark}{day:%y%m%d}{statement.currency}{text}"


def _lines(*lines):
    return EOL.join(lines) + EOL
