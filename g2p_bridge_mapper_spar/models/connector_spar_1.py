# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from uuid import uuid4

from odoo import api, fields, models

from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown, Rejected, Unavailable

from ..lib import spar
from ..lib.spar_items import ReplyInvalid, ReplyRejected


class SparConnector(models.AbstractModel):
    """SPAR 1.x (G2P Connect), synchronous resolve over HTTP.

    Every failure that asking again may cure is Unavailable: no connection, a time-out, a
    5xx answer, an answer that is no answer. A 4xx answer and a rejection of the whole
    message are Rejected: the same question would meet the same answer.
    """

    _name = "g2p.bridge.mapper.connector.spar_1"
    _inherit = ["g2p.bridge.mapper.connector", "g2p.bridge.http.client"]
    _description = "SPAR 1.x Mapper Connector"

    @api.model
    def resolve(self, transaction_id, requests):
        if not requests:
            return {}
        payload = self._spar_payload(transaction_id, requests)
        parse = self.mapper._address_parser().parse
        return self._spar_exchange(
            spar.RESOLVE_PATH, payload, lambda reply: spar.read_resolve(reply, requests, parse)
        )

    @api.model
    def _spar_payload(self, transaction_id, requests, sender_uri=""):
        mapper = self.mapper
        return spar.build_resolve(
            requests,
            message_id=spar.new_message_id(transaction_id, uuid4().hex),
            transaction_id=transaction_id,
            sender_id=mapper.sender_id,
            receiver_id=mapper.receiver_id or "",
            sender_uri=sender_uri,
            now=fields.Datetime.now(),
        )

    @api.model
    def _spar_exchange(self, path, payload, read):
        """Ask, and have the reply read; each failure becomes one of the contract's two."""
        try:
            return read(self._http_call(path, payload))
        except OutcomeUnknown as error:
            raise Unavailable(error.code, error.message) from error
        except ReplyRejected as error:
            raise Rejected(error.code, error.message) from error
        except ReplyInvalid as error:
            raise Unavailable("INVALID_ANSWER", str(error)) from error

    @api.model
    def _http_endpoint(self):
        return self.mapper

    @api.model
    def _http_encode(self, payload):
        """What SPAR 1.x verifies a signature over: compact JSON with ASCII escapes."""
        return json.dumps(payload, separators=(",", ":"), ensure_ascii=True).encode("ascii")
