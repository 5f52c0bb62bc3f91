from decimal import Decimal

from odoo import models

from ..matching_sql import COUNT_NAMES


class StatementReconciliation(models.Model):
    """How a statement becomes proof: lines in by COPY, then a handful of statements in SQL."""

    _inherit = "g2p.bridge.statement"

    def _reconcile(self, parsed):
        """Keep and match every line of a statement.

        :param parsed: ``lib.statement.Statement``
        """
        self.currency_id = self._currency_of(parsed)
        self.env.flush_all()
        *counts, movement = self._match_lines(self._lines(parsed))
        self._forget_lines()
        self.env.invalidate_all()
        self._write_header(parsed, counts)
        self._write_warnings(parsed, Decimal(movement))

    def _currency_of(self, parsed):
        """The currency that the statement names; if it names none, that of its account."""
        if not parsed.currency:
            return self._own_payers()[:1].currency_id
        currencies = self.env["res.currency"].with_context(active_test=False)
        return currencies.search([("name", "=", parsed.currency)], limit=1)

    def _write_header(self, parsed, counts):
        # What changes after this is a person's decision, and only that is worth a note.
        self.with_context(mail_notrack=True).write(
            {
                "statement_date": parsed.statement_date,
                # Committed together with the entries: they are never read in twice.
                "state": "done",
                **dict(zip(COUNT_NAMES, counts, strict=True)),
            }
        )
        # In SQL: the ORM would round as floats do and take a missing balance for zero.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE g2p_bridge_statement SET opening_balance = %s, closing_balance = %s"
            " WHERE id = %s",
            [parsed.opening_balance, parsed.closing_balance, self.id],
        )
        self.invalidate_recordset(["opening_balance", "closing_balance"])
