# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import tempfile
from decimal import Decimal

import psycopg2.errors
from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.g2p_bridge_base.exact import read_exact, write_exact
from odoo.addons.queue_job.exception import RetryableJobError

from ..lib import mt940

#: Entries that are held in memory at once.
CHUNK = 5000


class ExampleBankStatementFile(models.Model):
    """How a statement is made from the log."""

    _inherit = "g2p.bridge.example.bank.statement"

    def _job_make(self):
        """Put the entries that are on no statement yet on this one and write its file.

        Two statements of one account cannot be made at once: both want the same number, and
        the later one is run again by the queue.
        """
        self.ensure_one()
        if self.state == "made":
            return self.env._("Statement %s was made before.", self.reference)
        account = self.account_id
        previous = self.search(
            [("account_id", "=", account.id), ("state", "=", "made")], order="number desc", limit=1
        )
        self._take_number(previous)
        left_over = self._take_entries()
        [opening] = (
            read_exact(previous, "closing_balance")
            if previous
            else read_exact(account, "opening_balance")
        )
        closing = opening + self._sum_of_entries()
        self._write_file(account, opening, closing, previous)
        self._schedule_delivery()
        if left_over:
            self._request(account)
        # Who booked while this one was being made saw it requested, and asked for no other.
        account._enqueue_statement_when_booked()
        return self.env._(
            "Statement %(number)s with %(count)s entries.",
            number=self.number,
            count=self.line_count,
        )

    def _take_number(self, previous):
        """Claim the next number; the unique index lets one statement at a time have it.

        :raises RetryableJobError: another statement of the account was made meanwhile
        """
        try:
            self.write(
                {
                    "state": "made",
                    "number": previous.number + 1,
                    "statement_date": fields.Date.today(),
                }
            )
            self.env.flush_all()
        except psycopg2.errors.UniqueViolation as error:
            raise RetryableJobError(
                f"Statement number {previous.number + 1} was taken meanwhile.",
                seconds=5,
                ignore_retry=True,
            ) from error

    def _take_entries(self):
        """Put entries on this statement, oldest first, as many as it has room for.

        :return: whether entries remain for the next one
        """
        limit = self.account_id.statement_max_lines
        self.env.cr.execute(
            SQL(
                """
                UPDATE g2p_bridge_example_bank_log SET statement_id = %(statement)s
                 WHERE id IN (
                    SELECT id FROM g2p_bridge_example_bank_log
                     WHERE account_id = %(account)s AND statement_id IS NULL
                     ORDER BY id LIMIT %(limit)s)
                """,
                statement=self.id,
                account=self.account_id.id,
                limit=limit,
            )
        )
        self.line_count = self.env.cr.rowcount
        self.env["g2p.bridge.example.bank.log"].invalidate_model(["statement_id"])
        unstated = [("account_id", "=", self.account_id.id), ("statement_id", "=", False)]
        return bool(self.env["g2p.bridge.example.bank.log"].search(unstated, limit=1))

    def _sum_of_entries(self):
        [[total]] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(CASE WHEN mark IN ('C', 'RD') THEN amount ELSE -amount END), 0)
                       ::text
                  FROM g2p_bridge_example_bank_log WHERE statement_id = %s
                """,
                self.id,
            )
        )
        return Decimal(total)

    def _write_file(self, account, opening, closing, previous):
        """Write the MT940 file and attach it to the statement."""
        blocked = account._balances()[account.id][1]
        head = mt940.Statement(
            reference=self.reference,
            account_number=account.account_number,
            number=self.number,
            sequence=self.sequence,
            currency=account.currency_id.name,
            decimals=account.currency_id.decimal_places,
            opening_date=previous.statement_date or self.statement_date,
            opening_balance=opening,
            closing_date=self.statement_date,
            closing_balance=closing,
            available_balance=closing - blocked,
        )
        with tempfile.TemporaryFile("w+", encoding="ascii", newline="") as out:
            mt940.write(out, head, self._entries())
            out.seek(0)
            content = out.buffer.read()
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"{account.account_number}-{self.number:05d}.mt940".replace("/", "-"),
                "raw": content,
                # Of a text, Odoo would keep every word a second time, for searching.
                "mimetype": "application/x-mt940",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self.attachment_id = attachment
        write_exact(self, opening_balance=opening, closing_balance=closing)

    def _entries(self):
        """The entries of this statement in the order of booking, a few at a time.

        The cursor lives in the server, so that memory does not grow with the statement.
        """
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(
            SQL(
                """
                DECLARE example_bank_statement NO SCROLL CURSOR FOR
                SELECT value_date, entry_date, mark, amount::text, customer_reference,
                       bank_reference, narratives, mark = 'C' AND payment_id IS NOT NULL
                  FROM g2p_bridge_example_bank_log WHERE statement_id = %s ORDER BY id
                """,
                self.id,
            )
        )
        while True:
            cr.execute("FETCH FORWARD %s FROM example_bank_statement", [CHUNK])
            rows = cr.fetchall()
            for value_date, entry_date, mark, amount, customer, bank, text, is_return in rows:
                yield mt940.Entry(
                    value_date,
                    entry_date,
                    mark,
                    Decimal(amount),
                    customer or "",
                    bank or "",
                    (text or "").split("\n"),
                    mt940.RETURNED if is_return else mt940.TRANSFER,
                )
            if not rows:
                break
        cr.execute("CLOSE example_bank_statement")
