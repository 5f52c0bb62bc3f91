from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from psycopg2.errors import UniqueViolation

from odoo.addons.g2p_bridge.lib.copy import copy_rows


class SenderId(models.Model):
    """How a sender that gives IDs itself calls what the bridge calls otherwise.

    The bridge's own disbursement ID goes to the bank, for it fits into a statement line. Rows
    arrive by COPY and are never changed.
    """

    _name = "g2p.bridge.sender.id"
    _description = "ID of a Sender"
    _rec_name = "sender_id"
    _log_access = False

    partner_id = fields.Many2one(
        "g2p.bridge.partner", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="partner_id.company_id")
    kind = fields.Selection(
        [("envelope", "Envelope"), ("disbursement", "Disbursement")], required=True, readonly=True
    )
    sender_id = fields.Char("Sender's ID", required=True, readonly=True)
    bridge_id = fields.Char("Bridge's ID", required=True, readonly=True)

    _sender_id_uniq = models.Constraint(
        "UNIQUE(partner_id, kind, sender_id)", "The sender has used this ID before."
    )
    _envelope_names = models.Index("(partner_id, bridge_id) WHERE kind = 'envelope'")

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
            copy_rows(
                self.env.cr,
                self._table,
                columns,
                ((partner.id, kind, theirs, ours) for theirs, ours in pairs),
            )
        except UniqueViolation as error:
            # A call beside this one has just given them: start over and find them.
            raise ConcurrencyError(str(error)) from error
