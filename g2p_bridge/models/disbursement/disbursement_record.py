# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.g2p_bridge_base.links import LastingLink

from ...lib.account_masking import FULL_ACCOUNT_GROUPS, masked
from ...lib.reasons import reason_words
from .disbursement_states import STATES

ACCOUNT_TYPES = [
    ("BANK_ACCOUNT", "Bank account"),
    ("MOBILE_WALLET", "Mobile wallet"),
    ("EMAIL_WALLET", "E-mail wallet"),
]


class DisbursementRecord(models.AbstractModel):
    """What is kept of one payment, wherever it lies: at hand, or in the archive."""

    _name = "g2p.bridge.disbursement.record"
    _description = "Record of a Disbursement"

    # === Fields ===

    disbursement_id = fields.Char("Disbursement ID", required=True, readonly=True)
    envelope_id = fields.Many2one(
        "g2p.bridge.envelope", required=True, readonly=True, ondelete="restrict"
    )
    mis_reference_number = fields.Char(
        "Sender's Reference", readonly=True, help="The sender's own key, unique per envelope."
    )
    beneficiary_id = fields.Char("Beneficiary ID", required=True, readonly=True)
    beneficiary_name = fields.Char("Beneficiary", readonly=True)
    disbursement_amount = fields.Monetary("Amount", required=True, readonly=True)
    currency_id = fields.Many2one(related="envelope_id.currency_id")
    narrative = fields.Char(readonly=True)
    receipt_time_stamp = fields.Datetime("Received At", required=True, readonly=True)
    cancellation_time_stamp = fields.Datetime("Cancelled At", readonly=True)
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        help="Resolved means that nothing is left to find out; where no mapper is asked, "
        "a disbursement is resolved as it arrives.",
    )
    reason_code = fields.Char(
        readonly=True, help="Why it is unresolved or rejected, or why it came back."
    )
    account_type = fields.Selection(ACCOUNT_TYPES, readonly=True)
    account_number = fields.Char(readonly=True, groups=FULL_ACCOUNT_GROUPS)
    bank_code = fields.Char(readonly=True)
    branch_code = fields.Char(readonly=True)
    phone = fields.Char(readonly=True, groups=FULL_ACCOUNT_GROUPS)
    email = fields.Char(readonly=True, groups=FULL_ACCOUNT_GROUPS)
    mobile_wallet_provider = fields.Char(readonly=True)
    email_wallet_provider = fields.Char(readonly=True)
    name_from_mapper = fields.Char(readonly=True)
    financial_address = fields.Char(
        compute="_compute_financial_address",
        compute_sudo=True,
        help="Where the money goes; only the last four characters are shown.",
    )
    mapper_batch_id = fields.Many2one("g2p.bridge.mapper.batch", readonly=True, index=True)
    bank_batch_id = fields.Many2one("g2p.bridge.bank.batch", readonly=True, index=True)
    reissue_of_id = LastingLink(
        "g2p.bridge.disbursement",
        "Reissue of",
        readonly=True,
        help="The earlier disbursement that was not paid or came back; this one is in its place.",
    )
    left_out = fields.Boolean(
        readonly=True,
        help="A person decided that the envelope goes on without this unresolved beneficiary. No, "
        "and not empty: an approver has released it though its account is shared or another one.",
    )
    beneficiary_id_received = fields.Char(
        "Beneficiary ID as Received",
        readonly=True,
        help="What the sender wrote, where a person has corrected it.",
    )
    company_id = fields.Many2one(related="envelope_id.company_id")
    reason_text = fields.Char(
        "Reason",
        compute="_compute_reason_text",
        help="Why it is unresolved or rejected, or why it came back.",
    )

    # === Compute ===

    @api.depends("account_number", "phone", "email")
    def _compute_financial_address(self):
        for line in self:
            address = line.account_number or line.phone or line.email
            parts = (line.bank_code or line.mobile_wallet_provider, masked(address))
            line.financial_address = " ".join(part for part in parts if part)

    @api.depends("reason_code")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for line in self:
            line.reason_text = reason_words(self.env, line.reason_code)
