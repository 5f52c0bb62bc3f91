# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The SQL of what the bank tells of a population: a statement per envelope that has left."""

STATEMENTS = """
    INSERT INTO g2p_bridge_statement (statement_id, company_id, format, sponsor_bank_id,
        account_number, reference_number, statement_number, sequence_number, statement_date,
        currency_id, upload_timestamp, account_as_written, file_position, content_sha256,
        has_warnings, warnings, state, reference, attempts, asks, latest_timestamp,
        latest_error_code, latest_error_message, create_uid, create_date, write_uid, write_date)
    SELECT 'ST' || lpad(p.number::text, 9, '0'), e.company_id, 'mt940', e.sponsor_bank_id,
           p.account, 'STMT' || p.number, p.number::text, '1', p.day + 1, e.currency_id, p.day + 2,
           p.account, 0, md5('file' || p.number), odd,
           CASE WHEN odd THEN 'Statement number ' || p.number || '/1 does not follow.' END,
           CASE WHEN p.state = 'cancelled' THEN 'failed' ELSE 'done' END, md5('told' || p.number),
           1, 0, p.day + 2, CASE WHEN p.state = 'cancelled' THEN 'INVALID_FORMAT' END,
           CASE WHEN p.state = 'cancelled' THEN 'The file can''t be read.' END,
           %(officer)s, p.day + 2, %(officer)s, p.day + 2
      FROM plan p JOIN g2p_bridge_envelope e ON e.id = p.id,
           LATERAL (SELECT p.number %% 25 = 0 AS odd) o
     WHERE p.state IN ('shipped', 'reconciled') OR p.state = 'cancelled' AND p.number %% 4 = 0
     ORDER BY p.number
"""
# Debits, then what came back, then lines that nobody can make sense of, then the funding.
ENTRIES = """
    INSERT INTO g2p_bridge_statement_entry (statement_id, entry_sequence, value_date, entry_date,
        mark, amount, customer_reference, bank_reference, narratives, raw, reference,
        beneficiary_name, reversal_reason, disbursement_id, outcome, error_reason)
    WITH payments AS (
        SELECT s.id AS statement_id, p.day, d.id, d.disbursement_id AS name, d.state,
               d.disbursement_amount AS amount, d.beneficiary_name, d.beneficiary_id
          FROM plan p
          JOIN g2p_bridge_statement s ON s.reference = md5('told' || p.number) AND s.state = 'done'
          JOIN g2p_bridge_disbursement d ON d.envelope_id = p.id
           AND d.state IN ('reconciled', 'reversed')
    ), told AS (
        SELECT 1 AS kind, statement_id, day, id, name, amount, beneficiary_name, 'D' AS mark,
               'matched' AS outcome, NULL AS error FROM payments
        UNION ALL
        SELECT 2, statement_id, day, id, name, amount, beneficiary_name, 'RD', 'matched', NULL
          FROM payments WHERE state = 'reversed'
        UNION ALL
        SELECT 3, statement_id, day, id, name, amount, beneficiary_name, 'D', 'error',
               'DUPLICATE_DISBURSEMENT' FROM payments WHERE id %% 500 = 0
        UNION ALL
        SELECT 3, statement_id, day, NULL, 'X' || name, amount, beneficiary_name, 'D', 'error',
               'INVALID_DISBURSEMENT' FROM payments WHERE id %% 500 = 250
        UNION ALL
        SELECT 4, statement_id, day, NULL, NULL, SUM(amount), NULL, 'C', 'not_ours', NULL
          FROM payments GROUP BY statement_id, day
    )
    SELECT statement_id, sequence, day, day, mark, amount, name,
           'B' || statement_id || '-' || sequence, 'Cash transfer ' || beneficiary_name,
           ':61:' || to_char(day, 'YYMMDD') || mark || amount || 'NTRF' || COALESCE(name, 'NONREF'),
           name, beneficiary_name, CASE mark WHEN 'RD' THEN 'ACCOUNT_CLOSED' END, id, outcome, error
      FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY statement_id ORDER BY kind, id, name)
                   AS sequence FROM told) t
     ORDER BY statement_id, sequence
"""
TOTALS = """
    INSERT INTO g2p_bridge_statement_total (statement_id, envelope_id, reconciled_count,
        reconciled_amount, reversed_count, reversed_amount)
    SELECT s.id, p.id, COUNT(*) FILTER (WHERE mark = 'D'),
           SUM(amount) FILTER (WHERE mark = 'D'), COUNT(*) FILTER (WHERE mark = 'RD'),
           COALESCE(SUM(amount) FILTER (WHERE mark = 'RD'), 0)
      FROM plan p JOIN g2p_bridge_statement s ON s.reference = md5('told' || p.number)
      JOIN g2p_bridge_statement_entry e ON e.statement_id = s.id AND e.outcome = 'matched'
     GROUP BY s.id, p.id ORDER BY s.id
"""
# The balances of an account follow on each other.
COUNTS = """
    UPDATE g2p_bridge_statement t
       SET entry_count = s.entries, matched_count = s.debits, reversed_count = s.reversals,
           error_count = s.errors, not_ours_count = s.others,
           opening_balance = s.closing - s.movement, closing_balance = s.closing
      FROM (SELECT c.*, SUM(movement) OVER (PARTITION BY account_number ORDER BY id) AS closing
              FROM (SELECT s.id, s.account_number, COUNT(*) AS entries,
                           COUNT(*) FILTER (WHERE outcome = 'matched' AND mark = 'D') AS debits,
                           COUNT(*) FILTER (WHERE outcome = 'matched' AND mark = 'RD') AS reversals,
                           COUNT(*) FILTER (WHERE outcome = 'error') AS errors,
                           COUNT(*) FILTER (WHERE outcome = 'not_ours') AS others,
                           SUM(CASE WHEN mark IN ('C', 'RD') THEN amount ELSE -amount END)
                               AS movement
                      FROM g2p_bridge_statement s
                      JOIN g2p_bridge_statement_entry e ON e.statement_id = s.id
                     GROUP BY s.id) c) s
     WHERE t.id = s.id
"""
MESSAGES = """
    INSERT INTO mail_message (model, res_id, author_id, message_type, subtype_id, body, date,
        is_internal, message_id, create_uid, create_date, write_uid, write_date)
    SELECT 'g2p.bridge.envelope', p.id, u.partner_id, CASE n WHEN 0 THEN 'notification'
               ELSE 'comment' END, %(note)s,
           CASE n WHEN 0 THEN '<p>Disbursement Envelope created</p>'
                  ELSE '<p>Called the bank about it, note ' || n || '.</p>' END,
           p.day - 5 + n, TRUE, '<benchmark-' || p.id || '-' || n || '@example.com>',
           u.id, p.day, u.id, p.day
      FROM plan p, generate_series(0, 4) AS n, res_users u WHERE u.id = %(officer)s
     ORDER BY n, p.number
"""
ACTIVITIES = """
    INSERT INTO mail_activity (res_model_id, res_model, res_id, res_name, activity_type_id,
        user_id, summary, date_deadline, active, automated, create_uid, create_date, write_uid,
        write_date)
    SELECT %(model)s, 'g2p.bridge.envelope', e.id, e.disbursement_envelope_id, %(todo)s,
           %(officer)s, 'A step of it needs a person', p.day, TRUE, TRUE,
           %(officer)s, p.day, %(officer)s, p.day
      FROM plan p JOIN g2p_bridge_envelope e ON e.id = p.id AND e.needs_attention
"""
