# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class BeneficiaryCorrect(models.TransientModel):
    """A window in which an officer corrects the IDs of unresolved beneficiaries.

    One beneficiary has a form, several have a list: who gets no other ID there stays as they are.
    """

    _name = "g2p.bridge.beneficiary.correct"
    _description = "Correct Beneficiary IDs"

    # === Fields ===

    disbursement_id = fields.Many2one("g2p.bridge.disbursement", readonly=True)
    envelope_id = fields.Many2one(related="disbursement_id.envelope_id")
    beneficiary_name = fields.Char(related="disbursement_id.beneficiary_name")
    former_id = fields.Char("Beneficiary ID", related="disbursement_id.beneficiary_id")
    reason_text = fields.Char("Why Unresolved", related="disbursement_id.reason_text")
    beneficiary_id = fields.Char("Right ID")
    line_ids = fields.One2many("g2p.bridge.beneficiary.correct.line", "correct_id")
    resolve_again = fields.Boolean(
        "Ask the Mapper Again",
        compute="_compute_resolve_again",
        store=True,
        readonly=False,
        help="Otherwise the ID is only corrected, and the mapper is asked later.",
    )
    takes_corrections = fields.Boolean(compute="_compute_takes_corrections")
    reason = fields.Text(required=True)

    # === Compute ===

    @api.depends("disbursement_id", "line_ids.disbursement_id")
    def _compute_takes_corrections(self):
        for wizard in self:
            wizard.takes_corrections = all(
                envelope._takes_corrections() for envelope in wizard._lines().envelope_id.sudo()
            )

    @api.depends("takes_corrections")
    def _compute_resolve_again(self):
        for wizard in self:
            wizard.resolve_again = wizard.takes_corrections

    # === Actions ===

    def action_correct(self):
        """Correct the IDs and, if wanted, ask the mapper about them."""
        self.ensure_one()
        self.env["res.users"]._g2p_bridge_check_role("officer")
        self._lines().check_access("read")
        reason = self.env["g2p.bridge.audit"]._given_reason(self.reason)
        right_ids = self._right_ids()
        lines = self.env["g2p.bridge.disbursement"].browse(right_ids).sudo()
        lines._correct_beneficiaries(right_ids, reason)
        if self.resolve_again:
            lines._resolve_again()
        return True

    # === Helpers ===

    @api.model
    def _open(self, lines):
        """:return: the action that asks for the right IDs of these disbursements"""
        several = [Command.create({"disbursement_id": line.id}) for line in lines]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct Beneficiary IDs"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": (
                {"default_line_ids": several}
                if len(lines) > 1
                else {"default_disbursement_id": lines.id}
            ),
        }

    def _lines(self):
        """The disbursements that the window is about."""
        return self.disbursement_id | self.line_ids.disbursement_id

    def _right_ids(self):
        """:return: dict: the ID that was entered for each disbursement, by its record ID"""
        if not self.line_ids:
            return {self.disbursement_id.id: self.beneficiary_id}
        entered = self.line_ids.filtered("beneficiary_id")
        if not entered:
            raise UserError(self.env._("Enter the right ID of at least one beneficiary."))
        return {line.disbursement_id.id: line.beneficiary_id for line in entered}


class BeneficiaryCorrectLine(models.TransientModel):
    """One of several beneficiaries, and the right ID once it is known."""

    _name = "g2p.bridge.beneficiary.correct.line"
    _description = "Beneficiary ID to Correct"

    # === Fields ===

    correct_id = fields.Many2one(
        "g2p.bridge.beneficiary.correct", required=True, ondelete="cascade"
    )
    disbursement_id = fields.Many2one("g2p.bridge.disbursement", required=True, readonly=True)
    beneficiary_name = fields.Char(related="disbursement_id.beneficiary_name")
    former_id = fields.Char("Beneficiary ID", related="disbursement_id.beneficiary_id")
    reason_text = fields.Char("Why Unresolved", related="disbursement_id.reason_text")
    beneficiary_id = fields.Char("Right ID")
