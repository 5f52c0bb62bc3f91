# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import logging
import math
from datetime import timedelta
from functools import partial

from odoo import api, fields, models

from odoo.addons.g2p_bridge_base.own_transaction import in_own_transaction

from ...lib.message_time import utc_now
from ...lib.refusal import Refusal
from ...lib.too_many_calls import TooManyCalls
from .partner_header import PLACEHOLDERS

_logger = logging.getLogger(__name__)

KEEP_PARAMETER, KEEP_DAYS = "g2p_bridge_api.remember_days", 2
#: Operations of which an earlier message undoes a later one.
IN_ORDER = ("amend_disbursement_envelope", "create_benefit_program_configuration")
TRIES = 4
_MINUTE, _SECOND = timedelta(minutes=1), timedelta(seconds=1)


class PartnerMessage(models.Model):
    """Calls that partners have made of late: how many, and by which messages.

    One row for each call that is proven, written and committed by itself before the operation
    begins. So calls never wait for one another, and what was received is known even if the
    operation fails. Rows go once the clock alone would refuse what they stand for.

    The same message again (same ID, operation and body) is carried out again: a sender that
    lost the answer gets it, and operations that were carried out already change nothing. Where
    an earlier message could undo a later one, it is refused once there is a later one. Another
    message under the same ID is refused.
    """

    _name = "g2p.bridge.partner.message"
    _description = "Message of a Bridge Partner"
    _log_access = False
    _order = "id desc"
    _rec_name = "message_id"

    # === Fields ===

    partner_id = fields.Many2one(
        "g2p.bridge.partner", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="partner_id.company_id")
    received_at = fields.Datetime(required=True, readonly=True)
    operation = fields.Char(readonly=True)
    message_id = fields.Char("Message ID", readonly=True)
    digest = fields.Char(readonly=True, help="SHA-256 of the operation and the body.")

    # === Constraints ===

    _rate = models.Index("(partner_id, received_at)")
    _message_uniq = models.UniqueIndex(
        "(partner_id, message_id) WHERE message_id IS NOT NULL", "This message was received before."
    )

    # === Steps ===

    @api.autovacuum
    def _forget(self):
        """Remove messages that are so old that their own time would have them refused."""
        parameter = self.env["ir.config_parameter"].sudo().get_param(KEEP_PARAMETER)
        days = int(parameter or KEEP_DAYS)
        self.env.cr.execute(
            "DELETE FROM g2p_bridge_partner_message WHERE received_at < %s",
            [utc_now() - timedelta(days=days)],
        )
        _logger.info("%s messages of partners are forgotten", self.env.cr.rowcount)

    # === Helpers ===

    @api.model
    def _receive(self, partner, call, remember):
        """Note a call that was proven.

        :param remember: whether the message is; otherwise the call is only counted
        :raises Refusal: too many calls, or another message had this ID
        """
        message_id = call.message_id if remember and call.message_id not in PLACEHOLDERS else None
        digest = _digest(call) if remember else None
        note = partial(
            self._note,
            partner=partner,
            operation=call.operation,
            message_id=message_id,
            digest=digest,
        )
        # Other calls must see this one, and it must outlive a failure of the operation. The same
        # message may come in at the same moment, again and again.
        return in_own_transaction(self.env, note, TRIES)

    @api.model
    def _note(self, cr, partner, operation, message_id, digest):
        now = utc_now()
        self._check_rate(cr, partner, now)
        cr.execute(
            "INSERT INTO g2p_bridge_partner_message"
            " (partner_id, received_at, operation, message_id, digest)"
            " VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (partner_id, message_id) WHERE message_id IS NOT NULL DO NOTHING",
            [partner.id, now, operation, message_id, digest],
        )
        if not cr.rowcount:
            self._check_repeated(cr, partner, operation, message_id, digest)
            cr.execute(
                "INSERT INTO g2p_bridge_partner_message (partner_id, received_at) VALUES (%s, %s)",
                [partner.id, now],
            )

    @api.model
    def _check_rate(self, cr, partner, now):
        for limit, window in ((partner.rate_limit, _MINUTE), (partner.rate_burst, _SECOND)):
            cr.execute(
                "SELECT received_at FROM g2p_bridge_partner_message"
                " WHERE partner_id = %s AND received_at > %s"
                " ORDER BY received_at DESC OFFSET %s LIMIT 1",
                [partner.id, now - window, limit - 1],
            )
            found = cr.fetchone()
            if found:
                wait = max(1, math.ceil((found[0] + window - now).total_seconds()))
                raise TooManyCalls(
                    self.env._(
                        "Too many calls: at most %(limit)s in %(window)s seconds. Call again in "
                        "%(wait)s seconds.",
                        limit=limit,
                        window=int(window.total_seconds()),
                        wait=wait,
                    ),
                    wait,
                )

    @api.model
    def _check_repeated(self, cr, partner, operation, message_id, digest):
        cr.execute(
            "SELECT id, digest FROM g2p_bridge_partner_message"
            " WHERE partner_id = %s AND message_id = %s",
            [partner.id, message_id],
        )
        former, former_digest = cr.fetchone()
        if former_digest != digest:
            raise Refusal(
                "rjct.message_id.duplicate",
                self.env._(
                    "Another message had this message_id. Give each message a new one; only the "
                    "very same message may be sent again."
                ),
            )
        if operation not in IN_ORDER:
            return
        cr.execute(
            "SELECT 1 FROM g2p_bridge_partner_message"
            " WHERE partner_id = %s AND operation = %s AND id > %s AND digest IS DISTINCT FROM %s"
            " AND digest IS NOT NULL LIMIT 1",
            [partner.id, operation, former, digest],
        )
        if cr.fetchone():
            raise Refusal(
                "rjct.message_id.duplicate",
                self.env._(
                    "This message was carried out before, and a later one of its kind has come "
                    "since. Send what you want now as a new message."
                ),
            )


def _digest(call):
    digest = hashlib.sha256(call.operation.encode() + b"\0")
    digest.update(call.body)  # which may be large: it is not copied
    return digest.hexdigest()
