from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.g2p_bridge.lib.policy import strictest


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
    pbms_past_approval = fields.Boolean(
        "Past the Approval of PBMS",
        readonly=True,
        copy=False,
        help="PBMS's own approval did not let all of these payments through: the cycle or an "
        "entitlement was set to approved, or changed afterwards, by hand. Whatever the policy "
        "says, an approver has to release it who had no part in it.",
    )

    def _waiting_for_send(self):
        """Those of these that wait for Send Payments."""
        return self.filtered(
            lambda envelope: (
                envelope.cancellation_status == "not_cancelled"
                and envelope._starts_by_hand()
                and not envelope.started_by_id
            )
        )

    @api.model
    def _starts_by_hand_domain(self):
        """The payment manager of the program decides, not the policy for everybody else."""
        others = Domain("pbms_cycle_id", "=", False) & super()._starts_by_hand_domain()
        return others | Domain("pbms_cycle_id", "!=", False) & Domain("pbms_by_hand", "=", True)

    def _start(self, reason=None):
        """Whoever starts an envelope has a part in it, and its batches at PBMS have started."""
        begun = self.filtered(lambda one: one.pbms_cycle_id and not one.started_by_id)
        result = super()._start(reason=reason)
        begun._add_maker()
        batches = self.env["g2p.payment.batch"].search([("bridge_envelope_id", "in", begun.ids)])
        batches.write({"batch_has_started": True})
        return result

    def _approval(self):
        """What PBMS's own approval did not let through is never released by who made it."""
        return strictest(super()._approval(), "other" if self.pbms_past_approval else "none")

    @api.model
    def _anyone_approves_domain(self):
        return super()._anyone_approves_domain() & Domain("pbms_past_approval", "=", False)

    def _waiting_for_approval(self):
        sentence = super()._waiting_for_approval()
        if not self.pbms_past_approval:
            return sentence
        return self.env._(
            "The approval of PBMS did not let all of these payments through: their cycle or their "
            "entitlements were written by hand. %s",
            sentence,
        )
