# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A model of an ID mapper: it knows every ID but those that start with X."""

from odoo.addons.g2p_bridge_base.lib.errors import (
    OutcomeUnknown,
    Rejected,
    Unavailable,
)

from ...lib.mapper_answer import NO_ANSWER, NOT_LINKED, Resolution
from ..common import address_of
from .faults import WorkerDied


class ModelMapper:
    def __init__(self, world):
        self.world = world

    def resolve(self, _transaction_id, requests):
        fault = self.world.fault_of_call("resolve")
        if fault in ("refuse", "refuse_lost"):
            raise Rejected("INVALID_REQUEST", "no")
        if fault in ("unavailable", "poor"):
            raise Unavailable("CONNECTION_FAILED", "down")
        if fault in ("lost_before", "lost_after", "late"):
            raise OutcomeUnknown("TIMEOUT", "no answer")
        if fault == "odd":
            raise ZeroDivisionError("an error that the connector did not translate")
        if fault and fault.startswith("died"):
            raise WorkerDied
        silent = {requests[self.world.picked % len(requests)][0]} if fault else set()
        self.world.after_call("resolve")
        return {reference: _answer(reference in silent, who) for reference, who in requests}


def _answer(is_silent, who):
    if is_silent:
        return Resolution(None, reason_code=NO_ANSWER)
    if who.startswith("X"):
        return Resolution(None, reason_code=NOT_LINKED)
    return Resolution(address_of(f"ACC{who}"))
