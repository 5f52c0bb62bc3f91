# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CycleManager(models.AbstractModel):
    """The approval of a cycle, as PBMS does it: only this counts as one."""

    _inherit = "g2p.base.cycle.manager"

    def approve_cycle(self, cycle, auto_approve=False, entitlement_manager=None):
        waited = cycle.state == "to_approve"
        answer = super().approve_cycle(
            cycle, auto_approve=auto_approve, entitlement_manager=entitlement_manager
        )
        if waited and cycle.state == "approved" and self._bridge_is_approver():
            cycle.sudo().write(
                {
                    "bridge_approved_by_id": self.env.uid,
                    "bridge_approved_at": fields.Datetime.now(),
                    "bridge_changed_by_id": False,
                }
            )
        return answer

    def _bridge_is_approver(self):
        """Whether this user may approve cycles of the program: a member of its group of
        approvers, or the system. A manager without such a group lets nobody through."""
        if self.env.user._is_superuser():
            return True
        manager = self.sudo()
        group = manager.approver_group_id if "approver_group_id" in manager._fields else None
        return bool(group) and self.env.user in group.all_user_ids
