"""The statements that the model bank sends, and how the bridge reads them."""

from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256

from ...lib.statement import Entry, Head, Statement, StatementFormatError

NOISE = ("unknown", "credit", "wrong_amount", "duplicate", "no_debit", "cancelled", "fee")


@dataclass
class Sheet:
    """One statement as the bank wrote it: (mark, amount, reference) of each line."""

    number: int
    day: object
    lines: list = field(default_factory=list)
    handed_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece(Head):
    """One statement of a file: its sheet."""

    sheet: Sheet


class Paper:
    """All statements of the account, and a format whose files hold a sheet's number."""

    def __init__(self, world):
        self.world = world
        self.sheets = []
        self.reported = 0  # bookings that are on a sheet

    def write(self, noise=()):
        """Put every booking that is on no sheet on a new one, and lines that are none."""
        bank = self.world.bank
        lines = list(bank.log[self.reported :])
        self.reported = len(bank.log)
        for kind in noise:
            line = self._noise(kind)
            if line:
                lines.append(line)
        sheet = Sheet(len(self.sheets) + 1, self.world.now.date(), lines)
        self.sheets.append(sheet)
        return sheet

    def hand_in(self, sheet, copy=False):
        """Give the bridge a sheet's file.

        :param copy: the same statement in other bytes
        """
        content = f"{sheet.number} {'copy' if copy else ''}".encode()
        case = self.world.case
        statements = self.world.env["g2p.bridge.statement"]
        received = self.world.attempt(statements._receive, case.format, content, "test.sta")
        sheet.handed_in = sheet.handed_in or received is not None
        return received

    def sheet_of(self, record):
        return self.sheets[int(record.statement_number) - 1]

    # The format

    def _scan(self, stream, encoding=""):
        try:
            sheet = self.sheets[int(stream.read().split()[0]) - 1]
        except (ValueError, IndexError) as error:
            raise StatementFormatError("There is no such sheet.") from error
        stream.seek(0)
        return [
            Piece(
                account_number=self.world.case.ACCOUNT,
                statement_number=str(sheet.number),
                sequence_number="1",
                reference="REF",
                currency="USD",
                statement_date=sheet.day,
                digest=sha256(repr((sheet.number, sheet.lines)).encode()).hexdigest(),
                sheet=sheet,
            )
        ]

    def _cut(self, stream, piece, size):
        return []  # sheets are short

    def _read(self, _stream, piece):
        sheet = piece.sheet
        return Statement(
            account_number=piece.account_number,
            reference_number="REF",
            statement_number=piece.statement_number,
            sequence_number="1",
            currency="USD",
            statement_date=sheet.day,
            entries=iter(
                [
                    Entry(number, sheet.day, sheet.day, mark, amount, reference, "B", ["A"], ":61:")
                    for number, (mark, amount, reference) in enumerate(sheet.lines, 1)
                ]
            ),
        )

    # Lines that are no bookings of ours

    def _noise(self, kind):
        """A line of this kind, None if there is nothing that it could speak of."""
        plain = {
            "unknown": ("D", Decimal("5.00"), "ZZ9999999999"),
            "credit": ("C", Decimal("900.00"), "NONREF"),
            "fee": ("D", Decimal("1.50"), "NONREF"),
        }
        if kind in plain:
            return plain[kind]
        bank, sent = self.world.bank, self.world.sent
        debited = {reference for mark, _amount, reference in bank.log if mark == "D"}
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
        return ("RD" if kind == "no_debit" else "D", amount, chosen[0])
