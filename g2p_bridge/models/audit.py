# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

#: What people decide at the bridge.
DECISIONS = [
    ("declare", "Declared"),
    ("amend", "Amended"),
    ("approve", "Approved"),
    ("send_back", "Sent back"),
    ("take_back", "Approval taken back"),
    ("submit", "Submitted again"),
    ("start", "Started"),
    ("pause", "Paused"),
    ("resume", "Resumed"),
    ("cancel", "Cancelled"),
    ("retry", "Tried again"),
    ("settle", "Uncertain outcome settled"),
    ("give_up", "Given up"),
    ("leave_out", "Left out"),
    ("correct", "Beneficiary corrected"),
    ("resolve_again", "Mapper asked again"),
    ("matched", "Matched by hand"),
    ("not_ours", "Not ours"),
    ("reopened", "Taken up again"),
    ("reissue", "Reissued"),
    ("release", "Hold released"),
    ("import", "File of payments"),
    ("release_held", "Held payments released"),
    ("export", "Exported"),
    ("restore", "Restored from a backup"),
    ("bring_back", "Brought back from the archive"),
    ("another_statement", "Another statement"),
    ("leave_statement", "Statement left"),
    ("proposed", "Matched by one person"),
    ("reopening", "To be taken up again"),
    ("confirm_statement", "Statement confirmed by a second person"),
    ("deny", "Denied by one person"),
    ("difference", "Statement differs from the bank's"),
    ("choose_account", "Account of a statement chosen"),
]


class Audit(models.Model):
    """What the bridge adds to the audit trail: what people decide, and that they say why."""

    _inherit = "g2p.bridge.audit"

    action = fields.Selection(
        selection_add=DECISIONS, ondelete=dict.fromkeys(dict(DECISIONS), "cascade")
    )

    @api.model
    def _given_reason(self, text):
        """:return: the reason that a person gives for a decision, trimmed

        :raises UserError: there is none
        """
        reason = text.strip() if isinstance(text, str) else ""
        if not reason:
            raise UserError(self.env._("Give a reason: it is kept in the history."))
        return reason
