# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.g2p_bridge.lib.policy import strictest
from odoo.addons.g2p_bridge.models.envelope.envelope_states import ENDED, LIVE
from odoo.addons.queue_job.job import Job


class Envelope(models.Model):
    """An envelope that pays a cycle of PBMS: it starts, is approved, filled and archived with it.

    It is filled batch after batch. Operations on one envelope come one after the other, so its
    batches would only be in each other's way. Envelopes are filled at the same time.
    """

    _inherit = "g2p.bridge.envelope"

    # === Fields ===

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

    # === Actions ===

    def action_open_pbms_cycle(self):
        """Open the cycle of PBMS that this envelope pays."""
        self.ensure_one()
        self.check_access("read")
        cycle = self.sudo().pbms_cycle_id
        if not cycle.with_env(self.env).has_access("read"):
            raise UserError(
                self.env._(
                    "The envelope pays the cycle %(cycle)s of %(program)s. Cycles are shown to "
                    "people of PBMS: ask its program manager about it.",
                    cycle=cycle.name,
                    program=cycle.program_id.name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cycle"),
            "res_model": "g2p.cycle",
            "res_id": self.pbms_cycle_id.id,
            "view_mode": "form",
            "views": [(self.env.ref("g2p_programs.view_cycle_form").id, "form")],
        }

    # === Steps ===

    def _start(self, reason=None):
        """Who starts an envelope has a part in it, and its batches at PBMS have started."""
        begun = self.filtered(lambda one: one.pbms_cycle_id and not one.started_by_id)
        result = super()._start(reason=reason)
        begun._add_maker()
        batches = self.env["g2p.payment.batch"].search([("bridge_envelope_id", "in", begun.ids)])
        batches.write({"batch_has_started": True})
        return result

    def _refresh_state(self):
        """An envelope that is finished may be the last thing that its cycle waited for, and a
        cancelled one ends payments that no report speaks of."""
        before = self.state
        result = super()._refresh_state()
        if self.state != before and self.state in ENDED:
            batches = [] if self.state == "reconciled" else None
            self.pbms_cycle_id._bridge_enqueue_settle(batches)
        return result

    # === Helpers ===

    def _waiting_for_send(self):
        """Those of these that wait for Send Payments."""
        return self.filtered(
            lambda envelope: (
                LIVE.holds(envelope) and envelope._starts_by_hand() and not envelope.started_by_id
            )
        )

    @api.model
    def _starts_by_hand_domain(self):
        """The payment manager of the program decides, not the policy for everybody else."""
        others = Domain("pbms_cycle_id", "=", False) & super()._starts_by_hand_domain()
        return others | Domain("pbms_cycle_id", "!=", False) & Domain("pbms_by_hand", "=", True)

    def _approval(self):
        """What PBMS's own approval did not let through is never released by who made it."""
        return strictest(super()._approval(), "other" if self.pbms_past_approval else "none")

    @api.model
    def _needs_approval_domain(self):
        return super()._needs_approval_domain() | Domain("pbms_past_approval", "=", True)

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

    def _archive_refusal_of_lines(self):
        """It is archived once PBMS knows what became of each payment."""
        refusal = super()._archive_refusal_of_lines()
        if not refusal and self.pbms_cycle_id and self.sudo().bank_batch_ids._differing():
            refusal = self.env._(
                "PBMS has not been told yet what became of the payments of %s. That is done "
                "within the hour.",
                self.display_name,
            )
        return refusal

    def _bridge_fill_jobs(self):
        """The jobs of the first batch of each of these envelopes that was not handed over yet.

        They run on behalf of the person who had the envelope made, not of who finds that it is not
        full.
        """
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT MIN(b.id), e.create_uid FROM g2p_bridge_envelope e"
            " JOIN g2p_payment_batch b ON b.bridge_envelope_id = e.id"
            f" WHERE e.id = ANY(%s) AND {LIVE.sql('e')}"
            " AND b.bridge_handed_over IS NOT TRUE GROUP BY e.id",
            [self.ids],
        )
        batches = [
            self.env["g2p.payment.batch"].browse(batch_id).with_user(user_id).sudo()
            for batch_id, user_id in self.env.cr.fetchall()
        ]
        return [
            Job(
                batch._job_bridge_fill,
                identity_key=f"{batch._name}-bridge-fill-{batch.id}",
                description=self.env._("Hand over %s", batch.external_batch_ref),
            )
            for batch in batches
        ]
