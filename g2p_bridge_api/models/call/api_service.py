# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import time
import traceback
from functools import partial

from odoo import api, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.service.model import retrying
from psycopg2 import OperationalError

from odoo.addons.g2p_bridge.exceptions import BridgeError
from odoo.addons.g2p_bridge.locks import Busy, with_locks

from ...lib import replies
from ...lib.call import GEN_2
from ...lib.messages.operations import OPERATIONS, has_effect
from ...lib.refusal import Refusal
from ...services.service_gen_2 import CODES

_logger = logging.getLogger(__name__)

#: Operations that are no public method of the service: the API alone may call them.
PRIVATE = {"create_benefit_program_configuration": "_create_benefit_program_configuration"}
#: HTTP status of a partner that calls too often: each call alone would fill the table.
TOO_MANY = 429
#: HTTP status of a call to a partner's secret address from elsewhere, which may come as often.
NOT_FOUND = 404
BUSY = "The bridge is too busy at the moment. Nothing was changed: send the same again later."
FAULT = "The bridge made a mistake. Nothing was changed; its administrator finds it in the log."
FORBIDDEN = "The bridge's administrator has not allowed this to you. Nothing was changed."


class ApiService(models.AbstractModel):
    """One call from outside, from its admission to its answer."""

    _name = "g2p.bridge.api"
    _description = "Calls from Outside"

    @api.model
    def _serve(self, call, head, take_message, started):
        """Admit a call, carry it out, record it.

        What it changes, its admission and its record are committed together, or nothing is but
        the record that it was refused. Conflicts with other calls are repeated, and locks are
        waited for.

        :param call: the :class:`Call`
        :param head: its ``Head``, for the reply
        :param take_message: gives the message; asked once for each time the call is tried
        :param started: when it arrived, by the monotonic clock
        :return: :class:`Answer`
        """
        admitted = []
        carry_out = partial(self._carry_out, call, head, take_message, started, admitted)
        try:
            return retrying(partial(with_locks, self.env, carry_out), self.env)
        except Refusal as refusal:
            admitted = refusal.partner.ids if refusal.partner else []
            answer = replies.refused(refusal, head)
        except AccessError:
            answer = replies.errors(403, "G2P-AUT-403", FORBIDDEN)
        except (OperationalError, ConcurrencyError, Busy):
            answer = replies.errors(
                503, "G2P-SRV-503", BUSY, result=replies.FAILED, headers=(("Retry-After", "5"),)
            )
        except UserError as error:
            answer = replies.rejected(head, "REQUEST_VALIDATION_ERROR", str(error))
        except Exception as error:
            _log_fault(call, error)
            answer = replies.errors(500, "G2P-SRV-500", FAULT, result=replies.FAILED)
        self.env.cr.rollback()
        self._record_alone(call, answer, started, admitted)
        return answer

    @api.model
    def _carry_out(self, call, head, take_message, started, admitted):
        """:param admitted: list that will hold the ID of the partner once it is admitted"""
        admission = self.env["g2p.bridge.partner"].sudo()._admit(call, again=bool(admitted))
        partner = admission.partner
        admitted[:] = partner.ids
        digest = admission.digest if has_effect(call.operation) else ""
        signed = self.env["g2p.bridge.signed.message"].sudo()
        service = partner._service(call)
        if digest and signed._is_done(partner, digest):
            service = service._as_repeated()
        try:
            with self.env.cr.savepoint():
                answer = self._operate(service, call, head, take_message())
                if digest:
                    signed._remember(partner, digest, call.operation)
        except BridgeError as error:
            answer = self._rejected(call, head, error)
        self.env["g2p.bridge.api.call"].sudo()._record(call, answer, _ms(started), partner)
        return answer

    @api.model
    def _operate(self, service, call, head, message):
        if call.operation == "upload_mt940":
            received = service._receive_mt940(call.body, message)
            return replies.statement_taken(
                head,
                received.statements.sudo().mapped("statement_id"),
                received.known.sudo().mapped("statement_id"),
                received.statements._notices(),
            )
        name = PRIVATE.get(call.operation, call.operation)
        if call.dialect == GEN_2:
            name = f"_gen_2_{call.operation}"
        reply = getattr(service, name)(message)
        service.env.flush_all()
        return replies.succeeded(head, reply, service._notice_of(call.operation))

    @api.model
    def _rejected(self, call, head, error):
        code = CODES.get(error.code, error.code) if call.dialect == GEN_2 else error.code
        rows = error.rows or ([] if call.dialect == GEN_2 and _has_rows(call) else None)
        return replies.rejected(head, code, str(error), rows)

    @api.model
    def _record_alone(self, call, answer, started, partner_ids=()):
        """Record a call that changed nothing, whatever becomes of this transaction.

        :param partner_ids: whose call it was, none if nobody has proven to be a partner
        """
        records = self.env["g2p.bridge.api.call"].sudo()
        partner = self.env["g2p.bridge.partner"].sudo().browse(partner_ids)
        if not partner or answer.status in (TOO_MANY, NOT_FOUND):
            records._count(call, answer, _ms(started), partner)
            return
        with self.env.registry.cursor() as cr:
            records, partner = (one.with_env(one.env(cr=cr)) for one in (records, partner))
            records._record(call, answer, _ms(started), partner)


def _has_rows(call):
    return OPERATIONS[call.operation].forms[call.dialect].is_list


def _ms(started):
    return round((time.monotonic() - started) * 1000)


def _log_fault(call, error):
    """Where it happened, without the values: they may be somebody's data."""
    _logger.error(
        "Call %s of %s failed: %s\n%s",
        call.operation,
        call.sender_id,
        type(error).__name__,
        "".join(traceback.format_tb(error.__traceback__)),
    )
