from decimal import Decimal

from odoo import models

from .payment_manager import MODEL

#: Key of the context under which one approval keeps what was spent before it.
SPENT_KEY = "g2p_bridge_pbms.spent"

# PBMS counts the entitlements that are approved, and the bridge moves them on. What is on its way
# or paid is spent, whatever became of its entitlement; of one that PBMS counts only what it is
# paid beyond its amount. A payment that failed or came back is not spent.
SPENT = """
    SELECT COALESCE(SUM(
               CASE WHEN e.state = 'approved' AND e.company_id = %(company)s
                    THEN GREATEST(p.amount_issued + COALESCE(p.bridge_fee, 0) - e.initial_amount, 0)
                    ELSE COALESCE(p.amount_issued + COALESCE(p.bridge_fee, 0), e.initial_amount)
               END), 0)::text
      FROM g2p_entitlement e
      JOIN g2p_cycle c ON c.id = e.cycle_id
      LEFT JOIN g2p_payment p ON p.entitlement_id = e.id AND p.bridge_envelope_id IS NOT NULL
            AND p.status IS DISTINCT FROM 'failed'
     WHERE c.program_id = %(program)s
       AND (p.id IS NOT NULL OR %(ours)s AND e.state IN ('approved', 'trans2FSP', 'rdpd2ben'))
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
