# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.g2p_bridge.services.checks import as_date

from ..lib.near_amount import near_amount

TOTAL, AMOUNT = "total_disbursement_amount", "disbursement_amount"


class ServiceForgiving(models.AbstractModel):
    """What is understood of partners that need not complete their headers.

    ==========================================  ==============================================
    a number that floats have moved a little    the amount itself, at the currency's precision
    a schedule date in the past                 today
    a question about no disbursement at all     no answer to each, and no refusal
    ==========================================  ==============================================

    OpenG2P's own systems send all of it. What the bridge has understood stands in its reply.
    Anything else is as wrong as it is of others, and named.
    """

    _inherit = "g2p.bridge.service"

    @api.model
    def _is_forgiving(self):
        partner = self._own_partner()
        return bool(partner) and not partner.strict_header

    @api.model
    def _total(self, values, decimals):
        near = near_amount(values.get(TOTAL), decimals) if self._is_forgiving() else None
        return super()._total(values if near is None else {**values, TOTAL: near}, decimals)

    @api.model
    def _amounts_of(self, rows, decimals):
        amounts = super()._amounts_of(rows, decimals)
        if None not in amounts or not self._is_forgiving():
            return amounts
        for index, row in enumerate(rows):
            if amounts[index] is None and isinstance(row, dict):
                near = near_amount(row.get(AMOUNT), decimals)
                if near is not None:
                    rows[index] = {**row, AMOUNT: near}
        return super()._amounts_of(rows, decimals)

    @api.model
    def _schedule_date(self, values, earliest):
        day, today = self._sent_date(values), self.env.company._g2p_bridge_today()
        if day and day < today and self._is_forgiving():
            values = {**values, "disbursement_schedule_date": today}
        return super()._schedule_date(values, earliest)

    @api.model
    def get_disbursement_status(self, ids):
        """As of all others; a list that is empty has an answer that is."""
        if ids == [] and self._is_forgiving():
            return []
        return super().get_disbursement_status(ids)

    @api.model
    def _sent_date(self, values):
        return as_date(values.get("disbursement_schedule_date"))
