from odoo import api, fields, models


class EnvelopeReview(models.TransientModel):
    """What an approver sees and confirms before envelopes are released or sent back."""

    _name = "g2p.bridge.envelope.review"
    _description = "Review of Envelopes"

    kind = fields.Selection(
        [("approve", "Approve"), ("reject", "Send back")], required=True, readonly=True
    )
    envelope_ids = fields.Many2many("g2p.bridge.envelope", readonly=True)
    envelope_count = fields.Integer(compute="_compute_envelope_count")
    has_unresolved = fields.Boolean(compute="_compute_envelope_count")
    reason = fields.Text(help="It is kept in the history of each envelope.")

    @api.depends("envelope_ids")
    def _compute_envelope_count(self):
        for review in self:
            envelopes = review.envelope_ids
            review.envelope_count = len(envelopes)
            review.has_unresolved = any(envelopes.mapped("number_of_disbursements_unresolved"))

    def action_confirm(self):
        """Release or send back. The envelopes check who may."""
        self.ensure_one()
        if self.kind == "approve":
            return self.envelope_ids.action_approve(self.reason)
        return self.envelope_ids.action_reject(self.reason)
