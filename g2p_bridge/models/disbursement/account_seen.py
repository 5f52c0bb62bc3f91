# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is known of the accounts that an approved envelope pays to, while the rest is resolved.

A table of its own, that no model shows: an index over accounts of all disbursements would slow
every step down for the few envelopes that are resolved only after they were approved.
"""

from ...rule import States, Ticked
from .account_sql import ACCOUNT, WHOLE
from .disbursement_states import UNRESOLVED

SHARED, OTHER = "SHARED_ACCOUNT", "OTHER_ACCOUNT"
#: Why a payment is held until a person has looked: it has an address, and is not paid to it.
HELD = (SHARED, OTHER)
#: It is held: unresolved in spite of its address, and nobody has decided about it.
IS_HELD = UNRESOLVED & States(*HELD, field="reason_code") & ~Ticked("left_out")
#: The number of no person: an account of several, to which nobody is paid without being looked at.
SEVERAL = 0

# Numbers stand for texts: an account that by chance has the number of another one is looked at by
# a person, no more. ``former`` rows say where the earlier cycle has paid somebody, the others who
# is the first beneficiary of an account in this envelope.
CREATE = """
    CREATE TABLE IF NOT EXISTS g2p_bridge_account_seen (
        envelope_id integer NOT NULL REFERENCES g2p_bridge_envelope (id) ON DELETE CASCADE,
        former boolean NOT NULL, key bigint NOT NULL, value bigint NOT NULL, line_id integer,
        PRIMARY KEY (envelope_id, former, key))
"""
DROP = "DROP TABLE IF EXISTS g2p_bridge_account_seen"
FORGET = "DELETE FROM g2p_bridge_account_seen WHERE envelope_id = ANY(%s)"
#: In the order of the key, so that two batches never wait for each other.
SEE_BATCH = f"""
    INSERT INTO g2p_bridge_account_seen (envelope_id, former, key, value, line_id)
    SELECT DISTINCT ON (3) envelope_id, FALSE, hashtextextended({WHOLE}, 0),
           hashtextextended(beneficiary_id, 0), id
      FROM g2p_bridge_disbursement
     WHERE mapper_batch_id = %(batch)s AND state = 'resolved' AND {ACCOUNT} <> ''
     ORDER BY 3, id
    ON CONFLICT DO NOTHING
"""
#: What an approver has seen is named by no line: it is never held afterwards.
SEE_ENVELOPE = f"""
    INSERT INTO g2p_bridge_account_seen (envelope_id, former, key, value)
    SELECT %(envelope)s, FALSE, account,
           CASE WHEN MIN(person) = MAX(person) THEN MIN(person) ELSE {SEVERAL} END
      FROM (SELECT hashtextextended({WHOLE}, 0) AS account,
                   hashtextextended(beneficiary_id, 0) AS person
              FROM g2p_bridge_disbursement
             WHERE envelope_id = %(envelope)s AND state <> 'cancelled' AND {ACCOUNT} <> '') known
     GROUP BY account ORDER BY account
    ON CONFLICT DO NOTHING
"""
SEE_FORMER = f"""
    INSERT INTO g2p_bridge_account_seen (envelope_id, former, key, value)
    SELECT DISTINCT ON (3) %(envelope)s, TRUE, hashtextextended(beneficiary_id, 0),
           hashtextextended({WHOLE}, 0)
      FROM g2p_bridge_disbursement
     WHERE envelope_id = %(former)s AND state <> 'cancelled' AND {ACCOUNT} <> ''
     ORDER BY 3, id DESC
    ON CONFLICT DO NOTHING
"""
#: What was resolved just now, beside each other and beside what is known: one reading of the
#: batch, and each of its accounts looked up by its key. Who was released (``left_out`` is false,
#: not empty) has been looked at.
HOLD = f"""
    WITH own AS MATERIALIZED (
        SELECT id, envelope_id, hashtextextended(beneficiary_id, 0) AS person,
               hashtextextended({WHOLE}, 0) AS account
          FROM g2p_bridge_disbursement
         WHERE mapper_batch_id = %(batch)s AND state = 'resolved' AND left_out IS NULL
           AND {ACCOUNT} <> ''
    ), beside AS (
        SELECT account FROM own GROUP BY account HAVING MIN(person) <> MAX(person)
    ), odd AS (
        SELECT o.id, CASE
               WHEN o.account IN (SELECT account FROM beside) OR o.person <> (
                    SELECT s.value FROM g2p_bridge_account_seen s
                     WHERE s.envelope_id = o.envelope_id AND NOT s.former AND s.key = o.account)
               THEN '{SHARED}'
               WHEN o.account <> (
                    SELECT f.value FROM g2p_bridge_account_seen f
                     WHERE f.envelope_id = o.envelope_id AND f.former AND f.key = o.person)
               THEN '{OTHER}' END AS reason
          FROM own o
    )
    UPDATE g2p_bridge_disbursement d SET state = 'unresolved', reason_code = odd.reason
      FROM odd WHERE d.id = odd.id AND odd.reason IS NOT NULL
    RETURNING d.id
"""
#: Who is held is not paid because he alone is asked about once more.
MARK = f"""
    UPDATE g2p_bridge_account_seen s SET value = {SEVERAL}
      FROM (SELECT DISTINCT envelope_id, hashtextextended({WHOLE}, 0) AS account
              FROM g2p_bridge_disbursement
             WHERE id = ANY(%(held)s) AND reason_code = '{SHARED}') h
     WHERE s.envelope_id = h.envelope_id AND NOT s.former AND s.key = h.account
       AND s.value <> {SEVERAL}
"""
#: Whoever was resolved after the approval too, and before, to an account that is held now.
EARLIER = f"""
    WITH held AS (
        SELECT envelope_id, hashtextextended({WHOLE}, 0) AS account
          FROM g2p_bridge_disbursement WHERE id = ANY(%(held)s) AND reason_code = '{SHARED}'
    )
    SELECT DISTINCT d.bank_batch_id, d.id
      FROM held h
      JOIN g2p_bridge_account_seen s
        ON s.envelope_id = h.envelope_id AND NOT s.former AND s.key = h.account
      JOIN g2p_bridge_disbursement d
        ON d.id = s.line_id AND d.state = 'resolved' AND d.left_out IS NULL
"""
#: Only as long as nobody has begun to hand their batch over.
HOLD_EARLIER = f"""
    UPDATE g2p_bridge_disbursement d SET state = 'unresolved', reason_code = '{SHARED}'
      FROM g2p_bridge_bank_batch b
     WHERE d.id = ANY(%(lines)s) AND d.state = 'resolved' AND b.id = d.bank_batch_id
       AND b.state IN ('open', 'pending') AND b.payload_digest IS NULL
    RETURNING d.mapper_batch_id
"""
