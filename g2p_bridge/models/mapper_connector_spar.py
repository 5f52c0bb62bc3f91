import json
from uuid import uuid4

from odoo import api, fields, models

from odoo.addons.g2p_bridge_bank_connector.lib.errors import OutcomeUnknown, Rejected, Unavailable

from ..lib import spar


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
        mapper = self.mapper
        payload = spar.build_resolve(
            requests,
            message_id=uuid4().hex,
            transaction_id=transaction_id,
            sender_id=mapper.sender_id,
            receiver_id=mapper.receiver_id or "",
            now=fields.Datetime.now(),
        )
        try:
            reply = self._http_call(spar.RESOLVE_PATH, payload)
            return spar.read_resolve(reply, requests)
        except OutcomeUnknown as error:
            raise Unavailable(error.code, error.message) from error
        except spar.ReplyRejected as error:
            raise Rejected(error.code, error.message) from error
        except spar.ReplyInvalid as error:
            raise Unavailable("INVALID_ANSWER", str(error)) from error

    @api.model
    def _signature(self, body):
        """The detached JWS over the body for the header ``Signature``.

        SPAR 1.1.0 answers 500 to a request without one, unless its deployment put a
        proxy in front that adds it.

        :param bytes body: exactly what is sent; the mapper verifies compact JSON in the
            order of its keys, with ASCII escapes
        :return: ``header..signature`` or None to send no such header
        """
        return None

    # HTTP

    @api.model
    def _http_endpoint(self):
        return self.mapper

    @api.model
    def _http_body_headers(self, body):
        signature = self._signature(body)
        return {"Signature": signature} if signature else {}

    @api.model
    def _http_encode(self, payload):
        return json.dumps(payload, separators=(",", ":"), ensure_ascii=True).encode("ascii")
