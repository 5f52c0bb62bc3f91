# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from uuid import uuid4

from odoo import api, fields, models

from ..lib import spar_2


class Spar2Connector(models.AbstractModel):
    """SPAR 2.x, resolve over HTTP; failures mean what they mean for SPAR 1.x."""

    _name = "g2p.bridge.mapper.connector.spar_2"
    _inherit = "g2p.bridge.mapper.connector.spar_1"
    _description = "SPAR 2.x Mapper Connector"

    @api.model
    def resolve(self, transaction_id, requests):
        if not requests:
            return {}
        payload = spar_2.build_resolve(
            requests,
            request_id=uuid4().hex,
            transaction_id=transaction_id,
            sender_mnemonic=self.mapper.sender_id,
            sender_url=self.mapper.company_id._g2p_bridge_own_url(),
            now=fields.Datetime.now(),
        )
        parse = self.mapper._address_parser().parse
        return self._spar_exchange(
            spar_2.RESOLVE_PATH, payload, lambda reply: spar_2.read_resolve(reply, requests, parse)
        )

    @api.model
    def _http_encode(self, payload):
        """What SPAR 2.x verifies a signature over: compact JSON in UTF-8, its keys sorted."""
        text = json.dumps(payload, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
        return text.encode()
