# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http

from ..lib import message
from . import common


class ExampleMapperAsyncController(http.Controller):
    """SPAR's asynchronous mapper API: an acknowledgement now, the reply by call-back."""

    @http.route(**common.route("/async/<any(resolve,link,update,unlink):action>"))
    def asynchronous(self, action):
        if not common.is_posted():
            return common.not_allowed("POST")
        behaviour = common.of_request()
        try:
            body, signed = common.spar_1_request(action, behaviour)
            if not signed:
                return common.answer(200, message.refused(message.JWT_INVALID))
            reply = self._reply(action, body, behaviour)
        except common.Refusal as refusal:
            return common.answer(refusal.status, refusal.body)
        response = common.answer(200, message.taken())
        url = body["header"].get("sender_uri")
        if url:
            behaviour._call_back(f"{url}/on-{action}", message.encode(reply), response)
        return response

    def _reply(self, action, body, behaviour):
        # The real mapper offers this path as well, and never does it.
        if body["header"]["action"] != action or action == "unlink":
            reply = message.rejection(body, message.ACTION_NOT_SUPPORTED)
            message.tell_parties(reply["header"], body, [])
            return reply
        items = body["message"][f"{action}_request"]
        return message.reply(body, action, common.carry_out(action, items, behaviour))
