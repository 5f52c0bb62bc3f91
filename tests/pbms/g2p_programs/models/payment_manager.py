# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The payment manager: makes payments of approved entitlements and sends them."""

from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from . import constants


class PaymentManager(models.Model):
    _name = "g2p.program.payment.manager"
    _description = "Payment Manager"
    _inherit = "g2p.manager.mixin"

    program_id = fields.Many2one("g2p.program", ondelete="cascade")

    @api.model
    def _selection_manager_ref_id(self):
        selection = super()._selection_manager_ref_id()
        selection.append(("g2p.program.payment.manager.default", "Default"))
        return selection


class BasePaymentManager(models.AbstractModel):
    _name = "g2p.base.program.payment.manager"
    _description = "Base Payment Manager"
    _inherit = "base.programs.manager"

    CHANNEL = "root_program.cycle"

    name = fields.Char("Manager Name", required=True)
    program_id = fields.Many2one("g2p.program", required=True, ondelete="cascade")

    def mark_job_as_done(self, cycle, msg):
        """Runs after all jobs of a task: unlocks the cycle and says so in its chatter."""
        self.ensure_one()
        self._unlock(cycle, msg)

    def prepare_payments(self, cycle, entitlements=None):
        """Makes the payments of the cycle's approved entitlements."""
        raise NotImplementedError()

    def send_payments(self, batches):
        """Sends these payment batches."""
        raise NotImplementedError()

    def validate_accounts(self, entitlements):
        """Finds out whether the beneficiaries can be paid."""
        raise NotImplementedError()


class DefaultPaymentManager(models.Model):
    _name = "g2p.program.payment.manager.default"
    _description = "Default Payment Manager"
    _inherit = ["g2p.base.program.payment.manager", "g2p.manager.source.mixin"]

    MAX_PAYMENTS_FOR_SYNC_PREPARE = 200
    MAX_BATCHES_FOR_SYNC_SEND = 50

    currency_id = fields.Many2one("res.currency", related="program_id.journal_id.currency_id")
    create_batch = fields.Boolean("Automatically Create Batch")
    batch_tag_ids = fields.Many2many(
        "g2p.payment.batch.tag", "g2p_pay_batch_tag_pay_manager_def", string="Batch Tags"
    )

    @api.constrains("create_batch", "batch_tag_ids")
    def _check_batch_tags(self):
        for manager in self.filtered("create_batch"):
            if not manager.batch_tag_ids:
                raise ValidationError(self.env._("Batch Tags list cannot be empty."))
            if manager.batch_tag_ids.sorted("order")[-1].domain != "[]":
                raise ValidationError(
                    self.env._("Last tag in the Batch Tags list must contain empty domain.")
                )

    def prepare_payments(self, cycle, entitlements=None):
        entitlements = (entitlements or cycle.entitlement_ids).filtered_domain(
            [("state", "=", "approved")]
        )
        if not entitlements:
            message = self.env._("All entitlements selected are not approved!")
            return self._notification(message, "danger")
        if len(entitlements) >= self.MAX_PAYMENTS_FOR_SYNC_PREPARE:
            job = self.delayable(channel=self.CHANNEL)._prepare_payments(cycle, entitlements)
            reason = self.env._("Prepare payments for entitlements in cycle.")
            done = self.delayable(channel=self.CHANNEL).mark_job_as_done(
                cycle, self.env._("Prepared payments.")
            )
            self._run_in_jobs(cycle, [job], reason, done)
            return self._notification(self.env._("Preparing Payments Asynchronously."))
        payments, _batches = self._prepare_payments(cycle, entitlements)
        if not payments:
            return self._notification(self.env._("There are no new payments issued!"), "danger")
        return self._notification(self.env._("%s new payments was issued.", len(payments)))

    def _prepare_payments(self, cycle, entitlements):
        """Payments for those that have none or only failed ones, tag by tag and one by one, as
        PBMS makes them. Without a batch tag there is no payment."""
        entitlements = entitlements.filtered(
            lambda e: e.state == "approved" and all(p.status == "failed" for p in e.payment_ids)
        )
        payments, batches = self.env["g2p.payment"], self.env["g2p.payment.batch"]
        for tag in self.batch_tag_ids:
            tagged = entitlements & entitlements.search(self._safe_eval(tag.domain))
            entitlements -= tagged
            batch = self.env["g2p.payment.batch"]
            for i, entitlement in enumerate(tagged):
                if self.create_batch and i % tag.max_batch_size == 0:
                    batch = batches.create(
                        {
                            "name": str(uuid4()),
                            "cycle_id": cycle.id,
                            "stats_datetime": fields.Datetime.now(),
                            "tag_id": tag.id,
                        }
                    )
                    batches += batch
                payment = payments.create(self._prepare_payment_vals(entitlement))
                payments += payment
                if batch:
                    batch.payment_ids = [(4, payment.id)]
                    payment.batch_id = batch
        return payments, batches

    def _prepare_payment_vals(self, entitlement):
        return {
            "name": str(uuid4()),
            "entitlement_id": entitlement.id,
            "company_id": entitlement.company_id.id,
            "amount_issued": entitlement.initial_amount,
            "payment_fee": entitlement.transfer_fee,
            "state": "issued",
            "account_number": entitlement.partner_id.bank_ids[:1].acc_number,
        }

    def send_payments(self, batches):
        if len(batches) < self.MAX_BATCHES_FOR_SYNC_SEND:
            return self._send_payments(batches)
        for cycle, of_cycle in batches.grouped("cycle_id").items():
            job = self.delayable(channel=self.CHANNEL)._send_payments(of_cycle)
            reason = self.env._("Send payments for batches in cycle.")
            done = self.delayable(channel=self.CHANNEL).mark_job_as_done(
                cycle, self.env._("Send payments completed.")
            )
            self._run_in_jobs(cycle, [job], reason, done)
        return self._notification(self.env._("Sending Payments Asynchronously"))

    def _send_payments(self, batches):
        """Does nothing: managers that pay override it."""
        if not batches:
            return self._notification(self.env._("No payment batches to process."), "warning")
        return None

    def _notification(self, message, kind="success"):
        return constants.notification(self.env._("Payment"), message, kind)
