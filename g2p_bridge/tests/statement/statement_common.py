# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Statements without a file: what the tests of reconciliation start from."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import tee
from unittest.mock import patch

from ...lib.statement import Entry, Head, Statement, StatementFormatError
from ..services.operations_common import OperationsCase

DAY = date(2026, 11, 20)
FORMAT = "g2p.bridge.statement.format.test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece(Head):
    statement: Statement


def digest_of(statement):
    """The same for statements of the same content, as every format gives it."""
    # Lines that can't be read are of a content that nothing else has.
    lines = statement.entries if isinstance(statement.entries, tuple) else id(statement)
    return sha256(repr(replace(statement, entries=lines)).encode()).hexdigest()


class FormatScript:
    """A statement format whose files are a number: the place of the statements in a list."""

    def __init__(self):
        self.files = []
        #: How many lines a part has; None: no statement is cut.
        self.part_lines = None

    def _scan(self, stream, encoding="", most=0):
        try:
            statements = self.files[int(stream.read())]
        except (ValueError, IndexError) as error:
            raise StatementFormatError("It is not a number.") from error
        stream.seek(0)
        return [
            Piece(
                account_number=statement.account_number,
                statement_number=statement.statement_number,
                sequence_number=statement.sequence_number,
                reference=statement.reference_number,
                currency=statement.currency,
                statement_date=statement.statement_date,
                opening_balance=statement.opening_balance,
                closing_balance=statement.closing_balance,
                digest=digest_of(statement),
                statement=statement,
            )
            for statement in statements
        ]

    def _read(self, stream, piece):
        """As often as it takes, as a file can be read."""
        entries = piece.statement.entries
        if not isinstance(entries, tuple):
            piece.statement.entries, entries = tee(entries)
        return replace(piece.statement, entries=entries)

    def _cut(self, stream, piece, size):
        step = self.part_lines
        if not step:
            return []
        stream.seek(0)
        file = int(stream.read())
        statement = self.files[file].index(piece.statement)
        begins = range(0, len(piece.statement.entries), step)
        return [[file, statement, begin, begin + step] for begin in begins]

    def _read_part(self, stream, part, encoding=""):
        file, position, begin, end = part
        statement = self.files[file][position]
        entries = statement.entries[begin:end]
        numbered = (replace(entry, sequence=n) for n, entry in enumerate(entries, 1))
        return replace(statement, entries=numbered)


class StatementCase(OperationsCase):
    """Three payments that the bank has taken, and statements that speak of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.format_script = FormatScript()

    def setUp(self):
        super().setUp()
        self.format_script.__init__()
        statement_model = type(self.env["g2p.bridge.statement"])
        self.startPatcher(
            patch.object(
                statement_model, "_format_model", lambda statements, code: self.format_script
            )
        )
        # Which formats there are is up to the addons: any will do where it is not looked at.
        selection = self.env["g2p.bridge.statement"]._fields["format"].get_values(self.env)
        self.format = selection[0] if selection else "test"

    def shipped(self, *amounts, **values):
        """The disbursements of an envelope that was handed to the bank."""
        envelope = self.filled_envelope(*amounts, **values)
        self.run_jobs()
        self.assertEqual(set(envelope.disbursement_ids.mapped("state")), {"shipped"})
        return envelope.disbursement_ids

    def entry(self, mark, line, amount=None, **values):
        """One line of a statement.

        :param line: disbursement, or the text of a customer reference
        """
        text = isinstance(line, str)
        return Entry(
            **{
                "sequence": 0,
                "value_date": DAY,
                "entry_date": DAY,
                "mark": mark,
                "amount": Decimal(amount or "1.00" if text else amount or self.amount_of(line)),
                "customer_reference": line if text else line.disbursement_id,
                "bank_reference": "BANKREF",
                "narratives": ["PERSON, A", "ACCOUNT_CLOSED" if mark == "RD" else ""],
                "raw": ":61:",
                **values,
            }
        )

    def amount_of(self, line):
        return str(line.disbursement_amount)

    def statement(self, *entries, **values):
        """A statement that adds up, with its lines numbered."""
        for sequence, entry in enumerate(entries, 1):
            entry.sequence = sequence
        opening = Decimal(values.pop("opening_balance", "1000.00"))
        return Statement(
            **{
                "account_number": "CASH-ACCOUNT",
                "reference_number": "REF",
                "statement_number": "1",
                "sequence_number": "1",
                "currency": "USD",
                "statement_date": DAY,
                "opening_balance": opening,
                "closing_balance": opening + sum(entry.signed_amount for entry in entries),
                "entries": entries,
                **values,
            }
        )

    def receive(self, *statements, sponsor_bank=None):
        """Hand in a file of these statements: the records, and those that were known."""
        self.format_script.files.append(statements)
        content = str(len(self.format_script.files) - 1).encode()
        return self.env["g2p.bridge.statement"]._receive(
            self.format, content, "test.sta", sponsor_bank
        )

    def process(self, *entries, **values):
        """Hand in one statement and let it be processed."""
        record, known = self.receive(self.statement(*entries, **values))
        self.assertFalse(known)
        self.run_jobs()
        return record

    def outcomes(self, record):
        """What became of each line: its error, else ``matched`` or ``not_ours``."""
        entries = record.entry_ids.sorted("entry_sequence")
        return [entry.error_reason or entry.outcome for entry in entries]

    def following(self, days=1, number=2, **values):
        """What makes a statement the next one of its account."""
        return {
            "statement_number": str(number),
            "statement_date": DAY + timedelta(days=days),
            **values,
        }
