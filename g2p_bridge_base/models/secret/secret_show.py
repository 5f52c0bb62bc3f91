# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SecretShow(models.AbstractModel):
    """A window that shows a secret to who made it, this once; it is stored nowhere here."""

    _name = "g2p.bridge.secret.show"
    _description = "New Secret"

    # === Fields ===

    # The web client does not ask for onchange(), hence defaults from the context suffice.
    id = fields.Id()
    secret = fields.Char("Token", readonly=True)

    # === Helpers ===

    def _open(self, title, secret):
        """:return: the action that shows ``secret`` under ``title``"""
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_secret": secret},
        }
