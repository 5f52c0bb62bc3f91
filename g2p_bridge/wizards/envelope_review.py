# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import api, fields, models


class EnvelopeReview(models.TransientModel):
    """What an approver sees and confirms before envelopes are released or sent back."""

    _name = "g2p.bridge.envelope.review"
    _description = "Review of Envelopes"

    # === Fields ===

    kind = fields.Selection(
        [("approve", "Approve"), ("reject", "Send back")], required=True, readonly=True
    )
    envelope_ids = fields.Many2many("g2p.bridge.envelope", readonly=True)
    envelope_count = fields.Integer(compute="_compute_envelope_count")
    has_unresolved = fields.Boolean(compute="_compute_envelope_count")
    revisions = fields.Text(
        readonly=True, help="What this window, or the preview before it, has shown of each."
    )
    reason = fields.Text(help="It is kept in the history of each envelope.")

    # === Compute ===

    @api.depends("envelope_ids")
    def _compute_envelope_count(self):
        for review in self:
            envelopes = review.envelope_ids
            review.envelope_count = len(envelopes)
            review.has_unresolved = any(envelopes.mapped("number_of_disbursements_unresolved"))

    # === CRUD ===

    @api.model
    def default_get(self, fields_list):
        """Note what is about to be shown: only that is approved here."""
        values = super().default_get(fields_list)
        ids = self.env.context.get("default_envelope_ids") or ()
        if "revisions" in fields_list and self.env.context.get("default_kind") == "approve":
            shown = self._revisions(values.get("revisions"))
            others = (
                self.env["g2p.bridge.envelope"]
                .browse(ids)
                .filtered(lambda envelope: str(envelope.id) not in shown)
            )
            values["revisions"] = json.dumps({**others.content_revisions(), **shown})
        return values

    # === Actions ===

    def action_confirm(self):
        """Release or send back. The envelopes check who may, and whether it is what was shown."""
        self.ensure_one()
        if self.kind == "approve":
            revisions = self._revisions(self.revisions)
            return self.envelope_ids.action_approve(self.reason, revisions)
        return self.envelope_ids.action_reject(self.reason)

    # === Helpers ===

    @api.model
    def _revisions(self, text):
        """{record ID as text: revision}, none if the text is something else"""
        try:
            revisions = json.loads(text or "{}")
        except (TypeError, ValueError, RecursionError):
            return {}
        return revisions if isinstance(revisions, dict) else {}
