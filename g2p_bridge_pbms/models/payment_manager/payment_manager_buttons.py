# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ConcurrencyError

from odoo.addons.g2p_bridge.models.envelope.envelope_states import LIVE
from odoo.addons.queue_job.job import Job

from ...try_again import try_again
from ..pbms_states import PAID_STATES


class PaymentManagerButtons(models.Model):
    """What the buttons of PBMS call: the same round, started by a person."""

    _inherit = "g2p.program.payment.manager.g2p.bridge"
    #: From this number of approved entitlements on, payments are prepared by a job.
    MAX_PAYMENTS_FOR_SYNC_PREPARE = 200

    # === Actions ===

    @api.private
    def prepare_payments(self, cycle, entitlements=None):
        """Declare an envelope for everybody who is approved and not being paid.

        Payments that have failed are made once more. In a program that starts by itself the
        envelope goes its way; otherwise it waits for "Send payments".

        :param entitlements: prepare payments for these alone
        :return: the client's action that says what happened
        """
        self.ensure_one()
        refusal = self._prepare_refusal(cycle)
        if refusal:
            return self._notify(refusal, "danger")
        payable = self.env["g2p.entitlement"]._bridge_payable_domain(asked=True)
        domain = [("cycle_id", "=", cycle.id), *payable]
        if entitlements:
            domain.append(("id", "in", entitlements.ids))
        count = self.env["g2p.entitlement"].search_count(domain)
        if not count:
            return self._notify(self.env._("None of the entitlements is approved."), "danger")
        if count >= self.MAX_PAYMENTS_FOR_SYNC_PREPARE:
            self._prepare_payments_async(cycle, entitlements, count)
            return self._notify(
                self.env._(
                    "Payments of %s entitlements are being prepared in the background.", count
                )
            )
        payments, _batches = self._prepare_payments(cycle, entitlements)
        return self._notify(*self._prepared(cycle, payments))

    @api.private
    def send_payments(self, batches):
        """Start the envelopes of payment batches.

        :return: the client's action that says what happened
        """
        batches.check_access("write")
        return self._send_payments(batches)

    @api.private
    def validate_accounts(self, entitlements):
        """Find out whom of these entitlements the bridge can't pay, and why.

        :return: those that it can pay; the others have their ``bridge_problem``
        :raises UserError: nobody can be paid, because something else is missing
        """
        entitlements.check_access("write")
        good = entitlements.browse()
        for cycle in entitlements.cycle_id:
            mine = entitlements.filtered(lambda one, cycle=cycle: one.cycle_id == cycle)
            manager = self.sudo()
            manager._check_ready(cycle.sudo())
            chosen = manager._chosen(cycle, mine, asked=True)
            manager._look(cycle.sudo(), chosen, by_itself=False)
            good |= mine.filtered(lambda one: not one.sudo().bridge_problem)
        return good

    # === Steps ===

    def _job_bridge_prepare(self, cycle, entitlements=None):
        """Prepare payments in the background and unlock the cycle; harmless to run twice."""
        self, cycle = self.sudo(), cycle.exists().sudo()
        if not cycle:
            return None
        if cycle.state in PAID_STATES:
            try:
                payments, _batches = self._prepare_payments(cycle, entitlements)
            except ConcurrencyError as error:
                raise try_again(error) from error
            message, _kind = self._prepared(cycle, payments)
        else:
            message = self.env._("No payments were prepared: the cycle is not approved any more.")
        self.mark_job_as_done(cycle, message)
        return message

    # === Helpers ===

    def _prepare_refusal(self, cycle):
        """Why payments of a cycle can't be prepared now, in words; None if they can."""
        # The same right that making the payments one by one would need.
        self.env["g2p.payment"].check_access("create")
        cycle.check_access("write")
        if cycle.program_id != self.program_id:
            return self.env._("This cycle is of another program.")
        if cycle.state not in PAID_STATES:
            return self.env._("Approve the cycle first: payments are of approved cycles.")
        if cycle.locked:
            return self.env._(
                "The cycle is locked (%s). Wait until that is done.", cycle.locked_reason or ""
            )
        return None

    def _prepare_payments(self, cycle, entitlements=None):
        """One round that a person asked for.

        :return: payments and batches that were made; records of none if nobody is payable or
            the bridge refused, which the cycle's message says
        """
        cycle = cycle.sudo()
        cycle._bridge_lock_for_change()
        options = {"entitlements": entitlements} if entitlements else {}
        envelope, _message = cycle._bridge_round(asked=True, **options)
        batches = self.env["g2p.payment.batch"]
        payments = self.env["g2p.payment"]
        if not envelope:
            return payments, batches
        chosen = [("bridge_envelope_id", "=", envelope.id)]
        return payments.sudo().search(chosen).with_env(self.env), batches.sudo().search(
            chosen, order="id"
        ).with_env(self.env)

    def _prepare_payments_async(self, cycle, entitlements, entitlements_count):
        cycle.message_post(
            body=self.env._("Preparing payments of %s entitlements.", entitlements_count)
        )
        cycle.write({"locked": True, "locked_reason": self.env._("Payments are being prepared.")})
        job = Job(
            self._job_bridge_prepare,
            args=(cycle, entitlements),
            identity_key=f"g2p.cycle-bridge-prepare-{cycle.id}",
            description=self.env._("Prepare payments of %s", cycle.display_name),
        )
        self.env["queue.job"]._enqueue_once([job])

    def _prepared(self, cycle, payments):
        """What preparing payments has come to: words and their kind."""
        problems = cycle.sudo().bridge_message
        if payments:
            message = self.env._("%s new payments were issued.", len(payments))
            return "\n".join(
                filter(None, (message, problems))
            ), "warning" if problems else "success"
        return problems or self.env._("Nobody is left to pay: no new payments."), "danger"

    def _send_payments(self, batches):
        envelopes = batches.sudo().bridge_envelope_id.filtered(
            lambda envelope: (
                LIVE.holds(envelope) and envelope.pbms_cycle_id.program_id == self.program_id
            )
        )
        if not envelopes:
            return self._notify(
                self.env._("There is nothing to send. Prepare payments first."), "warning"
            )
        waiting = envelopes._waiting_for_send()
        if not waiting:
            return self._notify(self.env._("The payments are on their way already."), "info")
        if any(envelope._would_start_early() for envelope in waiting):
            return waiting.with_env(self.env).action_start()
        waiting._start()
        self.env["queue.job"]._enqueue_forgotten(waiting._bridge_fill_jobs())
        return self._notify(
            self.env._(
                "%(count)s payments were started.",
                count=sum(waiting.mapped("number_of_disbursements")),
            )
        )

    @api.model
    def _notify(self, message, kind="success"):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Payment"),
                "message": message,
                "type": kind,
                "sticky": kind != "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
