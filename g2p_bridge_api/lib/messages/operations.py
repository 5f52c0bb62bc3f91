# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every operation with its message and its reply, in each dialect that has it.

Validation, error texts and the OpenAPI document all come from this one table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter

from ..call import G2P_CONNECT, GEN_2
from . import dialects, lists, parts
from .values import Text


@dataclass(frozen=True)
class Form:
    """An operation in one dialect.

    :param message: type of the message, or of one item if it is a list
    :param reply: type of the reply's message, or of one item
    :param is_list: whether both are lists
    """

    dialect: str
    message: Any
    reply: Any
    is_list: bool = False

    @cached_property
    def adapter(self):
        """Checks the message, or one item of it."""
        return TypeAdapter(self.message)

    @cached_property
    def request_model(self):
        message = list[self.message] if self.is_list else self.message
        request = dialects.Gen2Request if self.dialect == GEN_2 else dialects.Request
        return request[message]

    @cached_property
    def reply_model(self):
        message = list[self.reply] if self.is_list else self.reply
        reply = dialects.Gen2Reply if self.dialect == GEN_2 else dialects.Reply
        return reply[message]


@dataclass(frozen=True)
class Operation:
    """What can be asked for by POST.

    :param summary: what it does, in a line
    :param forms: dialect → :class:`Form`
    :param is_upload: a file comes in, in a multipart body
    :param has_effect: something is declared, changed or cancelled by it
    """

    name: str
    summary: str
    group: str
    forms: Mapping[str, Form] = field(default_factory=dict)
    is_upload: bool = False
    has_effect: bool = False


def _connect(message, reply=None, is_list=False):
    return Form(G2P_CONNECT, message, reply or message, is_list)


def _gen_2(message, reply=None, is_list=False):
    return Form(GEN_2, message, reply or message, is_list)


def _operation(name, group, summary, *forms, **more):
    return Operation(name, summary, group, {form.dialect: form for form in forms}, **more)


ENVELOPES, DISBURSEMENTS, STATUS = "Envelopes", "Disbursements", "Status"
STATEMENTS, PROGRAMS = "Statements", "Programs"

OPERATIONS = {
    operation.name: operation
    for operation in (
        _operation(
            "create_disbursement_envelope",
            ENVELOPES,
            "Declare an envelope by its control totals",
            _connect(parts.Envelope),
            has_effect=True,
        ),
        _operation(
            "create_disbursement_envelopes",
            ENVELOPES,
            "Declare envelopes: all of them or none",
            _gen_2(parts.Gen2Envelope, is_list=True),
            has_effect=True,
        ),
        _operation(
            "amend_disbursement_envelope",
            ENVELOPES,
            "Change the control totals or the schedule date",
            _connect(parts.Envelope),
            has_effect=True,
        ),
        _operation(
            "cancel_disbursement_envelope",
            ENVELOPES,
            "Cancel an envelope before its schedule date",
            _connect(parts.Envelope),
            has_effect=True,
        ),
        _operation(
            "create_disbursements",
            DISBURSEMENTS,
            "Add disbursements to one envelope: all of them or none",
            _connect(parts.Disbursement, is_list=True),
            _gen_2(parts.Gen2Disbursement, is_list=True),
            has_effect=True,
        ),
        _operation(
            "cancel_disbursements",
            DISBURSEMENTS,
            "Cancel disbursements of one envelope before its schedule date: all of them or none",
            _connect(parts.Disbursement, is_list=True),
            has_effect=True,
        ),
        _operation(
            "get_disbursement_envelope_status",
            STATUS,
            "What became of an envelope",
            _connect(Text, parts.EnvelopeStatus),
            _gen_2(Text, parts.Gen2EnvelopeStatus),
        ),
        _operation(
            "get_disbursement_status",
            STATUS,
            "What became of disbursements, with what the bank's statements say of them",
            _connect(Text, parts.DisbursementStatus, is_list=True),
            _gen_2(Text, parts.Gen2DisbursementStatus, is_list=True),
        ),
        _operation(
            "list_disbursements",
            STATUS,
            "What became of each disbursement of an envelope, page by page",
            _connect(lists.ListDisbursements, lists.DisbursementPage),
            _gen_2(lists.ListDisbursements, lists.DisbursementPage),
        ),
        _operation(
            "list_changes",
            STATUS,
            "What has changed since a cursor",
            _connect(lists.ListChanges, lists.Changes),
            _gen_2(lists.ListChanges, lists.Changes),
        ),
        _operation(
            "upload_mt940",
            STATEMENTS,
            "A bank hands in a statement file",
            is_upload=True,
        ),
        _operation(
            "create_benefit_program_configuration",
            PROGRAMS,
            "Configure a benefit program; only for partners that may",
            _connect(parts.Program),
            has_effect=True,
        ),
    )
}


def has_effect(name):
    """Whether something is declared, changed or cancelled by an operation, by its name."""
    return name in OPERATIONS and OPERATIONS[name].has_effect
