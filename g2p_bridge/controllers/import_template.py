from odoo import http
from odoo.http import content_disposition, request

from ..lib.import_file import template_csv, template_xlsx
from ..services.wire import ADDRESS

KINDS = {
    "csv": (template_csv, "text/csv; charset=utf-8"),
    "xlsx": (
        template_xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}


class ImportTemplate(http.Controller):
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
        if kind not in KINDS:
            raise request.not_found()
        request.env["g2p.bridge.import"].check_access("read")
        make, mime_type = KINDS[kind]
        content = make(ADDRESS if addresses == "1" else ())
        headers = [
            ("Content-Type", mime_type),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(f"disbursements.{kind}")),
        ]
        return request.make_response(content, headers)
