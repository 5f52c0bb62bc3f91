# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io

from odoo import api, models
from odoo.exceptions import AccessError

from odoo.addons.g2p_bridge.lib.statement import StatementFormatError


class ServiceBank(models.AbstractModel):
    """What a partner of kind bank can do: send statements of its own accounts."""

    _inherit = "g2p.bridge.service"

    @api.model
    def _receive_mt940(self, content, file_name="", sponsor_bank=None):
        partner = self._calling_partner()
        if partner.kind != "bank":
            return super()._receive_mt940(content, file_name, sponsor_bank)
        if partner.user_id != self.env.user:
            raise AccessError(self.env._("This is not the user of %s.", partner.name))
        service = self.sudo()
        bank = service._bank_of_statements(content, partner)
        return service._upload("mt940", content, file_name, bank)

    @api.model
    def _bank_of_statements(self, content, partner):
        """The one of a partner's banks that the accounts of a file are at, however it spells them.

        An account that is at none of them is as unknown as one that does not exist.

        :raises BridgeError: STATEMENT_UPLOAD_ERROR: there are accounts of several banks
        """
        banks = partner.sponsor_bank_ids
        if not banks:
            raise self._upload_error(self.env._("no sponsor bank is assigned to the sender"))
        if len(banks) == 1:
            return banks
        accounts = self._accounts_of_statements(content)
        found = banks.filtered(lambda bank: self._is_bank_of_any(bank, accounts))
        if len(found) > 1:
            raise self._upload_error(
                self.env._("it has accounts at several banks; send one file for each bank")
            )
        return found or banks[0]

    @api.model
    def _is_bank_of_any(self, bank, accounts):
        known = self.env["g2p.bridge.statement"]._known_accounts(bank.company_id, bank)
        return any(known.find(written, currency) for written, currency in accounts)

    @api.model
    def _accounts_of_statements(self, content):
        """:return: {(account as the bank writes it, name of the statement's currency)}"""
        if not isinstance(content, bytes) or len(content) > self._max_statement_bytes():
            return set()  # refused when it is taken
        try:
            statements = self.env["g2p.bridge.statement"]
            pieces = statements._format_model("mt940")._scan(
                io.BytesIO(content), most=statements._most_statements()
            )
            return {(piece.account_number, piece.currency) for piece in pieces}
        except StatementFormatError:
            return set()
