# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.g2p_bridge.models.envelope.envelope_states import CANCELLED
from odoo.addons.g2p_bridge.services.checks import as_date
from odoo.addons.g2p_bridge_base.lib.inside import INSIDE

from ..lib.refusal import Refusal


class ServiceRepeated(models.AbstractModel):
    """A signed message that was carried out before: it is answered, and has no effect.

    A sender that has lost the answer gets it, from what is there. Where that is not what the
    message asked for any more, it is refused: perhaps somebody else sends what he has recorded.
    Cancellations need nothing here, for what is cancelled stays so.
    """

    _inherit = "g2p.bridge.service"

    @api.model
    def _as_repeated(self):
        """This service for a message that was carried out before."""
        return self.with_context(bridge_repeated=INSIDE)

    @api.model
    def _is_repeated(self):
        return self.env.context.get("bridge_repeated") is INSIDE

    @api.model
    def _refuse_repeated(self):
        """:raises Refusal: what is about to be done was done by this very message before"""
        if self._is_repeated():
            raise Refusal(
                "rjct.message_id.duplicate",
                self.env._(
                    "This message was carried out before, and what it asked for was changed "
                    "since. Nothing was done. Send what you want now as a new message."
                ),
                partner=self._calling_partner(),
            )

    @api.model
    def _new_envelope(self, vals, total):
        self._refuse_repeated()
        return super()._new_envelope(vals, total)

    @api.model
    def _insert(self, envelope, rows, amounts, keys, former):
        self._refuse_repeated()
        return super()._insert(envelope, rows, amounts, keys, former)

    @api.model
    def _amend_envelope(self, values):
        if self._is_repeated() and self._is_amended(values):
            return {**values}
        self._refuse_repeated()
        return super()._amend_envelope(values)

    @api.model
    def _is_amended(self, values):
        """Whether a live envelope is declared just as this amendment has it."""
        envelope = self._find_envelope(values.get("disbursement_envelope_id"))
        if not envelope or CANCELLED.holds(envelope):
            return False
        asked = self._check_totals(values, envelope.currency_id.decimal_places)
        day = as_date(values.get("disbursement_schedule_date"))
        declared = (envelope.number_of_beneficiaries, *envelope._declared())
        return asked == declared and day == envelope.disbursement_schedule_date
