from odoo import api, models
from odoo.tools import SQL

from odoo.addons.g2p_bridge_base.lib.inside import INSIDE


class ServiceEvents(models.AbstractModel):
    """What senders declare and send."""

    _inherit = "g2p.bridge.service"

    @api.model
    def _amend_envelope(self, values):
        amending = self.with_context(bridge_amends=INSIDE)
        return super(ServiceEvents, amending)._amend_envelope(values)

    @api.model
    def _keep_exact(self, envelope, total):
        """The control totals are written, to the last decimal."""
        super()._keep_exact(envelope, total)
        amended = self.env.context.get("bridge_amends") is INSIDE
        envelope._tell_event("envelope.amended" if amended else "envelope.received")

    @api.model
    def _insert(self, envelope, rows, amounts, keys, former):
        references = super()._insert(envelope, rows, amounts, keys, former)
        # The IDs of one call ascend; others may have taken some in between.
        self.env["g2p.bridge.event"].sudo()._tell_event(
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
