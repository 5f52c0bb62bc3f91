# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


def _refuse_removal(statements):
    """Statements are evidence: the addon that can read them stays as long as there are any."""
    if statements:
        raise UserError(
            statements.env._(
                "There are %s MT940 statements. They prove payments, and only this addon can "
                "read them: it cannot be removed.",
                len(statements),
            )
        )


class Statement(models.Model):
    _inherit = "g2p.bridge.statement"

    format = fields.Selection(
        selection_add=[("mt940", "MT940")], ondelete={"mt940": _refuse_removal}
    )
