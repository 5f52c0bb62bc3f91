# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class WebhookReplay(models.TransientModel):
    """Which events a webhook is sent once more, and why."""

    _name = "g2p.bridge.webhook.replay"
    _description = "Send Events Again"

    # === Fields ===

    webhook_ids = fields.Many2many("g2p.bridge.webhook", readonly=True)
    delivery_ids = fields.Many2many("g2p.bridge.webhook.delivery", readonly=True)
    which = fields.Selection(
        [
            ("selected", "The selected ones"),
            ("failed", "All that were given up"),
            ("since", "All since a date"),
        ],
        default="failed",
        required=True,
    )
    since = fields.Datetime(help="Events that happened from here on, whether delivered or not.")
    reason = fields.Char(required=True)

    # === Actions ===

    def action_confirm(self):
        """Put them into the outbox again and say how many there are."""
        self.ensure_one()
        self.webhook_ids.check_access("write")
        if not self.reason.strip():
            raise UserError(self.env._("Give a reason: it is kept with each event."))
        webhooks = self.webhook_ids.sudo()
        webhooks._check_running()
        count = self._replay(webhooks, self.reason.strip())
        webhooks._deliver_due()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if count else "warning",
                "message": self.env._("%s events are sent again.", count),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # === Helpers ===

    @api.model
    def _open(self, webhooks, deliveries=None):
        webhooks.check_access("write")
        values = {"default_webhook_ids": [Command.set(webhooks.ids)]}
        if deliveries:
            values["default_delivery_ids"] = [Command.set(deliveries.ids)]
            values["default_which"] = "selected"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Events Again"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": values,
        }

    def _replay(self, webhooks, reason):
        if self.which == "selected":
            if not self.delivery_ids:
                raise UserError(self.env._("Select them in the list of deliveries first."))
            return webhooks._replay(SQL("d.id = ANY(%s)", self.delivery_ids.ids), reason)
        if self.which == "failed":
            return webhooks._replay(SQL("d.state = 'failed'"), reason)
        if not self.since:
            raise UserError(self.env._("Enter the date from which events are sent again."))
        return webhooks._replay_since(self.since, reason)
