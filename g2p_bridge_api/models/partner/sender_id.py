# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from psycopg2.errors import UniqueViolation

from odoo.addons.g2p_bridge.models.disbursement.disbursement_states import CANCELLED
from odoo.addons.g2p_bridge_base.lib.bulk_copy import bulk_copy

# Those of these keys under which there is a payment that was not cancelled, wherever it is now.
PAID_UNDER = f"""
    SELECT s.sender_id, s.bridge_id
      FROM g2p_bridge_sender_id s
     CROSS JOIN LATERAL (
           SELECT state FROM g2p_bridge_disbursement_all
            WHERE disbursement_id = s.bridge_id LIMIT 1) d
     WHERE s.partner_id = %s AND s.kind = 'payment' AND s.sender_id = ANY(%s)
       AND NOT {CANCELLED.sql("d")}
"""
#: A payment that was cancelled may be made under the same key: it stands for the new one.
NAME_ANEW = """
    UPDATE g2p_bridge_sender_id s SET bridge_id = v.ours
      FROM unnest(%s, %s) AS v (theirs, ours)
     WHERE s.partner_id = %s AND s.kind = 'payment' AND s.sender_id = v.theirs
 RETURNING s.sender_id
"""


class SenderId(models.Model):
    """How a sender that gives IDs itself calls what the bridge calls otherwise.

    The bridge's own disbursement ID goes to the bank, for it fits into a statement line. Rows
    arrive by COPY and are never changed, but for the key of a payment that was cancelled.
    """

    _name = "g2p.bridge.sender.id"
    _description = "ID of a Sender"
    _rec_name = "sender_id"
    _log_access = False

    # === Fields ===

    partner_id = fields.Many2one(
        "g2p.bridge.partner", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="partner_id.company_id")
    kind = fields.Selection(
        [
            ("envelope", "Envelope"),
            ("disbursement", "Disbursement"),
            ("payment", "Payment, in all cycles"),
        ],
        required=True,
        readonly=True,
    )
    sender_id = fields.Char("Sender's ID", required=True, readonly=True)
    bridge_id = fields.Char("Bridge's ID", required=True, readonly=True)

    # === Constraints ===

    _sender_id_uniq = models.Constraint(
        "UNIQUE(partner_id, kind, sender_id)", "The sender has used this ID before."
    )
    _envelope_names = models.Index("(partner_id, bridge_id) WHERE kind = 'envelope'")

    # === Helpers ===

    @api.model
    def _known(self, partner, kind, ids):
        """{the sender's ID: the bridge's} of those among these IDs that the sender has given"""
        self.env.cr.execute(
            "SELECT sender_id, bridge_id FROM g2p_bridge_sender_id"
            " WHERE partner_id = %s AND kind = %s AND sender_id = ANY(%s)",
            [partner.id, kind, list(ids)],
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _remember(self, partner, kind, pairs):
        """:param pairs: (the sender's ID, the bridge's), none of them known yet"""
        columns = ("partner_id", "kind", "sender_id", "bridge_id")
        try:
            bulk_copy(
                self.env.cr,
                self._table,
                columns,
                ((partner.id, kind, theirs, ours) for theirs, ours in pairs),
            )
        except UniqueViolation as error:
            # A call beside this one has just given them: start over and find them.
            raise ConcurrencyError(str(error)) from error

    @api.model
    def _paid_under(self, partner, keys):
        """{key: disbursement ID} of those of these keys that stand for a payment already"""
        if not keys:
            return {}
        self.env.cr.execute(PAID_UNDER, [partner.id, keys])
        return dict(self.env.cr.fetchall())

    @api.model
    def _remember_payments(self, partner, pairs):
        """From now on each of these keys stands for this payment, in all cycles.

        :param pairs: list of (key, disbursement ID); no key stands for a payment that counts
        """
        self.env.cr.execute(NAME_ANEW, [*map(list, zip(*pairs, strict=True)), partner.id])
        renamed = {key for (key,) in self.env.cr.fetchall()}
        fresh = [pair for pair in pairs if pair[0] not in renamed]
        if fresh:
            self._remember(partner, "payment", fresh)
