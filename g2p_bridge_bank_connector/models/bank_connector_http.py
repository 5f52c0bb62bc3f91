# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class HttpBankConnector(models.AbstractModel):
    """Base of bank connectors that speak JSON over HTTP.

    A bank overrides the hooks of :class:`HttpClient`: ``_http_headers`` for its
    authentication and ``_http_rejection`` for its way of saying no. Amounts travel as
    exact JSON numbers.
    """

    _name = "g2p.bridge.bank.connector.http"
    _inherit = ["g2p.bridge.bank.connector", "g2p.bridge.http.client"]
    _description = "HTTP Bank Connector"

    @api.model
    def _http_endpoint(self):
        return self.bank
