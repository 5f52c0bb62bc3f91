# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The cycle manager: members and states of a cycle, and who may approve it."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from . import constants


class CycleManager(models.Model):
    _name = "g2p.cycle.manager"
    _description = "Cycle Manager"
    _inherit = "g2p.manager.mixin"

    program_id = fields.Many2one("g2p.program", ondelete="cascade")

    @api.model
    def _selection_manager_ref_id(self):
        selection = super()._selection_manager_ref_id()
        selection.append(("g2p.cycle.manager.default", "Default"))
        return selection


class BaseCycleManager(models.AbstractModel):
    _name = "g2p.base.cycle.manager"
    _description = "Base Cycle Manager"
    _inherit = "base.programs.manager"

    CHANNEL = "root_program.cycle"
    MIN_ROW_JOB_QUEUE = 200
    MAX_ROW_JOB_QUEUE = 2000

    name = fields.Char("Manager Name", required=True)
    program_id = fields.Many2one("g2p.program", required=True, ondelete="cascade")
    auto_approve_entitlements = fields.Boolean("Auto-approve Entitlements")

    def approve_cycle(self, cycle, auto_approve=False, entitlement_manager=None):
        """Approves the cycle, and with `auto_approve` its entitlements too: at once when they
        are few, by jobs from MIN_ROW_JOB_QUEUE on.

        Raises ValidationError when this user may not approve cycles of the program."""
        if cycle.state != constants.STATE_TO_APPROVE:
            message = self.env._("Only 'to approve' cycles can be approved.")
            return constants.notification(self.env._("Cycle"), message, "danger")
        cycle.update(
            {
                "state": constants.STATE_APPROVED,
                "approved_date": fields.Datetime.now(),
                "approved_by": self.env.uid,
            }
        )
        self.on_state_change(cycle)
        if not auto_approve:
            return None
        if not cycle.get_entitlements(["draft", "pending_validation"], count=True):
            message = self.env._(
                "Auto-approve entitlements is set but there are no entitlements to process."
            )
            return constants.notification(
                self.env._("Entitlements"), message, "warning", sticky=True
            )
        return entitlement_manager.validate_entitlements(cycle)

    def on_state_change(self, cycle):
        """Hook of every change of a cycle's state: only the approver group may approve."""
        if cycle.state != constants.STATE_APPROVED:
            return
        approvers = self.approver_group_id
        if not approvers:
            raise ValidationError(self.env._("The cycle approver group is not specified!"))
        if self.env.user.id != 1 and self.env.user not in approvers.all_user_ids:
            raise ValidationError(self.env._("You are not allowed to approve this cycle!"))

    def mark_distributed(self, cycle):
        cycle.update({"state": constants.STATE_DISTRIBUTED})

    def mark_ended(self, cycle):
        cycle.update({"state": constants.STATE_ENDED})

    def mark_cancelled(self, cycle):
        cycle.update({"state": constants.STATE_CANCELLED})

    def mark_import_as_done(self, cycle, msg):
        self._unlock(cycle, msg)

    def mark_prepare_entitlement_as_done(self, cycle, msg):
        self._unlock(cycle, msg)

    def mark_check_eligibility_as_done(self, cycle):
        self._unlock(cycle, self.env._("Eligibility check finished."))

    def _ensure_can_edit_cycle(self, cycle):
        if cycle.state != constants.STATE_DRAFT:
            raise ValidationError(self.env._("The Cycle is not in draft mode"))


class DefaultCycleManager(models.Model):
    _name = "g2p.cycle.manager.default"
    _description = "Default Cycle Manager"
    _inherit = ["g2p.base.cycle.manager", "g2p.manager.source.mixin"]

    cycle_duration = fields.Integer("Months", default=1, required=True)
    approver_group_id = fields.Many2one("res.groups")

    def new_cycle(self, name, new_start_date, sequence):
        self.ensure_one()
        end = fields.Date.add(new_start_date, months=self.cycle_duration, days=-1)
        return self.env["g2p.cycle"].create(
            {
                "program_id": self.program_id.id,
                "company_id": self.program_id.company_id.id,
                "name": name,
                "sequence": sequence,
                "start_date": new_start_date,
                "end_date": end,
                "auto_approve_entitlements": self.auto_approve_entitlements,
            }
        )

    def copy_beneficiaries_from_program(self, cycle, state="enrolled"):
        """Adds everybody who is enrolled in the program and not yet in the cycle."""
        self.ensure_one()
        self._ensure_can_edit_cycle(cycle)
        members = self.program_id.get_beneficiaries("enrolled").partner_id
        return self.add_beneficiaries(cycle, members.ids, state)

    def add_beneficiaries(self, cycle, beneficiaries, state="draft"):
        """Adds members by their partner IDs, from MIN_ROW_JOB_QUEUE on by jobs."""
        self.ensure_one()
        self._ensure_can_edit_cycle(cycle)
        new = sorted(set(beneficiaries) - set(cycle.cycle_membership_ids.partner_id.ids))
        if len(new) < self.MIN_ROW_JOB_QUEUE:
            self._add_beneficiaries(cycle, new, state)
            message = self.env._("%s beneficiaries imported.", len(new))
        else:
            size = self.MAX_ROW_JOB_QUEUE
            delayable = self.delayable
            jobs = [
                delayable(channel=self.CHANNEL)._add_beneficiaries(cycle, new[i : i + size], state)
                for i in range(0, len(new), size)
            ]
            message = self.env._("Import of %s beneficiaries started.", len(new))
            done = self.env._("Beneficiary import finished.")
            done = delayable(channel=self.CHANNEL).mark_import_as_done(cycle, done)
            self._run_in_jobs(cycle, jobs, message, done)
        return constants.notification(self.env._("Enrollment"), message)

    def _add_beneficiaries(self, cycle, beneficiaries, state="draft"):
        self.env["g2p.cycle.membership"].create(
            [{"cycle_id": cycle.id, "partner_id": id_, "state": state} for id_ in beneficiaries]
        )

    def prepare_entitlements(self, cycle):
        """Lets the entitlement manager give each enrolled member an entitlement."""
        self.ensure_one()
        self._ensure_can_edit_cycle(cycle)
        count = cycle.get_beneficiaries("enrolled", count=True)
        if count < self.MIN_ROW_JOB_QUEUE:
            self._prepare_entitlements(cycle)
            return
        size = self.MAX_ROW_JOB_QUEUE
        jobs = [
            self.delayable(channel=self.CHANNEL)._prepare_entitlements(cycle, i, size)
            for i in range(0, count, size)
        ]
        reason = self.env._("Prepare entitlement for %s beneficiaries started.", count)
        done = self.delayable(channel=self.CHANNEL).mark_prepare_entitlement_as_done(
            cycle, self.env._("Entitlement Ready.")
        )
        self._run_in_jobs(cycle, jobs, reason, done)

    def _prepare_entitlements(self, cycle, offset=0, limit=None):
        members = cycle.get_beneficiaries("enrolled", offset=offset, limit=limit, order="id")
        manager = self.program_id.get_manager(constants.MANAGER_ENTITLEMENT)
        if not manager:
            raise UserError(self.env._("No Entitlement Manager defined."))
        manager.prepare_entitlements(cycle, members)
