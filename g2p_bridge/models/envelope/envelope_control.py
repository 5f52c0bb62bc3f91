from odoo import models
from odoo.exceptions import UserError

from .envelope_progress import STEPS

#: Nothing of an envelope in these states can be held back any more.
LEFT = ("shipped", "reconciled", "cancelled")


class EnvelopeControl(models.Model):
    """How officers steer an envelope: start, pause, resume, try again, cancel."""

    _inherit = "g2p.bridge.envelope"

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
        self.sudo()._take_turn()
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

    # Steps

    def _start(self, reason=None):
        """Note who has started the envelopes that were not started yet, and go on.

        :param reason: why before the schedule date
        :raises UserError: an envelope is to start early and there is no reason
        """
        self._take_turn()
        for envelope in self.filtered(lambda envelope: not envelope.started_by_id):
            if envelope.state in LEFT:
                raise UserError(self.env._("%s can't be started any more.", envelope.display_name))
            said = self.env._("Started")
            if envelope._would_start_early():
                said = self.env._("Started before its schedule date: %s", self._reason(reason))
            envelope.started_by_id = self.env.uid
            envelope._put_on_record("start", said, reason=reason)
        self._go_on()

    def _submit_again(self, reason):
        """Bring envelopes that were sent back before the approvers again.

        :param reason: what has been mended, or why it is right as it is
        :raises UserError: no reason; an envelope was not sent back, or is not complete
        """
        reason = self._reason(reason)
        for envelope in self:
            envelope._touch()
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
            envelope._put_on_record("submit", said, reason=reason)
        self._go_on()

    def _pause(self, reason):
        """Hold back every step that has not begun.

        :raises UserError: no reason, or everything has left already
        """
        reason = self._reason(reason)
        self._take_turn()
        for envelope in self.filtered(lambda envelope: not envelope.paused):
            if envelope.state in LEFT:
                raise UserError(
                    self.env._("Nothing of %s can be held back any more.", envelope.display_name)
                )
            envelope.paused = True
            envelope._put_on_record("pause", self.env._("Paused: %s", reason), reason=reason)

    def _resume(self, reason):
        """Let paused envelopes go on.

        :raises UserError: no reason
        """
        reason = self._reason(reason)
        self._take_turn()
        for envelope in self.filtered("paused"):
            envelope.paused = False
            envelope._put_on_record("resume", self.env._("Resumed: %s", reason), reason=reason)
        self._go_on()

    # Helpers

    def _check_officer(self):
        self._check_group("group_officer")
        self.check_access("read")

    def _would_start_early(self):
        """Whether starting it now would pay before the date that was declared."""
        return (
            not self.started_by_id
            and self._starts_by_hand()
            and self.disbursement_schedule_date > self._today()
            and self.program_id._policy().process_future_dated
        )
