# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class Operation(models.Model):
    """What a partner can ask of the bridge; the list is part of the program."""

    _name = "g2p.bridge.operation"
    _description = "Bridge Operation"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="What it does, in a few words.")
    code = fields.Char(required=True, help="As in the address that is called.")
    kind = fields.Selection(
        [("pbms", "PBMS"), ("bank", "Bank")], required=True, help="Who may be allowed to ask it."
    )
    is_usual = fields.Boolean(help="Partners of this kind usually ask it.")
    sequence = fields.Integer()

    _code_uniq = models.Constraint("UNIQUE(code)", "Another operation has this code.")
