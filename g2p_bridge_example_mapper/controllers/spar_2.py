# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http

from ..lib import message, message_2
from . import common


class ExampleMapper2Controller(http.Controller):
    """SPAR 2.x: the question of 1.x in other envelopes, addresses as objects."""

    @http.route(**common.route("/mapper/resolve"))
    def resolve(self):
        if not common.is_posted():
            return common.not_allowed("POST")
        behaviour = common.of_request()
        behaviour._wait()
        try:
            return common.spoilt(self._reply(behaviour), behaviour)
        except common.Refusal as refusal:
            return common.answer(refusal.status, refusal.body)

    def _reply(self, behaviour):
        body, signed = common.read_request(message_2.complaints, behaviour)
        if not signed:
            return message_2.rejection(body, message.JWT_INVALID)
        items = body["request_body"]["request_payload"]["resolve_request"]
        if not items:
            return message_2.rejection(body, "resolve_request is empty")
        return message_2.reply(body, common.carry_out("resolve", items, behaviour))
