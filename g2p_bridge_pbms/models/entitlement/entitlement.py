from odoo import api, fields, models
from odoo.fields import Domain

#: Why an entitlement can't be handed to the bank. Found anew in each round of its cycle.
PROBLEMS = [
    ("disabled", "Registrant is disabled or archived"),
    ("wrong_currency", "Other currency than the program's account"),
    ("zero_amount", "Amount is not above zero"),
    ("too_many_decimals", "Amount has more decimals than the currency"),
    ("too_large", "Amount is too large"),
    ("disabled_head", "Head of the group is disabled or archived"),
    ("no_head", "Group has no head"),
    ("several_heads", "Group has several heads"),
    ("no_id", "No usable ID"),
    ("invalid_id", "ID is marked as invalid"),
    ("expired_id", "ID has expired"),
    ("several_ids", "Several different IDs"),
    ("several_accounts", "Several different bank accounts"),
    ("several_phones", "Several different phone numbers"),
    ("long_id", "ID is too long"),
    ("lost_digits", "ID or account is what a spreadsheet has made of it"),
    ("no_name", "No usable name"),
    ("still_paid", "The bridge knows its last payment as paid or on its way"),
    ("no_fund", "The program's fund does not cover it"),
    ("not_approved", "Not let through by the approval of PBMS"),
]

#: States of entitlements that somebody is, or was, to be paid for.
PAYABLE_STATES = ("approved", "trans2FSP", "rdpd2ben")
#: Condition of an entitlement e: PBMS's own approval let it and its cycle through, by the amount
#: that it still has. Whatever is written past that takes it away, see ``pbms_approval``.
LET_THROUGH = """
    e.bridge_approved_by_id IS NOT NULL AND e.bridge_approved_amount = e.initial_amount
    AND e.cycle_id IN (SELECT id FROM g2p_cycle WHERE bridge_approved_by_id IS NOT NULL)
"""
#: The transfer fee of an entitlement e. PBMS books none that is below zero.
FEE = "GREATEST(COALESCE(e.transfer_fee, 0), 0)"
#: How far an entitlement's payment is, by the payment that counts.
PAYMENT_STATES = [
    ("paid", "Paid"),
    ("in_flight", "In flight"),
    ("failed", "Failed"),
    ("not_sent", "Not yet sent"),
]

#: Condition of a payment p: it is the one that counts. Of several payments of an entitlement that
#: is the one that has not failed; of failed ones, the latest.
COUNTS = """
    NOT EXISTS (
           SELECT FROM g2p_payment o WHERE o.entitlement_id = p.entitlement_id AND o.id <> p.id
              AND (o.status IS DISTINCT FROM 'failed', o.id)
                  > (p.status IS DISTINCT FROM 'failed', p.id))
"""
#: How far a payment p is: a key of ``PAYMENT_STATES``.
BRIDGE_STATE = "CASE WHEN p.id IS NULL THEN 'not_sent' ELSE COALESCE(p.status, 'in_flight') END"


class Entitlement(models.Model):
    """What somebody is entitled to in a cycle, and how far the bridge is with paying it."""

    _name = "g2p.entitlement"
    _inherit = ["g2p.entitlement", "g2p.bridge.pbms.fields"]

    bridge_problem = fields.Selection(
        PROBLEMS,
        "Why Not Payable",
        readonly=True,
        copy=False,
        help="What keeps the bridge from paying this. Correct it and prepare payments again.",
    )
    bridge_payment_state = fields.Selection(
        PAYMENT_STATES,
        "Payment",
        compute="_compute_bridge_payment_state",
        search="_search_bridge_payment_state",
        compute_sudo=True,
    )
    bridge_failure_reason = fields.Char(
        "Reason",
        compute="_compute_bridge_payment_state",
        compute_sudo=True,
        help="Why the payment was not made or came back.",
    )

    _bridge_problem_index = models.Index("(cycle_id) WHERE bridge_problem IS NOT NULL")

    @api.depends("payment_ids.status", "payment_ids.bridge_failure_reason")
    def _compute_bridge_payment_state(self):
        latest = {}
        if self.ids:
            self.env["g2p.payment"].flush_model()
            self.env.cr.execute(
                f"SELECT p.entitlement_id, {BRIDGE_STATE}, p.bridge_failure_reason"
                f" FROM g2p_payment p WHERE p.entitlement_id = ANY(%s) AND {COUNTS}",
                [self.ids],
            )
            latest = {row[0]: row[1:] for row in self.env.cr.fetchall()}
        for entitlement in self:
            state, reason = latest.get(entitlement.id, ("not_sent", None))
            entitlement.bridge_payment_state = state
            entitlement.bridge_failure_reason = reason if state == "failed" else False

    @api.model
    def _bridge_owed_domain(self):
        """Entitlements that somebody is, or was, to be paid for.

        PBMS lets approved ones expire, whatever became of their payments: who was handed to the
        bridge before stays in sight.
        """
        handed_over = Domain("payment_ids", "any", [("bridge_envelope_id", "!=", False)])
        return Domain("state", "in", PAYABLE_STATES) | (
            Domain("state", "=", "expired") & handed_over
        )

    @api.model
    def _bridge_payable_domain(self, asked):
        """Entitlements that a round may look at.

        :param asked: a person has asked for it: also those that expired after their payment had
            failed
        """
        approved = Domain("state", "=", "approved")
        if not asked:
            return approved
        return approved | Domain("state", "=", "expired") & self._bridge_owed_domain()

    def _search_bridge_payment_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._bridge_state_domain(state) for state in value)

    @api.model
    def _bridge_state_domain(self, state):
        """Entitlements whose payment is in one of ``PAYMENT_STATES``."""
        live = Domain("payment_ids", "any", [("status", "!=", "failed")])
        if state == "paid":
            return Domain("payment_ids", "any", [("status", "=", "paid")])
        if state == "in_flight":
            return Domain("payment_ids", "any", [("status", "=", False)])
        if state == "failed":
            return ~live & Domain("payment_ids", "any", [("status", "=", "failed")])
        return Domain("payment_ids", "=", False) if state == "not_sent" else Domain.FALSE
