# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import content_disposition, request

from ..lib.import_file import errors_xlsx, template_csv, template_xlsx
from ..services.wire import ADDRESS

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEMPLATES = {"csv": (template_csv, CSV), "xlsx": (template_xlsx, XLSX)}
ERROR_FIELDS = ("row_number", "column", "value", "message", "code")


class ImportFiles(http.Controller):
    """What can be downloaded for an import."""

    @http.route(
        "/g2p_bridge/import_template/<string:kind>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def import_template(self, kind, addresses="0", **_params):
        """An empty file of disbursements, for whoever may see imports.

        :param kind: csv or xlsx
        :param addresses: 1 to add the columns of the financial address
        """
        if kind not in TEMPLATES:
            raise request.not_found()
        request.env["g2p.bridge.import"].check_access("read")
        make, mime_type = TEMPLATES[kind]
        content = make(ADDRESS if addresses == "1" else ())
        return self._download(content, mime_type, f"disbursements.{kind}")

    @http.route(
        "/g2p_bridge/import_errors/<int:import_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def import_errors(self, import_id, **_params):
        """The listed errors of an import, as a workbook."""
        record = request.env["g2p.bridge.import"].browse(import_id).exists()
        if not record:
            raise request.not_found()
        record.check_access("read")
        labels = record.error_ids.fields_get(ERROR_FIELDS, ["string"])
        header = [labels[name]["string"] for name in ERROR_FIELDS]
        errors = record.error_ids.read(ERROR_FIELDS)
        content = errors_xlsx(header, [[e[name] for name in ERROR_FIELDS] for e in errors])
        return self._download(content, XLSX, f"{record.file_name}-errors.xlsx")

    def _download(self, content, mime_type, name):
        headers = [
            ("Content-Type", mime_type),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(name)),
        ]
        return request.make_response(content, headers)
