from odoo import api, models
from odoo.http import Response, request
from werkzeug.exceptions import HTTPException

from ..lib import replies
from ..lib.prefix import is_below, placed


class IrHttp(models.AbstractModel):
    """The API's routes at their configured place; whatever goes wrong there is said in JSON."""

    _inherit = "ir.http"

    def _generate_routing_rules(self, modules, converters):
        prefix = self.env["g2p.bridge.api.settings"]._prefix()
        for url, endpoint in super()._generate_routing_rules(modules, converters):
            yield placed(url, prefix), endpoint

    @api.model
    def _g2p_bridge_taken(self, prefix):
        """:return: a route of somebody else's that lies where the prefix would be, or ''"""
        ours = self.env["g2p.bridge.api.settings"]._prefix()
        first = prefix.split("/")[1]
        for rule in self.routing_map().iter_rules():
            segment = rule.rule.split("/")[1] if "/" in rule.rule else ""
            if segment == first and not is_below(rule.rule, ours):
                return rule.rule
        return ""

    @classmethod
    def _handle_error(cls, exception):
        path = request.httprequest.path
        if not is_below(path, request.env["g2p.bridge.api.settings"]._prefix()):
            return super()._handle_error(exception)
        status = exception.code if isinstance(exception, HTTPException) else 500
        text = "The request could not be answered. Nothing was changed."
        if status == 413:
            text = "The body is too large."
        answer = replies.errors(status or 500, f"G2P-REQ-{status or 500}", text)
        return Response(answer.body, status=answer.status, mimetype="application/json")
