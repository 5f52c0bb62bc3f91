# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
import time
from dataclasses import replace
from functools import partial

from odoo import SUPERUSER_ID, http
from odoo.http import Response, request
from werkzeug.exceptions import abort

from odoo.addons.g2p_bridge.controllers.body_limit import MULTIPART_BYTES
from odoo.addons.g2p_bridge.controllers.secret_path import hide_token

from ..lib import replies, secret_address
from ..lib.before_parsing import STRANGERS_BYTES, check_pieces
from ..lib.call import G2P_CONNECT, Call
from ..lib.incoming import NO_OPERATION, check_address, check_body
from ..lib.json_text import NotJson, parse
from ..lib.messages.operations import OPERATIONS
from ..lib.messages.reading import Head, read_head, read_message
from ..lib.messages.values import MOST_CHARACTERS, is_name
from ..lib.prefix import DEFAULT_PREFIX
from ..lib.refusal import Malformed, Refusal

UPLOAD_NAMES = ("sender_id", "message_id")

hide_token(f"/{secret_address.SEGMENT}")


def _api():
    return request.env(user=SUPERUSER_ID)["g2p.bridge.api"]


def _settings():
    return request.env["g2p.bridge.api.settings"]


def _partners():
    return request.env(user=SUPERUSER_ID)["g2p.bridge.partner"]


def _headers():
    """The HTTP headers, their names in lower case."""
    return {key.lower(): value for key, value in request.httprequest.headers}


def _address():
    """:return: (secret of a partner's own address or "", operation that its end names)"""
    return secret_address.split(request.httprequest.path[len(_settings()._prefix()) :].strip("/"))


def _name():
    """The operation that is called, as its address names it."""
    return _address()[1]


def _address_partner():
    """The partner whose secret address is called; no record where it is no such address.

    :raises NoSuchAddress: it is a secret address, and not one to be called by this caller
    """
    secret = _address()[0]
    if not secret:
        return _partners()
    caller = secret_address.real_address(request.httprequest.environ)
    return _partners()._at_address(secret, caller)


def _response(answer):
    headers = [("Cache-Control", "no-store"), *answer.headers]
    if answer.status == 405:
        headers.append(("Allow", "POST" if _name() in OPERATIONS else "GET"))
    if answer.status == 401:
        headers.append(("WWW-Authenticate", "Bearer"))
    content = bytes(answer.body)
    return Response(content, answer.status, headers, mimetype="application/json")


def _call(name, head=None, body=b"", count=0, signer_id=0, address_partner_id=0):
    """What is known of the request by now."""
    named = {}
    if head:
        named = {
            name: getattr(head, name)
            for name in (
                "dialect",
                "sender_id",
                "message_id",
                "message_ts",
                "action",
                "version",
                "total_count",
                "signature",
            )
        }
    nobody = {"dialect": "", "sender_id": "", "message_id": "", "message_ts": ""}
    return Call(
        **{**nobody, **named},
        operation=name if name in OPERATIONS else "",
        body=body,
        headers=_headers(),
        address=request.httprequest.remote_addr or "",
        count=count,
        signer_id=signer_id,
        address_partner_id=address_partner_id,
    )


def _admit_body(_controller):
    """Turn a request away by its address and headers, before the first byte of its body.

    :return: how many bytes the body may have
    """
    started, incoming, name = time.monotonic(), request.httprequest, _name()
    try:
        partner = _address_partner()
        request.g2p_bridge_partner_id = partner.id or 0
        operation = check_address(name, incoming.method)
        if not operation:  # pages have routes of their own, and are for everybody
            raise Refusal("G2P-REQ-404", NO_OPERATION, 404)
        most, length = _most_bytes(operation), incoming.content_length or 0
        plausible = bool(partner) or _partners()._is_plausible(_headers(), length)
        most = most if plausible else min(most, STRANGERS_BYTES)
        check_body(operation, incoming.headers, incoming.mimetype, length, most, plausible)
    except Refusal as refusal:
        answer = replies.refused(refusal)
        _record_unread(name, refusal, answer, started)
        abort(_response(answer))
    return most


def _record_unread(name, refusal, answer, started):
    """Keep that a call was refused by its address and headers, and why; not its secret."""
    if refusal.partner:
        answer = replace(answer, code=secret_address.FOREIGN_NETWORK)
    _api()._record_alone(_call(name), answer, started, (refusal.partner or _partners()).ids)


def _most_bytes(operation):
    if operation.is_upload:
        service = request.env["g2p.bridge.service"].sudo()
        return service._max_statement_bytes() + MULTIPART_BYTES
    return _settings()._most_bytes()


class Api(http.Controller):
    """The operations over HTTP, in the messages of OpenG2P's bridge and of the newer PBMS."""

    @http.route(
        [DEFAULT_PREFIX, f"{DEFAULT_PREFIX}/<path:name>"],
        type="http",
        auth="none",
        csrf=False,
        save_session=False,
        readonly=False,
        max_content_length=_admit_body,
    )
    def serve(self, **_params):
        """Whatever is called below the prefix: see openapi.json."""
        started, operation = time.monotonic(), OPERATIONS[_name()]
        serve = self._upload if operation.is_upload else self._message
        head = None
        try:
            by_address = request.g2p_bridge_partner_id
            head, body, count, signer_id, take = serve(operation, by_address)
            call = _call(operation.name, head, body, count, signer_id, by_address)
        except _Unreadable as unreadable:
            answer = replies.refused(unreadable.refusal, unreadable.head)
            call = _call(operation.name, unreadable.head, unreadable.body)
            _api()._record_alone(call, answer, started)
            return _response(answer)
        return _response(_api()._serve(call, head, take, started))

    def _message(self, operation, by_address):
        """Read a message; a large one not before its sender has signed its bytes.

        :param by_address: whether a partner's secret address has proven the sender already
        :return: (head, body, number of items, who has signed the bytes, function that gives the
            message)
        """
        body, head = request.httprequest.get_data(), None
        most_items = _settings()._most_items()
        try:
            signer_id = 0 if by_address else _partners()._prove_bytes(_headers(), body)
            check_pieces(body, most_items)
            tree = parse(body)
            head = read_head(operation, tree)
            message, count = read_message(operation.forms[head.dialect], tree, most_items)
        except NotJson as error:
            raise _Unreadable(Malformed(str(error)), head, body) from None
        except Refusal as refusal:
            raise _Unreadable(refusal, head, body) from None
        read_again = partial(_read_again, operation, head, body, most_items)
        return head, body, count, signer_id, _Once(message, read_again)

    def _upload(self, operation, _by_address):
        """As :meth:`_message`; the body is the file, the message its name."""
        named = {name: request.params.get(name) or "" for name in UPLOAD_NAMES}
        file = request.httprequest.files.get("statement_file")
        wrong = [name for name, value in named.items() if not is_name(value)]
        if wrong or file is None:
            text = "statement_file: is missing"
            if wrong:
                text = f"{wrong[0]}: has to be a text of at most {MOST_CHARACTERS} characters"
            raise _Unreadable(Malformed(text), None, b"")
        head = Head(
            dialect=G2P_CONNECT, message_ts="", action=operation.name, is_upload=True, **named
        )
        name = "".join(letter for letter in file.filename or "" if letter.isprintable())
        # It lies on disk by now, and comes into memory once its sender is known.
        size, code = file.stream.seek(0, os.SEEK_END), head.sender_id
        file.stream.seek(0)
        try:
            signer_id = _partners()._prove_file(_headers(), code, file.stream, size)
        except Refusal as refusal:
            raise _Unreadable(refusal, head, b"") from None
        return head, file.read(), 1, signer_id, lambda: name[:MOST_CHARACTERS]


def _read_again(operation, head, body, most_items):
    return read_message(operation.forms[head.dialect], parse(body), most_items)[0]


class _Once:
    """Gives the message away, so that its rows can go as soon as they are used.

    If it is needed again, because a conflict made the call start over, it is read again.
    """

    def __init__(self, message, read_again):
        self._messages = [message]
        self._read_again = read_again

    def __call__(self):
        return self._messages.pop() if self._messages else self._read_again()


class _Unreadable(Exception):
    """A request that never became a call."""

    def __init__(self, refusal, head, body):
        super().__init__(refusal.message)
        self.refusal, self.head, self.body = refusal, head, body
