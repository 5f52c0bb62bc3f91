# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The entitlement manager: how much each member gets, and the approval of it."""

from odoo import api, fields, models

from . import constants


class EntitlementManager(models.Model):
    _name = "g2p.program.entitlement.manager"
    _description = "Entitlement Manager"
    _inherit = "g2p.manager.mixin"

    program_id = fields.Many2one("g2p.program", ondelete="cascade")

    @api.model
    def _selection_manager_ref_id(self):
        selection = super()._selection_manager_ref_id()
        selection.append(("g2p.program.entitlement.manager.default", "Default"))
        return selection


class BaseEntitlementManager(models.AbstractModel):
    _name = "g2p.base.program.entitlement.manager"
    _description = "Base Entitlement Manager"
    _inherit = "base.programs.manager"

    IS_CASH_ENTITLEMENT = True
    MIN_ROW_JOB_QUEUE = 200
    MAX_ROW_JOB_QUEUE = 2000

    name = fields.Char("Manager Name", required=True)
    program_id = fields.Many2one("g2p.program", required=True, ondelete="cascade")

    def mark_job_as_done(self, cycle, msg):
        """Runs after all jobs of a task: unlocks the cycle and says so in its chatter."""
        self.ensure_one()
        self._unlock(cycle, msg)

    def _chunks_in_jobs(self, cycle, entitlements, method, reason, done_message):
        """Runs `method` on chunks of the entitlements, each in a job of the root channel."""
        size = self.MAX_ROW_JOB_QUEUE
        jobs = [
            getattr(self.delayable(), method)(entitlements[i : i + size])
            for i in range(0, len(entitlements), size)
        ]
        done = self.delayable().mark_job_as_done(cycle, done_message)
        self._run_in_jobs(cycle, jobs, reason, done)


class DefaultEntitlementManager(models.Model):
    _name = "g2p.program.entitlement.manager.default"
    _description = "Default Entitlement Manager"
    _inherit = ["g2p.base.program.entitlement.manager", "g2p.manager.source.mixin"]

    amount_per_cycle = fields.Monetary(default=0.0)
    amount_per_individual_in_group = fields.Monetary(default=0.0)
    max_individual_in_group = fields.Integer(default=0)
    transfer_fee_pct = fields.Float("Transfer Fee(%)")
    transfer_fee_amt = fields.Monetary("Transfer Fee Amount")
    currency_id = fields.Many2one("res.currency", related="program_id.journal_id.currency_id")

    def prepare_entitlements(self, cycle, beneficiaries):
        """A draft entitlement for each of these cycle memberships that has none yet."""
        domain = [("cycle_id", "=", cycle.id), ("partner_id", "in", beneficiaries.partner_id.ids)]
        entitled = self.env["g2p.entitlement"].search(domain).partner_id
        return self.env["g2p.entitlement"].create(
            [
                {
                    "cycle_id": cycle.id,
                    "partner_id": partner.id,
                    "company_id": cycle.company_id.id,
                    "initial_amount": self.amount_per_cycle,
                    "transfer_fee": self._transfer_fee(self.amount_per_cycle),
                    "is_cash_entitlement": True,
                    "valid_from": cycle.start_date,
                    "valid_until": cycle.end_date,
                }
                for partner in beneficiaries.partner_id - entitled
            ]
        )

    def _transfer_fee(self, amount):
        if self.transfer_fee_pct > 0:
            return amount * self.transfer_fee_pct / 100
        return max(self.transfer_fee_amt, 0.0)

    def set_pending_validation_entitlements(self, cycle):
        entitlements = cycle.get_entitlements(["draft"], order="id")
        if len(entitlements) < self.MIN_ROW_JOB_QUEUE:
            self._set_pending_validation_entitlements(entitlements)
            return
        self._chunks_in_jobs(
            cycle,
            entitlements,
            "_set_pending_validation_entitlements",
            self.env._("Set entitlements to pending validation for cycle."),
            self.env._("Entitlements Set to Pending Validation."),
        )

    def _set_pending_validation_entitlements(self, entitlements):
        entitlements.write({"state": "pending_validation"})

    def validate_entitlements(self, cycle):
        """Approves the open entitlements of the cycle, from MIN_ROW_JOB_QUEUE on by jobs."""
        entitlements = cycle.get_entitlements(["draft", "pending_validation"], order="id")
        if len(entitlements) >= self.MIN_ROW_JOB_QUEUE:
            self._chunks_in_jobs(
                cycle,
                entitlements,
                "_validate_entitlements",
                self.env._("Validate and approve entitlements for cycle."),
                self.env._("Entitlements Validated and Approved."),
            )
            return None
        errors, message = self._validate_entitlements(entitlements)
        if errors:
            return constants.notification(self.env._("Entitlement"), message, "danger")
        message = self.env._("Entitlements are validated and approved.")
        return constants.notification(self.env._("Entitlement"), message)

    def _validate_entitlements(self, entitlements):
        return self.approve_entitlements(entitlements)

    def cancel_entitlements(self, cycle):
        states = ["draft", "pending_validation", "approved"]
        cycle.get_entitlements(states).write({"state": "cancelled"})
