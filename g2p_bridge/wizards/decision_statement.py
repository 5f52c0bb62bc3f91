# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from .decision import SUBJECTS

KINDS = [
    ("statement_another", "It is another statement: process it"),
    ("statement_leave", "Leave the statement: nothing of it is processed"),
    ("statement_account", "Choose the account of the statement"),
    ("statement_confirm", "Confirm what another person has handed in"),
    ("statement_difference", "What differs from the bank's statement was looked into"),
]
SUBJECTS.update({kind: "g2p.bridge.statement" for kind, _name in KINDS})


class DecisionStatement(models.TransientModel):
    """What finance decides about statements that wait for a person, with the reason."""

    _inherit = "g2p.bridge.decision"

    kind = fields.Selection(
        selection_add=KINDS, ondelete=dict.fromkeys((kind for kind, _name in KINDS), "cascade")
    )
    program_id = fields.Many2one(
        "g2p.bridge.program",
        "Paid from This Account",
        help="A program that is paid from the account of the statement.",
    )

    def _decide_statement_another(self, statements):
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        statements.sudo()._decide_another(self.reason.strip())

    def _decide_statement_leave(self, statements):
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        statements.sudo()._decide_leave(self.reason.strip())

    def _decide_statement_confirm(self, statements):
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        statements.sudo()._decide_confirm(self.reason.strip())

    def _decide_statement_difference(self, statements):
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        statements.sudo()._decide_difference(self.reason.strip())

    def _decide_statement_account(self, statements):
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        if not self.program_id:
            raise UserError(self.env._("Choose a program that is paid from this account."))
        self.program_id.check_access("read")
        statements.sudo()._decide_account(self.program_id.sudo(), self.reason.strip())
