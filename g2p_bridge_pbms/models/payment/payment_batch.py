from odoo import fields, models


class PaymentBatch(models.Model):
    """A batch of payments of PBMS: a part of one envelope."""

    _name = "g2p.payment.batch"
    _inherit = ["g2p.payment.batch", "g2p.bridge.pbms.fields"]

    bridge_envelope_id = fields.Many2one(
        "g2p.bridge.envelope",
        "Envelope",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    bridge_handed_over = fields.Boolean(
        "Handed Over", readonly=True, copy=False, help="Whether the bridge has all its payments."
    )

    _bridge_to_hand_over = models.Index(
        "(bridge_envelope_id, id)"
        " WHERE bridge_envelope_id IS NOT NULL AND bridge_handed_over IS NOT TRUE"
    )

    def action_bridge_open_envelope(self):
        """Open the envelope that the payments of this batch are in."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Envelope"),
            "res_model": "g2p.bridge.envelope",
            "res_id": self.bridge_envelope_id.id,
            "view_mode": "form",
        }
