import json
import logging

from odoo import http
from odoo.http import request

from ..lib import message, schema
from ..models.entry import LinkConflict

_logger = logging.getLogger(__name__)

ROOT = "/g2p_bridge_example_mapper"
INVALID_INPUT = "G2P-REQ-102"


class Refusal(Exception):
    """The request ends here, with an HTTP status other than 200."""

    def __init__(self, status, *pairs):
        super().__init__(status)
        self.status = status
        self.body = message.errors(*pairs)


def _unknown_error():
    return Refusal(500, ("G2P-REQ-100", "Unknown Error."))


class ExampleMapperController(http.Controller):
    """SPAR's synchronous mapper API, refusals included. Open to everybody: a simulation."""

    @http.route(
        f"{ROOT}/ping", type="http", auth="public", csrf=False, save_session=False, readonly=True
    )
    def ping(self):
        if request.httprequest.method != "GET":
            return self._answer(*self._not_allowed("GET"))
        return self._answer(200, "pong")

    @http.route(
        [f"{ROOT}/", f"{ROOT}/<path:path>"],
        type="http",
        auth="public",
        csrf=False,
        save_session=False,
    )
    def no_such_path(self, path=""):
        return self._answer(404, message.errors(("G2P-REQ-404", "Not Found")))

    @http.route(
        f"{ROOT}/sync/<any(resolve,link,update,unlink):action>",
        type="http",
        auth="public",
        csrf=False,
        save_session=False,
    )
    def sync(self, action):
        if request.httprequest.method != "POST":
            return self._answer(*self._not_allowed("POST"))
        behaviour = request.env["g2p.bridge.example.mapper.behaviour"]._current()
        behaviour._wait()
        try:
            if behaviour.fault == "error_500":
                raise _unknown_error()
            return self._answer(200, self._reply(action, behaviour))
        except Refusal as refusal:
            return self._answer(refusal.status, refusal.body)

    def _reply(self, action, behaviour):
        """The steps of the real mapper in their order; the first that fails answers."""
        data = request.httprequest.get_data()
        is_json = request.httprequest.mimetype == "application/json"
        body = self._read(data, is_json)
        signed = self._check_signature(body, behaviour)
        wrong = schema.complaints(body if is_json else None, action)
        if wrong:
            raise Refusal(400, *((INVALID_INPUT, f"Invalid Input. {text}") for text in wrong))
        if not signed:
            return message.rejection(body, message.JWT_INVALID)
        if body["header"]["action"] != action:
            return message.rejection(body, message.ACTION_NOT_SUPPORTED)
        entries = request.env["g2p.bridge.example.mapper.entry"].sudo()
        items = body["message"][f"{action}_request"]
        try:
            answers = getattr(entries, f"_answer_{action}")(items)
        except LinkConflict as conflict:
            raise Refusal(500, (f"UniqueViolationError: {conflict}", "")) from conflict
        except ValueError as error:  # a text that no database can hold
            raise _unknown_error() from error
        if action == "resolve":
            answers = behaviour._spoil(answers)
        _logger.info("example mapper: %s of %s IDs", action, len(items))
        return message.reply(body, action, answers)

    def _read(self, data, is_json):
        try:
            return json.loads(data) if data else None
        except UnicodeDecodeError as error:
            words = "There was an error parsing the body"
            raise Refusal(400, ("G2P-REQ-400", words)) from error
        except (ValueError, RecursionError) as error:
            if not is_json:
                raise _unknown_error() from error
            words = "Invalid Input. JSON decode error"
            raise Refusal(400, (INVALID_INPUT, words)) from error

    def _check_signature(self, body, behaviour):
        """:return: whether the signature holds, as far as a simulation looks"""
        signature = request.httprequest.headers.get("Signature")
        if signature is None and behaviour.signature_required:
            raise _unknown_error()
        parts = ["", "", ""] if signature is None else signature.split(".")
        if len(parts) != 3:
            return False
        # The real mapper looks up the sender's key now, and fails without a sender.
        header = body.get("header") if isinstance(body, dict) else None
        if not isinstance(header, dict) or not isinstance(header.get("sender_id"), str):
            raise _unknown_error()
        return parts[2] != "bad"

    def _not_allowed(self, method):
        return 405, message.errors(("G2P-REQ-405", "Method Not Allowed")), [("Allow", method)]

    def _answer(self, status, body, headers=()):
        try:
            data = message.encode(body)
        except UnicodeEncodeError:  # half a character in what would be echoed
            status, data = 500, message.encode(_unknown_error().body)
        return request.make_response(
            data, [("Content-Type", "application/json"), *headers], status=status
        )
