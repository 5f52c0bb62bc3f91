# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..disbursement.disbursement_states import LEAVING, REISSUED
from ..step.step_states import CALLED
from .envelope_progress import STEPS
from .envelope_states import PAST_HOLDING

#: Over disbursements ``d`` of given batches: they are not made by their envelope any more.
GIVE_UP = f"""
    WITH given_up AS (
        UPDATE g2p_bridge_disbursement d
           SET state = 'rejected', reason_code = 'HOLD_RELEASED'
         WHERE d.bank_batch_id = ANY(%s) AND {LEAVING.sql("d")}
        RETURNING d.disbursement_amount)
    SELECT COUNT(*), COALESCE(SUM(disbursement_amount), 0)::text FROM given_up
"""


class EnvelopeControl(models.Model):
    """How officers steer an envelope: start, pause, resume, try again, cancel.

    A hold is released by itself once nothing can leave any more. Where a part of an envelope has
    left and the rest never will, finance releases it here: nobody waits for the rest any longer,
    and each payment that was not made can be reissued.
    """

    _inherit = "g2p.bridge.envelope"

    # === Fields ===

    can_pause = fields.Boolean(
        "Pause", compute="_compute_can_pause", help="Something of it can still be held back."
    )
    can_release_hold = fields.Boolean(compute="_compute_can_release_hold")

    # === Compute ===

    @api.depends("state")
    def _compute_can_pause(self):
        for envelope in self:
            envelope.can_pause = envelope.state not in PAST_HOLDING

    @api.depends("state", "paused", "needs_attention")
    def _compute_can_release_hold(self):
        for envelope in self:
            stands = envelope.paused or envelope.needs_attention
            envelope.can_release_hold = (
                stands
                and envelope.state == "shipping"
                and envelope.number_of_disbursements_shipped
                and not envelope.sudo()._batches_at_the_bank()
            )

    # === Actions ===

    def action_start(self):
        """Start envelopes that are started by hand; earlier than declared only with a reason."""
        self._check_officer()
        if any(envelope._would_start_early() for envelope in self.sudo()):
            return self.env["g2p.bridge.decision"]._open(
                self, "start_envelope", self.env._("Start before the Schedule Date")
            )
        self.sudo()._start()
        return True

    def action_submit(self):
        """Ask what is answered to the approver who has sent these envelopes back."""
        self._check_officer()
        return self.env["g2p.bridge.decision"]._open(
            self, "submit_envelope", self.env._("Submit for Approval")
        )

    def action_pause(self):
        """Ask why every step that has not begun is held back."""
        self._check_officer()
        return self.env["g2p.bridge.decision"]._open(
            self, "pause_envelope", self.env._("Pause Envelope")
        )

    def action_resume(self):
        """Ask why the envelope may go on."""
        self._check_officer()
        return self.env["g2p.bridge.decision"]._open(
            self, "resume_envelope", self.env._("Resume Envelope")
        )

    def action_try_again(self):
        """Give every failed step of these envelopes a fresh set of attempts."""
        self._check_officer()
        self.sudo()._lock_for_change()
        for model in STEPS:
            failed = [("envelope_id", "in", self.ids), ("state", "=", "failed")]
            self.env[model].search(failed).action_try_again()
        self.sudo()._go_on()
        return True

    def action_resolve_again(self):
        """Ask the mapper once more for the beneficiaries that it did not know."""
        self._check_officer()
        self.sudo()._resolve_again()
        return True

    def action_cancel(self):
        self._check_officer()
        return self.env["g2p.bridge.decision"]._open(
            self, "cancel_envelope", self.env._("Cancel Envelope")
        )

    def action_release_hold(self):
        """Ask why what has not left is not paid, and its money given back."""
        self.env["res.users"]._g2p_bridge_check_role("finance")
        self.check_access("read")
        return self.env["g2p.bridge.decision"]._open(
            self, "release_hold", self.env._("Release the Hold")
        )

    # === Steps ===

    def _start(self, reason=None):
        """Note who has started the envelopes that were not started yet, and go on.

        :param reason: why before the schedule date
        :raises UserError: an envelope is to start early and there is no reason
        """
        self._lock_for_change()
        for envelope in self.filtered(lambda envelope: not envelope.started_by_id):
            if envelope.state in PAST_HOLDING:
                raise UserError(self.env._("%s can't be started any more.", envelope.display_name))
            said = self.env._("Started")
            if envelope._would_start_early():
                reason = self.env["g2p.bridge.audit"]._given_reason(reason)
                said = self.env._("Started before its schedule date: %s", reason)
            envelope.started_by_id = self.env.uid
            envelope._log_decision("start", said, reason=reason)
        self._go_on()

    def _submit_again(self, reason):
        """Bring envelopes that were sent back before the approvers again.

        :param reason: what has been mended, or why it is right as it is
        :raises UserError: no reason; an envelope was not sent back, or is not complete
        """
        reason = self.env["g2p.bridge.audit"]._given_reason(reason)
        for envelope in self:
            envelope._lock_as_maker()
            if not envelope.rejected_by_id or envelope.cancellation_status == "cancelled":
                raise UserError(
                    self.env._(
                        "%s is not sent back. Reload the page to see where it stands.",
                        envelope.display_name,
                    )
                )
            if not envelope._is_complete():
                raise UserError(envelope._missing_sentence())
            envelope.write(envelope._unreviewed())
            said = self.env._("Submitted for approval again: %s", reason)
            envelope._log_decision("submit", said, reason=reason)
        self._go_on()

    def _pause(self, reason):
        """Hold back every step that has not begun.

        :raises UserError: no reason, or everything has left already
        """
        reason = self.env["g2p.bridge.audit"]._given_reason(reason)
        self._lock_for_change()
        for envelope in self.filtered(lambda envelope: not envelope.paused):
            if envelope.state in PAST_HOLDING:
                raise UserError(
                    self.env._("Nothing of %s can be held back any more.", envelope.display_name)
                )
            envelope.paused = True
            envelope._log_decision("pause", self.env._("Paused: %s", reason), reason=reason)

    def _resume(self, reason):
        """Let paused envelopes go on.

        :raises UserError: no reason
        """
        reason = self.env["g2p.bridge.audit"]._given_reason(reason)
        self._lock_for_change()
        for envelope in self.filtered("paused"):
            envelope.paused = False
            envelope._log_decision("resume", self.env._("Resumed: %s", reason), reason=reason)
        self._go_on()

    def _resolve_again(self):
        """Put unresolved beneficiaries into new mapper batches and let shipping wait for them."""
        for envelope in self:
            if envelope._funds_step("release"):
                raise UserError(
                    self.env._(
                        "The hold of %s has been released, so nobody can be added to it any "
                        "more. Pay the unresolved beneficiaries by a new envelope.",
                        envelope.display_name,
                    )
                )
            envelope._ask_mapper_again(envelope._lines_to_ask_again())
        self._go_on()

    def _ask_mapper_again(self, ids):
        """Move unresolved lines into new batches of both kinds.

        Their former bank batch may have left without them, so they go into a new one: a
        disbursement is in one bank batch at most, and in one that will leave.

        :param list ids: record IDs of the lines
        """
        if not ids:
            return
        self.env["g2p.bridge.restore"]._check_confirmed()
        self._lock_as_maker()
        if self.approved_by_id:
            self._note_accounts()
        former, policy = self.mapper_batch_ids, self.program_id._policy()
        self.env["g2p.bridge.bank.batch"]._move_in(self, ids, policy.bank_batch_size)
        self.env["g2p.bridge.mapper.batch"]._move_in(self, ids, policy.mapper_batch_size)
        for batch in former:
            batch._count_results()
        self._close_batches()
        self._log_decision(
            "resolve_again",
            self.env._("The mapper is asked again. Beneficiaries: %s", self._count(len(ids))),
            lines=[str(number) for number in ids],
        )
        pending = self.bank_batch_ids.filtered(lambda batch: batch.state == "pending")
        pending._lines_changed("asked_again")

    def _release_hold(self, reason):
        """Give up whatever has not left: the rest of the hold is then released by itself.

        :raises UserError: no reason; nothing has left, or nothing is left; or the bank may be
            taking a batch at this moment
        """
        reason = self.env["g2p.bridge.audit"]._given_reason(reason)
        for envelope in self:
            envelope._lock_as_maker()
            batches = envelope._batches_to_give_up()
            count, amount = envelope._reject_what_waits(batches)
            waiting = envelope.mapper_batch_ids.filtered(lambda batch: batch.state != "done")
            waiting.write({"state": "cancelled"})
            batches.write({"state": "done", "next_attempt_at": False})
            for batch in (*waiting, *batches):
                batch._count_results()
            batches._lines_changed("hold_released")
            envelope._log_decision(
                "release",
                self.env._(
                    "The rest of the hold is released. Payments that are not made: "
                    "%(count)s (%(amount)s). %(reason)s",
                    count=envelope._count(count),
                    amount=envelope._money(amount),
                    reason=reason,
                ),
                reason=reason,
            )
        self._go_on()

    # === Helpers ===

    def _check_officer(self):
        self.env["res.users"]._g2p_bridge_check_role("officer")
        self.check_access("read")

    def _would_start_early(self):
        """Whether starting it now would pay before the date that was declared."""
        return (
            not self.started_by_id
            and self._starts_by_hand()
            and self.disbursement_schedule_date > self._today()
            and self.program_id._policy().process_future_dated
        )

    def _batches_to_give_up(self):
        """:return: the bank batches that have not left, locked, so that none leaves meanwhile"""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id FROM g2p_bridge_bank_batch WHERE envelope_id = %s ORDER BY id"
            " FOR NO KEY UPDATE",
            [self.id],
        )
        self.env.invalidate_all()
        if self._batches_at_the_bank():
            raise UserError(
                self.env._(
                    "A batch of %s is being handed to the bank, or it is not known whether the "
                    "bank has it. Wait for it, or settle it, and release the hold then.",
                    self.display_name,
                )
            )
        if self.state != "shipping" or not self.number_of_disbursements_shipped:
            raise UserError(
                self.env._(
                    "%s has not shipped a part of its payments and waits with the rest. Cancel "
                    "an envelope of which nothing has left; a hold that is not needed any more "
                    "is released by itself.",
                    self.display_name,
                )
            )
        return self.bank_batch_ids.filtered(lambda batch: batch.state != "done")

    def _batches_at_the_bank(self):
        """:return: a batch that the bank may be taking, or may have taken, if there is one"""
        called = Domain("envelope_id", "=", self.id) & CALLED.domain()
        return self.bank_batch_ids.search(called, limit=1)

    def _reject_what_waits(self, batches):
        """:return: number and Decimal amount of the payments that are not made"""
        rows = self.env.execute_query(SQL(GIVE_UP, batches.ids))
        self.env["g2p.bridge.disbursement"].invalidate_model()
        return rows[0][0], Decimal(rows[0][1])

    def _lines_to_ask_again(self, chosen=None):
        """Unresolved lines that are paid nowhere else.

        :param chosen: record IDs of lines; by default all that nobody has decided to leave out,
            or has corrected too late for the envelope
        :return: list of record IDs
        """
        asked = SQL("d.id = ANY(%s)", chosen) if chosen else self._by_default()
        rows = self.env.execute_query(
            SQL(
                f"SELECT d.id FROM g2p_bridge_disbursement d WHERE d.envelope_id = %s"
                f" AND d.state = 'unresolved' AND NOT {REISSUED} AND %s ORDER BY d.id",
                self.id,
                asked,
            )
        )
        return [row[0] for row in rows]

    def _by_default(self):
        """The condition of lines that are asked about again when nobody chooses."""
        undecided = SQL("d.left_out IS NOT TRUE")
        if self._takes_corrections():
            return undecided
        return SQL("%s AND d.beneficiary_id_received IS NULL", undecided)

    def _takes_corrections(self):
        """Whether an ID that is corrected now can still be paid by this envelope.

        Where a second person has to approve, not once the money is being blocked: nobody
        would have seen whom it goes to.
        """
        if self._funds_step("release"):
            return False
        if self._approval() == "none":
            return True
        return self._funds_step("block").state in ("pending", "failed", "cancelled")

    def _resolve_again_refusal(self, lines):
        """:return: why these lines can't be asked about again, in words, or None"""
        if self._funds_step("release"):
            return self.env._(
                "The hold of %s has been released, so nobody can be added to it any more. "
                "Reissue the unresolved beneficiaries: a new envelope pays them.",
                self.display_name,
            )
        corrected = lines.filtered("beneficiary_id_received")
        if corrected and not self._takes_corrections():
            return self.env._(
                "The beneficiary ID of %(line)s was corrected after %(envelope)s was approved. "
                "Reissue it: the new envelope has its own approval.",
                line=corrected[0].disbursement_id,
                envelope=self.display_name,
            )
        return None
