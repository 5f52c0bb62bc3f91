# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class ServiceEvents(models.AbstractModel):
    """What senders declare and send."""

    _inherit = "g2p.bridge.service"

    @api.model
    def _envelope_received(self, envelope):
        super()._envelope_received(envelope)
        envelope._emit_event("envelope.received")

    @api.model
    def _envelope_amended(self, envelope):
        super()._envelope_amended(envelope)
        envelope._emit_event("envelope.amended")

    @api.model
    def _insert(self, envelope, rows, amounts, keys, former):
        references = super()._insert(envelope, rows, amounts, keys, former)
        # The IDs of one call ascend; others may have taken some in between.
        self.env["g2p.bridge.event"].sudo()._emit(
            "envelope.disbursements_received",
            SQL(
                "g2p_bridge_envelope e, g2p_bridge_disbursement f, g2p_bridge_disbursement l"
                " WHERE e.id = %s AND f.disbursement_id = %s AND l.disbursement_id = %s",
                envelope.id,
                references[0],
                references[-1],
            ),
            first_id="f.id",
            last_id="l.id",
            line_count=SQL("%s", len(references)),
            amount=SQL("%s", sum(amounts)),
        )
        return references
