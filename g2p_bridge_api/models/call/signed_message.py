# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SignedMessage(models.Model):
    """Signed messages that were carried out and had an effect, by their digest, for good.

    Everybody who has seen a signed message can send its bytes again, at any time, to any address.
    What was carried out once has no effect again: it is answered with what is there, or refused
    (``service_repeated.py``). That holds however long ago it was, whether or not the message has
    an ID and a time, and also if it is written in another way under the same signature, for the
    digest is that of what is signed.

    A row is written in the transaction of the effect: a message that was refused or rejected may
    be sent again as it is.
    """

    _name = "g2p.bridge.signed.message"
    _description = "Signed Message That Was Carried Out"
    _log_access = False
    _order = "id desc"
    _rec_name = "digest"

    # === Fields ===

    partner_id = fields.Many2one(
        "g2p.bridge.partner", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="partner_id.company_id")
    digest = fields.Char(
        "SHA-256", required=True, readonly=True, help="Of what the partner has signed."
    )
    operation = fields.Char(required=True, readonly=True, help="What was carried out by it.")
    done_at = fields.Datetime("Carried Out", required=True, readonly=True)

    # === Constraints ===

    _digest_uniq = models.Constraint(
        "UNIQUE(partner_id, digest)", "This message was carried out before."
    )

    # === Helpers ===

    @api.model
    def _is_done(self, partner, digest):
        """Whether a message was carried out before."""
        self.env.cr.execute(
            "SELECT 1 FROM g2p_bridge_signed_message WHERE partner_id = %s AND digest = %s",
            [partner.id, digest],
        )
        return bool(self.env.cr.fetchone())

    @api.model
    def _remember(self, partner, digest, operation):
        """Note that a message was carried out, in the transaction of its effect.

        Where the same comes in twice at one moment, the second one gets a serialization failure,
        begins anew and finds the first.
        """
        self.env.cr.execute(
            "INSERT INTO g2p_bridge_signed_message (partner_id, digest, operation, done_at)"
            " VALUES (%s, %s, %s, %s) ON CONFLICT (partner_id, digest) DO NOTHING",
            [partner.id, digest, operation, fields.Datetime.now()],
        )
