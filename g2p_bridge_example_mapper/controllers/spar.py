# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http

from ..lib import message
from . import common


class ExampleMapperController(http.Controller):
    """SPAR's synchronous mapper API, refusals included. Open to everybody: a simulation."""

    @http.route(**common.route("/ping"), readonly=True)
    def ping(self):
        if common.request.httprequest.method != "GET":
            return common.not_allowed("GET")
        return common.answer(200, "pong")

    @http.route(**{**common.route(""), "route": [f"{common.ROOT}/", f"{common.ROOT}/<path:path>"]})
    def no_such_path(self, path=""):
        return common.answer(404, message.errors(("G2P-REQ-404", "Not Found")))

    @http.route(**common.route("/sync/<any(resolve,link,update,unlink):action>"))
    def sync(self, action):
        if not common.is_posted():
            return common.not_allowed("POST")
        behaviour = common.of_request()
        behaviour._wait()
        try:
            return common.spoilt(self._reply(action, behaviour), behaviour)
        except common.Refusal as refusal:
            return common.answer(refusal.status, refusal.body)

    def _reply(self, action, behaviour):
        body, signed = common.spar_1_request(action, behaviour)
        if not signed:
            return message.rejection(body, message.JWT_INVALID)
        if body["header"]["action"] != action:
            return message.rejection(body, message.ACTION_NOT_SUPPORTED)
        items = body["message"][f"{action}_request"]
        return message.reply(body, action, common.carry_out(action, items, behaviour))
