# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How every life has to end: no more faults, time moves on, people do their work.

Then each disbursement is paid exactly once, or it visibly was not, and nothing is forgotten.
"""

from ...lib.statement import CORRECTION
from .awake import standing
from .faults import InvariantBroken
from .people import WHY

#: Days after which everything that can come to its end has come to it.
DAYS = 14
#: Days without a job after which nothing moves by itself any more; envelopes wait two days.
QUIET_DAYS = 3
#: After so many something goes on for ever.
MOST_DAYS = 60
UNPAID = ("rejected", "unresolved", "cancelled")
STATEMENT = "g2p.bridge.statement"


class Ending:
    def __init__(self, world, people, invariants, awake):
        self.world, self.env = world, world.env
        self.people, self.invariants, self.awake = people, invariants, awake

    def check(self):
        """Let everything settle, and judge what became of it."""
        self.world.armed.clear()
        self.world.bank.deliver()
        self.complete()
        self.rest()
        self.invariants.check()
        self.check_seen()
        for _day in range(DAYS):
            if not self.help():
                break
            self.rest()
            self.invariants.check()
        self.report()
        self.invariants.check()
        self.judge_steps()
        self.judge_disbursements()
        self.judge_bank()

    def complete(self):
        """Senders send what they have declared, or amend what they declared to what they sent."""
        for envelope in self.people.envelopes():
            if self.world.declared[envelope]:
                self.people.send(envelope, len(self.world.declared[envelope]))
            if envelope.cancellation_status != "cancelled" and not envelope._is_complete():
                self.people.amend(envelope, 1)

    def rest(self):
        """Let days pass in which nothing goes wrong and nobody helps, until nothing moves."""
        quiet = 0
        self.world.run_all()
        self.awake.check()
        for _day in range(MOST_DAYS):
            if quiet == QUIET_DAYS:
                return
            before = standing(self.env)
            self.world.later(days=1)
            self.world.run_all()
            self.awake.check()
            # A heartbeat looks again at what waits for a person: only what changes is a move.
            quiet = quiet + 1 if standing(self.env) == before else 0
        _ensure(False, "something goes on for ever")

    def check_seen(self):
        """Whatever waits for a person shows it, on its envelope and in a to-do."""
        for step in self.people.steps(("failed", "uncertain")):
            owner = step._step_owner()
            seen = owner.activity_ids and (step._name == STATEMENT or owner.needs_attention)
            if step._name == STATEMENT and step.latest_error_code == CORRECTION:
                # One task says it for all statements of the account.
                seen = step.search_count([("activity_ids", "!=", False)], limit=1)
            # Who pauses an envelope knows that it waits.
            ended = step._name != STATEMENT and (
                owner.state in ("cancelled", "reconciled") or owner.paused
            )
            _ensure(seen or ended, f"nobody is told of {step.display_name}: {step.state}")

    def help(self):
        """Do what people have to do.

        :return: whether there was anything
        """
        people = self.people
        for step in people.steps(("uncertain",)):
            people.settle_step(step)
        waiting = people.envelopes().filtered(
            lambda envelope: envelope.state not in ("shipped", "reconciled", "cancelled")
        )
        for envelope in waiting:
            if not envelope._is_complete():
                people.cancel_envelope(envelope, "It will never be complete")
            elif envelope.paused:
                people.press("resume", envelope)
            elif envelope.state == "receiving":
                people.press("submit", envelope)
        for envelope in waiting.filtered(lambda envelope: envelope.state == "to_approve"):
            people.press("approve", envelope)
        for envelope in waiting.filtered(lambda one: one._is_held_by_unresolved()):
            people.press("leave_out", envelope)
        failed = people.steps(("failed",))
        for envelope in {step._step_owner() for step in failed if step._name != STATEMENT}:
            people.press("try_again", envelope)
        self.read_again()
        return bool(waiting or failed)

    def report(self):
        """The bank pays what it took on and tells all of it; finance puts right what was odd."""
        world = self.world
        world.bank.book_payments()
        world.paper.write()
        missing = [sheet for sheet in world.paper.sheets if not sheet.handed_in]
        if missing:
            world.paper.hand_in(*missing)
        self.rest()
        if self.read_again():
            self.rest()
        if self.put_noise_aside():
            self.rest()
        self.check_found_by_itself()
        if self.match_the_rest():
            self.rest()

    def read_again(self):
        """Try statements again whose attempts are used up; decide about those kept back.

        :return: whether there were any
        """
        kept = self.people.take_corrections()
        failed = self.env["g2p.bridge.statement"].search([("state", "=", "failed")])
        return bool(failed and self.world.attempt(failed.action_try_again)) or kept

    def put_noise_aside(self):
        """Mark as not ours whatever the bank's books do not say.

        What stands because of such a line can't stay when it goes, so the lines of its payment,
        or of all payments of its batch, are opened together.

        :return: whether there was any
        """
        noise = self.entries() - self.true_entries()
        wrong = noise.filtered(lambda entry: entry.outcome != "not_ours")
        # Those that count for nothing go first: none of them takes the place of one that goes.
        self._call_not_ours(noise)
        matched = noise.filtered(lambda entry: entry.outcome == "matched")
        if matched:
            of_payments = [
                "|",
                ("disbursement_id", "in", matched.disbursement_id.ids),
                ("disbursement_id.bank_batch_id", "in", matched.bank_batch_id.ids),
            ]
            own = noise.search([*of_payments, ("outcome", "=", "matched")])
            self.world.attempt((matched | own)._decide_reopen, WHY)
            self._call_not_ours(noise)
        left = noise.filtered(lambda entry: entry.outcome != "not_ours")
        _ensure(not left, f"nobody gets rid of {left.mapped('reference')}")
        return bool(wrong)

    def _call_not_ours(self, entries):
        wrong = entries.filtered(lambda entry: entry.outcome == "error")
        if wrong:
            self.world.attempt(wrong._decide_not_ours, WHY)

    def check_found_by_itself(self):
        """A true line finds its place by itself, in whatever order lines came.

        Where a person has taken up a line of the payment, it is theirs to say what stands.
        """
        taken_up = self.true_entries().filtered("decision")
        theirs = {self.subject(entry) for entry in taken_up}
        for entry in self.true_entries():
            mine = entry.decision or self.subject(entry) in theirs or self.is_untold(entry)
            _ensure(
                mine or entry.outcome == "matched",
                f"{entry.mark} of {entry.amount} for {entry.reference or entry.batch_reference}"
                f" is a booking of ours and {entry.error_reason or entry.outcome}",
            )

    def match_the_rest(self):
        """Match true lines which are open because of what people did to them: by the books.

        :return: whether there were any
        """
        closed = self.true_entries().filtered(lambda entry: entry.outcome == "not_ours")
        if closed:
            self.world.attempt(closed._decide_reopen, WHY)
        wrong = self.open_entries()
        before = wrong.browse()
        # A debit may have to wait for a return before it, and a return for its debit.
        while wrong != before:
            for entry in wrong.sorted(lambda one: self.world.paper.line_of(one).place):
                self.people.decide_about(entry, "match")
            before, wrong = wrong, self.open_entries()
        return bool(closed or before)

    def open_entries(self):
        return self.true_entries().filtered(lambda entry: entry.outcome == "error")

    def entries(self):
        return self.env["g2p.bridge.statement.entry"].search([], order="id")

    def true_entries(self):
        """The lines of which the bank's books say the same."""
        return self.entries().filtered(lambda entry: self.world.paper.line_of(entry).is_true)

    def subject(self, entry):
        """What a line speaks of, as its bank puts it."""
        return entry.batch_reference or entry.reference

    def is_untold(self, entry):
        """Whether it speaks of a batch that can't add up, see :meth:`untold_batches`."""
        if not self.world.bank.habits.whole_batches:
            return False
        paid = {one.disbursement_id: one.batch for one in self.world.bank.paid}
        return paid.get(entry.reference, entry.batch_reference) in self.untold_batches()

    # The judgement

    def judge_steps(self):
        for step in self.people.steps(("open", "pending", "in_progress", "waiting", "uncertain")):
            envelope = step._step_owner()
            over = step._name != STATEMENT and envelope.cancellation_status == "cancelled"
            _ensure(over, f"{step._name} {step.display_name} is {step.state} for ever")
        for statement in self.env["g2p.bridge.statement"].search([]):
            _ensure(
                statement.state == "done",
                f"{statement.display_name} is {statement.state}: {statement.latest_error_message}",
            )

    def judge_disbursements(self):
        world = self.world
        paid = {one.disbursement_id: one for one in world.bank.paid}
        lines = self.env["g2p.bridge.disbursement"].search([])
        lines = lines.filtered(lambda line: line.disbursement_id in world.sent)
        _ensure(len(lines) == len(world.sent), "a disbursement is gone")
        for line in lines:
            one, state = line.disbursement_id, line.state
            world.tally.ends[state] += 1
            payment = paid.get(one)
            if payment is None and state == "shipped" and one in self.untold():
                # Neither a person nor a statement says anything of each payment.
                world.tally.ends["shipped, but refused in a confirmed batch"] += 1
                continue
            if payment and state == "shipped" and self.is_unproved(payment):
                world.tally.ends["shipped, and its batch does not add up"] += 1
                continue
            if payment is None:
                _ensure(state in UNPAID, f"{one} was never paid and is {state}")
                said = state == "cancelled" or line.reason_code
                _ensure(said, f"nobody is told why {one} was not paid")
            else:
                wanted = "reversed" if payment.returned else "reconciled"
                _ensure(state == wanted, f"{one} is {wanted} and the bridge says {state}")

    def is_unproved(self, payment):
        """Whether the line that books its whole batch can't prove it, and says so."""
        lines = self.open_entries().filtered(lambda one: one.batch_reference == payment.batch)
        told = lines.mapped("error_reason") == ["BATCH_MISMATCH"]
        return told and payment.batch in self.untold_batches()

    def untold_batches(self):
        """References of batches that were settled without what the bank refused of them.

        The bank can't be asked; a person, or a statement, said that the bank has the batch.
        """
        if self.world.bank.can.payment_status:
            return set()
        batches = self.env["g2p.bridge.bank.batch"].search([("bank_reference", "=", False)])
        return {reference for reference in batches.mapped("reference") if self.refused(reference)}

    def untold(self):
        """Payments that the bank refused one by one, of such batches."""
        return {one for reference in self.untold_batches() for one in self.refused(reference)}

    def refused(self, reference):
        return self.world.bank.rejected.get(reference, ())

    def judge_bank(self):
        """What a hold has left is back on the account, where the bank can release."""
        if not self.world.bank.can.release_funds:
            return
        lines = self.env["g2p.bridge.disbursement"].search(
            [("disbursement_id", "in", list(self.untold())), ("state", "=", "shipped")]
        )
        untold = set(lines.envelope_id.mapped("funds_blocked_reference_number"))
        for hold in self.world.bank.holds:
            gone = hold.used + hold.released
            if hold.name in untold:
                continue
            _ensure(gone == hold.amount, f"of {hold.name} {hold.amount - gone} is held for ever")


def _ensure(holds, text):
    if not holds:
        raise InvariantBroken("ending", text)
