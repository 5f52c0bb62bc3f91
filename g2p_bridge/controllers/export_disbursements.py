# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from tempfile import TemporaryFile

from odoo import http
from odoo.http import content_disposition, request
from werkzeug.wsgi import wrap_file

from .import_files import CSV, XLSX

MIME_TYPES = {"csv": CSV, "xlsx": XLSX}


class ExportDisbursements(http.Controller):
    """The disbursements of an envelope as a file."""

    @http.route(
        "/g2p_bridge/export_disbursements/<int:envelope_id>/<string:kind>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def export_disbursements(self, envelope_id, kind, **_params):
        """All disbursements of an envelope, accounts in full or masked as the user may see them.

        The file is made on disk and sent from there in pieces: whatever goes wrong on the way
        is an error, and never a file that lacks its end but looks whole.

        :param kind: csv or xlsx
        """
        envelope = request.env["g2p.bridge.envelope"].browse(envelope_id).exists()
        if not envelope or kind not in MIME_TYPES:
            raise request.not_found()
        export = request.env["g2p.bridge.envelope.export"]
        file = TemporaryFile()
        try:
            export._write_to(envelope, kind, file)
        except BaseException:
            file.close()
            raise
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        response = request.make_response(
            wrap_file(request.httprequest.environ, file),
            [
                ("Content-Type", MIME_TYPES[kind]),
                ("Content-Length", size),
                ("Content-Disposition", content_disposition(export._file_name(envelope, kind))),
                ("Cache-Control", "no-store"),
            ],
        )
        response.direct_passthrough = True
        return response
