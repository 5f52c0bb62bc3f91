from odoo import api, fields, models
from odoo.exceptions import MissingError

from odoo.addons.g2p_bridge_base.lib.frozen import Frozen

from ...lib.money_begun import MONEY_BEGUN


class Disbursement(models.Model):
    """One payment to one person: the big table, lean on purpose.

    Rows arrive by COPY and are moved on by one statement per batch, so there is no
    chatter, no stored compute and no index that no query needs.
    """

    _name = "g2p.bridge.disbursement"
    _description = "Disbursement"
    _inherit = ["g2p.bridge.disbursement.record", "g2p.bridge.frozen.mixin"]
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

    reissue_ids = fields.One2many("g2p.bridge.disbursement", "reissue_of_id", "Reissued as")
    entry_ids = fields.One2many("g2p.bridge.statement.entry", "disbursement_id")

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

    @api.depends("disbursement_id")
    def _compute_display_name(self):
        """Links to what is in the archive are shown by its ID all the same."""
        try:
            super()._compute_display_name()
        except MissingError:
            names = self._names_in_archive()
            for line in self:
                line.display_name = names.get(line.id) or False

    def _names_in_archive(self):
        """{record ID: disbursement ID} of these, wherever they are; of what the user may read"""
        places = (self, self.env["g2p.bridge.disbursement.archive"])
        return {
            line.id: line.disbursement_id
            for place in places
            for line in place.search_fetch([("id", "in", self.ids)], ["disbursement_id"])
        }

    def action_cancel(self):
        """Ask why these disbursements are cancelled; the rules are those of the wire."""
        self.env["g2p.bridge.envelope"]._check_group("group_officer")
        self.check_access("read")
        return self.env["g2p.bridge.decision"]._open(
            self, "cancel_disbursements", self.env._("Cancel Disbursements")
        )
