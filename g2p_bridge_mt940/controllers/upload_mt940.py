# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, http
from odoo.exceptions import UserError
from odoo.http import request
from werkzeug.exceptions import abort

from odoo.addons.g2p_bridge.controllers.body_limit import MULTIPART_BYTES, bounded
from odoo.addons.g2p_bridge.controllers.secret_path import hide_token, token_of
from odoo.addons.g2p_bridge.lib.file_name import clean_name

from ..models.sponsor_bank import ADDRESS_END, ADDRESS_ROOT

hide_token(ADDRESS_ROOT)
#: What both ways in have in common.
ROUTE = {
    "type": "http",
    "auth": "public",
    "methods": ["POST"],
    "csrf": False,
    "save_session": False,
}


def _answer(status, statement_id="", code="", message="", **more):
    return request.make_json_response(
        {
            "status": "failed" if code else "success",
            "statement_id": statement_id,
            "error_code": code,
            "error_message": message,
            **more,
        },
        status=status,
    )


def _bank_of_token():
    """The sponsor bank that proves itself by its bearer token, or no record."""
    scheme, _space, token = request.httprequest.headers.get("Authorization", "").partition(" ")
    banks = request.env["g2p.bridge.sponsor.bank"].sudo()
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        return banks
    return banks._from_statement_token(token)


def _bank_of_address():
    """The sponsor bank whose secret address this is, or no record."""
    banks = request.env["g2p.bridge.sponsor.bank"].sudo()
    return banks._proved_by("statement_address", token_of(ADDRESS_ROOT))


def _admit_token(_controller):
    """Turn strangers and oversized files away before the first byte of the body is read.

    :return: how many bytes the body may have
    """
    if not _bank_of_token():
        refusal = _answer(
            401,
            code="UNAUTHORIZED",
            message=request.env._("Send the statement token of the sponsor bank as bearer token."),
        )
        refusal.headers["WWW-Authenticate"] = "Bearer"
        abort(refusal)
    return _body_limit()


def _admit_address(_controller):
    """The same for a secret address: without the right token there is none."""
    if not _bank_of_address():
        message = request.env._("There is no such address.")
        abort(_answer(404, code="NOT_FOUND", message=message))
    return _body_limit()


def _body_limit():
    limit = request.env["g2p.bridge.service"].sudo()._max_statement_bytes()
    return bounded(limit + MULTIPART_BYTES, lambda: _too_large(limit))


def _too_large(limit):
    message = request.env._("The file is larger than %s MB.", limit // 2**20)
    return _answer(413, code="STATEMENT_UPLOAD_ERROR", message=message)


class UploadMt940(http.Controller):
    @http.route("/g2p_bridge_mt940/upload_mt940", max_content_length=_admit_token, **ROUTE)
    def upload_mt940(self, **_params):
        """A bank hands in a statement file.

        Multipart field ``statement_file``, header ``Authorization: Bearer <statement token of
        the sponsor bank>``. The answer is JSON with status, statement_id, statement_ids,
        known_statement_ids (received before), warnings (statement_id, code and message of each
        that waits for a person), error_code and error_message. HTTP 200 also where the file is
        refused; 401 without the right token, 400 without a file, 413 if it is too large. The
        same file again answers with the statements that exist.
        """
        return self._upload(_bank_of_token())

    @http.route(
        f"{ADDRESS_ROOT}/<string:token>{ADDRESS_END}", max_content_length=_admit_address, **ROUTE
    )
    def upload_mt940_by_address(self, **_params):
        """The same for a bank that can't send a header: the address itself proves who it is.

        404 for every address that is not a bank's own.
        """
        return self._upload(_bank_of_address())

    def _upload(self, bank):
        file = request.httprequest.files.get("statement_file")
        if file is None:
            return _answer(
                400,
                code="STATEMENT_UPLOAD_ERROR",
                message=request.env._("Send the file as multipart field statement_file."),
            )
        service = (
            request.env["g2p.bridge.service"].with_user(SUPERUSER_ID).with_company(bank.company_id)
        )
        content = file.read()
        limit = service._max_statement_bytes()
        if len(content) > limit:
            return _too_large(limit)
        return self._take(service, bank, content, file.filename)

    def _take(self, service, bank, content, file_name):
        try:
            with request.env.cr.savepoint():
                received = service._receive_mt940(content, clean_name(file_name), bank)
                ids = received.statements.mapped("statement_id")
                known = received.known.mapped("statement_id")
                warnings = received.statements._notices()
        except UserError as error:
            return _answer(
                200, code=getattr(error, "code", "STATEMENT_UPLOAD_ERROR"), message=str(error)
            )
        return _answer(
            200,
            statement_id=ids[0],
            statement_ids=ids,
            known_statement_ids=known,
            warnings=warnings,
        )
