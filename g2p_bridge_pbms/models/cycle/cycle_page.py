# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..pbms_states import IS_LIVE, PAYABLE_STATES
from ..registrant import gone_domain
from .cycle_handover import SHOWN


class CyclePage(models.Model):
    """The page "Bank Disbursement" of a cycle: what is wrong, and the ways to everything."""

    _inherit = "g2p.cycle"

    # === Fields ===

    bridge_withdrawn_count = fields.Integer(
        "Paid though Withdrawn",
        compute="_compute_bridge_problems",
        compute_sudo=True,
        help="Entitlements that were cancelled or rejected after their payment had left.",
    )
    bridge_problem_count = fields.Integer(
        "Not Payable", compute="_compute_bridge_problems", compute_sudo=True
    )
    bridge_failed_payment_ids = fields.Many2many(
        "g2p.payment",
        string="Failed Payments",
        compute="_compute_bridge_problems",
        compute_sudo=True,
    )
    bridge_problem_entitlement_ids = fields.Many2many(
        "g2p.entitlement",
        string="Entitlements Not Payable",
        compute="_compute_bridge_problems",
        compute_sudo=True,
    )
    bridge_gone_count = fields.Integer(
        "Disabled since Prepared",
        compute="_compute_bridge_gone_count",
        compute_sudo=True,
        help="Whoever is still disabled when the payments are sent is left out.",
    )

    # === Compute ===

    def _compute_bridge_problems(self):
        entitlements, payments = self.env["g2p.entitlement"], self.env["g2p.payment"]
        for cycle in self:
            problems = cycle._bridge_entitlement_domain("problem")
            cycle.bridge_problem_count = entitlements.search_count(problems)
            cycle.bridge_problem_entitlement_ids = entitlements.search(problems, limit=SHOWN)
            failed = cycle._bridge_failed_domain()
            cycle.bridge_failed_payment_ids = payments.search(failed, limit=SHOWN)
            withdrawn = cycle._bridge_entitlement_domain("withdrawn")
            cycle.bridge_withdrawn_count = entitlements.search_count(withdrawn)

    def _compute_bridge_gone_count(self):
        for cycle in self:
            domain = cycle._bridge_entitlement_domain("gone")
            cycle.bridge_gone_count = self.env["g2p.entitlement"].search_count(domain)

    def _compute_show_approve_entitlement(self):
        """PBMS hides its button once all entitlements are approved, and knows no later state: with
        the first one that is paid it would come back."""
        result = super()._compute_show_approve_entitlement()
        for cycle in self:
            if not cycle.show_approve_entitlements_button:
                open_ones = [("cycle_id", "=", cycle.id), ("state", "not in", PAYABLE_STATES)]
                left = self.env["g2p.entitlement"].sudo().search_count(open_ones, limit=1)
                cycle.show_approve_entitlements_button = not left
        return result

    # === Actions ===

    def action_bridge_open_entitlements(self):
        """The entitlements of one line of the totals, or of one kind of problem.

        The context names it: ``bridge_line`` is entitled, paid, in_flight, failed, not_sent,
        problem, withdrawn, changed or gone.
        """
        self.ensure_one()
        line = self.env.context.get("bridge_line", "entitled")
        return {
            "type": "ir.actions.act_window",
            "name": self._bridge_line_names()[line],
            "res_model": "g2p.entitlement",
            "view_mode": "list,form",
            "domain": self._bridge_entitlement_domain(line),
            "context": {"create": False},
        }

    def action_bridge_open_failed_payments(self):
        """The payments that failed and have not been made in another way since."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Failed Payments"),
            "res_model": "g2p.payment",
            "view_mode": "list,form",
            "domain": self._bridge_failed_domain(),
            "context": {"create": False},
        }

    def action_bridge_open_envelopes(self):
        """The envelopes of all rounds of payments; the only one at once."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.envelope_action")
        envelopes = self.bridge_envelope_ids
        if len(envelopes) == 1:
            views = [(False, "form")]
            return {**action, "views": views, "view_mode": "form", "res_id": envelopes.id}
        return {**action, "domain": [("pbms_cycle_id", "=", self.id)]}

    def action_bridge_summary_report(self):
        """The summary report of the envelopes of this cycle."""
        self.ensure_one()
        report = self.env.ref("g2p_bridge.envelope_summary_report")
        return report.report_action(self.bridge_envelope_ids, config=False)

    # === Helpers ===

    @api.model
    def _bridge_line_names(self):
        return {
            "entitled": self.env._("Entitled"),
            "paid": self.env._("Paid"),
            "in_flight": self.env._("In Flight"),
            "failed": self.env._("Failed"),
            "not_sent": self.env._("Not Yet Sent"),
            "problem": self.env._("Entitlements Not Payable"),
            "withdrawn": self.env._("Paid though Withdrawn"),
            "changed": self.env._("Changed since Paid"),
            "gone": self.env._("Disabled since Prepared"),
        }

    def _bridge_entitlement_domain(self, line):
        """The entitlements of one line of the totals, or of one kind of problem."""
        if line == "problem":
            return self._bridge_problem_domain()
        if line == "withdrawn":
            left = [("status", "!=", "failed"), ("state", "in", ("sent", "reconciled"))]
            return [
                ("cycle_id", "=", self._origin.id),
                ("state", "not in", (*PAYABLE_STATES, "expired")),
                ("payment_ids", "any", [("bridge_envelope_id", "!=", False), *left]),
            ]
        if line == "gone":
            return self._bridge_gone_domain()
        domain = self._bridge_entitled_domain()
        if line == "changed":
            return [*domain, ("id", "in", self._bridge_changed_ids())]
        if line != "entitled":
            domain.append(("bridge_payment_state", "=", line))
        return domain

    def _bridge_problem_domain(self):
        """The entitlements of this cycle that are to be paid and can't be."""
        return [
            ("cycle_id", "=", self._origin.id),
            ("bridge_problem", "!=", False),
            *self.env["g2p.entitlement"]._bridge_payable_domain(asked=True),
        ]

    def _bridge_failed_domain(self):
        """The failed payments of this cycle that nothing was made in the place of."""
        return [
            ("status", "=", "failed"),
            ("bridge_envelope_id", "!=", False),
            ("entitlement_id.cycle_id", "=", self._origin.id),
            ("entitlement_id", "any", self.env["g2p.entitlement"]._bridge_owed_domain()),
            ("entitlement_id.bridge_payment_state", "=", "failed"),
        ]

    def _bridge_changed_ids(self):
        """IDs of entitlements whose live payment was made with another amount."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT e.id FROM g2p_entitlement e JOIN g2p_payment p ON p.entitlement_id = e.id"
            f" WHERE e.cycle_id = %s AND {IS_LIVE}"
            " AND p.amount_issued + COALESCE(p.bridge_fee, 0) <> e.initial_amount",
            [self.id],
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _bridge_gone_domain(self):
        """Who was disabled since payments were prepared, before these are sent."""
        waiting = [
            ("bridge_envelope_id", "!=", False),
            ("status", "=", False),
            ("state", "=", "issued"),
        ]
        gone = gone_domain("entitlement_id.partner_id") | gone_domain("bridge_head_id")
        return [
            ("cycle_id", "=", self._origin.id),
            ("payment_ids", "any", [*waiting, *gone]),
        ]
