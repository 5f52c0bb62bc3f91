from odoo import fields, models


class Envelope(models.Model):
    """The cycle that an envelope pays."""

    _inherit = "g2p.bridge.envelope"

    pbms_cycle_id = fields.Many2one(
        "g2p.cycle", "Cycle of PBMS", readonly=True, index=True, copy=False, ondelete="restrict"
    )
    pbms_by_hand = fields.Boolean(
        readonly=True,
        copy=False,
        help="The payment manager was manual when the envelope was made: Send Payments starts it.",
    )

    def _starts_by_hand(self):
        """The payment manager of the program decides, not the policy for everybody else."""
        return self.pbms_by_hand if self.pbms_cycle_id else super()._starts_by_hand()
