# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import AccessError

from ..ours import is_own_model


class OwnComposer(models.TransientModel):
    _inherit = "mail.compose.message"

    def _action_send_mail_mass_mail(self, res_ids, auto_commit=False):
        """Many records at once would be told of in the name of whoever is entered as author."""
        if is_own_model(self.model) and not self.env.su:
            raise AccessError(
                self.env._("Write to people in the history of one record, by a message there.")
            )
        return super()._action_send_mail_mass_mail(res_ids, auto_commit=auto_commit)
