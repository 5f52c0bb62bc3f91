# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.g2p_bridge_base.secret import MASK, Secret, secret_state

#: A secret address for statements: this, the bank's token, and what clients look for.
ADDRESS_ROOT = "/g2p_bridge_mt940/bank"
ADDRESS_END = "/upload_mt940"


class SponsorBank(models.Model):
    """An address for the statements of a bank that can send a file, but no header with it."""

    _inherit = "g2p.bridge.sponsor.bank"

    # === Fields ===

    statement_address = Secret("Secret Address for Statements")
    has_statement_address = secret_state("statement_address", "Secret Address Given")
    statement_url = fields.Char(
        "Secret Address",
        compute="_compute_statement_url",
        help="Where this bank posts its statements without a header that proves who it is. Its "
        "token is shown once, when it is made; nobody can read it again.",
    )

    # === Compute ===

    @api.depends("statement_address")
    def _compute_statement_url(self):
        for bank in self:
            bank.statement_url = bank.has_statement_address and bank._statement_url(MASK)

    # === Actions ===

    def action_new_statement_address(self):
        """Make another secret address and show it once; the former one is closed."""
        self.ensure_one()
        self.check_access("write")
        if not self.company_id._g2p_bridge_own_url():
            raise UserError(
                self.env._(
                    "Enter the address of this server in Settings, for the bank to reach it."
                )
            )
        token = secrets.token_urlsafe(32)
        title = self.env._("Secret Address for the Statements of %s", self.name)
        return self._show_new_secret("statement_address", token, title, self._statement_url(token))

    def action_close_statement_address(self):
        """Take no more statements at the secret address."""
        self._withdraw_secret("statement_address")

    # === Helpers ===

    def _two_person_names(self):
        return super()._two_person_names() | {"statement_address"}

    def _statement_url(self, token):
        root = self.company_id._g2p_bridge_own_url()
        return f"{root}{ADDRESS_ROOT}/{token}{ADDRESS_END}"
