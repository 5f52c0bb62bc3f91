# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import MissingError, UserError

from odoo.addons.g2p_bridge_base.lib.frozen import Frozen

from ..step.money_begun import MONEY_BEGUN
from .disbursement_states import (
    CANCELLED,
    LEFT,
    MAY_BE_REISSUED,
    PAST_BANK,
    TAKEN_BACK,
    UNADDRESSED,
    UNRESOLVED,
)


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
            (~UNRESOLVED).sql("old"),
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
            (~UNADDRESSED).sql("old"),
            even_empty=True,
        ),
        Frozen(
            "left",
            ("state",),
            PAST_BANK.sql("old"),
            unless=(~TAKEN_BACK).sql("new"),
        ),
        Frozen("cancelled", ("state",), CANCELLED.sql("old")),
        Frozen(
            "batch",
            ("bank_batch_id",),
            LEFT.sql("old"),
            even_empty=True,
        ),
    )

    # === Fields ===

    reissue_ids = fields.One2many("g2p.bridge.disbursement", "reissue_of_id", "Reissued as")
    entry_ids = fields.One2many("g2p.bridge.statement.entry", "disbursement_id")
    can_reissue = fields.Boolean(compute="_compute_can_reissue")

    # === Constraints ===

    _disbursement_id_uniq = models.Constraint(
        "UNIQUE(disbursement_id)", "A disbursement with this ID exists already."
    )

    _mis_reference_uniq = models.Constraint(
        "UNIQUE(envelope_id, mis_reference_number)",
        "The envelope has a disbursement with this sender's reference already.",
    )

    # A payment is reissued once: nobody is paid in two other places.
    _one_reissue = models.UniqueIndex(
        "(reissue_of_id) WHERE reissue_of_id IS NOT NULL",
        "This disbursement has been reissued already.",
    )

    _amount_positive = models.Constraint(
        "CHECK(disbursement_amount > 0)", "The amount of a disbursement is above zero."
    )

    # === Compute ===

    @api.depends("disbursement_id")
    def _compute_display_name(self):
        """Links to what is in the archive are shown by its ID all the same."""
        try:
            super()._compute_display_name()
        except MissingError:
            names = self._names_in_archive()
            for line in self:
                line.display_name = names.get(line.id) or False

    @api.depends("state", "bank_batch_id.state", "reissue_ids")
    def _compute_can_reissue(self):
        archived = self._reissued_in_archive()
        for line in self:
            final = MAY_BE_REISSUED.holds(line)
            line.can_reissue = final and not line.reissue_ids and line.id not in archived

    # === CRUD ===

    def init(self):
        """Leave half of every page free.

        A row is rewritten up to three times (resolved, shipped, reconciled), a whole batch
        at once and never in an indexed column: with room on its own page, no index is touched.
        """
        super().init()
        self.env.cr.execute("ALTER TABLE g2p_bridge_disbursement SET (fillfactor = 50)")

    # === Actions ===

    def action_cancel(self):
        """Ask why these disbursements are cancelled; the rules are those of the wire."""
        self.env["res.users"]._g2p_bridge_check_role("officer")
        self.check_access("read")
        return self.env["g2p.bridge.decision"]._open(
            self, "cancel_disbursements", self.env._("Cancel Disbursements")
        )

    def action_export_csv(self):
        """Download all disbursements of the envelope that the list shows, as a CSV file."""
        return self._listed_envelope().action_export_csv()

    def action_export_xlsx(self):
        """Download all disbursements of the envelope that the list shows, as a workbook."""
        return self._listed_envelope().action_export_xlsx()

    def action_reissue(self):
        """Open the window in which these disbursements are made anew."""
        return self.env["g2p.bridge.reissue"]._open(self)

    # === Steps ===

    def _follow_reissue(self):
        """Nobody has to decide any more about beneficiaries who are paid elsewhere."""
        self.invalidate_model()  # the new ones arrived by COPY
        unresolved = self.filtered(lambda line: line.state in UNRESOLVED and not line.left_out)
        if unresolved:
            self.env.cr.execute(
                "UPDATE g2p_bridge_disbursement SET left_out = TRUE WHERE id = ANY(%s)",
                [unresolved.ids],
            )
            self.invalidate_model()
            for batch in unresolved.mapper_batch_id:
                batch._count_results()

    # === Helpers ===

    def _reissued_in_archive(self):
        """:return: record IDs of those of these whose reissue is archived"""
        reissues = self.env["g2p.bridge.disbursement.archive"].sudo()
        return set(reissues.search([("reissue_of_id", "in", self.ids)]).mapped("reissue_of_id").ids)

    def _names_in_archive(self):
        """{record ID: disbursement ID} of these, wherever they are; of what the user may read"""
        places = (self, self.env["g2p.bridge.disbursement.archive"])
        return {
            line.id: line.disbursement_id
            for place in places
            for line in place.search_fetch([("id", "in", self.ids)], ["disbursement_id"])
        }

    def _listed_envelope(self):
        """The one envelope of the selected disbursements; of the whole list if none is."""
        return self._one_envelope(self, self.env.context.get("active_domain") or [])

    @api.model
    def _one_envelope(self, lines, shown):
        """The one envelope of these disbursements, wherever they are, or of what a domain shows.

        :raises UserError: there are several
        """
        domain = [("id", "in", lines.ids)] if lines else shown
        envelopes = [group[0] for group in lines._read_group(domain, ["envelope_id"], limit=2)]
        if len(envelopes) != 1:
            raise UserError(
                self.env._("An export is of one envelope: open its disbursements from its form.")
            )
        return envelopes[0]
