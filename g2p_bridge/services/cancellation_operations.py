# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..exceptions import BridgeError
from ..models.disbursement.disbursement_states import NOT_LEFT
from ..models.step.step_states import CALLED
from .checks import is_text


class CancellationOperations(models.AbstractModel):
    _inherit = "g2p.bridge.service"

    @api.model
    def cancel_disbursement_envelope(self, values, reason=None):
        """Cancel an envelope before its schedule date.

        :param dict values: disbursement_envelope_id
        :param reason: an officer's reason, given on screen: then the envelope may be
            cancelled as long as nothing was handed to the bank; a hold is released
        :return: the same
        """
        return self._operator("officer")._cancel_envelope(values, reason)

    @api.model
    def _cancel_envelope(self, values, reason):
        values = values if isinstance(values, dict) else {}
        envelope_id = values.get("disbursement_envelope_id")
        reason = reason.strip() if isinstance(reason, str) else ""
        envelope = self._live_envelope(envelope_id)
        envelope._lock_as_maker()
        if not reason:
            self._check_before_schedule_date(envelope)
        self._check_nothing_left(envelope)
        self._cancel_lines(envelope, "envelope_id = %s", envelope.id)
        for batches in (envelope.mapper_batch_ids, envelope.bank_batch_ids):
            batches.filtered(lambda batch: batch.state != "done").write({"state": "cancelled"})
        envelope.funds_step_ids.filtered(lambda step: step.state in ("pending", "failed")).write(
            {"state": "cancelled"}
        )
        envelope.write(
            {
                "cancellation_status": "cancelled",
                "cancellation_time_stamp": fields.Datetime.now(),
            }
        )
        if reason:
            envelope._log_decision("cancel", self.env._("Cancelled: %s", reason), reason=reason)
        else:
            self.env["g2p.bridge.audit"]._record_fact(
                "cancel", envelope, self.env._("Cancelled by its sender")
            )
        if envelope._funds_step("block").state == "done":
            envelope._create_release()
        envelope._go_on()
        return {**values, "disbursement_envelope_id": envelope_id}

    @api.model
    def _check_before_schedule_date(self, envelope):
        if envelope._has_money_begun() or envelope.disbursement_schedule_date <= envelope._today():
            raise BridgeError(
                "DISBURSEMENT_ENVELOPE_SCHEDULE_DATE_REACHED",
                self.env._(
                    "The schedule date of %s is reached or its funds are being worked on: "
                    "this can't be cancelled any more.",
                    envelope.disbursement_envelope_id,
                ),
            )

    @api.model
    def _check_nothing_left(self, envelope):
        """Nothing was handed to the bank, and no call is under way that may be taken."""
        left = envelope.bank_batch_ids.filtered(
            lambda batch: batch.state in CALLED or batch.state == "done" and batch.shipped_count
        )
        calling = envelope.funds_step_ids.filtered(lambda step: step.state in CALLED)
        if left or calling:
            raise BridgeError(
                "DISBURSEMENT_ENVELOPE_SCHEDULE_DATE_REACHED",
                self.env._(
                    "Payments of %s were handed to the bank, or a call to the bank is under "
                    "way. Pause the envelope to hold back what has not left.",
                    envelope.disbursement_envelope_id,
                ),
            )

    @api.model
    def cancel_disbursements(self, rows):
        """Cancel disbursements of one envelope before its schedule date: all or none.

        :param list rows: dicts with disbursement_id
        :return: the rows
        """
        return self._operator("officer")._cancel_disbursements(rows)

    @api.model
    def _cancel_disbursements(self, rows):
        ids = self._given_ids(rows)
        states = self._states_of(ids)
        if not states:
            raise BridgeError(
                "INVALID_DISBURSEMENT_ID",
                self.env._("None of the %s disbursements exists. Check the IDs.", len(ids)),
            )
        envelopes = {envelope_id for envelope_id, _state in states.values()}
        if len(envelopes) > 1:
            raise BridgeError(
                "MULTIPLE_ENVELOPES_FOUND",
                self.env._(
                    "The disbursements are of %s envelopes. Send one call for each.", len(envelopes)
                ),
            )
        envelope = self.env["g2p.bridge.envelope"].browse(envelopes)
        self._live_envelope(envelope.disbursement_envelope_id)
        envelope._lock_as_maker()
        self._check_before_schedule_date(envelope)
        self._check_cancellable(rows, ids, states)
        self._cancel_lines(envelope, "disbursement_id = ANY(%s)", ids)
        self.env["g2p.bridge.audit"]._record_fact(
            "cancel", envelope, self.env._("%s disbursements cancelled", len(ids)), lines=ids
        )
        if envelope.approved_by_id:
            envelope.write(envelope._unapproved())
        if envelope._is_complete():
            envelope._close_batches()
        envelope._go_on()
        return list(rows)

    @api.model
    def _given_ids(self, rows):
        """:return: the disbursement ID of each row; texts, but perhaps unknown"""
        if not isinstance(rows, list) or not rows:
            raise BridgeError(
                "INVALID_DISBURSEMENT_PAYLOAD",
                self.env._("The list of disbursements is empty. Send at least one."),
            )
        ids = [row.get("disbursement_id") if isinstance(row, dict) else None for row in rows]
        empty = {
            index: ["INVALID_DISBURSEMENT_ID"]
            for index, value in enumerate(ids)
            if not is_text(value)
        }
        if empty:
            self._refuse_rows(rows, empty)
        return ids

    @api.model
    def _states_of(self, ids):
        """{disbursement_id: (envelope, state)} of those that exist in this company."""
        self.env.cr.execute(
            "SELECT d.disbursement_id, d.envelope_id, d.state FROM g2p_bridge_disbursement_all d"
            " JOIN g2p_bridge_envelope e ON e.id = d.envelope_id"
            " WHERE d.disbursement_id = ANY(%s) AND e.program_id = ANY(%s)",
            [ids, self._reachable_programs().ids],
        )
        return {row[0]: row[1:] for row in self.env.cr.fetchall()}

    @api.model
    def _check_cancellable(self, rows, ids, states):
        faults, seen = {}, set()
        for index, value in enumerate(ids):
            if value not in states:
                faults[index] = ["INVALID_DISBURSEMENT_ID"]
            elif states[value][1] == "cancelled" or value in seen:
                faults[index] = ["DISBURSEMENT_ALREADY_CANCELED"]
            seen.add(value)
        if faults:
            self._refuse_rows(rows, faults)

    @api.model
    def _cancel_lines(self, envelope, condition, value):
        """Cancel what has not left, in one statement, and count the batches anew."""
        self.env.flush_all()
        for batches in (envelope.mapper_batch_ids, envelope.bank_batch_ids):
            # As jobs do: a batch before its lines, so that nobody waits for each other.
            batches._step_lock()
        self.env.cr.execute(
            "UPDATE g2p_bridge_disbursement d SET state = 'cancelled', cancellation_time_stamp = %s"
            f" WHERE {condition} AND envelope_id = %s"
            f" AND {NOT_LEFT.sql('d')} RETURNING bank_batch_id",
            [fields.Datetime.now(), value, envelope.id],
        )
        changed = {row[0] for row in self.env.cr.fetchall()}
        self.env["g2p.bridge.bank.batch"].browse(changed)._lines_changed("cancelled")
        self.env["g2p.bridge.disbursement"].invalidate_model()
        for batches in (envelope.mapper_batch_ids, envelope.bank_batch_ids):
            if batches:
                batches._count_lines()
        for batch in envelope.mapper_batch_ids:
            batch._count_results()
