# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import psycopg2
from odoo import api, models
from odoo.http import Response, _generate_routing_rules, request
from odoo.tools import config
from werkzeug.exceptions import HTTPException

from ..lib import replies
from ..lib.prefix import DEFAULT_PREFIX, is_below, placed


class IrHttp(models.AbstractModel):
    """The API's routes at their configured place; whatever goes wrong there is said in JSON."""

    _inherit = "ir.http"

    def _generate_routing_rules(self, modules, converters):
        prefix = self.env["g2p.bridge.api.settings"]._prefix()
        for url, endpoint in super()._generate_routing_rules(modules, converters):
            yield placed(url, prefix), endpoint

    @api.model
    def _g2p_bridge_taken(self, prefix):
        """:return: an address of somebody else's in the folder of the prefix, or none"""
        modules = sorted(self.env.registry._init_modules.union(config["server_wide_modules"]))
        rules = _generate_routing_rules(modules, False, self._get_converters())
        first = f"/{prefix.split('/')[1]}"
        others = (url for url, _endpoint in rules if not is_below(url, DEFAULT_PREFIX))
        return next((url for url in others if is_below(url, first)), "")

    @classmethod
    def _g2p_bridge_prefix(cls):
        """Where the endpoints are, as far as it can be told: the database may be what failed."""
        try:
            return request.env["g2p.bridge.api.settings"]._prefix()
        except psycopg2.Error:
            return DEFAULT_PREFIX

    @classmethod
    def _handle_error(cls, exception):
        if not is_below(request.httprequest.path, cls._g2p_bridge_prefix()):
            return super()._handle_error(exception)
        status = exception.code if isinstance(exception, HTTPException) else 500
        text = "The request could not be answered. Nothing was changed."
        if status == 413:
            text = "The body is too large."
        answer = replies.errors(status or 500, f"G2P-REQ-{status or 500}", text)
        return Response(answer.body, status=answer.status, mimetype="application/json")

    def session_info(self):
        """With it, screens warn as long as anybody may call."""
        unsigned = self.env["g2p.bridge.partner"].sudo()._is_unsigned_allowed()
        return {**super().session_info(), "g2p_bridge_unsigned": unsigned}
