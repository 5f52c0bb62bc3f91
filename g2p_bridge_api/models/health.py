# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class Health(models.AbstractModel):
    """What is weak about how partners prove themselves."""

    _inherit = "g2p.bridge.health"

    @api.model
    def _notices(self):
        return [*super()._notices(), *self._known_by_address(), *self._without_proof()]

    @api.model
    def _known_by_address(self):
        """Who sends payments without a signature or a key."""
        partners = self.env["g2p.bridge.partner"].sudo()
        found = partners.search(
            [("proof", "=", "address"), ("company_id", "in", self.env.companies.ids)]
        )
        if found:
            yield self.env._(
                "Known by a secret address and their network alone: %s. Whoever has seen the "
                "address and calls from there can send payments in their name.",
                ", ".join(found.mapped("name")),
            )

    @api.model
    def _without_proof(self):
        """Whether anybody may call, and whether somebody wants that in vain."""
        partners = self.env["g2p.bridge.partner"]
        if not partners._is_unsigned_wanted():
            return
        bank = partners._real_bank()
        if bank:
            yield self.env._(
                "Calls without proof are switched on in Settings, and refused nevertheless, "
                "because %s is no example bank. Switch them off.",
                bank.name,
            )
        else:
            yield self.env._(
                "Calls without proof are let in: whoever knows a partner's code can call in its "
                "name. This is for tests with example banks alone."
            )
