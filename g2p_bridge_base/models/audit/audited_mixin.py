# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AuditedMixin(models.AbstractModel):
    """Records that people decide about: one call tells it in the history and in the audit trail."""

    _name = "g2p.bridge.audited.mixin"
    _description = "Decided About"

    def _log_decision(self, action, body, what=None, **facts):
        """Say in this record's history what was done, and keep it in the audit trail.

        :param str action: a key of the audit trail's actions
        :param body: what the history says; a text, or markup
        :param what: what the audit trail says in its place
        :param facts: ``reason``, ``old_value``, ``new_value``, ``lines``, see ``_record_fact``
        """
        self.ensure_one()
        # In the name of whoever decides, but by the bridge: people write comments only.
        self.sudo().message_post(body=body)
        self.env["g2p.bridge.audit"]._record_fact(action, self, what or body, **facts)
