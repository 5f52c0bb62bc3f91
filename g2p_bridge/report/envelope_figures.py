# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import models

from ..models.bank.funds_step import KINDS
from ..models.disbursement.disbursement_states import LIVE, UNPAID

STATES = """
    SELECT state, COUNT(*), SUM(disbursement_amount)::text
      FROM {lines} WHERE envelope_id = %(envelope)s GROUP BY state
"""
# Banks may write a reason of its own on every line: the frequent ones are enough.
REASONS = f"""
    SELECT state, COALESCE(reason_code, ''), COUNT(*), SUM(disbursement_amount)::text
      FROM {{lines}} d
     WHERE envelope_id = %(envelope)s AND {UNPAID.sql("d")}
     GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT %(limit)s
"""
ENTRY_ERRORS = """
    SELECT l.error_reason, COUNT(*), SUM(l.amount)::text
      FROM {entries} l
      JOIN {lines} d ON d.id = l.disbursement_id
     WHERE d.envelope_id = %(envelope)s AND l.outcome = 'error' GROUP BY 1 ORDER BY 2 DESC, 1
"""
STATEMENTS = """
    SELECT s.statement_id, s.statement_date, t.reconciled_count, t.reconciled_amount::text,
           t.reversed_count, t.reversed_amount::text
      FROM g2p_bridge_statement_total t JOIN g2p_bridge_statement s ON s.id = t.statement_id
     WHERE t.envelope_id = %(envelope)s ORDER BY s.statement_date, s.id
"""
FUNDS = """
    SELECT kind, state, COALESCE(amount, 0)::text, bank_reference, reference,
           latest_timestamp, latest_error_code, latest_error_message
      FROM g2p_bridge_funds_step WHERE envelope_id = %(envelope)s
"""
BATCHES = """
    SELECT COUNT(*), COUNT(*) FILTER (WHERE state = 'done'),
           COUNT(*) FILTER (WHERE state = 'failed'), COUNT(*) FILTER (WHERE state = 'uncertain'),
           MAX(latest_timestamp) FILTER (WHERE state = 'done')
      FROM g2p_bridge_bank_batch WHERE envelope_id = %(envelope)s AND state <> 'cancelled'
"""
STATEMENT_COLUMNS = (
    "statement",
    "date",
    "reconciled_count",
    "reconciled_amount",
    "reversed_count",
    "reversed_amount",
)
FUNDS_COLUMNS = ("kind", "state", "amount", "bank_reference", "reference", "at", "code", "message")
BATCH_COLUMNS = ("count", "done", "failed", "uncertain", "last_done_at")
AMOUNTS = {"amount", "reconciled_amount", "reversed_amount"}


class EnvelopeFigures(models.AbstractModel):
    """All figures of an envelope at one moment, as exact as the database has them."""

    _name = "g2p.bridge.envelope.figures"
    _description = "Figures of an Envelope"

    def _of(self, envelope, reasons=15):
        """Read the figures of one envelope, each from the rows that prove it.

        The caller has checked that the user may read the envelope.

        :param reasons: how many reasons of unpaid disbursements to list at most
        :return: dict of

            - ``declared``, ``received``: (int, Decimal); cancelled disbursements do not count
            - ``states``: {state: (int, Decimal)} of its disbursements, cancelled ones too
            - ``reasons``: [(state, code, int, Decimal)], the most frequent first
            - ``entry_errors``: [(error, int, Decimal)] of statement entries
            - ``statements``: [dict of STATEMENT_COLUMNS]
            - ``funds``: {kind: dict of FUNDS_COLUMNS}, every kind
            - ``batches``: dict of BATCH_COLUMNS
        """
        envelope.ensure_one()
        self.env.flush_all()
        arguments = {"envelope": envelope.id, "limit": reasons}
        states = {
            state: (number, Decimal(amount))
            for state, number, amount in self._figure_rows(envelope, STATES, arguments)
        }
        return {
            "declared": envelope._declared(),
            "states": states,
            "received": add_up(states, LIVE),
            "reasons": [
                (*key, Decimal(amount))
                for *key, amount in self._figure_rows(envelope, REASONS, arguments)
            ],
            "entry_errors": [
                (*key, Decimal(amount))
                for *key, amount in self._figure_rows(envelope, ENTRY_ERRORS, arguments)
            ],
            "statements": self._figure_dicts(envelope, STATEMENTS, STATEMENT_COLUMNS, arguments),
            "funds": self._figures_of_funds(envelope, arguments),
            "batches": self._figure_dicts(envelope, BATCHES, BATCH_COLUMNS, arguments)[0],
        }

    def _figures_of_funds(self, envelope, arguments):
        missing = {**dict.fromkeys(FUNDS_COLUMNS), "amount": Decimal(0)}
        steps = self._figure_dicts(envelope, FUNDS, FUNDS_COLUMNS, arguments)
        found = {step["kind"]: step for step in steps}
        return {kind: found.get(kind, {**missing, "kind": kind}) for kind, _label in KINDS}

    def _figure_dicts(self, envelope, query, columns, arguments):
        return [
            {
                name: Decimal(value or 0) if name in AMOUNTS else value
                for name, value in zip(columns, row, strict=True)
            }
            for row in self._figure_rows(envelope, query, arguments)
        ]

    def _figure_rows(self, envelope, query, arguments):
        self.env.cr.execute(envelope._where_rows_are(query), arguments)
        return self.env.cr.fetchall()


def add_up(states, names):
    """(int, Decimal) of the named states together."""
    found = [states[name] for name in names if name in states]
    return sum(number for number, _amount in found), sum(
        (amount for _number, amount in found), Decimal(0)
    )
