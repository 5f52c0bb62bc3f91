# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SponsorBank(models.Model):
    _inherit = "g2p.bridge.sponsor.bank"

    connector = fields.Selection(
        selection_add=[("example_bank", "Example Bank (simulation)")],
        ondelete={"example_bank": "set null"},
    )

    @api.onchange("connector")
    def _onchange_connector_of_example_bank(self):
        """The example bank of this very server is what most people mean."""
        if self.connector == "example_bank" and not self.base_url:
            self.base_url = f"{self.get_base_url()}/g2p_bridge_example_bank"

    def action_open_example_bank_accounts(self):
        """Open the accounts of the example bank on this server, or the form of the first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "g2p_bridge_example_bank.account_action"
        )
        accounts = self.env["g2p.bridge.example.bank.account"]
        if accounts.has_access("create") and not accounts.search_count([], limit=1):
            return {**action, "view_mode": "form", "views": [(False, "form")]}
        return action
