# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The SQL of a population, in the order in which its rows need each other.

``plan`` holds an envelope per row, ``places`` its batches, ``marks`` the IDs of payments;
all are temporary. Everything else is derived from them, so the same plan gives the same rows.
Of an envelope's payments, which one is what goes by its number ``n``: 1 % are unresolved,
0.5 % rejected, 1 % came back, 0.1 % were cancelled before anything was asked.
"""

CREATE_PLAN = """
    CREATE TEMPORARY TABLE plan (
        number integer PRIMARY KEY, program_id integer, cycle text, state text, day date,
        lines integer, first_person integer, first_line integer, id integer, account text
    ) ON COMMIT DROP
"""
FINISH_PLAN = """
    UPDATE plan p SET id = nextval('g2p_bridge_envelope_id_seq'),
           account = r.sponsor_bank_account_number
      FROM g2p_bridge_program r WHERE r.id = p.program_id
"""
ENVELOPES = """
    INSERT INTO g2p_bridge_envelope (id, disbursement_envelope_id, program_id, company_id,
        cycle_code_mnemonic, disbursement_frequency, number_of_beneficiaries,
        number_of_disbursements, total_disbursement_amount, currency_id,
        disbursement_schedule_date, receipt_time_stamp, cancellation_status,
        cancellation_time_stamp, sponsor_bank_id, sponsor_bank_account_number,
        id_mapper_resolution_required, mapper_id, state, paused, approved_by_id, approved_at,
        create_uid, create_date, write_uid, write_date)
    SELECT p.id, 'ENV' || lpad(p.number::text, 9, '0'), r.id, r.company_id, p.cycle, 'monthly',
           p.lines, p.lines, 0, r.currency_id, p.day, p.day - 5,
           CASE WHEN p.state = 'cancelled' THEN 'cancelled' ELSE 'not_cancelled' END,
           CASE WHEN p.state = 'cancelled' THEN p.day - 2 END, r.sponsor_bank_id, p.account, TRUE,
           r.mapper_id, p.state, p.state = 'scheduled' AND p.number %% 3 = 0, a.id,
           CASE WHEN a.id IS NOT NULL THEN p.day - 1 END,
           %(officer)s, p.day - 5, %(officer)s, p.day - 1
      FROM plan p JOIN g2p_bridge_program r ON r.id = p.program_id
      LEFT JOIN res_users a ON a.id = %(approver)s
           AND p.state NOT IN ('receiving', 'to_approve', 'cancelled')
     ORDER BY p.number
"""
MAKERS = """
    INSERT INTO g2p_bridge_envelope_res_users_rel (g2p_bridge_envelope_id, res_users_id)
    SELECT id, %(officer)s FROM plan
"""
# An envelope that is being shipped has one batch at least that has not left.
PLACES = """
    CREATE TEMPORARY TABLE places ON COMMIT DROP AS
    SELECT p.id AS envelope_id, place, p.day,
           nextval('g2p_bridge_bank_batch_id_seq')::integer AS bank_id,
           nextval('g2p_bridge_mapper_batch_id_seq')::integer AS mapper_id,
           CASE WHEN p.state = 'receiving' THEN 'open'
                WHEN p.state IN ('to_approve', 'scheduled', 'funding') THEN 'pending'
                WHEN p.state = 'cancelled' THEN 'cancelled'
                WHEN p.state <> 'shipping' THEN 'done'
                WHEN place = (p.lines - 1) / %(size)s
                     THEN (ARRAY['pending', 'uncertain', 'failed'])[1 + p.number %% 3]
                ELSE (ARRAY['done', 'done', 'uncertain', 'failed'])[1 + (place + p.number) %% 4]
           END AS bank_state,
           CASE WHEN p.state <> 'receiving' THEN 'done'
                ELSE (ARRAY['pending', 'done', 'failed'])[1 + p.number %% 3] END AS mapper_state
      FROM plan p, generate_series(0, (p.lines - 1) / %(size)s) AS place
     ORDER BY p.number, place
"""
MAPPER_BATCHES = """
    INSERT INTO g2p_bridge_mapper_batch (id, envelope_id, state, reference, attempts, asks,
        latest_timestamp, latest_error_code, create_uid, create_date, write_uid, write_date)
    SELECT mapper_id, envelope_id, mapper_state, md5('mapper' || mapper_id),
           CASE mapper_state WHEN 'pending' THEN 0 WHEN 'failed' THEN 3 ELSE 1 END, 0, day - 4,
           CASE mapper_state WHEN 'failed' THEN 'TIMEOUT' END,
           %(officer)s, day - 5, %(officer)s, day - 4
      FROM places
"""
BANK_BATCHES = """
    INSERT INTO g2p_bridge_bank_batch (id, envelope_id, state, reference, attempts, asks,
        latest_timestamp, begun_at, latest_error_code, bank_reference, payment_date,
        create_uid, create_date, write_uid, write_date)
    SELECT bank_id, envelope_id, bank_state, md5('bank' || bank_id),
           CASE bank_state WHEN 'failed' THEN 3 WHEN 'done' THEN 1 WHEN 'uncertain' THEN 1
                ELSE 0 END, 0,
           CASE WHEN bank_state IN ('done', 'uncertain', 'failed') THEN day END,
           CASE WHEN bank_state IN ('done', 'uncertain') THEN day END,
           CASE bank_state WHEN 'failed' THEN 'REJECTED_BY_BANK'
                WHEN 'uncertain' THEN 'TIMEOUT' END,
           CASE WHEN bank_state = 'done' THEN 'BANK' || bank_id END,
           CASE WHEN bank_state IN ('done', 'uncertain', 'failed') THEN day END,
           %(officer)s, day - 5, %(officer)s, day
      FROM places
"""
CREATE_MARKS = """
    CREATE TEMPORARY TABLE marks (id integer, disbursement_id text) ON COMMIT DROP
"""
# People stay with their program from cycle to cycle, but for one in a hundred; some are paid
# twice, some share an account, some get three times as much as usual. Their IDs come in no
# order, as in life.
DISBURSEMENTS = """
    INSERT INTO g2p_bridge_disbursement (id, disbursement_id, envelope_id, mapper_batch_id,
        bank_batch_id, mis_reference_number, beneficiary_id, beneficiary_name,
        disbursement_amount, narrative, receipt_time_stamp, state, reason_code, left_out,
        account_type, account_number, bank_code, branch_code, phone, mobile_wallet_provider,
        cancellation_time_stamp)
    WITH lines AS (
        SELECT p.*, n, b.mapper_id, b.bank_id, b.bank_state, b.mapper_state,
               p.first_person + n - (n %% 2000 = 2)::integer AS person
          FROM plan p JOIN places b ON b.envelope_id = p.id,
               generate_series(b.place * %(size)s + 1, least((b.place + 1) * %(size)s, p.lines)) n
    ), known AS (
        SELECT *, person - (n %% 1000 = 17)::integer AS owner, CASE
            WHEN state = 'cancelled' OR n %% 1000 = 500 THEN 'cancelled'
            WHEN mapper_state <> 'done' THEN 'received'
            WHEN n %% 100 = 7 THEN 'unresolved'
            WHEN bank_state <> 'done' THEN 'resolved'
            WHEN n %% 200 = 11 THEN 'rejected'
            WHEN state = 'shipping' OR state = 'shipped' AND n %% 5 = 0 THEN 'shipped'
            WHEN n %% 100 = 23 THEN 'reversed'
            ELSE 'reconciled' END AS line_state
          FROM lines
    )
    SELECT m.id, m.disbursement_id, k.id, k.mapper_id, k.bank_id,
           k.cycle || '/' || lpad(n::text, 7, '0'), 
           'P' || lpad((person * 3456789011 %% 10000000000)::text, 10, '0'),
           'Person Number ' || person,
           (20 + person %% 480 + (person %% 100) / 100.0) * CASE n %% 500 WHEN 3 THEN 3 ELSE 1 END,
           'Cash transfer ' || k.cycle, k.day - 5, line_state, CASE line_state
               WHEN 'unresolved' THEN (ARRAY['NOT_LINKED', 'ADDRESS_INVALID'])[1 + n %% 2]
               WHEN 'rejected' THEN 'ACCOUNT_BLOCKED'
               WHEN 'reversed' THEN 'ACCOUNT_CLOSED' END,
           CASE WHEN line_state = 'unresolved' AND k.state IN ('shipped', 'reconciled')
                THEN TRUE END,
           CASE WHEN has_address THEN
               CASE n %% 5 WHEN 0 THEN 'MOBILE_WALLET' ELSE 'BANK_ACCOUNT' END END,
           CASE WHEN has_address AND n %% 5 <> 0
                THEN lpad((owner * 7919::bigint)::text, 12, '0') END,
           CASE WHEN has_address AND n %% 5 <> 0 THEN 'BANK' || owner %% 12 END,
           CASE WHEN has_address AND n %% 5 <> 0 THEN 'BR' || owner %% 200 END,
           CASE WHEN has_address AND n %% 5 = 0 THEN '+1555' || lpad(owner::text, 8, '0') END,
           CASE WHEN has_address AND n %% 5 = 0 THEN 'WALLET' || owner %% 3 END,
           CASE WHEN line_state = 'cancelled' THEN k.day - 3 END
      FROM known k
      JOIN marks m ON m.id = %(first)s + k.first_line + n - 1,
           LATERAL (SELECT line_state NOT IN ('received', 'unresolved', 'cancelled')
                        AS has_address) h
     ORDER BY m.id
"""
COUNT_BANK_BATCHES = """
    UPDATE g2p_bridge_bank_batch b
       SET line_count = s.lines, line_amount = s.amount, shipped_count = s.shipped,
           shipped_amount = s.shipped_amount, rejected_count = s.rejected,
           rejected_amount = s.rejected_amount
      FROM (SELECT bank_batch_id, COUNT(*) AS lines, SUM(disbursement_amount) AS amount,
                   COUNT(*) FILTER (WHERE has_left) AS shipped,
                   COALESCE(SUM(disbursement_amount) FILTER (WHERE has_left), 0) AS shipped_amount,
                   COUNT(*) FILTER (WHERE state = 'rejected') AS rejected,
                   COALESCE(SUM(disbursement_amount) FILTER (WHERE state = 'rejected'), 0)
                       AS rejected_amount
              FROM g2p_bridge_disbursement d,
                   LATERAL (SELECT state IN ('shipped', 'reconciled', 'reversed') AS has_left) l
             WHERE d.id >= %(first)s AND state <> 'cancelled' GROUP BY bank_batch_id) s
     WHERE b.id = s.bank_batch_id
"""
COUNT_MAPPER_BATCHES = """
    UPDATE g2p_bridge_mapper_batch b
       SET line_count = s.lines, resolved_count = s.resolved, resolved_amount = s.resolved_amount,
           unresolved_count = s.unresolved, unresolved_amount = s.unresolved_amount,
           undecided_count = s.undecided
      FROM (SELECT mapper_batch_id, COUNT(*) AS lines,
                   COUNT(*) FILTER (WHERE is_resolved) AS resolved,
                   COALESCE(SUM(disbursement_amount) FILTER (WHERE is_resolved), 0)
                       AS resolved_amount,
                   COUNT(*) FILTER (WHERE state = 'unresolved') AS unresolved,
                   COALESCE(SUM(disbursement_amount) FILTER (WHERE state = 'unresolved'), 0)
                       AS unresolved_amount,
                   COUNT(*) FILTER (WHERE state = 'unresolved' AND left_out IS NOT TRUE)
                       AS undecided
              FROM g2p_bridge_disbursement d,
                   LATERAL (SELECT state NOT IN ('unresolved', 'received') AS is_resolved) r
             WHERE d.id >= %(first)s AND state <> 'cancelled' GROUP BY mapper_batch_id) s
     WHERE b.id = s.mapper_batch_id
"""
# What is still being received has declared twice as much as has arrived.
DECLARE = """
    UPDATE g2p_bridge_envelope e
       SET number_of_disbursements = s.lines * times, number_of_beneficiaries = s.lines * times,
           total_disbursement_amount = s.amount * times, needs_attention = s.trouble
      FROM (SELECT p.id, CASE p.state WHEN 'receiving' THEN 2 ELSE 1 END AS times,
                   COALESCE(SUM(b.line_count), p.lines) AS lines,
                   COALESCE(SUM(b.line_amount), 100 * p.lines) AS amount,
                   bool_or(m.mapper_state = 'failed' OR m.bank_state IN ('failed', 'uncertain'))
                       OR p.state = 'funding' AND p.number %% 3 > 0 AS trouble
              FROM plan p JOIN places m ON m.envelope_id = p.id
              JOIN g2p_bridge_bank_batch b ON b.id = m.bank_id GROUP BY p.number) s
     WHERE e.id = s.id
"""
FUNDS_STEPS = """
    INSERT INTO g2p_bridge_funds_step (envelope_id, kind, state, reference, attempts, asks, amount,
        bank_reference, latest_timestamp, begun_at, latest_error_code,
        create_uid, create_date, write_uid, write_date)
    SELECT id, kind, step_state, md5(kind || id), (step_state <> 'pending')::integer, 0,
           CASE WHEN step_state = 'done'
                THEN CASE kind WHEN 'release' THEN unused ELSE total END END,
           CASE WHEN step_state = 'done' AND kind = 'block' THEN 'HOLD' || id END,
           CASE WHEN step_state <> 'pending' THEN day END,
           CASE WHEN step_state IN ('done', 'uncertain') THEN day END,
           CASE WHEN step_state IN ('failed', 'uncertain') THEN 'TIMEOUT' END,
           %(officer)s, day - 5, %(officer)s, day
      FROM (SELECT p.*, kind, e.total_disbursement_amount AS total,
                   e.total_disbursement_amount - (SELECT SUM(shipped_amount)
                       FROM g2p_bridge_bank_batch b WHERE b.envelope_id = p.id) AS unused,
                   CASE WHEN p.state = 'cancelled' THEN 'cancelled'
                        WHEN p.state IN ('receiving', 'to_approve', 'scheduled') THEN 'pending'
                        WHEN p.state = 'funding' AND kind = 'block'
                             THEN (ARRAY['pending', 'uncertain', 'failed'])[1 + p.number %% 3]
                        ELSE 'done' END AS step_state
              FROM plan p JOIN g2p_bridge_envelope e ON e.id = p.id,
                   unnest(ARRAY['check', 'block', 'release']) AS kind
             WHERE kind <> 'release' OR p.state IN ('shipped', 'reconciled')
             ORDER BY p.number, kind = 'release', kind DESC) s
"""
