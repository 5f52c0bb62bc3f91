# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Processing a bank statement, beside the bare parsing of its file."""

import io
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import mt940
import odoo
from bench_world import ACCOUNT
from harness import Benchmark
from statement_workers import Worker, read_parts

from odoo.addons.g2p_bridge_example_bank.lib import mt940 as writer

DAY = date(2026, 1, 31)
COPY = "g2p_bridge_statement_entry_copy"


class StatementProcessing(Benchmark):
    """Upload and reconciliation of a statement with the debits of a whole envelope.

    30 % of them are reversed in the same statement. A long statement is read in parts by two
    processes, as two workers would; everything else happens in this one. The limit is the
    ``mt-940`` package alone, which parses the same file in one process.
    """

    name = "statement (2 processes)"
    limit_name = "mt940.parse of the same file"
    aim = 1.3
    processes = 2

    def __init__(self, world, lines):
        super().__init__(world, lines)
        self.folder = tempfile.TemporaryDirectory()
        self.file = Path(self.folder.name) / "statement.sta"
        self.reversals = lines * 3 // 10
        # Statements go on where those of another benchmark have ended.
        latest = world.rows(
            "SELECT statement_number, closing_balance::text FROM g2p_bridge_statement"
            " WHERE account_number = %s ORDER BY id DESC LIMIT 1",
            ACCOUNT,
        )
        number, balance = latest[0] if latest else (0, 0)
        self.number, self.balance = int(number), Decimal(balance)

    def count(self):
        return self.lines + self.reversals

    def before_step(self):
        self.envelope_id = self.world.funded_envelope(self.lines)
        with self.world.at_once():
            self.world.run_steps("g2p.bridge.bank.batch", self.envelope_id)
        self.number += 1
        self.file.write_bytes(self._content())
        self.world.vacuum()
        # Workers are there before a statement comes, with Odoo loaded.
        self.workers = [Worker(self.world) for _number in range(self.processes)]

    def step(self):
        # As the bank itself: what a person hands in proves no returns.
        with self.world.transaction(odoo.api.SUPERUSER_ID) as env:
            statement = env["g2p.bridge.service"].upload_mt940(
                self.file.read_bytes(), self.file.name
            )
            statement_id, part_ids = statement.id, statement.sudo().part_ids.ids
        read_parts(self.workers, part_ids)
        with self.world.transaction() as env:
            env["g2p.bridge.statement"].browse(statement_id)._job_step()

    def other_memory(self):
        return max(worker.end() for worker in self.workers)

    def after_step(self):
        counts = self.world.row(
            "SELECT state, has_warnings, entry_count, matched_count, reversed_count, error_count,"
            " closing_balance::text FROM g2p_bridge_statement WHERE statement_number = %s",
            str(self.number),
        )
        expected = ("done", False, self.count(), self.lines, self.reversals, 0, str(self.balance))
        assert counts == expected, counts
        states = self.world.states(self.envelope_id)
        reconciled = self.lines - self.reversals
        assert states == {"reconciled": reconciled, "reversed": self.reversals}, states

    def limit(self):
        parsed = mt940.parse(self.file.read_bytes())
        assert len(parsed) == self.count(), len(parsed)

    def _content(self):
        """The bank's statement: every payment debited, then some of them reversed."""
        payments = self.world.rows(
            "SELECT disbursement_id, disbursement_amount::text, narrative, beneficiary_id,"
            " beneficiary_name FROM g2p_bridge_disbursement WHERE envelope_id = %s ORDER BY id",
            self.envelope_id,
        )
        entries = [_entry("D", number, *payment) for number, payment in enumerate(payments)]
        step = self.lines // self.reversals if self.reversals else 1
        returned = payments[::step][: self.reversals]
        entries += [_entry("RD", number, *payment) for number, payment in enumerate(returned)]
        opening = self.balance
        self.balance += sum(
            entry.amount if entry.mark == "RD" else -entry.amount for entry in entries
        )
        head = writer.Statement(
            reference=f"STMT{self.number}",
            account_number=ACCOUNT,
            number=self.number,
            sequence=1,
            currency="USD",
            decimals=2,
            opening_date=DAY,
            opening_balance=opening,
            closing_date=DAY,
            closing_balance=self.balance,
            available_balance=self.balance,
        )
        text = io.StringIO(newline="")
        writer.write(text, head, entries)
        return text.getvalue().encode()


class Matching(StatementProcessing):
    """Matching alone: the lines of the same statement are in the database already.

    What its step does by itself: every line is judged and becomes an entry, and payments move.
    The limit writes the same rows into the same indexes, and moves the same payments, without
    the foreign keys and rules that the database keeps of each entry.
    """

    name = "matching"
    limit_name = "INSERT of the same entries + UPDATE of the same payments"
    aim = 4

    def before_step(self):
        super().before_step()
        # As the bank itself: what a person hands in proves no returns.
        with self.world.transaction(odoo.api.SUPERUSER_ID) as env:
            statement = env["g2p.bridge.service"].upload_mt940(
                self.file.read_bytes(), self.file.name
            )
            self.statement_id, part_ids = statement.id, statement.sudo().part_ids.ids
        read_parts(self.workers, part_ids)

    def step(self):
        with self.world.transaction() as env:
            env["g2p.bridge.statement"].browse(self.statement_id)._job_step()

    def before_limit(self):
        with self.world.transaction() as env:
            env.cr.execute(
                f"CREATE TABLE {COPY} (LIKE g2p_bridge_statement_entry INCLUDING INDEXES)"
            )

    def limit(self):
        with self.world.transaction() as env:
            env.cr.execute(
                f"INSERT INTO {COPY} SELECT * FROM g2p_bridge_statement_entry"
                " WHERE statement_id = %s ORDER BY id",
                [self.statement_id],
            )
            env.cr.execute(
                "UPDATE g2p_bridge_disbursement d SET state = d.state FROM"
                " (SELECT DISTINCT disbursement_id FROM g2p_bridge_statement_entry"
                " WHERE statement_id = %s) e WHERE d.id = e.disbursement_id",
                [self.statement_id],
            )
            env.cr.execute(f"DROP TABLE {COPY}")


def _entry(mark, number, disbursement_id, amount, narrative, beneficiary_id, name):
    reason = ["ACCOUNT CLOSED"] if mark == "RD" else []
    return writer.Entry(
        value_date=DAY,
        entry_date=DAY,
        mark=mark,
        amount=Decimal(amount),
        customer_reference=disbursement_id,
        bank_reference=f"{mark}{number:09d}",
        narratives=[narrative, "CASH", "CYCLE", beneficiary_id, name, *reason],
    )
