# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The SQL by which lines of statements become proof, in the order in which it runs.

**The rule.** What became of a payment is what its lines add up to, in whatever order and on
whichever statements they come. A line that names a payment which has left, in its amount and
currency, counts: money *out* (D, RC) or *back* (RD, C). Of ``outs`` and ``backs`` lines,

* backs are matched up to the number of outs,
* outs are matched up to one more than the number of backs; to as many as backs if the payment
  (of a whole batch: one of them) was reissued, because then it was paid in another place.

What is more than that waits for a person as an error, and is matched by itself once the line
that it lacks arrives. One more out than backs: the payment is reconciled. As many: reversed.
A line for a whole batch counts as a line of each of its payments, before their own.

What a person has taken up again (REOPENED) counts no more until a person decides about it;
what a person has matched counts, whatever its amount.

Money that is said to be back makes a payment payable again. On a statement that a person has
handed in, such a line waits (UNCONFIRMED) until another person, or the bank's own channel, has
said the same of the statement: see ``statement_proof``.

``found`` holds the lines that are new, with the payments that they name; ``whole`` the lines
for whole batches; ``crowd`` the payments of which more than one line is known; ``result`` what
becomes of new lines, and of older ones of the crowd.
"""

from dataclasses import dataclass
from typing import Any

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK, OUT

from ..disbursement import disbursement_states as payment
from ..disbursement.disbursement_states import REISSUED
from .statement_entry_states import COUNTS, IS_OPEN, TRUSTED

#: What is read of every line, and kept in a table until the statement is recorded. Of what names
#: no payment in the place where its ID belongs, also the IDs that its texts hold (``hints``) and
#: the batch that it may book as one.
COLUMNS = {
    "entry_sequence": "integer",
    "value_date": "date",
    "entry_date": "date",
    "mark": "text",
    "amount": "numeric",
    "customer_reference": "text",
    "bank_reference": "text",
    "narratives": "text",
    "raw": "text",
    "transaction_type": "text",
    "supplementary_details": "text",
    "end_to_end_id": "text",
    "instruction_id": "text",
    "batch_reference": "text",
    "batch_count": "integer",
    "reason_code": "text",
    "counterparty_name": "text",
    "counterparty_account": "text",
    "reference": "text",
    "is_ours": "boolean",
    "hints": "text",
    "batch_named": "text",
    "beneficiary_name": "text",
    "reversal_reason": "text",
}
DEFINITIONS = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
CREATE_LINES = f"CREATE TEMPORARY TABLE g2p_bridge_lines ({DEFINITIONS}) ON COMMIT DROP"

#: The bank may have paid ``d`` of batch ``b``.
HAS_LEFT = payment.HAS_LEFT.sql("d", bank_batch_id="b")
#: The envelope ``n`` is paid from the account of the statement that is matched.
OF_ACCOUNT = "n.sponsor_bank_account_number = %(account)s AND n.company_id = %(company)s"
#: Lines ``e`` that are there already and count.
COUNTS_STILL = COUNTS.sql("e")


@dataclass(frozen=True, slots=True)
class Block:
    """The lines above a number up to another.

    :param lines: SQL of a query that gives them, numbered through the whole statement
    """

    lines: Any
    above: int
    upto: int


def work_megabytes(lines: int) -> int:
    """Memory for one sort or hash table over so many lines; a larger one goes to disk."""
    return min(256, 16 + lines // 4000)


#: Each line with the payment that it names, if that is paid from this account.
FIND = f"""
    CREATE TEMPORARY TABLE g2p_bridge_found ON COMMIT DROP AS
    SELECT l.entry_sequence, l.mark, l.mark IN {BACK} AS back, l.amount, l.reversal_reason,
           COALESCE(l.reference, '') = '' AS nameless, COALESCE(l.is_ours, FALSE) AS is_ours,
           l.hints, l.batch_named, l.batch_count,
           d.id AS disbursement_id, d.envelope_id, d.bank_batch_id,
           d.disbursement_amount = l.amount AS same_amount,
           COALESCE(n.currency_id = %(currency)s, FALSE) AS same_currency,
           COALESCE({HAS_LEFT}, FALSE) AS has_left
      FROM %(lines)s l
      LEFT JOIN g2p_bridge_disbursement d
           JOIN g2p_bridge_envelope n ON n.id = d.envelope_id
            AND {OF_ACCOUNT}
           JOIN g2p_bridge_bank_batch b ON b.id = d.bank_batch_id
        ON d.disbursement_id = l.reference
"""
#: Lines that name no payment though their texts hold the ID of one, at hand or archived.
HINTED = f"""
    CREATE TEMPORARY TABLE g2p_bridge_hinted ON COMMIT DROP AS
    SELECT DISTINCT f.entry_sequence
      FROM g2p_bridge_found f
     CROSS JOIN LATERAL unnest(string_to_array(f.hints, ' ')) AS hint(name)
      JOIN g2p_bridge_disbursement_all d ON d.disbursement_id = hint.name
      JOIN g2p_bridge_envelope n ON n.id = d.envelope_id
       AND {OF_ACCOUNT}
     WHERE f.hints IS NOT NULL AND f.disbursement_id IS NULL
"""
#: Which of the lines that count are matched, by their place among those out, or back.
_MATCHES = """counts AND CASE
               WHEN back THEN ordinal <= LEAST(outs, backs)
               ELSE ordinal <= LEAST(outs, backs + 1)
                    AND (was_matched OR NOT reissued OR ordinal <= backs) END"""
#: Why one of them is not.
_FAULTS = """
                WHEN NOT believed THEN 'UNCONFIRMED'
                WHEN back THEN 'INVALID_REVERSAL'
                WHEN reissued THEN 'REISSUED'
                ELSE 'DUPLICATE_DISBURSEMENT'"""
#: Lines for whole batches, with the older ones of the same batches. A line proves its batch only
#: if its total, and its count where it gives one, are those of all payments that have left.
WHOLE = f"""
    CREATE TEMPORARY TABLE g2p_bridge_whole ON COMMIT DROP AS
    WITH named AS (
        SELECT f.entry_sequence, b.id AS bank_batch_id, b.envelope_id,
               n.currency_id = %(currency)s AS same_currency
          FROM g2p_bridge_found f
          JOIN g2p_bridge_bank_batch b ON f.batch_named IN (b.reference, b.bank_reference)
          JOIN g2p_bridge_envelope n ON n.id = b.envelope_id
           AND {OF_ACCOUNT}
         WHERE f.batch_named IS NOT NULL AND f.disbursement_id IS NULL
    ), totals AS (
        SELECT b.id AS bank_batch_id, COUNT(d.id) AS payments,
               COALESCE(SUM(d.disbursement_amount), 0) AS total,
               COALESCE(bool_or({REISSUED}), FALSE) AS reissued
          FROM g2p_bridge_bank_batch b
          LEFT JOIN g2p_bridge_disbursement d ON d.bank_batch_id = b.id AND {HAS_LEFT}
         WHERE b.id IN (SELECT bank_batch_id FROM named) OR b.id = ANY(%(batches)s)
         GROUP BY b.id
    ), pool AS (
        (SELECT DISTINCT ON (f.entry_sequence) f.entry_sequence, NULL::integer AS entry_id,
                NULL::integer AS statement_id, f.mark, f.back, f.amount, f.batch_count,
                n.bank_batch_id, n.envelope_id, COALESCE(n.same_currency, FALSE) AS same_currency,
                FALSE AS was_matched, %(trusted)s OR NOT f.back AS believed
           FROM g2p_bridge_found f JOIN named n USING (entry_sequence)
           JOIN totals t ON t.bank_batch_id = n.bank_batch_id
          ORDER BY f.entry_sequence, t.total = f.amount DESC, n.bank_batch_id DESC)
         UNION ALL
        SELECT NULL, e.id, e.statement_id, e.mark, e.mark IN {BACK}, e.amount, e.batch_count,
               e.bank_batch_id, b.envelope_id, COALESCE(s.currency_id = n.currency_id, FALSE),
               e.outcome = 'matched', {TRUSTED} OR e.mark IN {OUT}
          FROM totals t
          JOIN g2p_bridge_statement_entry e ON e.bank_batch_id = t.bank_batch_id
           AND {COUNTS_STILL}
          JOIN g2p_bridge_statement s ON s.id = e.statement_id
          JOIN g2p_bridge_bank_batch b ON b.id = e.bank_batch_id
          JOIN g2p_bridge_envelope n ON n.id = b.envelope_id
    ), fitted AS (
        SELECT p.*, t.payments, t.reissued,
               p.same_currency AND p.amount = t.total AND t.payments > 0
               AND COALESCE(NULLIF(p.batch_count, 0), t.payments) = t.payments AS fits
          FROM pool p JOIN totals t USING (bank_batch_id)
    ), counted AS (
        SELECT *, fits AND believed AS counts FROM fitted
    ), ranked AS (
        SELECT *, COUNT(*) FILTER (WHERE counts AND NOT back) OVER batch AS outs,
               COUNT(*) FILTER (WHERE counts AND back) OVER batch AS backs,
               ROW_NUMBER() OVER (PARTITION BY bank_batch_id, back, counts
                                  ORDER BY was_matched DESC, entry_id, entry_sequence) AS ordinal
          FROM counted WINDOW batch AS (PARTITION BY bank_batch_id)
    )
    SELECT entry_sequence, entry_id, statement_id, mark, back, amount, bank_batch_id, envelope_id,
           payments, ordinal,
           {_MATCHES} AS matches,
           CASE WHEN NOT fits THEN 'BATCH_MISMATCH' {_FAULTS} END AS fault
      FROM ranked
"""
#: The batches of which lines for the whole are matched, though none may be left.
_WHOLE_BATCHES = """
    SELECT bank_batch_id FROM g2p_bridge_whole UNION SELECT unnest(%(batches)s::integer[])
"""
#: How many matched lines each batch of ``found`` has as a whole, after this.
WHOLE_SUMS = f"""
    CREATE TEMPORARY TABLE g2p_bridge_whole_sum ON COMMIT DROP AS
    SELECT bank_batch_id, COUNT(*) FILTER (WHERE NOT back) AS outs,
           COUNT(*) FILTER (WHERE back) AS backs
      FROM (SELECT bank_batch_id, back FROM g2p_bridge_whole WHERE matches
             UNION ALL
            SELECT bank_batch_id, mark IN {BACK} FROM g2p_bridge_statement_entry e
             WHERE bank_batch_id IS NOT NULL AND outcome = 'matched'
               AND (bank_batch_id IN (SELECT bank_batch_id FROM g2p_bridge_found)
                    OR bank_batch_id IN (SELECT bank_batch_id FROM g2p_bridge_disbursement
                                          WHERE id = ANY(%(payments)s)))
               AND bank_batch_id NOT IN ({_WHOLE_BATCHES})) e
     GROUP BY bank_batch_id
"""
#: Payments of which more than one line is known; ``payments`` are looked at in any case.
CROWD = f"""
    CREATE TEMPORARY TABLE g2p_bridge_crowd ON COMMIT DROP AS
    SELECT d.id AS disbursement_id, d.envelope_id, d.bank_batch_id, d.disbursement_amount,
           n.currency_id, {HAS_LEFT} AS has_left, {REISSUED} AS reissued,
           COALESCE(w.outs, 0) AS whole_outs, COALESCE(w.backs, 0) AS whole_backs,
           b.state = 'done' AS batch_done
      FROM (SELECT disbursement_id FROM g2p_bridge_found
             WHERE disbursement_id IS NOT NULL GROUP BY 1 HAVING COUNT(*) > 1
             UNION
            SELECT f.disbursement_id FROM g2p_bridge_found f
              JOIN g2p_bridge_statement_entry e ON e.disbursement_id = f.disbursement_id
             UNION
            SELECT f.disbursement_id FROM g2p_bridge_found f
              JOIN g2p_bridge_whole_sum w ON w.bank_batch_id = f.bank_batch_id
             UNION
            SELECT e.disbursement_id FROM ({_WHOLE_BATCHES}) w
              JOIN g2p_bridge_disbursement o ON o.bank_batch_id = w.bank_batch_id
              JOIN g2p_bridge_statement_entry e ON e.disbursement_id = o.id
             UNION
            SELECT unnest(%(payments)s::integer[])) c
      JOIN g2p_bridge_disbursement d ON d.id = c.disbursement_id
      JOIN g2p_bridge_envelope n ON n.id = d.envelope_id
      JOIN g2p_bridge_bank_batch b ON b.id = d.bank_batch_id
      LEFT JOIN g2p_bridge_whole_sum w ON w.bank_batch_id = d.bank_batch_id
"""
#: What becomes of every new line, and of the older ones of the crowd and of whole batches.
RESULTS = f"""
    CREATE TEMPORARY TABLE g2p_bridge_result ON COMMIT DROP AS
    WITH pool AS (
        SELECT f.entry_sequence, NULL::integer AS entry_id, NULL::integer AS statement_id,
               f.mark, f.back, f.amount, f.reversal_reason, f.same_amount, f.same_currency,
               FALSE AS was_matched, %(trusted)s OR NOT f.back AS believed, c.*
          FROM g2p_bridge_found f JOIN g2p_bridge_crowd c USING (disbursement_id)
         UNION ALL
        SELECT NULL, e.id, e.statement_id, e.mark, e.mark IN {BACK}, e.amount,
               e.reversal_reason, c.disbursement_amount = e.amount,
               COALESCE(c.currency_id = s.currency_id, FALSE), e.outcome = 'matched',
               {TRUSTED} OR e.mark IN {OUT}, c.*
          FROM g2p_bridge_crowd c
          JOIN g2p_bridge_statement_entry e ON e.disbursement_id = c.disbursement_id
           AND {COUNTS_STILL}
          JOIN g2p_bridge_statement s ON s.id = e.statement_id
    ), counted AS (
        SELECT *, was_matched OR has_left AND same_amount AND same_currency AND believed AS counts
          FROM pool
    ), ranked AS (
        SELECT *, whole_outs + COUNT(*) FILTER (WHERE counts AND NOT back) OVER payment AS outs,
               whole_backs + COUNT(*) FILTER (WHERE counts AND back) OVER payment AS backs,
               CASE WHEN back THEN whole_backs ELSE whole_outs END
               + ROW_NUMBER() OVER (PARTITION BY disbursement_id, back, counts
                                    ORDER BY was_matched DESC, entry_id, entry_sequence)
               AS ordinal
          FROM counted WINDOW payment AS (PARTITION BY disbursement_id)
    ), crowded AS (
        SELECT *, {_MATCHES} AS matches
          FROM ranked
    ), facts AS (
        SELECT f.entry_sequence, NULL::integer AS entry_id, NULL::integer AS statement_id, f.mark,
               f.back, f.amount, f.reversal_reason, f.disbursement_id, f.envelope_id,
               f.bank_batch_id, FALSE AS is_whole, NULL::bigint AS payment_count, 1 AS ordinal,
               FALSE AS is_crowded, f.has_left, f.same_amount, f.same_currency,
               h.entry_sequence IS NOT NULL AS is_hinted,
               f.nameless OR f.mark IN ('C', 'RC') AND NOT f.is_ours AND f.disbursement_id IS NULL
               AS is_nobodys,
               NOT f.back AND f.has_left AND f.same_amount AND f.same_currency AS matches,
               CASE WHEN f.back THEN 'INVALID_REVERSAL' ELSE 'DUPLICATE_DISBURSEMENT' END AS fault
          FROM g2p_bridge_found f
          LEFT JOIN g2p_bridge_crowd c ON c.disbursement_id = f.disbursement_id
          LEFT JOIN g2p_bridge_whole w ON w.entry_sequence = f.entry_sequence
          LEFT JOIN g2p_bridge_hinted h ON h.entry_sequence = f.entry_sequence
         WHERE c.disbursement_id IS NULL AND w.entry_sequence IS NULL
         UNION ALL
        SELECT entry_sequence, entry_id, statement_id, mark, back, amount, reversal_reason,
               disbursement_id, envelope_id, bank_batch_id, FALSE, NULL, ordinal, TRUE,
               has_left, same_amount, same_currency, FALSE, FALSE, matches,
               CASE {_FAULTS} END
          FROM crowded
         UNION ALL
        SELECT entry_sequence, entry_id, statement_id, mark, back, amount, NULL, NULL,
               envelope_id, bank_batch_id, TRUE, payments, ordinal, FALSE, TRUE, TRUE, TRUE,
               FALSE, FALSE, matches, fault
          FROM g2p_bridge_whole
    ), results AS (
        SELECT *, CASE WHEN matches THEN 'matched'
                       WHEN is_nobodys AND NOT is_hinted THEN 'not_ours'
                       ELSE 'error' END AS outcome
          FROM facts
    )
    SELECT entry_sequence, entry_id, statement_id, mark, back, amount, reversal_reason,
           CASE WHEN outcome <> 'not_ours' THEN disbursement_id END AS disbursement_id,
           envelope_id, bank_batch_id, is_whole, is_crowded, payment_count, outcome,
           CASE WHEN outcome = 'matched' THEN ordinal END AS ordinal,
           CASE WHEN outcome = 'error' THEN CASE
               WHEN is_nobodys THEN 'ID_IN_TEXT'
               WHEN NOT has_left AND back THEN 'INVALID_REVERSAL'
               WHEN NOT has_left THEN 'INVALID_DISBURSEMENT'
               WHEN NOT same_currency THEN 'CURRENCY_MISMATCH'
               WHEN NOT same_amount THEN 'AMOUNT_MISMATCH'
               ELSE fault END END AS error_reason
      FROM results ORDER BY entry_sequence
"""
#: Money that left once more for what was paid in another place, whatever else is wrong with it.
MARK_REISSUED = f"""
    UPDATE g2p_bridge_result j SET error_reason = 'REISSUED'
      FROM g2p_bridge_disbursement d
     WHERE d.id = j.disbursement_id AND j.outcome = 'error' AND NOT j.back AND {REISSUED}
"""
#: The lines with numbers above ``above`` up to ``upto`` become entries.
KEEP = """
    INSERT INTO g2p_bridge_statement_entry (
        statement_id, entry_sequence, value_date, entry_date, mark, amount,
        customer_reference, bank_reference, narratives, raw, transaction_type,
        supplementary_details, end_to_end_id, instruction_id, batch_reference, batch_count,
        reason_code, counterparty_name, counterparty_account, reference, beneficiary_name,
        reversal_reason, disbursement_id, bank_batch_id, payment_count, ordinal, outcome,
        error_reason)
    SELECT %(statement)s, entry_sequence, l.value_date, l.entry_date, l.mark, l.amount,
           l.customer_reference, l.bank_reference, l.narratives, l.raw, l.transaction_type,
           l.supplementary_details, l.end_to_end_id, l.instruction_id, l.batch_reference,
           l.batch_count, l.reason_code, l.counterparty_name, l.counterparty_account,
           NULLIF(l.reference, ''), NULLIF(l.beneficiary_name, ''),
           NULLIF(l.reversal_reason, ''), j.disbursement_id,
           CASE WHEN j.is_whole THEN j.bank_batch_id END,
           CASE WHEN j.outcome = 'matched' THEN j.payment_count END, j.ordinal, j.outcome,
           j.error_reason
      FROM %(lines)s l JOIN g2p_bridge_result j USING (entry_sequence)
     WHERE j.entry_sequence > %(above)s AND j.entry_sequence <= %(upto)s
     ORDER BY entry_sequence
"""
#: Older lines that turn out otherwise than before; the statements that they are on.
CHANGED = """
    CREATE TEMPORARY TABLE g2p_bridge_changed ON COMMIT DROP AS
    SELECT j.*, e.outcome AS old_outcome
      FROM g2p_bridge_result j JOIN g2p_bridge_statement_entry e ON e.id = j.entry_id
     WHERE (e.outcome, e.error_reason, e.ordinal)
           IS DISTINCT FROM (j.outcome, j.error_reason, j.ordinal)
"""
#: In two steps, so that no two lines of a payment are the same one for a moment.
PUT_ASIDE = """
    UPDATE g2p_bridge_statement_entry e SET outcome = 'error', ordinal = NULL
      FROM g2p_bridge_changed c WHERE e.id = c.entry_id AND e.outcome = 'matched'
"""
CHANGE = """
    UPDATE g2p_bridge_statement_entry e
       SET outcome = c.outcome, error_reason = c.error_reason, ordinal = c.ordinal,
           payment_count = CASE WHEN c.outcome = 'matched' THEN c.payment_count END
      FROM g2p_bridge_changed c WHERE e.id = c.entry_id
"""
#: Payments of which one line is known. Those of errors are written as they are, so that a person
#: who decides about them at the same time is turned into a conflict.
MOVE = """
    UPDATE g2p_bridge_disbursement d
       SET state = CASE WHEN j.outcome = 'matched' THEN 'reconciled' ELSE d.state END
      FROM g2p_bridge_result j
     WHERE d.id = j.disbursement_id AND NOT j.is_crowded
"""
#: What the lines of a payment add up to: ``{outs}`` and ``{backs}`` of them are matched. Without
#: any, a payment is shipped, unless what became of its batch is still to be found out.
_STATE = """
    CASE WHEN {outs} + {backs} = 0 THEN
              CASE WHEN NOT {proved} THEN d.state
                   WHEN {done} THEN 'shipped' ELSE 'resolved' END
         WHEN {outs} > {backs} THEN 'reconciled' ELSE 'reversed' END
"""
_PROVED = payment.PROVED.sql("d")
_STATE_OF_WHOLE = _STATE.format(
    outs="w.outs", backs="w.backs", done="b.state = 'done'", proved=_PROVED
)
_STATE_OF_CROWD = _STATE.format(outs="m.outs", backs="m.backs", done="m.batch_done", proved=_PROVED)
MOVE_CROWD = f"""
    UPDATE g2p_bridge_disbursement d
       SET state = {_STATE_OF_CROWD},
           reason_code = CASE WHEN m.outs + m.backs > 0 AND m.outs <= m.backs
                              THEN m.reversal_reason
                              WHEN m.outs > m.backs OR {_PROVED}
                              THEN NULL ELSE d.reason_code END
      FROM (SELECT c.disbursement_id, c.batch_done,
                   c.whole_outs + COUNT(*) FILTER (WHERE NOT j.back) AS outs,
                   c.whole_backs + COUNT(*) FILTER (WHERE j.back) AS backs,
                   MAX(NULLIF(j.reversal_reason, '')) FILTER (WHERE j.back) AS reversal_reason
              FROM g2p_bridge_crowd c
              LEFT JOIN g2p_bridge_result j
                ON j.disbursement_id = c.disbursement_id AND j.is_crowded
               AND j.outcome = 'matched'
             GROUP BY c.disbursement_id, c.batch_done, c.whole_outs, c.whole_backs) m
     WHERE d.id = m.disbursement_id
"""
#: Payments of whole batches, before those that have lines of their own move.
MOVE_WHOLE = f"""
    UPDATE g2p_bridge_disbursement d SET state = m.state, reason_code = NULL
      FROM (SELECT d.id, {_STATE_OF_WHOLE} AS state
              FROM (SELECT t.bank_batch_id, COALESCE(s.outs, 0) AS outs,
                           COALESCE(s.backs, 0) AS backs
                      FROM ({_WHOLE_BATCHES}) t
                      LEFT JOIN g2p_bridge_whole_sum s USING (bank_batch_id)) w
              JOIN g2p_bridge_bank_batch b ON b.id = w.bank_batch_id
              JOIN g2p_bridge_disbursement d ON d.bank_batch_id = b.id AND {HAS_LEFT}
             WHERE d.id NOT IN (SELECT disbursement_id FROM g2p_bridge_crowd)) m
     WHERE d.id = m.id AND d.state <> m.state
"""
#: What the new lines prove, for the totals per envelope.
PROVED = """
    SELECT %(statement)s AS statement_id, envelope_id, mark, amount, payment_count, ordinal
      FROM g2p_bridge_result WHERE outcome = 'matched' AND entry_id IS NULL
"""
COUNT_NAMES = ("entry_count", "matched_count", "reversed_count", "error_count", "not_ours_count")
_COUNTED = f"""
    COUNT(*), COUNT(*) FILTER (WHERE outcome = 'matched' AND mark IN {OUT}),
    COUNT(*) FILTER (WHERE outcome = 'matched' AND mark IN {BACK}),
    COUNT(*) FILTER (WHERE outcome = 'error'),
    COUNT(*) FILTER (WHERE outcome = 'not_ours')
"""
#: The counts of the new lines, and what they add up to (money that comes is positive).
SUMS = f"""
    SELECT {_COUNTED},
           COALESCE(SUM(CASE WHEN mark IN {BACK} THEN amount ELSE -amount END), 0)::text
      FROM g2p_bridge_result WHERE entry_id IS NULL
"""
#: The bank batches whose payments may have moved; whether so may some that no new line names.
BATCHES = f"""
    SELECT bank_batch_id, bool_or(beyond)
      FROM (SELECT DISTINCT bank_batch_id, FALSE AS beyond FROM g2p_bridge_result
             WHERE outcome = 'matched' AND entry_id IS NULL
             UNION
            SELECT bank_batch_id, TRUE FROM g2p_bridge_changed
             UNION
            SELECT bank_batch_id, TRUE FROM g2p_bridge_crowd
             WHERE disbursement_id = ANY(%(payments)s)
             UNION
            SELECT bank_batch_id, TRUE FROM ({_WHOLE_BATCHES}) w) b
     WHERE bank_batch_id IS NOT NULL GROUP BY bank_batch_id ORDER BY bank_batch_id
"""
#: Statements with older lines that have changed, and the envelopes that these are about.
CHANGED_STATEMENTS = """
    SELECT statement_id, array_agg(DISTINCT envelope_id) FILTER (WHERE envelope_id IS NOT NULL)
      FROM g2p_bridge_changed GROUP BY statement_id ORDER BY statement_id
"""
#: New lines by which money left for payments that were paid in another place, by envelope.
ALARMS = f"""
    SELECT d.envelope_id, array_agg(DISTINCT d.disbursement_id)
      FROM g2p_bridge_result j
      JOIN g2p_bridge_disbursement d
        ON d.id = j.disbursement_id OR j.is_whole AND d.bank_batch_id = j.bank_batch_id
     WHERE j.error_reason = 'REISSUED' AND j.entry_id IS NULL AND {REISSUED}
     GROUP BY d.envelope_id ORDER BY d.envelope_id
"""
#: The counts of a statement that is recorded, wherever its lines are by now.
COUNTS = f"""
    SELECT {_COUNTED} FROM g2p_bridge_statement_entry_all WHERE statement_id = %(statement)s
"""
TABLES = ("found", "hinted", "whole", "whole_sum", "crowd", "result", "changed")
DROP = "DROP TABLE " + ", ".join(f"g2p_bridge_{name}" for name in TABLES)
#: In place of lines, where only those that are recorded are looked at again.
NO_LINES = """(SELECT 0 AS entry_sequence, ''::text AS mark, 0::numeric AS amount,
    NULL::text AS reversal_reason, NULL::text AS reference, FALSE AS is_ours, NULL::text AS hints,
    NULL::text AS batch_named, NULL::integer AS batch_count WHERE FALSE)"""
#: Envelopes that lines of a statement speak of: those that were found, and those whose payments
#: are archived. The archive is looked through for lines for which no live payment was found.
MENTIONED = f"""
    SELECT envelope_id FROM g2p_bridge_statement_total WHERE statement_id = %(statement)s
     UNION
    SELECT d.envelope_id FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_disbursement d ON d.id = e.disbursement_id
     WHERE e.statement_id = %(statement)s AND {IS_OPEN.sql("e")}
     UNION
    SELECT a.envelope_id FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_disbursement_archive a ON a.disbursement_id = e.reference
      JOIN g2p_bridge_envelope n ON n.id = a.envelope_id AND {OF_ACCOUNT}
     WHERE e.statement_id = %(statement)s AND {IS_OPEN.sql("e")} AND e.disbursement_id IS NULL
     UNION
    SELECT b.envelope_id FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_bank_batch b ON b.id = e.bank_batch_id
     WHERE e.statement_id = %(statement)s AND {IS_OPEN.sql("e")}
"""
