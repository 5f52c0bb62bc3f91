# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hmac
import re
import time

import simplejson
from odoo import http
from odoo.api import SUPERUSER_ID
from odoo.http import Response, request

from ..lib import message as messages
from ..lib.fault import CALL, Effect
from ..lib.refusal import MalformedRequest
from . import lock, lost_answer, spoilt_answer

ROOT = "/g2p_bridge_example_bank"
TOKEN = "g2p_bridge_example_bank.api_token"
#: Lets a client ask for a fault of one call: ``accept_then_500``, or ``slow;5`` (seconds).
FAULT_HEADER = "Example-Bank-Fault"
SECONDS = re.compile(r"\d{0,9}", re.ASCII)
MALFORMED = "G2P-REQ-102"
UNAUTHORIZED = "G2P-AUT-401"
READ = {"type": "http", "auth": "none", "csrf": False, "save_session": False}
#: Every operation may use up a fault; and Odoo would give routes without login a
#: read-only transaction.
WRITE = {**READ, "readonly": False, "methods": ["POST"]}


def answer(body, status=200):
    """:return: a JSON answer; Decimals are written as exact JSON numbers"""
    content = simplejson.dumps(body, use_decimal=True)
    return Response(content, status=status, mimetype="application/json")


def errors(status, *pairs):
    """:return: the OpenG2P services' form of a failed call"""
    return answer({"errors": [{"code": code, "message": text} for code, text in pairs]}, status)


class ExampleBankController(http.Controller):
    """The simulated bank's endpoints, in the OpenG2P Example Bank's messages."""

    @http.route(f"{ROOT}/ping", methods=["GET", "POST"], **READ)
    def ping(self, **_params):
        """Health check. A token that is sent must be the right one, though none is needed."""
        if request.httprequest.headers.get("Authorization") and not self._is_authorized():
            return errors(401, (UNAUTHORIZED, "Unauthorized"))
        return answer("pong")

    @http.route(f"{ROOT}/check_funds", **WRITE)
    def check_funds(self, **_params):
        return self._serve("check_funds")

    @http.route(f"{ROOT}/block_funds", **WRITE)
    def block_funds(self, **_params):
        return self._serve("block_funds")

    @http.route(f"{ROOT}/release_funds", **WRITE)
    def release_funds(self, **_params):
        return self._serve("release_funds")

    @http.route(f"{ROOT}/initiate_payment", **WRITE)
    def initiate_payment(self, **_params):
        return self._serve("initiate_payment")

    @http.route(f"{ROOT}/payment_status", **WRITE)
    def payment_status(self, **_params):
        return self._serve("payment_status")

    @http.route(f"{ROOT}/generate_account_statement", **WRITE)
    def generate_account_statement(self, **_params):
        return self._serve("generate_account_statement")

    @http.route(f"{ROOT}/list_account_statements", **WRITE)
    def list_account_statements(self, **_params):
        return self._serve("list_account_statements")

    @http.route(f"{ROOT}/statement/<string:reference>", methods=["GET"], **READ)
    def statement(self, reference, **_params):
        """The MT940 file of a statement that is made."""
        if not self._is_authorized():
            return errors(401, (UNAUTHORIZED, "Unauthorized"))
        found = reference.isprintable() and self._env()["g2p.bridge.example.bank.statement"].search(
            [("reference", "=", reference), ("state", "=", "made")], limit=1
        )
        if not found:
            return errors(404, ("G2P-REQ-404", "Statement not found"))
        name = found.attachment_id.name
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(found.attachment_id.raw, headers=headers, mimetype="text/plain")

    def _serve(self, operation):
        if not self._is_authorized():
            return errors(401, (UNAUTHORIZED, "Unauthorized"))
        key = request.httprequest.headers.get("Idempotency-Key", "").strip()
        try:
            message = messages.read(operation, request.httprequest.get_data())
            effect = self._effect(operation, message)
            if effect.kind == "close":
                return lost_answer.cut()
            with lock.environment(request.env, operation, message) as env:
                service = env["g2p.bridge.example.bank.service"]
                body = service._serve(operation, message, key, effect)
        except MalformedRequest as error:
            texts = [(MALFORMED, f"Invalid Input. {text}") for text in error.messages]
            return errors(400, *texts)
        return self._send(body, effect)

    def _send(self, body, effect):
        """The answer, as the fault of the call leaves it."""
        if effect.kind == "accept_then_500":
            return errors(500, ("G2P-SIM-500", "Internal Server Error (simulated fault)"))
        content = simplejson.dumps(body, use_decimal=True).encode()
        spoil = spoilt_answer.BY_KIND.get(effect.kind)
        return spoil(content, effect.seconds) if spoil else answer(body)

    def _effect(self, operation, message):
        """The simulated fault of this call, taken once even if Odoo runs the call again.

        A slow bank waits here, before its transaction has read anything.
        """
        effect = getattr(request, "example_bank_effect", None)
        if effect is None:
            subject = self._subject(operation, message)
            effect = self._effect_of_header() or self._env()["g2p.bridge.example.bank.fault"]._take(
                operation, subject
            )
            request.example_bank_effect = effect
            if effect.kind == "slow":
                time.sleep(effect.seconds)
        return effect

    def _effect_of_header(self):
        """The fault that the client asked for this very call, if it did.

        :raises MalformedRequest: there is no such fault
        """
        asked = request.httprequest.headers.get(FAULT_HEADER, "").strip()
        if not asked:
            return None
        kind, _semicolon, seconds = asked.partition(";")
        if kind not in CALL or not SECONDS.fullmatch(seconds):
            raise MalformedRequest(f"{FAULT_HEADER} should be a fault of a call; its seconds")
        return Effect(kind, min(int(seconds or 90), 600))

    def _subject(self, operation, message):
        """Which account a call is about, as ``fault._take`` wants it."""
        if operation == "initiate_payment":
            return {"account_number": message[0]["remitting_account"] if message else ""}
        if operation == "payment_status":
            return {"batch_reference": message["batch_reference"]}
        if operation == "release_funds":
            return {"block_reference": message["block_reference_no"]}
        number = message.get("account_number") or message.get("program_account_number")
        return {"account_number": number or ""}

    def _is_authorized(self):
        """Whether the call brings the token, if one is set."""
        token = self._env()["ir.config_parameter"].get_param(TOKEN)
        if not token:
            return True
        given = request.httprequest.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())

    def _env(self):
        return request.env(user=SUPERUSER_ID)
