# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
from base64 import b64encode
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from psycopg2 import OperationalError

from odoo.addons.g2p_bridge_base.own_transaction import in_own_transaction

from ...lib.replies import DONE, FAILED, REFUSED, REJECTED

#: Records of counted calls in an hour, beyond which addresses are no longer told apart.
STRANGERS = 500
TRIES = 5
#: What may still change: a body is forgotten.
CHANGING = frozenset({"body", "body_until"})
COUNT = """
    INSERT INTO g2p_bridge_api_call (
        called_at, last_at, calls, count_key, partner_id, company_id, sender_id, address, dialect,
        operation, action, message_id, result, http_status, code, duration, items, body_size,
        body_digest
    ) VALUES (
        %(now)s, %(now)s, 1, %(key)s, %(partner_id)s, %(company_id)s, %(sender_id)s, %(address)s,
        %(dialect)s, %(operation)s, %(action)s, %(message_id)s, %(result)s, %(http_status)s,
        %(code)s, %(duration)s, %(items)s, %(body_size)s, %(body_digest)s
    )
    ON CONFLICT (count_key) WHERE count_key IS NOT NULL
    DO UPDATE SET calls = g2p_bridge_api_call.calls + 1, last_at = EXCLUDED.last_at
"""


class ApiCall(models.Model):
    """What was asked from outside, by whom, and how it ended.

    A call of a partner has a record of its own. Refused calls, whose sender is not proven, are
    counted together where they are alike, so that nobody can fill the table.
    """

    _name = "g2p.bridge.api.call"
    _description = "Call from Outside"
    _inherit = ["g2p.bridge.own.fields"]
    _order = "id desc"
    _rec_name = "operation"
    _log_access = False

    # === Fields ===

    called_at = fields.Datetime(required=True, readonly=True, index=True)
    last_at = fields.Datetime(
        "Last at", readonly=True, help="When the last of several calls alike arrived."
    )
    calls = fields.Integer(
        "Times", default=1, readonly=True, help="How many refused calls alike stand here."
    )
    partner_id = fields.Many2one(
        "g2p.bridge.partner",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Who called. Empty if the caller did not prove who it is.",
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    sender_id = fields.Char("Sender as Claimed", readonly=True)
    address = fields.Char("Network Address", readonly=True)
    dialect = fields.Selection(
        [("g2p_connect", "G2P Connect"), ("gen_2", "Newer PBMS")], readonly=True
    )
    operation = fields.Char(readonly=True)
    action = fields.Char(readonly=True, help="What the header asks for.")
    message_id = fields.Char("Message ID", readonly=True, index=True)
    result = fields.Selection(
        [
            (DONE, "Done"),
            (REJECTED, "Rejected"),
            (REFUSED, "Refused"),
            (FAILED, "Failed"),
        ],
        required=True,
        readonly=True,
        help="Rejected: an operation said no. Refused: it was not even tried. Failed: a mistake "
        "of the bridge, or it was too busy.",
    )
    http_status = fields.Integer("HTTP Status", readonly=True)
    code = fields.Char(readonly=True, help="Why it was not done.")
    duration = fields.Integer("Duration (ms)", readonly=True)
    items = fields.Integer(readonly=True, help="How many rows the message had.")
    body_size = fields.Integer("Size (bytes)", readonly=True)
    body_digest = fields.Char(
        "SHA-256", readonly=True, help="Of the body as received: proves what was sent."
    )
    body = fields.Binary(
        attachment=True,
        readonly=True,
        groups="g2p_bridge_base.group_admin",
        help="The request as received, while it is kept. Accounts stand in it in full.",
    )
    body_until = fields.Datetime("Kept until", readonly=True, index="btree_not_null")
    count_key = fields.Char(readonly=True)

    # === Constraints ===

    _count_key_uniq = models.UniqueIndex(
        "(count_key) WHERE count_key IS NOT NULL", "These calls are counted already."
    )
    _counted_of_an_hour = models.Index("(called_at) WHERE count_key IS NOT NULL")

    # === CRUD ===

    def write(self, vals):
        if set(vals) - CHANGING:
            raise UserError(self.env._("What was recorded of a call can't be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was recorded of a call can't be removed."))

    # === Steps ===

    @api.autovacuum
    def _gc_bodies(self, limit=1000):
        """Forget the bodies whose time is over.

        :return: (how many, whether there are more), as the daily cleaning wants it
        """
        over = self.sudo().search([("body_until", "<=", fields.Datetime.now())], limit=limit)
        over.write({"body": False, "body_until": False})
        return len(over), len(over) == limit

    # === Helpers ===

    @api.model
    def _record(self, call, answer, duration, partner):
        """Record a partner's call, in the transaction of what it changes."""
        vals = {
            **_facts(call, answer, duration),
            "partner_id": partner.id,
            "company_id": partner.company_id.id,
            "called_at": fields.Datetime.now(),
        }
        days = self.env["g2p.bridge.api.settings"]._body_days()
        if days:
            vals["body"] = b64encode(call.body)
            vals["body_until"] = fields.Datetime.now() + timedelta(days=days)
        return self.create(vals)

    @api.model
    def _count(self, call, answer, duration, partner):
        """Count a call that was refused together with others alike, in an own transaction.

        :param call: the :class:`Call`, also one that was never understood
        :param partner: who has proven to call, if anybody
        """
        facts = {
            **_facts(call, answer, duration),
            "partner_id": partner.id or None,
            "company_id": partner.company_id.id or None,
            "now": fields.Datetime.now(),
        }

        def count(cr):
            facts["key"] = self._count_key(cr, facts)
            cr.execute(COUNT, facts)

        # Somebody else may count the same at this moment.
        in_own_transaction(self.env, count, TRIES, OperationalError)

    @api.model
    def _count_key(self, cr, facts):
        """What refused calls have in common that are counted together."""
        hour = facts["now"].strftime("%Y-%m-%d %H")
        names = ("partner_id", "operation", "code", "http_status")
        known = [facts[name] for name in names]
        key = "|".join(map(str, (hour, facts["address"], *known)))
        cr.execute(
            "SELECT count(*), count(*) FILTER (WHERE count_key = %s) FROM g2p_bridge_api_call"
            " WHERE count_key IS NOT NULL AND called_at >= %s",
            [key, facts["now"].replace(minute=0, second=0)],
        )
        count, found = cr.fetchone()
        if found or count < STRANGERS:
            return key
        facts.update(address="", sender_id="", message_id="")
        return "|".join(map(str, (hour, "", *known)))


def _facts(call, answer, duration):
    return {
        "sender_id": call.sender_id or None,
        "address": call.address or None,
        "dialect": call.dialect or None,
        "operation": call.operation or None,
        "action": call.action or None,
        "message_id": call.message_id or None,
        "result": answer.result,
        "http_status": answer.status,
        "code": answer.code or None,
        "duration": duration,
        "items": call.count,
        "body_size": len(call.body),
        "body_digest": hashlib.sha256(call.body).hexdigest() if call.body else None,
    }
