from odoo import api, fields, models
from odoo.exceptions import UserError


class BeneficiaryCorrect(models.TransientModel):
    """A window in which an officer corrects the ID of an unresolved beneficiary."""

    _name = "g2p.bridge.beneficiary.correct"
    _description = "Correct a Beneficiary ID"

    disbursement_id = fields.Many2one("g2p.bridge.disbursement", required=True, readonly=True)
    envelope_id = fields.Many2one(related="disbursement_id.envelope_id")
    beneficiary_name = fields.Char(related="disbursement_id.beneficiary_name")
    former_id = fields.Char("Beneficiary ID", related="disbursement_id.beneficiary_id")
    reason_text = fields.Char("Why Unresolved", related="disbursement_id.reason_text")
    beneficiary_id = fields.Char("Right ID", required=True)
    resolve_again = fields.Boolean(
        "Ask the Mapper Again",
        compute="_compute_resolve_again",
        store=True,
        readonly=False,
        help="Otherwise the ID is only corrected, and the mapper is asked later.",
    )
    takes_corrections = fields.Boolean(compute="_compute_takes_corrections")
    reason = fields.Text(required=True)

    @api.depends("disbursement_id")
    def _compute_takes_corrections(self):
        for wizard in self:
            envelope = wizard.disbursement_id.envelope_id.sudo()
            released = envelope._funds_step("release")
            wizard.takes_corrections = not released and envelope._takes_corrections()

    @api.depends("takes_corrections")
    def _compute_resolve_again(self):
        for wizard in self:
            wizard.resolve_again = wizard.takes_corrections

    def action_correct(self):
        """Correct the ID and, if wanted, ask the mapper about it."""
        self.ensure_one()
        self.env["g2p.bridge.envelope"]._check_group("group_officer")
        self.disbursement_id.check_access("read")
        reason = self.reason.strip()
        if not reason:
            raise UserError(self.env._("Give a reason: it is kept in the envelope's history."))
        line = self.disbursement_id.sudo()
        line._correct_beneficiary(self.beneficiary_id, reason)
        if self.resolve_again:
            line._resolve_again()
        return True
