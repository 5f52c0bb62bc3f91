from decimal import Decimal

from odoo import models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL
from psycopg2.errors import UniqueViolation

from ..lib import judgement


class StatementReconciliation(models.Model):
    """How a statement becomes proof: lines in by COPY, then a handful of statements in SQL."""

    _inherit = "g2p.bridge.statement"

    def _reconcile(self, parsed):
        """Keep and classify every line of a statement.

        :param parsed: ``lib.statement.Statement``
        """
        self.currency_id = self._currency_of(parsed)
        self.env.flush_all()
        blocks = self._lines(parsed)
        *counts, movement, batch_ids = self._classify(blocks)
        self._forget_lines()
        self.env.invalidate_all()
        self._write_header(parsed, counts)
        self._write_warnings(parsed, Decimal(movement))
        self.env["g2p.bridge.bank.batch"].browse(batch_ids or ())._lines_changed()

    def _classify(self, blocks):
        """Judge all lines at once, write them block by block, move what they prove on.

        :param blocks: list of ``lib.judgement.Block``
        :return: the row of :data:`judgement.SUMS`
        """
        execute = self.env.cr.execute
        total = blocks[-1].upto
        # Sorts and hash tables of a whole statement, for this transaction alone.
        execute(f"SET LOCAL work_mem = '{judgement.work_megabytes(total)}MB'; SET LOCAL jit = off")
        every = SQL("(%s)", SQL(" UNION ALL ").join(block.lines for block in blocks))
        values = {
            "statement": self.id,
            "account": self.account_number,
            "company": self.company_id.id,
            "currency": self.currency_id.id or None,
        }
        execute(SQL(judgement.FIND, lines=every, **values))
        execute("ANALYZE g2p_bridge_found (disbursement_id)")
        execute(SQL(judgement.JUDGE, **values))
        if len(blocks) > 1:
            execute("CREATE INDEX ON g2p_bridge_judged (entry_sequence)")
        execute("ANALYZE g2p_bridge_judged (entry_sequence, outcome, disbursement_id)")
        try:
            kept = sum(self._keep_block(block) for block in blocks)
        except UniqueViolation as error:
            # A person has just matched one of these payments by hand: start over and see it.
            raise ConcurrencyError(str(error)) from error
        # Before the lines move: jobs lock a batch before its lines as well.
        self.env["g2p.bridge.bank.batch"]._prove_by_statement(self)
        self.env.flush_all()
        execute(judgement.MOVE_DISBURSEMENTS)
        execute(SQL(judgement.KEEP_TOTALS, **values))
        execute(judgement.SUMS)
        counts = self.env.cr.fetchone()
        if kept != counts[0]:
            raise ValueError(f"{counts[0]} lines were judged and {kept} written")
        execute("DROP TABLE g2p_bridge_found, g2p_bridge_judged")
        return counts

    def _keep_block(self, block):
        """:return: how many lines became entries"""
        bounds = {"above": block.above, "upto": block.upto}
        lines = SQL("(%s)", block.lines)
        self.env.cr.execute(SQL(judgement.KEEP, lines=lines, statement=self.id, **bounds))
        return self.env.cr.rowcount

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
                **dict(zip(judgement.COUNT_NAMES, counts, strict=True)),
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
