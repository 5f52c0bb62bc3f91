# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..pbms_states import KEPT_STATES

#: Key of what a transaction has collected for its end: {(cycle, user)}.
MAKERS = "g2p_bridge_pbms.makers"

# By whom: of one whose approval stands and whose amount is another one all the same, nobody knows.
WRITTEN = """
    SELECT CASE WHEN e.bridge_approved_by_id IS NULL
                THEN COALESCE(e.bridge_changed_by_id, e.create_uid) END AS writer, COUNT(*)
      FROM g2p_entitlement e
     WHERE e.cycle_id = %s AND e.state = 'approved' AND e.bridge_problem = 'not_approved'
     GROUP BY 1 ORDER BY 2 DESC, 1
"""

# Read first and only what lacks is written: two jobs of one person are not in each other's way.
ADD_MAKERS = """
    INSERT INTO g2p_cycle_bridge_maker_rel (cycle_id, user_id)
    SELECT m.cycle, m.maker FROM unnest(%s::int[], %s::int[]) AS m(cycle, maker)
     WHERE EXISTS (SELECT FROM g2p_cycle c WHERE c.id = m.cycle)
       AND NOT EXISTS (SELECT FROM g2p_cycle_bridge_maker_rel r
                        WHERE r.cycle_id = m.cycle AND r.user_id = m.maker)
        ON CONFLICT DO NOTHING
"""


class CycleApproval(models.Model):
    """Who approved a cycle, kept by the bridge itself.

    The state, the approver and the date of a cycle can be written by everybody who may write
    cycles, without the approval of PBMS ever being asked. That it was is recorded here and only
    by its own method; no call from outside writes it.
    """

    _inherit = "g2p.cycle"

    # === Fields ===

    bridge_approved_by_id = fields.Many2one(
        "res.users",
        "Approved in PBMS by",
        readonly=True,
        copy=False,
        help="Who approved the cycle, as one of those who may. Empty if its state was written "
        "past the approval: then it is not paid by itself.",
    )
    bridge_approved_at = fields.Datetime("Approved in PBMS at", readonly=True, copy=False)
    bridge_changed_by_id = fields.Many2one(
        "res.users", "State Written by", readonly=True, copy=False
    )
    bridge_maker_ids = fields.Many2many(
        "res.users",
        "g2p_cycle_bridge_maker_rel",
        "cycle_id",
        "user_id",
        "Part in What It Pays",
        readonly=True,
        copy=False,
        help="Everybody who made, changed or approved the cycle or one of its entitlements: none "
        "of them releases its envelopes where another approver is asked for.",
    )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        cycles = super().create(vals_list)
        cycles._bridge_add_maker()
        return cycles

    # === Helpers ===

    def _bridge_state_written(self, state):
        """Somebody has written a state: who does has a part in it, and reset ends an approval."""
        self._bridge_add_maker()
        changed = {"bridge_changed_by_id": self.env.uid}
        if state not in KEPT_STATES:
            changed |= {"bridge_approved_by_id": False, "bridge_approved_at": False}
        self.sudo().write(changed)

    def _bridge_not_asked(self):
        """Why an approved cycle is not paid by itself, in words: nobody was asked."""
        return self.env._(
            "Not paid by itself: %s has written that this cycle is approved; its approvers in PBMS "
            "were not asked. Look at the cycle and its entitlements, then press Prepare Payments. "
            "An approver of the bridge who had no part in it has to release that envelope.",
            (self.bridge_changed_by_id or self.write_uid).name,
        )

    def _bridge_past_approval(self):
        """Who of the approved was written past the approval, and by whom; None if nobody."""
        self.env.flush_all()
        self.env.cr.execute(WRITTEN, [self.id])
        written = self.env.cr.fetchall()
        if not written:
            return None
        users = self.env["res.users"].sudo()
        unknown = self.env._("somebody past Odoo")
        return self.env._(
            "Not paid by themselves: %(count)s entitlements that were approved or changed by hand, "
            "past the approval of PBMS (%(people)s). Look at them, then press Prepare Payments. "
            "An approver of the bridge who had no part in it has to release that envelope.",
            count=sum(count for _user, count in written),
            people=", ".join(
                f"{users.browse(user).name if user else unknown}: {count}"
                for user, count in written
            ),
        )

    def _bridge_add_maker(self):
        """Remember, at the end of this transaction, who has a part in what these cycles pay."""
        precommit = self.env.cr.precommit
        if MAKERS not in precommit.data:
            precommit.data[MAKERS] = set()
            precommit.add(self.env["g2p.cycle"]._bridge_store_makers)
        precommit.data[MAKERS].update((cycle_id, self.env.uid) for cycle_id in self.ids)

    @api.model
    def _bridge_store_makers(self):
        makers = sorted(self.env.cr.precommit.data.pop(MAKERS, ()))
        if makers:
            self.env.flush_all()
            self.env.cr.execute(ADD_MAKERS, [list(column) for column in zip(*makers, strict=True)])
            self.env["g2p.cycle"].invalidate_model(["bridge_maker_ids"])
