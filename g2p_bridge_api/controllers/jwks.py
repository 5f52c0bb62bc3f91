# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request

#: Where the bridge's addresses begin, unless configured otherwise.
PREFIX = "/g2p-bridge"
#: Seconds for which others may keep the answer; keys are published long before they sign.
MAX_AGE = 300


class Jwks(http.Controller):
    @http.route(
        [f"{PREFIX}/.well-known/jwks.json", f"{PREFIX}/jwks.json"],
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        readonly=True,
    )
    def jwks(self, company=None, **_params):
        """The public keys that our signatures are checked with, as a JWKS (RFC 7517).

        :param company: ID of a company, for its keys alone; otherwise those of all companies
        """
        companies = request.env["res.company"].sudo().search([])
        if company is not None:
            companies = companies.filtered(lambda found: str(found.id) == company)
        keys = request.env["g2p.bridge.signing.key"]
        published = [key for found in companies for key in keys._public_jwks(found)["keys"]]
        answer = request.make_json_response(
            {"keys": published}, headers={"Cache-Control": f"public, max-age={MAX_AGE}"}
        )
        answer.headers["Content-Type"] = "application/jwk-set+json"
        return answer
