# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The statements that the model bank sends, and how the bridge reads them."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from hashlib import sha256

from odoo.addons.g2p_bridge_bank_connector.lib.entry import OUT

from ...lib.statement import Entry, Head, Statement, StatementFormatError
from .bank import OPENING, Booking

NOISE = (
    "unknown",
    "credit",
    "wrong_amount",
    "duplicate",
    "no_debit",
    "cancelled",
    "fee",
    "wrong_total",
    "whole_again",
)
#: How banks number their statements: number and sequence number of the n-th one.
NUMBERINGS = {
    "consecutive": lambda n: (n, 1),
    "always 1/1": lambda _n: (1, 1),
    "always 0": lambda _n: (0, 0),
    "restarting": lambda n: (1 + (n - 1) % 3, 1),
}
#: In which order banks put the lines of one statement.
ORDERS = {
    "as booked": lambda line: 0,
    "credits first": lambda line: line.booking.mark in OUT,
    "by amount": lambda line: line.booking.amount,
}


@dataclass(frozen=True)
class Line:
    """One line of a statement.

    :param place: in the bank's books, from 0; None if they do not say so, and the line is noise
    """

    booking: Booking
    place: int | None = None

    @property
    def is_true(self):
        return self.place is not None


@dataclass
class Sheet:
    """One statement as the bank wrote it.

    :param key: which one it is, for the machine alone, from 1
    :param numbers: number and sequence number as the bank gives them
    """

    key: int
    numbers: tuple
    day: object
    opening: Decimal
    lines: list = field(default_factory=list)
    handed_in: bool = False

    @property
    def name(self):
        """What the bank calls it: the machine knows it again by that."""
        return f"SHEET{self.key}"

    @property
    def closing(self):
        return self.opening + sum(line.booking.signed_amount for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece(Head):
    """One statement of a file: its sheet."""

    sheet: Sheet


class Paper:
    """All statements of the account, and a format whose files hold the keys of sheets."""

    def __init__(self, world):
        self.world = world
        self.sheets = []
        self.reported = 0  # bookings that are on a sheet

    def write(self, noise=(), order="as booked"):
        """Put every booking that is on no sheet on a new one, and lines that are none."""
        bank, key = self.world.bank, len(self.sheets) + 1
        lines = [Line(bank.log[place], place) for place in range(self.reported, len(bank.log))]
        self.reported = len(bank.log)
        for kind in noise:
            booking = self._noise(kind)
            if booking:
                lines.append(Line(booking))
        lines.sort(key=ORDERS[order])
        numbers = NUMBERINGS[bank.habits.numbering](key)
        opening = self.sheets[-1].closing if self.sheets else OPENING
        sheet = Sheet(key, numbers, self.world.now.date(), opening, lines)
        self.sheets.append(sheet)
        self.world.tally.count_sheet(sheet, bank.habits)
        return sheet

    def hand_in(self, *sheets, copy=False):
        """Give the bridge a file of sheets.

        :param copy: the same statements in other bytes, under another name
        """
        keys = " ".join(str(sheet.key) for sheet in sheets)
        content = f"{keys} {'copy' if copy else ''}".encode()
        case, name = self.world.case, "copy.sta" if copy else "test.sta"
        statements = self.world.env["g2p.bridge.statement"]
        received = self.world.attempt(statements._receive, case.format, content, name)
        if received is not None:
            for sheet in sheets:
                sheet.handed_in = True
        return received

    def sheet_of(self, record):
        return next(sheet for sheet in self.sheets if sheet.name == record.reference_number)

    def line_of(self, entry):
        """What the bank wrote of which this entry was made."""
        return self.sheet_of(entry.statement_id).lines[entry.entry_sequence - 1]

    # The format

    def _scan(self, stream, encoding="", most=0):
        keys = [int(word) for word in stream.read().split() if word.isdigit()]
        stream.seek(0)
        if not keys or max(keys) > len(self.sheets):
            raise StatementFormatError("There is no such sheet.")
        sheets = [self.sheets[key - 1] for key in keys]
        return [Piece(sheet=sheet, **self._head(sheet)) for sheet in sheets]

    def _head(self, sheet):
        number, sequence = map(str, sheet.numbers)
        return {
            "account_number": self.world.case.ACCOUNT,
            "reference": sheet.name,
            "statement_number": number,
            "sequence_number": sequence,
            "currency": "USD",
            "statement_date": sheet.day,
            "opening_balance": sheet.opening,
            "closing_balance": sheet.closing,
            "digest": sha256(repr((sheet.name, sheet.lines)).encode()).hexdigest(),
        }

    def _cut(self, stream, piece, size):
        return []  # sheets are short

    def _read(self, _stream, piece):
        sheet, values = piece.sheet, self._head(piece.sheet)
        del values["digest"]
        values["reference_number"] = values.pop("reference")
        entries = [
            _entry(number, sheet.day, line.booking) for number, line in enumerate(sheet.lines, 1)
        ]
        return Statement(**values, entries=iter(entries))

    # Lines that are no bookings of ours

    def _noise(self, kind):
        """A line of this kind, None if there is nothing that it could speak of."""
        plain = {
            "unknown": Booking("D", Decimal("5.00"), "ZZ9999999999"),
            "credit": Booking("C", Decimal("900.00")),
            "fee": Booking("D", Decimal("1.50")),
        }
        if kind in plain:
            return plain[kind]
        bank, sent = self.world.bank, self.world.sent
        if kind in ("wrong_total", "whole_again"):
            whole = [booking for booking in bank.log if booking.batch]
            more = Decimal("0.07") if kind == "wrong_total" else 0
            return replace(whole[0], amount=whole[0].amount + more) if whole else None
        debited = {paid.disbursement_id for paid in bank.paid if paid.booked}
        taken = bank.times_paid()
        chosen = {
            "wrong_amount": [one for one in sorted(taken) if one not in debited],
            "duplicate": sorted(debited),
            "no_debit": sorted(set(sent) - set(taken)),
            "cancelled": sorted(one for one in sent if sent[one].cancelled),
        }[kind]
        if not chosen:
            return None
        amount = Decimal("0.07") if kind == "wrong_amount" else sent[chosen[0]].amount
        mark = bank.habits.return_mark if kind == "no_debit" else "D"
        return Booking(mark, amount, chosen[0])


def _entry(number, day, booking):
    return Entry(
        sequence=number,
        value_date=day,
        entry_date=day,
        mark=booking.mark,
        amount=booking.amount,
        customer_reference=booking.reference,
        bank_reference="B",
        narratives=["A"],
        raw=":61:",
        batch_reference=booking.batch,
        batch_count=booking.count,
    )
