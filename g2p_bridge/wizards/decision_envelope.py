from odoo import fields, models

from .decision import SUBJECTS

SUBJECTS.update(
    start_envelope="g2p.bridge.envelope",
    pause_envelope="g2p.bridge.envelope",
    resume_envelope="g2p.bridge.envelope",
)


class DecisionEnvelope(models.TransientModel):
    """What officers decide about the course of an envelope, with the reason."""

    _inherit = "g2p.bridge.decision"

    kind = fields.Selection(
        selection_add=[
            ("start_envelope", "Start before the schedule date"),
            ("pause_envelope", "Pause the envelope"),
            ("resume_envelope", "Let the envelope go on"),
        ],
        ondelete=dict.fromkeys(("start_envelope", "pause_envelope", "resume_envelope"), "cascade"),
    )

    def _decide_start_envelope(self, envelopes):
        envelopes._check_officer()
        envelopes.sudo()._start(self.reason)

    def _decide_pause_envelope(self, envelopes):
        envelopes._check_officer()
        envelopes.sudo()._pause(self.reason)

    def _decide_resume_envelope(self, envelopes):
        envelopes._check_officer()
        envelopes.sudo()._resume(self.reason)
