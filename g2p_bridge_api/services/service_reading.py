from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.g2p_bridge.exceptions import BridgeError
from odoo.addons.g2p_bridge.lib.reasons import reason_words
from odoo.addons.g2p_bridge.models.program.program import masked
from odoo.addons.g2p_bridge.models.proof_sql import first_debit, last_return
from odoo.addons.g2p_bridge.services.checks import shown
from odoo.addons.g2p_bridge.services.wire import status

from ..lib.cursor import unpack

#: Disbursements of a page if nobody says, and the most that one may hold.
PAGE, MOST = 500, 1000

# All that is told of disbursements, of those that ``page`` (id, number, place) names. Each join
# finds one row at most, at hand or in the archive: LIMIT says so, as PostgreSQL can't know it of
# two tables, and would expect billions of rows.
STATE = f"""
    SELECT page.number, page.place, d.disbursement_id, n.disbursement_envelope_id,
           d.mis_reference_number, d.disbursement_amount::text, c.name, d.state, d.reason_code,
           COALESCE(d.account_number, d.phone, d.email), d.account_type,
           m.reference, b.reference, b.bank_reference, b.state,
           debit.value_date, debit.entry_date,
           back.value_date, back.entry_date, back.reversal_reason,
           former.disbursement_id, latter.disbursement_id
      FROM (%s) page
     CROSS JOIN LATERAL (
           SELECT * FROM g2p_bridge_disbursement_all WHERE id = page.id LIMIT 1) d
      JOIN g2p_bridge_envelope n ON n.id = d.envelope_id
      JOIN res_currency c ON c.id = n.currency_id
      LEFT JOIN g2p_bridge_mapper_batch m ON m.id = d.mapper_batch_id
      LEFT JOIN g2p_bridge_bank_batch b ON b.id = d.bank_batch_id
      {first_debit("g2p_bridge_statement_entry_all")}
      {last_return("g2p_bridge_statement_entry_all")}
      LEFT JOIN LATERAL (
           SELECT disbursement_id FROM g2p_bridge_disbursement_all
            WHERE id = d.reissue_of_id LIMIT 1) former ON TRUE
      LEFT JOIN LATERAL (
           SELECT disbursement_id FROM g2p_bridge_disbursement_all
            WHERE reissue_of_id = d.id LIMIT 1) latter ON TRUE
     ORDER BY page.number, page.place
"""


class ServiceReading(models.AbstractModel):
    """What both lists of disbursements have in common: pages, cursors, and what they tell."""

    _inherit = "g2p.bridge.service"

    @api.model
    def _read_states(self, page):
        """Read disbursements by one query.

        :param SQL page: a query of (id, number, place): which ones, in which order
        :return: [(number, place, dict)]
        """
        self.env.cr.execute(SQL(STATE, page))
        words = {}
        return [
            (number, place, self._state_on_wire(row, words))
            for number, place, *row in self.env.cr.fetchall()
        ]

    @api.model
    def _state_on_wire(self, row, words):
        """:param dict words: what codes mean, as far as it was looked up already"""
        (disbursement, envelope, key, amount, currency, state, reason, account, account_type) = row[
            :9
        ]
        mapper_batch, bank_batch, bank_reference, batch_state = row[9:13]
        value_date, entry_date, back_value, back_entry, back_reason = row[13:18]
        former, latter = row[18:]
        for code in (reason, back_reason):
            if code not in words:
                words[code] = reason_words(self.env, code)
        return {
            "disbursement_id": disbursement,
            "disbursement_envelope_id": envelope,
            "mis_reference_number": key,
            "disbursement_amount": Decimal(amount),
            "disbursement_currency_code": currency,
            "disbursement_status": status(state),
            "reason_code": reason,
            "reason": words[reason] or None,
            "beneficiary_account_type": account_type,
            "beneficiary_account_masked": masked(account) if account else None,
            "mapper_batch_id": mapper_batch,
            "bank_disbursement_batch_id": bank_batch,
            "bank_disbursement_batch_status": status(batch_state) or None,
            "bank_reference": bank_reference,
            "remittance_value_date": _day(value_date),
            "remittance_entry_date": _day(entry_date),
            "reversal_found": back_value is not None or back_entry is not None,
            "reversal_value_date": _day(back_value),
            "reversal_entry_date": _day(back_entry),
            "reversal_reason_code": back_reason or None,
            "reversal_reason": words[back_reason] or None,
            "reissue_of": former,
            "reissued_as": latter,
        }

    @api.model
    def _page_limit(self, values):
        """:return: how many disbursements the caller wants at most
        :raises BridgeError: INVALID_LIMIT
        """
        parameter = self.env["ir.config_parameter"].sudo().get_param("g2p_bridge.api_max_page")
        most = int(parameter or MOST)
        limit = values.get("limit")
        if limit is None:
            return min(PAGE, most)
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= most:
            raise BridgeError(
                "INVALID_LIMIT",
                self.env._(
                    "limit is %(value)s, but has to be a whole number from 1 to %(most)s.",
                    value=shown(limit),
                    most=most,
                ),
            )
        return limit

    @api.model
    def _cursor(self, values):
        """:return: the two numbers of the cursor that the caller has sent, None if none

        :raises BridgeError: INVALID_CURSOR
        """
        cursor = values.get("cursor")
        if cursor is None or cursor == "":
            return None
        try:
            return unpack(cursor)
        except ValueError as error:
            raise self._invalid_cursor(cursor) from error

    @api.model
    def _invalid_cursor(self, cursor):
        return BridgeError(
            "INVALID_CURSOR",
            self.env._(
                "cursor is %s, which this list has never given out. Send next_cursor of the "
                "page before as it is, or none to begin.",
                shown(cursor),
            ),
        )

    @api.model
    def _choice(self, values, name, allowed, code):
        """A list of texts out of a few, all of them if it is left out.

        :raises BridgeError: of this code
        """
        chosen = values.get(name)
        if chosen is None:
            return list(allowed)
        if (
            not isinstance(chosen, list)
            or not chosen
            or not all(isinstance(item, str) and item in allowed for item in chosen)
        ):
            raise BridgeError(
                code,
                self.env._(
                    "%(name)s is %(value)s, but has to be a list of some of %(allowed)s.",
                    name=name,
                    value=shown(chosen),
                    allowed=", ".join(allowed),
                ),
            )
        return chosen


def _day(value):
    return value.isoformat() if value else None
