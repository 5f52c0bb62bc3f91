# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging

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


def unknown_error():
    return Refusal(500, ("G2P-REQ-100", "Unknown Error."))


def route(path):
    """Settings of an endpoint: open to everybody, this is a simulation."""
    return {
        "route": f"{ROOT}{path}",
        "type": "http",
        "auth": "public",
        "csrf": False,
        "save_session": False,
    }


def is_posted():
    return request.httprequest.method == "POST"


def not_allowed(method):
    return answer(405, message.errors(("G2P-REQ-405", "Method Not Allowed")), [("Allow", method)])


def answer(status, body, headers=()):
    try:
        data = message.encode(body)
    except UnicodeEncodeError:  # half a character in what would be echoed
        status, data = 500, message.encode(unknown_error().body)
    return request.make_response(
        data, [("Content-Type", "application/json"), *headers], status=status
    )


def spoilt(body, behaviour):
    """:return: the answer to a request that was understood, as the fault leaves it"""
    response = answer(200, body)
    kind, data = behaviour._spoil_reply(response.data)
    if data != response.data:
        response = request.make_response(data, [("Content-Type", kind)])
    return response


def of_request():
    """The mapper's behaviour towards this request, even if Odoo runs the request again."""
    behaviours = request.env["g2p.bridge.example.mapper.behaviour"]
    fault = getattr(request, "example_mapper_fault", None)
    if fault is None:
        behaviour = behaviours._for_request()
        request.example_mapper_fault = behaviour._fault()
        return behaviour
    return behaviours._current().with_context(example_mapper_fault=fault)


def read_request(complaints, behaviour, sender=None):
    """The steps of the real mapper up to where the work begins; the first that fails answers.

    :param complaints: function of the body, gives what is wrong with its shape
    :param sender: function of the body, gives who sent it or fails
    :return: tuple (body, whether its signature holds as far as a simulation looks)
    """
    if behaviour._fault() == "error_500":
        raise unknown_error()
    data = request.httprequest.get_data()
    is_json = request.httprequest.mimetype == "application/json"
    body = _read_json(data, is_json)
    signed = _check_signature(body, behaviour, sender)
    wrong = complaints(body if is_json else None)
    if wrong:
        raise Refusal(400, *((INVALID_INPUT, f"Invalid Input. {text}") for text in wrong))
    return body, signed


def spar_1_request(action, behaviour):
    """A request of SPAR 1.x; see :func:`read_request`."""
    return read_request(lambda body: schema.complaints(body, action), behaviour, _spar_1_sender)


def carry_out(action, items, behaviour):
    """:return: the answers to the items of a request, as the fault leaves them"""
    entries = request.env["g2p.bridge.example.mapper.entry"].sudo()
    try:
        answers = getattr(entries, f"_answer_{action}")(items)
    except LinkConflict as conflict:
        raise Refusal(500, (f"UniqueViolationError: {conflict}", "")) from conflict
    except ValueError as error:  # a text that no database can hold
        raise unknown_error() from error
    _logger.info("example mapper: %s of %s IDs", action, len(items))
    return behaviour._spoil(answers) if action == "resolve" else answers


def _read_json(data, is_json):
    try:
        return json.loads(data) if data else None
    except UnicodeDecodeError as error:
        words = "There was an error parsing the body"
        raise Refusal(400, ("G2P-REQ-400", words)) from error
    except (ValueError, RecursionError) as error:
        if not is_json:
            raise unknown_error() from error
        words = "Invalid Input. JSON decode error"
        raise Refusal(400, (INVALID_INPUT, words)) from error


def _check_signature(body, behaviour, sender):
    signature = request.httprequest.headers.get("Signature")
    if signature is None and behaviour.signature_required:
        raise unknown_error()
    parts = ["", "", ""] if signature is None else signature.split(".")
    if len(parts) != 3:
        return False
    # The real mapper looks up the sender's key now, and fails without a sender.
    if sender and not isinstance(sender(body), str):
        raise unknown_error()
    return parts[2] != "bad"


def _spar_1_sender(body):
    header = body.get("header") if isinstance(body, dict) else None
    return header.get("sender_id") if isinstance(header, dict) else None
