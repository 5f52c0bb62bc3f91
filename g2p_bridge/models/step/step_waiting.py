from odoo import fields, models

from ...lib.step import Claim

NO_CALL_BACK = "NO_CALL_BACK"


class StepWaiting(models.AbstractModel):
    """Calls that the other side takes and answers later, by calling us."""

    _inherit = "g2p.bridge.step.mixin"

    def _step_patience(self):
        """Minutes that an answer may take, from the moment the other side took the call."""
        raise NotImplementedError(f"{self._name} does not implement _step_patience")

    def _step_record_waiting(self, outcome):
        until = fields.Datetime.add(fields.Datetime.now(), minutes=self._step_patience())
        self.write({"state": "waiting", "next_attempt_at": until})

    def _step_claim_waiting(self, now):
        """Make a step that has waited long enough ready for the next attempt.

        :return: why it is not to be called now, in words; None if it is
        """
        if self.next_attempt_at and now < self.next_attempt_at:
            self._step_enqueue()
            return self.env._("The answer is expected until %s.", self.next_attempt_at)
        words = self.env._("The other side took the questions and never answered.")
        if self.attempts >= self._step_max_attempts():
            self._step_give_up(NO_CALL_BACK, words)
            return words
        self.write(
            {
                "state": "pending",
                "latest_error_code": NO_CALL_BACK,
                "latest_error_message": words,
            }
        )
        return None

    def _step_awaits_answer(self):
        """Whether an answer that arrives now is one to a call of ours that is still open.

        Also before we know that the call was taken, and after its acknowledgement was lost.
        """
        called = self.state == "in_progress" and self.begun_at
        return bool(
            called or self.state == "waiting" or (self.state == "pending" and self.attempts)
        )

    def _step_take_answer(self, outcome):
        """Record an answer that arrived by itself, as the call's own would be.

        The caller holds the row's lock and has asked ``_step_awaits_answer``. Whoever still
        carries out the call finds it settled, and records nothing.
        """
        self.state = "in_progress"
        self._step_record(outcome, Claim(attempt=self.attempts))
        self._step_continue()
