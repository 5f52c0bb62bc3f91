# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .decision import SUBJECTS

KINDS = [
    ("submit_envelope", "Submit for approval again"),
    ("start_envelope", "Start before the schedule date"),
    ("pause_envelope", "Pause the envelope"),
    ("resume_envelope", "Let the envelope go on"),
    ("release_hold", "Give up what has not left and release its money"),
    ("cancel_disbursements", "Cancel disbursements"),
    ("release_held", "Pay held payments all the same"),
]
SUBJECTS.update({kind: "g2p.bridge.envelope" for kind, _name in KINDS})
SUBJECTS["cancel_disbursements"] = SUBJECTS["release_held"] = "g2p.bridge.disbursement"


class DecisionEnvelope(models.TransientModel):
    """What people decide about the course of an envelope, with the reason."""

    _inherit = "g2p.bridge.decision"

    kind = fields.Selection(
        selection_add=KINDS, ondelete=dict.fromkeys((kind for kind, _name in KINDS), "cascade")
    )

    def _decide_submit_envelope(self, envelopes):
        envelopes._check_officer()
        envelopes.sudo()._submit_again(self.reason)

    def _decide_start_envelope(self, envelopes):
        envelopes._check_officer()
        envelopes.sudo()._start(self.reason)

    def _decide_pause_envelope(self, envelopes):
        envelopes._check_officer()
        envelopes.sudo()._pause(self.reason)

    def _decide_resume_envelope(self, envelopes):
        envelopes._check_officer()
        envelopes.sudo()._resume(self.reason)

    def _decide_release_hold(self, envelopes):
        envelopes._check_group("group_finance")
        envelopes.sudo()._release_hold(self.reason)

    def _decide_release_held(self, lines):
        lines._check_releasable()
        lines.sudo()._release_held(self.reason.strip())

    def _decide_cancel_disbursements(self, lines):
        envelope = lines.envelope_id[:1]
        self.env["g2p.bridge.service"].with_company(envelope.company_id).cancel_disbursements(
            [{"disbursement_id": line.disbursement_id} for line in lines]
        )
        title = self.env._(
            "Disbursements cancelled (%(count)s): %(reason)s",
            count=len(lines),
            reason=self.reason.strip(),
        )
        envelope.sudo()._put_on_record(
            "cancel",
            lines._note(title),
            what=title,
            reason=self.reason.strip(),
            lines=lines.mapped("disbursement_id"),
        )
