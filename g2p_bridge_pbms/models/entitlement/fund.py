from decimal import Decimal

from odoo import models

from ..payment_manager.payment_manager import MODEL
from .entitlement import PAYABLE_STATES

#: Key of the context under which one approval keeps what was spent before it.
SPENT_KEY = "g2p_bridge_pbms.spent"

#: What a payment p takes from the fund.
TAKEN = "p.amount_issued + COALESCE(p.bridge_fee, 0)"
#: The entitlements e of a program that its fund has to cover, with their live payment p: what is
#: on its way or paid is spent, whatever became of its entitlement; what failed or came back isn't.
COVERED = f"""
      FROM g2p_entitlement e
      JOIN g2p_cycle c ON c.id = e.cycle_id
      LEFT JOIN g2p_payment p ON p.entitlement_id = e.id AND p.bridge_envelope_id IS NOT NULL
            AND p.status IS DISTINCT FROM 'failed'
     WHERE c.program_id = %(program)s
       AND (p.id IS NOT NULL OR %(ours)s AND e.state IN {PAYABLE_STATES})
"""
# PBMS counts those that are approved, in the company of whoever asks, and the bridge moves them
# on. Of one that PBMS counts, only what it is paid beyond its amount is not counted yet.
SPENT = f"""
    SELECT COALESCE(SUM(
               CASE WHEN e.state = 'approved' AND e.company_id = %(company)s
                    THEN GREATEST({TAKEN} - e.initial_amount, 0)
                    ELSE COALESCE({TAKEN}, e.initial_amount) END), 0)::text
    {COVERED}
"""
LEFT = f"""
    SELECT (COALESCE((SELECT SUM(f.amount) FROM g2p_program_fund f
                       WHERE f.program_id = %(program)s AND f.company_id = %(company)s
                         AND f.state = 'posted'), 0)
            - COALESCE(SUM(
                  CASE WHEN e.state = 'approved' THEN GREATEST({TAKEN}, e.initial_amount)
                       ELSE COALESCE({TAKEN}, e.initial_amount) END), 0))::text
    {COVERED}
"""
# One after the other, as PBMS approves them.
NOT_COVERED = """
    UPDATE g2p_bridge_pbms_round r SET problem = 'no_fund'
      FROM (SELECT i.entitlement_id,
                   SUM(e.initial_amount) OVER (ORDER BY i.entitlement_id) AS wanted
              FROM g2p_bridge_pbms_round i JOIN g2p_entitlement e ON e.id = i.entitlement_id
             WHERE e.state = 'expired' AND i.problem IS NULL) w
     WHERE w.entitlement_id = r.entitlement_id AND w.wanted > %s
"""


class Spent(dict):
    """{program: Decimal} for one approval. No call from outside can put one into its context."""


class EntitlementManager(models.AbstractModel):
    """A program's fund is spent once: what the bridge has sent or paid is not there any more."""

    _inherit = "g2p.base.program.entitlement.manager"

    def check_fund_balance(self, program_id):
        """What is left of the fund: less what PBMS counts, and what the bridge has spent."""
        balance = Decimal(repr(float(super().check_fund_balance(program_id))))
        return float(balance - self._bridge_spent(program_id))

    def _bridge_spent(self, program_id):
        """What is on its way or paid, and not counted by PBMS.

        PBMS asks for the balance once for each entitlement, and reads past the ORM: nothing may
        be flushed here, and a long history is not summed up a thousand times.

        :return: Decimal
        """
        spent = self.env.context.get(SPENT_KEY)
        if not isinstance(spent, Spent):
            spent = Spent()
        if program_id not in spent:
            program = self.env["g2p.program"].sudo().browse(program_id)
            manager = program.get_manager(program.MANAGER_PAYMENT)
            self.env.cr.execute(
                SPENT,
                {
                    "program": program_id,
                    "company": self.env.user.company_id.id,
                    "ours": bool(manager) and manager._name == MODEL,
                },
            )
            spent[program_id] = Decimal(self.env.cr.fetchone()[0])
        return spent[program_id]

    def _with_bridge_spent(self):
        """This manager for one approval: what was spent before it is summed up once."""
        return self.with_context(**{SPENT_KEY: Spent()})


class PaymentManager(models.Model):
    """What expired is not held in the fund any more: it is paid again as far as the fund goes."""

    _inherit = MODEL

    def _look_at_fund(self, cycle):
        """Leave out of a round whoever has expired and is not covered."""
        self.env.cr.execute(
            "SELECT EXISTS (SELECT FROM g2p_bridge_pbms_round r JOIN g2p_entitlement e"
            " ON e.id = r.entitlement_id WHERE e.state = 'expired' AND r.problem IS NULL)"
        )
        if not self.env.cr.fetchone()[0]:
            return
        program = cycle.program_id
        company = program.company_id or self.bridge_program_id.company_id
        self.env.cr.execute(LEFT, {"program": program.id, "company": company.id, "ours": True})
        self.env.cr.execute(NOT_COVERED, [Decimal(self.env.cr.fetchone()[0])])
