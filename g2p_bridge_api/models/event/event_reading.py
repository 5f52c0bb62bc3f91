# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.g2p_bridge.lib.reasons import reason_words

from ...lib.event_kinds import figures

AS_SENT = """
    SELECT v.id, v.event_id, v.number, v.kind, v.happened_at, p.benefit_program_mnemonic,
           e.disbursement_envelope_id, e.cycle_code_mnemonic, c.name, b.reference, m.reference,
           s.statement_id, v.reason_code, v.line_count, v.amount::text, v.failed_count,
           v.failed_amount::text
      FROM g2p_bridge_event v
      JOIN g2p_bridge_envelope e ON e.id = v.envelope_id
      JOIN g2p_bridge_program p ON p.id = v.program_id
      JOIN res_currency c ON c.id = e.currency_id
      LEFT JOIN g2p_bridge_bank_batch b ON b.id = v.bank_batch_id
      LEFT JOIN g2p_bridge_mapper_batch m ON m.id = v.mapper_batch_id
      LEFT JOIN g2p_bridge_statement s ON s.id = v.statement_id
     WHERE v.id = ANY(%s) ORDER BY v.number, v.id
"""


class EventReading(models.Model):
    """Events as others read them: IDs, counts and amounts, never whom they are about."""

    _inherit = "g2p.bridge.event"

    @api.model
    def _as_sent(self, ids):
        """Read events by one query.

        :param ids: record IDs
        :return: list of dicts, in the order of their numbers
        """
        self.env.cr.execute(SQL(AS_SENT, list(ids)))
        return [self._on_wire(*row) for row in self.env.cr.fetchall()]

    @api.model
    def _on_wire(self, _id, event_id, number, kind, happened_at, program, envelope, cycle, *rest):
        currency, bank_batch, mapper_batch, statement, reason, *counted = rest
        count, amount, failed_count, failed_amount = counted
        return {
            "event_id": event_id,
            "sequence": number,
            "kind": kind,
            "happened_at": utc(happened_at),
            "benefit_program_mnemonic": program,
            "disbursement_envelope_id": envelope,
            "cycle_code_mnemonic": cycle,
            "bank_disbursement_batch_id": bank_batch,
            "mapper_batch_id": mapper_batch,
            "statement_id": statement,
            "disbursement_currency_code": currency,
            "figures": figures(kind, count, _exact(amount), failed_count, _exact(failed_amount)),
            "reason_code": reason or None,
            "reason": reason_words(self.env, reason) or None,
        }


def utc(moment):
    """A moment of the database as text that names its zone."""
    return fields.Datetime.to_datetime(moment).isoformat(timespec="milliseconds") + "Z"


def _exact(amount):
    return None if amount is None else Decimal(amount)
