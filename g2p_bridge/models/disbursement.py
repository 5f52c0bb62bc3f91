from odoo import api, fields, models

from odoo.addons.g2p_bridge_bank_connector.lib.frozen import Frozen

from ..lib.money_begun import MONEY_BEGUN
from .program import FULL_ACCOUNT_GROUPS, masked

ACCOUNT_TYPES = [
    ("BANK_ACCOUNT", "Bank account"),
    ("MOBILE_WALLET", "Mobile wallet"),
    ("EMAIL_WALLET", "E-mail wallet"),
]


class Disbursement(models.Model):
    """One payment to one person: the big table, lean on purpose.

    Rows arrive by COPY and are moved on by one statement per batch, so there is no
    chatter, no stored compute and no index that no query needs.
    """

    _name = "g2p.bridge.disbursement"
    _description = "Disbursement"
    _inherit = ["g2p.bridge.frozen.mixin"]
    _order = "id"
    _rec_name = "disbursement_id"
    _log_access = False
    _undeletable = MONEY_BEGUN
    _frozen = (
        Frozen(
            "identity",
            (
                "disbursement_id",
                "envelope_id",
                "mis_reference_number",
                "beneficiary_name",
                "disbursement_amount",
                "narrative",
                "reissue_of_id",
            ),
            even_empty=True,
        ),
        Frozen(
            "beneficiary",
            ("beneficiary_id", "beneficiary_id_received"),
            "old.state <> 'unresolved'",
            even_empty=True,
        ),
        Frozen(
            "address",
            (
                "account_type",
                "account_number",
                "bank_code",
                "branch_code",
                "phone",
                "email",
                "mobile_wallet_provider",
                "email_wallet_provider",
                "name_from_mapper",
            ),
            "old.state NOT IN ('received', 'unresolved')",
            even_empty=True,
        ),
        Frozen(
            "left",
            ("state",),
            "old.state IN ('shipped', 'reconciled', 'reversed', 'rejected')",
            unless="new.state NOT IN ('received', 'unresolved', 'cancelled')",
        ),
        Frozen("cancelled", ("state",), "old.state = 'cancelled'"),
        Frozen(
            "batch",
            ("bank_batch_id",),
            "old.state IN ('shipped', 'reconciled', 'reversed')",
            even_empty=True,
        ),
    )

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
        [
            ("received", "Received"),
            ("resolved", "Resolved"),
            ("unresolved", "Unresolved"),
            ("shipped", "Shipped"),
            ("reconciled", "Reconciled"),
            ("reversed", "Reversed"),
            ("rejected", "Rejected"),
            ("cancelled", "Cancelled"),
        ],
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
    reissue_of_id = fields.Many2one(
        "g2p.bridge.disbursement",
        "Reissue of",
        readonly=True,
        ondelete="restrict",
        help="The earlier disbursement that was not paid or came back; this one is in its place.",
    )
    reissue_ids = fields.One2many("g2p.bridge.disbursement", "reissue_of_id", "Reissued as")
    left_out = fields.Boolean(
        readonly=True,
        help="A person decided that the envelope goes on without this unresolved beneficiary.",
    )
    beneficiary_id_received = fields.Char(
        "Beneficiary ID as Received",
        readonly=True,
        help="What the sender wrote, where a person has corrected it.",
    )
    entry_ids = fields.One2many("g2p.bridge.statement.entry", "disbursement_id")
    company_id = fields.Many2one(related="envelope_id.company_id")

    _disbursement_id_uniq = models.Constraint(
        "UNIQUE(disbursement_id)", "A disbursement with this ID exists already."
    )
    _mis_reference_uniq = models.Constraint(
        "UNIQUE(envelope_id, mis_reference_number)",
        "The envelope has a disbursement with this sender's reference already.",
    )
    # Whoever was not paid is paid in one other place, never in two.
    _one_reissue = models.UniqueIndex(
        "(reissue_of_id) WHERE reissue_of_id IS NOT NULL",
        "This disbursement has been reissued already.",
    )
    _amount_positive = models.Constraint(
        "CHECK(disbursement_amount > 0)", "The amount of a disbursement is above zero."
    )

    def init(self):
        """Leave half of every page free.

        A row is rewritten up to three times (resolved, shipped, reconciled), a whole batch
        at once and never in an indexed column: with room on its own page, no index is touched.
        """
        super().init()
        self.env.cr.execute("ALTER TABLE g2p_bridge_disbursement SET (fillfactor = 50)")

    @api.depends("account_number", "phone", "email")
    def _compute_financial_address(self):
        for line in self:
            address = line.account_number or line.phone or line.email
            parts = (line.bank_code or line.mobile_wallet_provider, masked(address))
            line.financial_address = " ".join(part for part in parts if part)

    def action_cancel(self):
        """Ask why these disbursements are cancelled; the rules are those of the wire."""
        self.env["g2p.bridge.envelope"]._check_group("group_officer")
        self.check_access("read")
        return self.env["g2p.bridge.decision"]._open(
            self, "cancel_disbursements", self.env._("Cancel Disbursements")
        )
