"""The SQL by which the lines of a statement become proof, in the order in which it runs.

One pass over all lines (section "Reconciliation" of the documentation), by temporary tables
that hold nothing but what is judged by: whole lines are touched once, when they are written.
``lines`` stands for the table, or the query, that holds the lines of a statement.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of a statement that are written in one go: those above a number up to another.

    :param lines: SQL of a query that gives them, numbered through the whole statement
    """

    lines: Any
    above: int
    upto: int


def work_megabytes(lines: int) -> int:
    """Memory for one sort or hash table over so many lines; a larger one goes to disk."""
    return min(256, 16 + lines // 4000)


#: Each line with the disbursement that it names, if that is paid from this account.
FIND = """
    CREATE TEMPORARY TABLE g2p_bridge_found ON COMMIT DROP AS
    SELECT l.entry_sequence, l.mark, l.amount, l.reversal_reason,
           COALESCE(l.reference, '') = '' AS nameless,
           d.id AS disbursement_id, d.envelope_id, d.bank_batch_id,
           d.disbursement_amount = l.amount AS same_amount,
           COALESCE(e.currency_id = %(currency)s, FALSE) AS same_currency,
           COALESCE(d.state IN ('shipped', 'reconciled', 'reversed')
                    OR d.state = 'resolved' AND b.state IN ('in_progress', 'uncertain')
                    AND b.begun_at IS NOT NULL, FALSE) AS has_left
      FROM %(lines)s l
      LEFT JOIN g2p_bridge_disbursement d
           JOIN g2p_bridge_envelope e ON e.id = d.envelope_id
            AND e.sponsor_bank_account_number = %(account)s AND e.company_id = %(company)s
           JOIN g2p_bridge_bank_batch b ON b.id = d.bank_batch_id
        ON d.disbursement_id = l.reference AND l.mark IN ('D', 'RD')
"""
#: A debit is fine if the payment left, amount and currency agree and nothing debited it
#: before; a reversal is fine after such a debit. "Before" is an earlier statement (what is
#: matched already) or an earlier line of this one (the windows).
JUDGE = """
    CREATE TEMPORARY TABLE g2p_bridge_judged ON COMMIT DROP AS
    WITH fine AS (
        SELECT f.*, has_left AND same_amount AND same_currency AS agrees,
               d.id IS NOT NULL AS debited, r.id IS NOT NULL AS returned
          FROM g2p_bridge_found f
          LEFT JOIN g2p_bridge_statement_entry d ON d.disbursement_id = f.disbursement_id
               AND d.outcome = 'matched' AND d.mark = 'D'
          LEFT JOIN g2p_bridge_statement_entry r ON r.disbursement_id = f.disbursement_id
               AND r.outcome = 'matched' AND r.mark = 'RD'
    ), debits AS (
        SELECT *, MIN(entry_sequence) FILTER (WHERE mark = 'D' AND agrees) OVER lines
               AS first_debit
          FROM fine WINDOW lines AS (PARTITION BY disbursement_id)
    ), pairs AS (
        SELECT *, NOT debited AND entry_sequence = first_debit AS debits,
               debited OR COALESCE(entry_sequence > first_debit, FALSE) AS debited_before
          FROM debits
    ), reversals AS (
        SELECT *, MIN(entry_sequence) FILTER (WHERE mark = 'RD' AND agrees AND debited_before)
               OVER lines AS first_reversal
          FROM pairs WINDOW lines AS (PARTITION BY disbursement_id)
    ), ends AS (
        SELECT *, NOT returned AND entry_sequence = first_reversal AS reverses,
               returned OR COALESCE(entry_sequence > first_reversal, FALSE) AS returned_before
          FROM reversals
    ), judged AS (
        SELECT *, CASE
            WHEN mark NOT IN ('D', 'RD') OR nameless THEN 'not_ours'
            WHEN debits OR reverses THEN 'matched'
            ELSE 'error' END AS outcome
          FROM ends
    )
    SELECT entry_sequence, mark, amount, outcome, envelope_id, bank_batch_id, reversal_reason,
           reverses OR debits AND (first_reversal IS NULL OR returned) AS is_last,
           CASE WHEN outcome <> 'not_ours' THEN disbursement_id END AS disbursement_id,
           CASE WHEN outcome = 'error' THEN CASE
               WHEN mark = 'RD' AND (returned_before OR NOT (has_left AND debited_before))
                    THEN 'INVALID_REVERSAL'
               WHEN NOT has_left THEN 'INVALID_DISBURSEMENT'
               WHEN mark = 'D' AND debited_before THEN 'DUPLICATE_DISBURSEMENT'
               WHEN NOT same_currency THEN 'CURRENCY_MISMATCH'
               WHEN NOT same_amount THEN 'AMOUNT_MISMATCH'
               ELSE 'DUPLICATE_DISBURSEMENT' END END AS error_reason
      FROM judged ORDER BY entry_sequence
"""
#: The lines with numbers above ``above`` up to ``upto`` become entries.
KEEP = """
    INSERT INTO g2p_bridge_statement_entry (
        statement_id, entry_sequence, value_date, entry_date, mark, amount,
        customer_reference, bank_reference, narratives, raw, transaction_type,
        supplementary_details, end_to_end_id, instruction_id, batch_reference, batch_count,
        reason_code, counterparty_name, counterparty_account, reference, beneficiary_name,
        reversal_reason, disbursement_id, outcome, error_reason)
    SELECT %(statement)s, entry_sequence, l.value_date, l.entry_date, l.mark, l.amount,
           l.customer_reference, l.bank_reference, l.narratives, l.raw, l.transaction_type,
           l.supplementary_details, l.end_to_end_id, l.instruction_id, l.batch_reference,
           l.batch_count, l.reason_code, l.counterparty_name, l.counterparty_account,
           NULLIF(l.reference, ''), NULLIF(l.beneficiary_name, ''),
           NULLIF(l.reversal_reason, ''), j.disbursement_id, j.outcome, j.error_reason
      FROM %(lines)s l JOIN g2p_bridge_judged j USING (entry_sequence)
     WHERE j.entry_sequence > %(above)s AND j.entry_sequence <= %(upto)s
     ORDER BY entry_sequence
"""
#: Moves what the statement proves on; of a debit and its reversal, the reversal counts.
MOVE_DISBURSEMENTS = """
    UPDATE g2p_bridge_disbursement d
       SET state = CASE WHEN j.mark = 'RD' THEN 'reversed' ELSE 'reconciled' END,
           reason_code = CASE WHEN j.mark = 'RD' THEN NULLIF(j.reversal_reason, '')
                              ELSE d.reason_code END
      FROM g2p_bridge_judged j
     WHERE j.is_last AND d.id = j.disbursement_id
"""
#: What the statement proves, per envelope.
KEEP_TOTALS = """
    INSERT INTO g2p_bridge_statement_total (statement_id, envelope_id, reconciled_count,
        reconciled_amount, reversed_count, reversed_amount)
    SELECT %(statement)s, envelope_id,
           COUNT(*) FILTER (WHERE mark = 'D'),
           COALESCE(SUM(amount) FILTER (WHERE mark = 'D'), 0),
           COUNT(*) FILTER (WHERE mark = 'RD'),
           COALESCE(SUM(amount) FILTER (WHERE mark = 'RD'), 0)
      FROM g2p_bridge_judged
     WHERE outcome = 'matched'
     GROUP BY envelope_id
    ON CONFLICT (statement_id, envelope_id) DO UPDATE
       SET reconciled_count = EXCLUDED.reconciled_count,
           reconciled_amount = EXCLUDED.reconciled_amount,
           reversed_count = EXCLUDED.reversed_count,
           reversed_amount = EXCLUDED.reversed_amount
"""

COUNT_NAMES = ("entry_count", "matched_count", "reversed_count", "error_count", "not_ours_count")
_COUNTED = """
    COUNT(*), COUNT(*) FILTER (WHERE outcome = 'matched' AND mark = 'D'),
    COUNT(*) FILTER (WHERE outcome = 'matched' AND mark = 'RD'),
    COUNT(*) FILTER (WHERE outcome = 'error'),
    COUNT(*) FILTER (WHERE outcome = 'not_ours')
"""
#: The counts, what the lines add up to (credits positive), and the bank batches they prove.
SUMS = f"""
    SELECT {_COUNTED},
           COALESCE(SUM(CASE WHEN mark IN ('C', 'RD') THEN amount ELSE -amount END), 0)::text,
           array_agg(DISTINCT bank_batch_id) FILTER (WHERE outcome = 'matched')
      FROM g2p_bridge_judged
"""
#: The counts of a statement that is recorded, wherever its lines are by now.
COUNTS = f"""
    SELECT {_COUNTED} FROM g2p_bridge_statement_entry_all WHERE statement_id = %(statement)s
"""
