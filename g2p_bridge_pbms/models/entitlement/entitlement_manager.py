# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import models

from ..pbms_states import OPEN_STATES
from .fund_sql import SPENT

#: Key of the context under which one approval keeps what was spent before it.
SPENT_KEY = "g2p_bridge_pbms.spent"


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
            self.env.cr.execute(
                SPENT,
                {
                    "program": program_id,
                    "company": self.env.user.company_id.id,
                    "ours": bool(program._bridge_manager()),
                },
            )
            spent[program_id] = Decimal(self.env.cr.fetchone()[0])
        return spent[program_id]

    def _with_bridge_spent(self):
        """This manager for one approval: what was spent before it is summed up once."""
        return self.with_context(**{SPENT_KEY: Spent()})


class DefaultEntitlementManager(models.Model):
    """The approval of entitlements, as PBMS does it: within the fund, and only this counts.

    An entitlement manager of another addon that approves in its own way calls the same two
    methods; until it does, what it approves is left to people.
    """

    _inherit = "g2p.program.entitlement.manager.default"

    def approve_entitlements(self, entitlements):
        waiting = entitlements.filtered(lambda one: one.state in OPEN_STATES)
        manager = self._with_bridge_spent()
        answer = super(DefaultEntitlementManager, manager).approve_entitlements(entitlements)
        approved = waiting.filtered(lambda one: one.state == "approved")
        if approved:
            approved._bridge_record_approval()
        return answer
