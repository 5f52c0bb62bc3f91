# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK
from odoo.addons.g2p_bridge_base.models.people.res_users import ROLES

from ..exceptions import BridgeError
from .checks import is_storable
from .wire import in_units, moment, status, timestamp

RECON = f"""
    SELECT d.disbursement_id, d.state, n.disbursement_envelope_id, b.reference,
           e.outcome, e.mark IN {BACK}, e.ordinal,
           s.statement_id, s.statement_number, s.sequence_number,
           e.entry_sequence, e.entry_date, e.value_date, e.error_reason, e.bank_reference,
           e.beneficiary_name, e.customer_reference, e.reversal_reason
      FROM g2p_bridge_disbursement_all d
      JOIN g2p_bridge_envelope n ON n.id = d.envelope_id
      LEFT JOIN g2p_bridge_bank_batch b ON b.id = d.bank_batch_id
      LEFT JOIN LATERAL (
           SELECT * FROM g2p_bridge_statement_entry_all
            WHERE disbursement_id = d.id AND outcome IN ('matched', 'error')
             UNION ALL
           SELECT * FROM g2p_bridge_statement_entry_all
            WHERE bank_batch_id = d.bank_batch_id AND outcome = 'matched'
           OFFSET 0) e ON TRUE
      LEFT JOIN g2p_bridge_statement s ON s.id = e.statement_id
     WHERE d.disbursement_id = ANY(%s) AND n.program_id = ANY(%s)
     ORDER BY d.id, e.mark IN {BACK}, e.ordinal, e.id
"""
REVERSAL = (
    "reversal_statement_id",
    "reversal_statement_number",
    "reversal_statement_sequence",
    "reversal_entry_sequence",
    "reversal_entry_date",
    "reversal_value_date",
    "reversal_reason",
)
#: Of an ID that names no disbursement of the caller's.
UNKNOWN = "unknown"
READERS = ROLES


class StatusOperations(models.AbstractModel):
    _inherit = "g2p.bridge.service"

    @api.model
    def get_disbursement_envelope_status(self, envelope_id):
        """What became of an envelope: counts, amounts, and its funds steps.

        :raises BridgeError: DISBURSEMENT_ENVELOPE_NOT_FOUND
        """
        envelope = self._operator(*READERS)._envelope(envelope_id)
        _count, received = envelope._received()
        return {
            "disbursement_envelope_id": envelope.disbursement_envelope_id,
            "number_of_disbursements_received": envelope.number_of_disbursements_received,
            "total_disbursement_amount_received": in_units(received),
            "funds_available_with_bank": status(envelope.funds_available_with_bank),
            "funds_available_latest_timestamp": timestamp(
                envelope.funds_available_latest_timestamp
            ),
            "funds_available_latest_error_code": envelope.funds_available_latest_error_code or "",
            "funds_available_attempts": envelope.funds_available_attempts,
            "funds_blocked_with_bank": status(envelope.funds_blocked_with_bank),
            "funds_blocked_latest_timestamp": timestamp(envelope.funds_blocked_latest_timestamp),
            "funds_blocked_latest_error_code": envelope.funds_blocked_latest_error_code or "",
            "funds_blocked_attempts": envelope.funds_blocked_attempts,
            "funds_blocked_reference_number": envelope.funds_blocked_reference_number or "",
            "id_mapper_resolution_required": envelope.id_mapper_resolution_required,
            "number_of_disbursements_shipped": envelope.number_of_disbursements_shipped,
            "number_of_disbursements_reconciled": envelope.number_of_disbursements_reconciled,
            "number_of_disbursements_reversed": envelope.number_of_disbursements_reversed,
        }

    @api.model
    def get_disbursement_status(self, ids):
        """What the bank's statements say of disbursements.

        An ID that nobody knows and one that belongs to somebody else are answered alike, and
        neither keeps the others from their answers.

        :param list ids: disbursement IDs
        :return: per ID, in the order given: disbursement_id, disbursement_status (its own
            state, UNKNOWN if the caller has none of this ID), disbursement_recon_records
        :raises BridgeError: INVALID_DISBURSEMENT_ID, if that is no list of texts
        """
        service = self._operator(*READERS)
        if not isinstance(ids, list) or not ids or not all(isinstance(one, str) for one in ids):
            raise BridgeError(
                "INVALID_DISBURSEMENT_ID",
                self.env._("Send a list of at least one disbursement ID."),
            )
        service.env.flush_all()
        # The rest can't be in the database.
        kept = [value for value in ids if is_storable(value)]
        service.env.cr.execute(RECON, [kept, service._reachable_programs().ids])
        found = {}
        for row in service.env.cr.fetchall():
            _collect(found, row)
        return [found.get(value) or _answer(value, UNKNOWN) for value in ids]


def _collect(found, row):
    """Add one statement line to what is known of its disbursement."""
    disbursement_id, state, envelope, batch, outcome, is_back, ordinal, *line = row
    record = found.setdefault(disbursement_id, _answer(disbursement_id, state))
    records = record["disbursement_recon_records"]
    payloads = records["disbursement_recon_payloads"]
    if outcome == "matched" and not is_back:
        payloads.append(_debit(line, batch, disbursement_id, envelope))
    elif outcome == "matched":
        # Debits come first; the second return is that of the second debit.
        payloads[ordinal - 1].update(_reversal(line))
    elif outcome == "error":
        records["disbursement_error_recon_payloads"].append(_error(line, disbursement_id))


def _answer(disbursement_id, state):
    """What is told of a disbursement that no line of a statement speaks of."""
    return {
        "disbursement_id": disbursement_id,
        "disbursement_status": status(state),
        "disbursement_recon_records": {
            "disbursement_recon_payloads": [],
            "disbursement_error_recon_payloads": [],
        },
    }


def _debit(line, batch, disbursement_id, envelope):
    statement, number, sequence, entry, entry_date, value_date, *texts = line
    _error, _bank_reference, name, reference, _reason = texts
    return {
        "bank_disbursement_batch_id": batch,
        "disbursement_id": disbursement_id,
        "disbursement_envelope_id": envelope,
        "beneficiary_name_from_bank": name,
        "remittance_reference_number": reference,
        "remittance_statement_id": statement,
        "remittance_statement_number": number,
        "remittance_statement_sequence": sequence,
        "remittance_entry_sequence": str(entry),
        "remittance_entry_date": moment(entry_date),
        "remittance_value_date": moment(value_date),
        "reversal_found": False,
        **dict.fromkeys(REVERSAL),
    }


def _reversal(line):
    statement, number, sequence, entry, entry_date, value_date, *_rest, reason = line
    dates = moment(entry_date), moment(value_date)
    values = (statement, number, sequence, str(entry), *dates, reason)
    return {"reversal_found": True, **dict(zip(REVERSAL, values, strict=True))}


def _error(line, disbursement_id):
    statement, number, sequence, entry, entry_date, value_date, reason, bank_reference, *_ = line
    return {
        "statement_id": statement,
        "statement_number": number,
        "statement_sequence": sequence,
        "entry_sequence": str(entry),
        "entry_date": moment(entry_date),
        "value_date": moment(value_date),
        "error_reason": reason,
        "disbursement_id": disbursement_id,
        "bank_reference_number": bank_reference,
    }
