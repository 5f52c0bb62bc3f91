# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..lib.chain import Head
from ..models.audit.audit import READERS


class AuditVerify(models.TransientModel):
    """A window that says whether the audit trail is whole."""

    _name = "g2p.bridge.audit.verify"
    _description = "Verification of the Audit Trail"

    # === Fields ===

    known_head = fields.Char(
        groups="g2p_bridge_base.group_admin",
        help="A head that was published earlier (log, e-mail): number, colon, hash. With it, a "
        "trail that was cut off or made anew since is recognised too.",
    )
    outcome = fields.Selection([("fine", "Whole"), ("broken", "Tampered with")], readonly=True)
    words = fields.Text(readonly=True)

    # === Actions ===

    def action_verify(self):
        """Verify, also against the head that was entered."""
        self.ensure_one()
        self._check_reader()
        self.sudo()._look()
        return self._window()

    # === Helpers ===

    @api.model
    def _open(self):
        self._check_reader()
        # Auditors read, and make nothing; the window stays their own.
        wizard = self.sudo().create({})
        wizard._look()
        return wizard._window()

    def _look(self):
        known = None
        if self.known_head:
            try:
                known = Head.parse(self.known_head)
            except ValueError as error:
                raise UserError(
                    self.env._(
                        "%s is no head. Enter it as it was published: a number, a colon, and "
                        "64 characters.",
                        self.known_head,
                    )
                ) from error
        audit = self.env["g2p.bridge.audit"].sudo()
        verdict = audit._verify(known)
        self.outcome = "fine" if verdict.fine else "broken"
        self.words = audit._verdict_words(verdict)

    def _window(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Verify the Audit Trail"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _check_reader(self):
        if not any(map(self.env.user.has_group, READERS)):
            raise AccessError(self.env._("Only auditors and administrators may verify."))
