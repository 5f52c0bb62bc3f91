# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.g2p_bridge.lib.mapper_answer import LATER
from odoo.addons.g2p_bridge_base.lib.errors import Rejected

from ..lib import spar
from ..lib.spar_items import ReplyRejected


class SparAsyncConnector(models.AbstractModel):
    """SPAR 1.x (G2P Connect), asynchronous: the answer comes to our call-back address."""

    _name = "g2p.bridge.mapper.connector.spar_1_async"
    _inherit = "g2p.bridge.mapper.connector.spar_1"
    _description = "SPAR 1.x Mapper Connector (Asynchronous)"
    _calls_back = True

    @api.model
    def resolve(self, transaction_id, requests):
        if not requests:
            return {}
        payload = self._spar_payload(transaction_id, requests, self.mapper._call_back_uri())
        self._spar_exchange(spar.ASYNC_RESOLVE_PATH, payload, spar.read_acknowledgement)
        return LATER

    @api.model
    def call_back_transaction(self, body):
        return spar.transaction_of(body)

    @api.model
    def read_call_back(self, body, requests):
        try:
            parse = self.mapper._address_parser().parse
            return spar.read_resolve(body, requests, parse)
        except ReplyRejected as error:
            raise Rejected(error.code, error.message) from error
