from decimal import Decimal

from odoo import models
from odoo.exceptions import ConcurrencyError
from psycopg2.errors import QueryCanceled, UniqueViolation

from ..lib.copy import copy_rows

COLUMNS = (
    "entry_sequence",
    "value_date",
    "entry_date",
    "mark",
    "amount",
    "customer_reference",
    "bank_reference",
    "narratives",
    "raw",
    "reference",
    "beneficiary_name",
    "reversal_reason",
)

CREATE_LINES = """
    CREATE TEMPORARY TABLE g2p_bridge_lines (
        entry_sequence integer, value_date date, entry_date date, mark text, amount numeric,
        customer_reference text, bank_reference text, narratives text, raw text,
        reference text, beneficiary_name text, reversal_reason text
    ) ON COMMIT DROP
"""

# One pass over all lines of a statement (section "Reconciliation" of the documentation).
# - found: the line with the disbursement that it names, if that is paid from this account
# - judged: a debit is fine if the payment left, amount and currency agree and nothing debited
#   it before; a reversal is fine after such a debit. "Before" is an earlier statement (what
#   is matched already) or an earlier line of this one (the windows).
CLASSIFY = """
    INSERT INTO g2p_bridge_statement_entry (
        statement_id, entry_sequence, value_date, entry_date, mark, amount,
        customer_reference, bank_reference, narratives, raw, reference, beneficiary_name,
        reversal_reason, disbursement_id, outcome, error_reason)
    WITH found AS (
        SELECT l.*, d.id AS line_disbursement, d.disbursement_amount = l.amount AS same_amount,
               COALESCE(e.currency_id = %(currency)s, FALSE) AS same_currency,
               COALESCE(d.state IN ('shipped', 'reconciled', 'reversed')
                        OR d.state = 'resolved' AND b.state IN ('in_progress', 'uncertain')
                        AND b.begun_at IS NOT NULL, FALSE) AS has_left
          FROM g2p_bridge_lines l
          LEFT JOIN g2p_bridge_disbursement d
               JOIN g2p_bridge_envelope e ON e.id = d.envelope_id
                AND e.sponsor_bank_account_number = %(account)s AND e.company_id = %(company)s
               JOIN g2p_bridge_bank_batch b ON b.id = d.bank_batch_id
            ON d.disbursement_id = l.reference AND l.mark IN ('D', 'RD')
    ), fine AS (
        SELECT f.*, has_left AND same_amount AND same_currency AS agrees,
               d.id IS NOT NULL AS debited, r.id IS NOT NULL AS returned
          FROM found f
          LEFT JOIN g2p_bridge_statement_entry d ON d.disbursement_id = f.line_disbursement
               AND d.outcome = 'matched' AND d.mark = 'D'
          LEFT JOIN g2p_bridge_statement_entry r ON r.disbursement_id = f.line_disbursement
               AND r.outcome = 'matched' AND r.mark = 'RD'
    ), debits AS (
        SELECT *, MIN(entry_sequence) FILTER (WHERE mark = 'D' AND agrees) OVER lines
               AS first_debit
          FROM fine WINDOW lines AS (PARTITION BY line_disbursement)
    ), pairs AS (
        SELECT *, NOT debited AND entry_sequence = first_debit AS debits,
               debited OR COALESCE(entry_sequence > first_debit, FALSE) AS debited_before
          FROM debits
    ), reversals AS (
        SELECT *, MIN(entry_sequence) FILTER (WHERE mark = 'RD' AND agrees AND debited_before)
               OVER lines AS first_reversal
          FROM pairs WINDOW lines AS (PARTITION BY line_disbursement)
    ), ends AS (
        SELECT *, NOT returned AND entry_sequence = first_reversal AS reverses,
               returned OR COALESCE(entry_sequence > first_reversal, FALSE) AS returned_before
          FROM reversals
    ), judged AS (
        SELECT *, CASE
            WHEN mark NOT IN ('D', 'RD') OR COALESCE(reference, '') = '' THEN 'not_ours'
            WHEN debits OR reverses THEN 'matched'
            ELSE 'error' END AS verdict
          FROM ends
    )
    SELECT %(statement)s, entry_sequence, value_date, entry_date, mark, amount,
           customer_reference, bank_reference, narratives, raw, NULLIF(reference, ''),
           NULLIF(beneficiary_name, ''), NULLIF(reversal_reason, ''),
           CASE WHEN verdict <> 'not_ours' THEN line_disbursement END, verdict,
           CASE WHEN verdict = 'error' THEN CASE
               WHEN mark = 'RD' AND (returned_before OR NOT (has_left AND debited_before))
                    THEN 'INVALID_REVERSAL'
               WHEN NOT has_left THEN 'INVALID_DISBURSEMENT'
               WHEN mark = 'D' AND debited_before THEN 'DUPLICATE_DISBURSEMENT'
               WHEN NOT same_currency THEN 'CURRENCY_MISMATCH'
               WHEN NOT same_amount THEN 'AMOUNT_MISMATCH'
               ELSE 'DUPLICATE_DISBURSEMENT' END END
      FROM judged ORDER BY entry_sequence
"""

# Moves what the statement proves on, and adds it up per envelope.
MOVE_DISBURSEMENTS = """
    WITH proved AS (
        SELECT disbursement_id, bool_or(mark = 'RD') AS came_back,
               MAX(reversal_reason) FILTER (WHERE mark = 'RD') AS reason,
               COUNT(*) FILTER (WHERE mark = 'D') AS debits,
               COALESCE(SUM(amount) FILTER (WHERE mark = 'D'), 0) AS debited,
               COUNT(*) FILTER (WHERE mark = 'RD') AS reversals,
               COALESCE(SUM(amount) FILTER (WHERE mark = 'RD'), 0) AS reversed
          FROM g2p_bridge_statement_entry
         WHERE statement_id = %(statement)s AND outcome = 'matched'
         GROUP BY disbursement_id
    ), moved AS (
        UPDATE g2p_bridge_disbursement d
           SET state = CASE WHEN p.came_back THEN 'reversed' ELSE 'reconciled' END,
               reason_code = CASE WHEN p.came_back THEN p.reason ELSE d.reason_code END
          FROM proved p
         WHERE d.id = p.disbursement_id
        RETURNING d.envelope_id, p.*
    )
    INSERT INTO g2p_bridge_statement_total (statement_id, envelope_id, reconciled_count,
        reconciled_amount, reversed_count, reversed_amount)
    SELECT %(statement)s, envelope_id, SUM(debits), SUM(debited), SUM(reversals), SUM(reversed)
      FROM moved
     GROUP BY envelope_id
    ON CONFLICT (statement_id, envelope_id) DO UPDATE
       SET reconciled_count = EXCLUDED.reconciled_count,
           reconciled_amount = EXCLUDED.reconciled_amount,
           reversed_count = EXCLUDED.reversed_count,
           reversed_amount = EXCLUDED.reversed_amount
"""

COUNTS = """
    SELECT COUNT(*), COUNT(*) FILTER (WHERE outcome = 'matched' AND mark = 'D'),
           COUNT(*) FILTER (WHERE outcome = 'matched' AND mark = 'RD'),
           COUNT(*) FILTER (WHERE outcome = 'error'),
           COUNT(*) FILTER (WHERE outcome = 'not_ours'),
           COALESCE(SUM(CASE WHEN mark IN ('C', 'RD') THEN amount ELSE -amount END), 0)::text
      FROM g2p_bridge_statement_entry_all WHERE statement_id = %(statement)s
"""
COUNT_NAMES = ("entry_count", "matched_count", "reversed_count", "error_count", "not_ours_count")


class StatementReconciliation(models.Model):
    """How a statement becomes proof: lines in by COPY, then a handful of statements in SQL."""

    _inherit = "g2p.bridge.statement"

    def _reconcile(self, parsed):
        """Keep and classify every line of a statement.

        :param parsed: ``lib.statement.Statement``
        """
        self.currency_id = self._currency_of(parsed)
        self.env.flush_all()
        self._copy_lines(parsed.entries)
        arguments = {
            "statement": self.id,
            "account": self.account_number,
            "company": self.company_id.id,
            "currency": self.currency_id.id or None,
        }
        try:
            self.env.cr.execute(CLASSIFY, arguments)
        except UniqueViolation as error:
            # A person has just matched one of these payments by hand: start over and see it.
            raise ConcurrencyError(str(error)) from error
        # Before the lines move: jobs lock a batch before its lines as well.
        self.env["g2p.bridge.bank.batch"]._prove_by_statement(self)
        self.env.flush_all()
        self.env.cr.execute(MOVE_DISBURSEMENTS, arguments)
        self.env.cr.execute(COUNTS, arguments)
        *counts, movement = self.env.cr.fetchone()
        self.env.cr.execute("DROP TABLE g2p_bridge_lines")
        self.env.invalidate_all()
        self._write_header(parsed, counts)
        self._write_warnings(parsed, Decimal(movement))
        self._moved_batches()._lines_changed()

    def _moved_batches(self):
        """The bank batches whose payments this statement speaks of."""
        self.env.cr.execute(
            "SELECT DISTINCT d.bank_batch_id FROM g2p_bridge_statement_entry e"
            " JOIN g2p_bridge_disbursement d ON d.id = e.disbursement_id"
            " WHERE e.statement_id = %s AND e.outcome = 'matched'",
            [self.id],
        )
        return self.env["g2p.bridge.bank.batch"].browse([row[0] for row in self.env.cr.fetchall()])

    def _currency_of(self, parsed):
        """The currency that the statement names; if it names none, that of its account."""
        if not parsed.currency:
            return self._own_payers()[:1].currency_id
        currencies = self.env["res.currency"].with_context(active_test=False)
        return currencies.search([("name", "=", parsed.currency)], limit=1)

    def _copy_lines(self, entries):
        self.env.cr.execute(CREATE_LINES)
        bank = self.sponsor_bank_id or self._own_payers()[:1].sponsor_bank_id
        raised = []
        rows = _remembering(_rows(entries, bank._get_connector()), raised)
        try:
            copy_rows(self.env.cr, "g2p_bridge_lines", COLUMNS, rows)
        except QueryCanceled as error:
            # What the format or the connector says of a line is hidden in a text of COPY's.
            raise (raised[0] if raised else error) from None
        self.env.cr.execute("ANALYZE g2p_bridge_lines (mark, reference)")

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


def _rows(entries, connector):
    """The values of one entry after the other; the connector says what a line speaks of."""
    find = connector.retrieve_disbursement_id
    name, reason = connector.retrieve_beneficiary_name, connector.retrieve_reversal_reason
    for entry in entries:
        narratives = entry.narratives
        yield (
            entry.sequence,
            entry.value_date,
            entry.entry_date,
            entry.mark,
            entry.amount,
            entry.customer_reference,
            entry.bank_reference,
            "\n".join(narratives),
            entry.raw,
            find(entry.bank_reference, entry.customer_reference, narratives),
            name(narratives),
            reason(narratives) if entry.mark == "RD" else "",
        )


def _remembering(lines, raised):
    """The same lines; an error on the way is put into ``raised`` before it goes on."""
    try:
        yield from lines
    except Exception as error:
        raised.append(error)
        raise
