# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.g2p_bridge_base.links import LastingLink

#: Who may see an envelope. PBMS's own people without a role in the bridge see totals.
BRIDGE_GROUPS = ",".join(
    f"g2p_bridge_base.group_{role}"
    for role in ("officer", "approver", "finance", "admin", "auditor")
)


class Payment(models.Model):
    """A payment of PBMS that the bridge carries out: one disbursement of one envelope.

    The bridge writes it in SQL, a whole bank batch at once: see ``bank_batch``.
    """

    _name = "g2p.payment"
    _inherit = ["g2p.payment", "g2p.bridge.pbms.fields"]

    # === Fields ===

    bridge_envelope_id = fields.Many2one(
        "g2p.bridge.envelope", "Envelope", readonly=True, copy=False, ondelete="restrict"
    )
    bridge_disbursement_id = LastingLink(
        "g2p.bridge.disbursement",
        "Disbursement",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    bridge_fee = fields.Monetary(
        "Fee Kept Back",
        readonly=True,
        copy=False,
        help="The part of the entitlement that the beneficiary is not paid, for the transfer.",
    )
    bridge_head_id = fields.Many2one(
        "res.partner",
        "Paid through",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Of a group: its head, as it was when the payment was prepared.",
    )
    bridge_failure_code = fields.Char(
        "Failure Code", readonly=True, copy=False, help="What the bank or the ID mapper called it."
    )
    bridge_failure_reason = fields.Char(
        "Reason", readonly=True, copy=False, help="Why the payment was not made or came back."
    )
    # Fixed with the control totals: whatever changes in the registry meanwhile, the payments
    # add up to what was declared. Emptied when it is sent.
    bridge_line = fields.Json(readonly=True, copy=False, groups=fields.NO_ACCESS)

    # === Constraints ===

    # Nobody is paid a second time: the database itself keeps that, whatever two jobs do at once.
    _bridge_one_live_payment = models.UniqueIndex(
        "(entitlement_id)"
        " WHERE bridge_envelope_id IS NOT NULL AND status IS DISTINCT FROM 'failed'",
        "This entitlement is being paid, or was paid, by the bridge already.",
    )
    # Envelope by envelope, and batch by batch.
    _bridge_of_envelope = models.Index(
        "(bridge_envelope_id, batch_id) WHERE bridge_envelope_id IS NOT NULL"
    )
    # An entitlement's latest payment is looked up for whole cycles.
    _bridge_of_entitlement = models.Index("(entitlement_id, id)")

    # === Actions ===

    def action_bridge_open_disbursement(self):
        """Open the disbursement that carries this payment out."""
        self.ensure_one()
        archived = not self.bridge_disbursement_id.exists()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Disbursement"),
            "res_model": f"g2p.bridge.disbursement{'.archive' if archived else ''}",
            "res_id": self.bridge_disbursement_id.id,
            "view_mode": "form",
        }
