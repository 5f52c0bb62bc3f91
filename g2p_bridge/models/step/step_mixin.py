# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import re
from functools import partial
from uuid import uuid4

from odoo import api, fields, models
from odoo.tools import format_datetime

from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown, Rejected, Unavailable
from odoo.addons.queue_job.exception import RetryableJobError

from ...lib.reasons import reason_words
from ...lib.step import Claim, Outcome
from .step_states import FAILED, OVER, STATES, TO_LOOK_AT

_logger = logging.getLogger(__name__)

BUSY = "Another worker is carrying this out."
SECONDS_UNTIL_FREE = 5
#: Seconds until the first question about a call at least, and between two at most.
FIRST_QUESTION, LONGEST_QUESTION = 5, 6 * 3600
#: Steps that a history names one by one.
MOST_NAMED = 5
NO_CALL_BACK = "NO_CALL_BACK"
#: What the other side gave instead of a sentence.
CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")


class StepMixin(models.AbstractModel):
    """A piece of work outside this database, done at most once and never forgotten.

    The protocol (claim, mark, call, record, ask) stands once, here, and serves every step: funds,
    mapper batches, bank batches and statements. Each part has a transaction of its own, so that
    whatever dies, the row tells how far the work had come: see ``step_states``.

    Some calls are taken now and answered later, by a call to us: the step is ``waiting`` until
    then.
    """

    _name = "g2p.bridge.step.mixin"
    _description = "Step with an Outside Effect"
    _inherit = ["g2p.bridge.durable.mixin"]

    #: Whether a call changes something outside. Questions may simply be repeated.
    _step_has_effect = True

    # === Fields ===

    state = fields.Selection(STATES, default="pending", required=True, readonly=True)
    reference = fields.Char(
        default=lambda self: uuid4().hex,
        required=True,
        readonly=True,
        copy=False,
        help="Sent with every call of this step, made once: the other side recognises it.",
    )
    attempts = fields.Integer(readonly=True, copy=False)
    asks = fields.Integer("Times Asked", readonly=True, copy=False)
    begun_at = fields.Datetime(readonly=True, copy=False)
    latest_timestamp = fields.Datetime("Last Activity", readonly=True, copy=False)
    latest_error_code = fields.Char("Last Error", readonly=True, copy=False)
    latest_error_message = fields.Char("Last Error in Words", readonly=True, copy=False)
    next_attempt_at = fields.Datetime(readonly=True, copy=False)
    problem = fields.Text(
        "Last Problem",
        compute="_compute_problem",
        help="What went wrong at the last attempt, as the other side put it.",
    )

    # === Compute ===

    @api.depends("latest_error_code", "latest_error_message")
    def _compute_problem(self):
        for step in self:
            step.problem = in_words(self.env, step.latest_error_code, step.latest_error_message)

    # === Actions ===

    def action_try_again(self):
        """Give failed steps a fresh set of attempts and start them now."""
        self._step_check_operator()
        failed = self.filtered(FAILED.holds).sudo()
        failed.write({"state": "pending", "attempts": 0, "next_attempt_at": False})
        failed._step_log_retry()
        failed._step_continue()
        return True

    # === Steps ===

    def _job_step(self):
        """Carry out one attempt. Runs in the job queue; harmless to run twice."""
        self = self.exists().sudo()
        if not self:
            return BUSY
        if not self._stay_alive():
            # The other one may have looked already, and found that it could not go on yet.
            raise RetryableJobError(BUSY, seconds=SECONDS_UNTIL_FREE, ignore_retry=True)
        claim = self._in_own_transaction("_step_claim")
        if claim.refusal:
            self._in_own_transaction("_step_make_up")
            return claim.refusal
        if claim.ask:
            outcome = self._step_attempt(self._step_ask)
        else:
            payload = self._in_own_transaction("_step_prepare")
            if not self._in_own_transaction("_step_begin", claim.attempt):
                return BUSY
            outcome = self._step_attempt(partial(self._step_call, payload))
        self._in_own_transaction("_step_record", outcome, claim)
        self._in_own_transaction("_step_continue")
        return f"{outcome.kind} {outcome.code} {outcome.message}".strip()

    def _step_claim(self):
        """Take the step for one attempt, if it is eligible. The caller holds its lock."""
        suspended = self._step_has_effect and self._step_suspension()
        if suspended:
            return Claim(refusal=suspended)
        self._step_lock()
        now = fields.Datetime.now()
        if self.state == "in_progress":
            # The worker that claimed it is dead: we hold the lock that it would hold.
            died_in_call = bool(self.begun_at) and self._step_has_effect
            self.state = "uncertain" if died_in_call else "pending"
            self._step_wake_owner()
        if self.state == "uncertain":
            return self._step_claim_question(now)
        if self.state == "waiting":
            refusal = self._step_claim_waiting(now)
            if refusal:
                return Claim(refusal=refusal)
        refusal = self._step_refusal(now)
        if refusal:
            return Claim(refusal=refusal)
        if self.attempts >= self._step_max_attempts():
            self._step_give_up("ATTEMPTS_EXHAUSTED", self.env._("All attempts are used up."))
            return Claim(refusal=self.env._("All attempts are used up."))
        self.write(
            {
                "state": "in_progress",
                "attempts": self.attempts + 1,
                "asks": 0,
                "begun_at": False,
                "latest_timestamp": now,
                "next_attempt_at": False,
            }
        )
        return Claim(attempt=self.attempts)

    def _step_claim_question(self, now):
        if not self._step_can_ask():
            self._step_alert(self._step_unknown_words())
            return Claim(refusal=self.env._("The outcome is unknown and a person has to decide."))
        # What was under way when the worker died may still arrive: ask only after that.
        not_before = fields.Datetime.add(self.begun_at, seconds=self._step_timeout())
        if now < not_before or (self.next_attempt_at and now < self.next_attempt_at):
            self.next_attempt_at = max(not_before, self.next_attempt_at or not_before)
            self._step_enqueue()
            return Claim(refusal=self.env._("It is too early to ask for the outcome."))
        self.write({"asks": self.asks + 1, "latest_timestamp": now})
        return Claim(attempt=self.attempts, ask=True)

    def _step_refusal(self, now):
        """:return: why this step can't run now, in words; None if it can"""
        if self.state != "pending":
            return self.env._("Nothing to do: the state is %s.", self.state)
        if self.next_attempt_at and now < self.next_attempt_at:
            return self.env._("The next attempt is due at %s.", self.next_attempt_at)
        return None

    def _step_begin(self, attempt):
        """Mark durably that the call is about to leave.

        :return: False if somebody has cancelled or taken the step meanwhile
        """
        self._step_lock()
        if (self.state, self.attempts) != ("in_progress", attempt):
            return False
        self.begun_at = fields.Datetime.now()
        return True

    def _step_attempt(self, call):
        """Run a call and turn whatever happens into an :class:`Outcome`."""
        try:
            result = call()
        except Rejected as error:
            return Outcome("rejected", code=error.code, message=error.message)
        except Unavailable as error:
            return Outcome("unavailable", code=error.code, message=error.message)
        except OutcomeUnknown as error:
            return Outcome("unknown", code=error.code, message=error.message)
        except Exception as error:
            _logger.exception("%s ended unexpectedly", self)
            return Outcome("unknown", code="UNEXPECTED", message=type(error).__name__)
        return result if isinstance(result, Outcome) else Outcome("done", result)

    def _step_record(self, outcome, claim):
        """Write down how the attempt ended, unless somebody has settled it meanwhile."""
        self._step_lock()
        expected = "uncertain" if claim.ask else "in_progress"
        if (self.state, self.attempts) != (expected, claim.attempt):
            return
        self.write(
            {
                "latest_timestamp": fields.Datetime.now(),
                "latest_error_code": outcome.code,
                "latest_error_message": outcome.message,
            }
        )
        kind = outcome.kind
        if kind == "unknown" and not self._step_has_effect:
            kind = "unavailable"
        if kind == "unavailable" and claim.ask:
            kind = "unknown"  # it was the question that failed
        self._step_recorders()[kind](outcome)

    def _step_recorders(self):
        """What writes down how an attempt ended. Steps may add kinds of their own.

        :return: {kind of :class:`Outcome`: method}
        """
        return {
            "done": self._step_record_done,
            "waiting": self._step_record_waiting,
            "rejected": self._step_record_rejected,
            "unavailable": self._step_record_unavailable,
            "never_received": self._step_record_never_received,
            "unknown": self._step_record_unknown,
        }

    def _step_record_done(self, outcome):
        self.write({"state": "done", "next_attempt_at": False})
        self._step_done(outcome.result)

    def _step_record_rejected(self, outcome):
        self._step_give_up(outcome.code, outcome.message)

    def _step_record_unavailable(self, outcome):
        if self.attempts >= self._step_max_attempts():
            self._step_give_up(outcome.code, outcome.message)
        else:
            self._step_postpone()

    def _step_record_never_received(self, outcome):
        self.write({"begun_at": False, "next_attempt_at": False, "state": "pending"})
        if self.attempts >= self._step_max_attempts():
            self._step_give_up(outcome.code, outcome.message)

    def _step_record_unknown(self, outcome):
        seconds = self._step_ask_delay(self.asks)
        later = fields.Datetime.add(fields.Datetime.now(), seconds=seconds)
        self.write({"state": "uncertain", "next_attempt_at": later})
        if not self._step_can_ask() or self.asks >= self._step_max_attempts():
            self._step_alert(self._step_unknown_words())

    def _step_postpone(self):
        later = fields.Datetime.add(fields.Datetime.now(), minutes=self._step_retry_delay())
        self.write({"state": "pending", "begun_at": False, "next_attempt_at": later})

    def _step_give_up(self, code, message):
        """A final state that nobody can overlook."""
        self.write(
            {
                "state": "failed",
                "begun_at": False,
                "next_attempt_at": False,
                "latest_error_code": code,
                "latest_error_message": message,
            }
        )
        self._step_alert(message)

    def _step_settle(self, taken, reason):
        """Write a person's decision about an unknown outcome, with the reason, and go on."""
        vals = {"latest_timestamp": fields.Datetime.now(), "next_attempt_at": False}
        if taken:
            self.write({**vals, "state": "done"})
        else:
            self.write({**vals, "state": "pending", "attempts": 0, "begun_at": False})
        decision = self.env._("The bank confirms") if taken else self.env._("The bank denies")
        self._step_owner()._log_decision(
            "settle",
            self.env._(
                "%(step)s: %(decision)s. %(reason)s",
                step=self.display_name,
                decision=decision,
                reason=reason,
            ),
            what=f"{self._description} {self.reference}: {decision}",
            reason=reason,
            old_value="uncertain",
            new_value=self.state,
        )
        self._step_continue()

    def _step_make_up(self):
        """There is nothing to do: do what a worker that died after its record has left undone."""
        due = self.state == "pending" and self.next_attempt_at
        if OVER.holds(self) or (due and due > fields.Datetime.now()):
            self._step_continue()
        elif self.state == "uncertain" and not self._step_owner().needs_attention:
            # Perhaps nobody but a person can ask the bank: its envelope has to show it.
            self._step_wake_owner()

    def _step_continue(self):
        """Start what this step's new state makes possible."""
        self.filtered(TO_LOOK_AT.holds)._step_enqueue()
        self._step_wake_owner()

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

    def _step_take_answer(self, outcome):
        """Record an answer that arrived by itself, as the call's own would be.

        The caller holds the row's lock and has asked ``_step_awaits_answer``. A job that still
        carries out the call finds it settled, and records nothing.
        """
        self.state = "in_progress"
        self._step_record(outcome, Claim(attempt=self.attempts))
        self._step_continue()

    # === Helpers ===

    def _step_suspension(self):
        """:return: why no step with an effect may run now, in words; None if they may"""
        return None

    def _step_prepare(self):
        """Read what the call needs, as plain values. Nothing has left yet."""
        return None

    def _step_call(self, payload):
        """Do the outside work. Raises only the three connector errors.

        :return: the result for ``_step_done``, or an :class:`Outcome`
        """
        raise NotImplementedError(f"{self._name} does not implement _step_call")

    def _step_done(self, result):
        """Record what the result means beyond this row, in the same transaction."""

    def _step_can_ask(self):
        """Whether the other side can say what became of the call."""
        return False

    def _step_ask(self):
        """Ask what became of the call: an :class:`Outcome`."""
        raise NotImplementedError(f"{self._name} does not implement _step_ask")

    def _step_timeout(self):
        """Seconds after which a call can't be under way any more."""
        return 120

    def _step_ask_delay(self, asked):
        """Seconds until a call is asked about again, after so many times: ever more, never 0."""
        first = max(self._step_retry_delay() * 60, FIRST_QUESTION)
        return min(first * 2 ** min(asked, 20), max(first, LONGEST_QUESTION))

    def _step_unknown_words(self):
        """What a person is told who has to find out what became of a call."""
        return self.env._("Unknown outcome: ask the bank and decide.")

    def _step_max_attempts(self):
        raise NotImplementedError(f"{self._name} does not implement _step_max_attempts")

    def _step_retry_delay(self):
        """Minutes between two attempts."""
        raise NotImplementedError(f"{self._name} does not implement _step_retry_delay")

    def _step_check_operator(self):
        """:raises AccessError: the user may not decide about this step"""
        raise NotImplementedError(f"{self._name} does not implement _step_check_operator")

    def _step_owner(self):
        """The record on which people see what happens to this step."""
        return self

    def _step_wake_owner(self):
        """Let the record to which these steps belong take notice of their new state."""

    def _step_patience(self):
        """Minutes that an answer may take, from the moment the other side took the call."""
        raise NotImplementedError(f"{self._name} does not implement _step_patience")

    def _step_awaits_answer(self):
        """Whether an answer that arrives now is one to a call of ours that is still open.

        Also before we know that the call was taken, and after its acknowledgement was lost.
        """
        called = self.state == "in_progress" and self.begun_at
        return bool(
            called or self.state == "waiting" or (self.state == "pending" and self.attempts)
        )

    def _step_called_at(self):
        """When the last call began, by the clock of the company, in words."""
        zone = str(self.company_id._g2p_bridge_zone())
        return f"{format_datetime(self.env, self.begun_at, tz=zone)} ({zone})"

    def _step_log_retry(self):
        """Write into each owner's history what of it a person tries again."""
        for owner, steps in self.grouped(lambda step: step._step_owner()).items():
            owner._log_decision(
                "retry",
                self.env._("Tried again: %s", steps._step_names()),
                old_value="failed",
                new_value="pending",
                lines=steps.mapped("reference"),
            )

    def _step_names(self):
        """The names of these steps; of many, the first ones and how many more there are."""
        names = ", ".join(self[:MOST_NAMED].mapped("display_name"))
        more = len(self) - MOST_NAMED
        if more <= 0:
            return names
        return self.env._("%(names)s and %(more)s more", names=names, more=more)

    def _step_alert(self, text):
        """Put a to-do on the owner's page, once."""
        self._step_owner()._ask_for_help(f"{self._description}: {text}")

    def _step_lock(self):
        """Lock these rows, in their order, and forget what was read of them before."""
        self.env.cr.execute(
            f"SELECT id FROM {self._table} WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [self.ids],
        )
        self.invalidate_recordset()


def in_words(env, code, message):
    """The sentence that the other side gave; where it gave a bare code, what that means."""
    if message and not CODE.fullmatch(message):
        return message
    return reason_words(env, code or message)
