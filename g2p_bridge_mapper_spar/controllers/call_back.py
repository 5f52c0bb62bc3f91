# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging

from odoo import SUPERUSER_ID, fields, http
from odoo.http import request
from werkzeug.exceptions import abort

from odoo.addons.g2p_bridge.controllers.body_limit import bounded
from odoo.addons.g2p_bridge.controllers.secret_path import hide_token, token_of

from ..lib.spar import CALL_BACK_PATH
from ..lib.spar_items import stamp
from ..models.mapper import CALL_BACK_ROOT

_logger = logging.getLogger(__name__)

#: Largest call-back: about a hundred thousand answers.
MAX_BYTES = 64 * 2**20
INVALID_INPUT = "G2P-REQ-102"

hide_token(CALL_BACK_ROOT)


def _mapper():
    """The mapper whose call-back address this is, or no record."""
    mappers = request.env["g2p.bridge.mapper"].with_user(SUPERUSER_ID)
    return mappers._from_call_back_token(token_of(CALL_BACK_ROOT))


def _errors(status, code, message):
    body = {"errors": [{"code": code, "message": message}]}
    return request.make_json_response(body, status=status)


def _answer(transaction="", code="", message="", status=200):
    """An acknowledgement as G2P Connect has it."""
    acknowledgement = {
        "ack_status": "NACK" if code else "ACK",
        "timestamp": stamp(fields.Datetime.now()),
        "error": {"code": code, "message": message} if code else None,
        "correlation_id": transaction or None,
    }
    return request.make_json_response({"message": acknowledgement}, status=status)


def _admit(_controller):
    """Turn strangers away before the first byte of the body is read.

    :return: how many bytes the body may have
    """
    if not _mapper():
        abort(_errors(404, "G2P-REQ-404", "Not Found"))
    return bounded(MAX_BYTES, lambda: _errors(413, "G2P-REQ-413", "The message is too large."))


class MapperCallBackController(http.Controller):
    @http.route(
        f"{CALL_BACK_ROOT}/<string:token>{CALL_BACK_PATH}",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=_admit,
    )
    def on_resolve(self, token):
        """An ID mapper brings the answers to an asynchronous resolve request.

        Answers that nobody waits for any more, or again, are acknowledged and change nothing;
        those to a question that was never asked get a NACK. 400 for what is no call-back,
        401 without the signature that the mapper's record asks for.
        """
        mapper = _mapper()
        data = request.httprequest.get_data()
        if not mapper._signed_by_mapper(data, request.httprequest.headers.get("Signature")):
            _logger.warning("mapper %s: a call-back without its signature", mapper.id)
            code = "rjct.signature.invalid"
            return _answer(code=code, message="The signature is missing or wrong.", status=401)
        try:
            body = json.loads(data)
        except (ValueError, RecursionError):
            return _errors(400, INVALID_INPUT, "Invalid Input. JSON decode error")
        try:
            with request.env.cr.savepoint():
                transaction, result = mapper.with_company(mapper.company_id)._take_call_back(body)
        except ValueError as error:
            return _errors(400, INVALID_INPUT, f"Invalid Input. {error}")
        _logger.info("mapper %s: call-back %s", mapper.id, result)
        if result == "unknown":
            code = "rjct.transaction_id.invalid"
            return _answer(code=code, message="No question with this transaction_id was asked.")
        return _answer(transaction)
