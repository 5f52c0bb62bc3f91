# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import timedelta

from odoo import api, models

from odoo.addons.g2p_bridge.services.checks import is_storable, shown

from ...lib.call import G2P_CONNECT
from ...lib.message_time import read_time, utc_now
from ...lib.messages.operations import has_effect
from ...lib.refusal import Refusal
from .partner import DIALECTS

#: What OpenG2P's own systems put where a value of theirs should stand.
PLACEHOLDERS = ("", "string")
#: What they put as the number of items, whatever there is.
UNCOUNTED = (0, 1)
UPLOAD = "upload_mt940"
SKEW_PARAMETER, SKEW_MINUTES = "g2p_bridge_api.skew_minutes", 15
#: At most: a message may be this far ahead, then this old, before its time refuses it.
MAX_SKEW = 720
_VERSION = re.compile(r"1(\.[0-9]{1,4}){0,2}").fullmatch


class PartnerHeader(models.Model):
    """What a message says about itself, checked in this order; the first fault wins:

    ============================  ===============================================================
    rjct.version.invalid          a version other than 1, or a dialect that is not allowed
    rjct.action.not_supported     an operation that this partner is not allowed
    rjct.action.invalid           the action names another operation than the address. This keeps
                                  a signed message from being carried to another address. A text
                                  that names no operation passes, unless headers are strict or
                                  the message is signed and has an effect
    rjct.message_ts.invalid       no time; or, where it is signed, one too far from now
    rjct.total_count.invalid      not the number of items; 0 and 1 pass too, unless headers are
                                  strict
    rjct.message_id.duplicate     no ID, where headers are strict; else see partner_message.py
    ============================  ===============================================================
    """

    _inherit = "g2p.bridge.partner"

    def _check_header(self, call, signed):
        """:raises Refusal: the first fault in the header of a call"""
        self.ensure_one()
        if call.operation == UPLOAD:
            self._check_operation(call)
            self._check_storable(call)
            return  # a file has no header
        self._check_version(call)
        self._check_operation(call)
        self._check_action(call, signed)
        self._check_time(call, signed)
        self._check_count(call)
        self._check_storable(call)
        self._check_message_id(call)

    def _check_version(self, call):
        if not self[DIALECTS[call.dialect]]:
            raise Refusal(
                "rjct.version.invalid",
                self.env._("This sender is not to send messages of this form."),
            )
        if call.version and not _VERSION(call.version):
            raise Refusal(
                "rjct.version.invalid",
                self.env._("version is %s. Send 1.0.0.", shown(call.version)),
            )

    def _check_operation(self, call):
        if call.operation not in self._allowed_operations():
            raise Refusal(
                "rjct.action.not_supported",
                self.env._("This sender is not allowed to ask for %s.", shown(call.operation)),
            )

    def _allowed_operations(self):
        """:return: what may be asked, by the names of the addresses"""
        codes = set(self.operation_ids.mapped("code"))
        if "create_disbursement_envelope" in codes:
            # The newer PBMS declares several at once.
            codes.add("create_disbursement_envelopes")
        return codes

    def _check_action(self, call, signed):
        if call.dialect != G2P_CONNECT:
            # It has no action, and needs none: what it sends to an operation with an effect has
            # a form that no other operation takes.
            return
        wrong = _singular(call.action) != _singular(call.operation)
        is_bound = self.strict_header or (signed and has_effect(call.operation))
        if wrong and (is_bound or self._is_operation(call.action)):
            raise Refusal(
                "rjct.action.invalid",
                self.env._(
                    "action is %(action)s, but the address is that of %(operation)s. Send the "
                    "name of the operation as action.",
                    action=shown(call.action),
                    operation=call.operation,
                ),
            )

    @api.model
    def _is_operation(self, action):
        """Whether a text is the name of an operation, of one item or of several."""
        if not is_storable(action):
            return False
        names = [action, _singular(action), f"{action}s"]
        return bool(self.env["g2p.bridge.operation"].search_count([("code", "in", names)], limit=1))

    def _check_time(self, call, signed):
        if call.message_ts in PLACEHOLDERS and not self.strict_header:
            return
        moment = read_time(call.message_ts)
        if not moment:
            raise Refusal(
                "rjct.message_ts.invalid",
                self.env._(
                    "message_ts is %s, but has to be a date and time such as 2026-11-25T14:30:00Z.",
                    shown(call.message_ts),
                ),
            )
        skew = self._skew_minutes()
        # Without a signature anybody could have written another time.
        if signed and abs(utc_now() - moment) > timedelta(minutes=skew):
            raise Refusal(
                "rjct.message_ts.invalid",
                self.env._(
                    "message_ts is %(moment)s, which is more than %(skew)s minutes from now. Write "
                    "the time of sending, in UTC or with its offset, and set the clock.",
                    moment=shown(call.message_ts),
                    skew=skew,
                ),
            )

    def _check_count(self, call):
        if call.total_count is None:
            return
        allowed = {call.count} if self.strict_header else {call.count, *UNCOUNTED}
        if call.total_count not in allowed:
            raise Refusal(
                "rjct.total_count.invalid",
                self.env._(
                    "total_count is %(told)s, but there are %(count)s items. Perhaps some got "
                    "lost on the way.",
                    told=shown(call.total_count),
                    count=call.count,
                ),
            )

    def _check_storable(self, call):
        if not is_storable(call.message_id):
            raise Refusal(
                "G2P-REQ-102",
                self.env._(
                    "message_id is %s, but has to be a text of at most 255 characters.",
                    shown(call.message_id),
                ),
                400,
            )

    def _check_message_id(self, call):
        if self.strict_header and call.message_id in PLACEHOLDERS:
            raise Refusal(
                "rjct.message_id.duplicate",
                self.env._(
                    "message_id is %s, but has to be new for each message.", shown(call.message_id)
                ),
            )

    @api.model
    def _skew_minutes(self):
        parameter = self.env["ir.config_parameter"].sudo().get_param(SKEW_PARAMETER)
        return min(int(parameter or SKEW_MINUTES), MAX_SKEW)


def _singular(operation):
    """Envelopes are declared one by one or several at a time: both names mean the same."""
    return operation.removesuffix("s")
