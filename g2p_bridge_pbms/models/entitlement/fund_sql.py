# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the fund of a program has to cover, in SQL: asked by PBMS's approval and by a round."""

from ..pbms_states import IS_LIVE, PAYABLE_STATES

#: What a payment p takes from the fund.
TAKEN = "p.amount_issued + COALESCE(p.bridge_fee, 0)"

#: The entitlements e of a program that its fund has to cover, with their live payment p: what is
#: on its way or paid is spent, whatever became of its entitlement; what failed or came back isn't.
COVERED = f"""
      FROM g2p_entitlement e
      JOIN g2p_cycle c ON c.id = e.cycle_id
      LEFT JOIN g2p_payment p ON p.entitlement_id = e.id AND p.bridge_envelope_id IS NOT NULL
            AND {IS_LIVE}
     WHERE c.program_id = %(program)s
       AND (p.id IS NOT NULL OR %(ours)s AND e.state IN {PAYABLE_STATES})
"""

#: What is on its way or paid, and not counted by PBMS: it counts those that are approved, in the
#: company of the user who asks, and the bridge moves them on. Of one that PBMS counts, only what it
#: is paid beyond its amount is not counted yet.
SPENT = f"""
    SELECT COALESCE(SUM(
               CASE WHEN e.state = 'approved' AND e.company_id = %(company)s
                    THEN GREATEST({TAKEN} - e.initial_amount, 0)
                    ELSE COALESCE({TAKEN}, e.initial_amount) END), 0)::text
    {COVERED}
"""

#: What is left of the fund: what was put into it, less what is spent or approved.
LEFT = f"""
    SELECT (COALESCE((SELECT SUM(f.amount) FROM g2p_program_fund f
                       WHERE f.program_id = %(program)s AND f.company_id = %(company)s
                         AND f.state = 'posted'), 0)
            - COALESCE(SUM(
                  CASE WHEN e.state = 'approved' THEN GREATEST({TAKEN}, e.initial_amount)
                       ELSE COALESCE({TAKEN}, e.initial_amount) END), 0))::text
    {COVERED}
"""

#: Of a round's expired entitlements those that what is left does not cover: one after the other,
#: as PBMS approves them.
NOT_COVERED = """
    UPDATE g2p_bridge_pbms_round r SET problem = 'no_fund'
      FROM (SELECT i.entitlement_id,
                   SUM(e.initial_amount) OVER (ORDER BY i.entitlement_id) AS wanted
              FROM g2p_bridge_pbms_round i JOIN g2p_entitlement e ON e.id = i.entitlement_id
             WHERE e.state = 'expired' AND i.problem IS NULL) w
     WHERE w.entitlement_id = r.entitlement_id AND w.wanted > %s
"""
