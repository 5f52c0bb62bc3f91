# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class RestoreConfirm(models.TransientModel):
    """A window in which administrators say that a database was restored, or that all is clear."""

    _name = "g2p.bridge.restore.confirm"
    _description = "Restored from a Backup"

    unconfirmed = fields.Boolean(compute="_compute_facts", compute_sudo=True)
    uncertain_batches = fields.Integer(
        "Bank Batches to Ask About", compute="_compute_facts", compute_sudo=True
    )
    uncertain_steps = fields.Integer(
        "Funds Steps to Ask About", compute="_compute_facts", compute_sudo=True
    )
    reason = fields.Text(help="It is kept in the audit trail.")

    @api.depends("reason")
    def _compute_facts(self):
        uncertain = [("state", "=", "uncertain")]
        for wizard in self:
            wizard.unconfirmed = self.env["g2p.bridge.restore"]._unconfirmed()
            wizard.uncertain_batches = self.env["g2p.bridge.bank.batch"].search_count(uncertain)
            wizard.uncertain_steps = self.env["g2p.bridge.funds.step"].search_count(uncertain)

    def action_restored(self):
        """Make every unfinished call ask its bank first."""
        self.env["g2p.bridge.restore"].sudo()._mark_restored(self._given_reason())
        return True

    def action_confirm(self):
        """Let new money move again."""
        self.env["g2p.bridge.restore"].sudo()._confirm(self._given_reason())
        return True

    def _given_reason(self):
        self.ensure_one()
        self.env["res.users"]._g2p_bridge_check_role("admin")
        reason = self.env["g2p.bridge.audit"]._given_reason(self.reason)
        self.env["g2p.bridge.second.factor"]._demand(self)
        return reason
