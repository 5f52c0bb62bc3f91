# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, http
from odoo.http import request

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


def _monitored_company():
    """The company whose token came in the header, or no record."""
    scheme, _space, token = request.httprequest.headers.get("Authorization", "").partition(" ")
    companies = request.env["res.company"].with_user(SUPERUSER_ID)
    if scheme.lower() != "bearer":
        return companies.browse()
    return companies._from_g2p_bridge_metrics_token(token.strip())


def _not_admitted():
    headers = [("WWW-Authenticate", 'Bearer realm="g2p_bridge"'), ("Cache-Control", "no-store")]
    response = request.make_response("A valid bearer token is needed.\n", headers)
    response.status_code = 401
    return response


class Monitoring(http.Controller):
    """What monitoring asks for. Both answers need the token of a company."""

    @http.route(
        "/g2p_bridge/metrics",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        readonly=True,
    )
    def metrics(self, **_params):
        """The figures of the token's company in the text format of Prometheus."""
        company = _monitored_company()
        if not company:
            return _not_admitted()
        text = company.env["g2p.bridge.health"]._metrics(company)
        headers = [("Content-Type", PROMETHEUS), ("Cache-Control", "no-store")]
        return request.make_response(text, headers)

    @http.route(
        "/g2p_bridge/health",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        readonly=True,
    )
    def health(self, **_params):
        """200 while the machinery runs, else 503 with the kinds of trouble.

        Either way it tells how long ago the scheduled action of each step ran.
        """
        company = _monitored_company()
        if not company:
            return _not_admitted()
        signs = company.env["g2p.bridge.health"]._life_signs()
        body = {"status": "trouble" if signs["troubles"] else "ok", **signs}
        headers = {"Cache-Control": "no-store"}
        return request.make_json_response(body, headers, status=503 if signs["troubles"] else 200)
