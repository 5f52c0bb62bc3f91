# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL

from ..payment.payment import BRIDGE_GROUPS
from ..pbms_states import BRIDGE_STATE, COUNTS, FEE, IS_LIVE, PAYMENT_STATES

#: The lines that what people are entitled to is made of.
LINES = [state for state, _label in PAYMENT_STATES]

# Every entitlement is in exactly one line, by its own amount, less the fee that its payment keeps
# back, or would: so the lines add up to what people are to get, in numeric, whatever happened to
# their payments.
TOTALS = f"""
    SELECT {BRIDGE_STATE}, COUNT(*), SUM(e.initial_amount - w.fee)::text,
           COUNT(*) FILTER (WHERE {IS_LIVE}
                            AND p.amount_issued + w.fee <> e.initial_amount),
           SUM(w.fee)::text
      FROM (%(entitlements)s) e
      LEFT JOIN g2p_payment p ON p.entitlement_id = e.id AND {COUNTS},
           LATERAL (SELECT CASE WHEN p.id IS NOT NULL THEN COALESCE(p.bridge_fee, 0)
                                WHEN %(net)s THEN {FEE} ELSE 0 END AS fee) w
     GROUP BY 1
"""


def _count(label, **values):
    return fields.Integer(label, compute="_compute_bridge_totals", compute_sudo=True, **values)


def _amount(label):
    return fields.Monetary(
        label,
        compute="_compute_bridge_totals",
        compute_sudo=True,
        currency_field="bridge_currency_id",
    )


class CycleTotals(models.Model):
    """What became of a cycle's entitlements: totals that reconcile, and lists behind them.

    entitled = paid + in flight + failed + not yet sent, to the cent, over the entitlements
    that are approved or further, or expired after a payment of theirs had been made, in the
    currency of the account that the program is paid from.
    """

    _inherit = "g2p.cycle"

    # === Fields ===

    bridge_envelope_ids = fields.One2many(
        "g2p.bridge.envelope", "pbms_cycle_id", "Envelopes", groups=BRIDGE_GROUPS
    )
    bridge_envelope_count = fields.Integer(compute="_compute_bridge_rounds", compute_sudo=True)
    bridge_is_used = fields.Boolean(
        compute="_compute_bridge_rounds",
        compute_sudo=True,
        help="The bridge pays the cycles of this program, or has paid this one.",
    )
    bridge_is_to_send = fields.Boolean(
        compute="_compute_bridge_rounds",
        compute_sudo=True,
        help="Payments are prepared and wait for Send Payments.",
    )
    bridge_currency_id = fields.Many2one(
        "res.currency", "Account Currency", compute="_compute_bridge_rounds", compute_sudo=True
    )
    bridge_entitled_count = _count("Entitled")
    bridge_entitled_amount = _amount("Amount Entitled")
    bridge_paid_count = _count("Paid")
    bridge_paid_amount = _amount("Amount Paid")
    bridge_in_flight_count = _count("In Flight")
    bridge_in_flight_amount = _amount("Amount in Flight")
    bridge_failed_count = _count("Failed")
    bridge_failed_amount = _amount("Amount Failed")
    bridge_not_sent_count = _count("Not Yet Sent")
    bridge_not_sent_amount = _amount("Amount Not Yet Sent")
    bridge_fee_amount = _amount("Transfer Fees Kept Back")
    bridge_changed_count = _count(
        "Changed since Paid",
        help="Entitlements whose amount is not the one that their payment was made with.",
    )

    # === Compute ===

    def _compute_bridge_rounds(self):
        for cycle in self:
            program = cycle._bridge_manager().bridge_program_id
            envelopes = cycle.bridge_envelope_ids
            cycle.bridge_envelope_count = len(envelopes)
            cycle.bridge_is_used = bool(program or envelopes)
            cycle.bridge_is_to_send = bool(envelopes._waiting_for_send())
            cycle.bridge_currency_id = program.currency_id or envelopes[:1].currency_id

    def _compute_bridge_totals(self):
        for cycle in self:
            sums = cycle._bridge_sums()
            for line in LINES:
                count, amount, *_rest = sums.get(line, (0, "0"))
                cycle[f"bridge_{line}_count"] = count
                cycle[f"bridge_{line}_amount"] = float(amount)
            cycle.bridge_entitled_count = sum(count for count, *_rest in sums.values())
            total = sum((Decimal(amount) for _count, amount, *_rest in sums.values()), Decimal())
            cycle.bridge_entitled_amount = float(total)
            cycle.bridge_changed_count = sum(changed for *_rest, changed, _fee in sums.values())
            fees = sum((Decimal(fee) for *_rest, fee in sums.values()), Decimal())
            cycle.bridge_fee_amount = float(fees)

    # === Helpers ===

    def _bridge_sums(self):
        """What each line adds up to, exactly.

        :return: {line: (count, amount as text, entitlements changed since they were paid, fees
            that are kept back as text)}
        """
        if not self.bridge_currency_id:
            return {}
        self.env.flush_all()
        chosen = self.env["g2p.entitlement"].sudo()._search(self._bridge_entitled_domain())
        names = ("id", "initial_amount", "transfer_fee")
        columns = (SQL.identifier(chosen.table, name) for name in names)
        net = self._bridge_manager().amount_paid == "net"
        self.env.cr.execute(SQL(TOTALS, entitlements=chosen.select(*columns), net=net))
        return {line: tuple(values) for line, *values in self.env.cr.fetchall()}

    def _bridge_entitled_domain(self):
        """The entitlements that the totals are about."""
        return [
            ("cycle_id", "=", self._origin.id),
            *self.env["g2p.entitlement"]._bridge_owed_domain(),
            ("bridge_currency_id", "=", self.bridge_currency_id.id),
        ]
