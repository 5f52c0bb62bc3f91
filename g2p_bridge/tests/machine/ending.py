"""How every life has to end: no more faults, time moves on, people do their work.

Then each disbursement is paid exactly once, or it visibly was not, and nothing is forgotten.
"""

from .awake import standing
from .faults import InvariantBroken

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
            ended = step._name != STATEMENT and owner.state in ("cancelled", "reconciled")
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
        """The bank pays what it took on and tells all of it; finance matches what was odd."""
        world = self.world
        world.bank.book_payments([False] * len(world.bank.paid))
        world.paper.write()
        for sheet in world.paper.sheets:
            if not sheet.handed_in:
                world.paper.hand_in(sheet)
        self.rest()
        if self.read_again():
            self.rest()
        entries = self.env["g2p.bridge.statement.entry"]
        wrong = entries.search([("outcome", "=", "error")], order="id").filtered(self._is_true)
        for entry in wrong:
            self.people.decide_about(entry, "match")
        if wrong:
            self.rest()

    def read_again(self):
        """Try statements again whose attempts are used up.

        :return: whether there were any
        """
        failed = self.env["g2p.bridge.statement"].search([("state", "=", "failed")])
        return bool(failed and self.world.attempt(failed.action_try_again))

    def _is_true(self, entry):
        """Whether the bank did what this line says, so that a person would match it."""
        sheet = self.world.paper.sheet_of(entry.statement_id)
        line = sheet.lines[entry.entry_sequence - 1]
        return line in self.world.bank.log

    # The judgement

    def judge_steps(self):
        for step in self.people.steps(("open", "pending", "in_progress", "waiting", "uncertain")):
            envelope = step._step_owner()
            over = step._name != STATEMENT and envelope.cancellation_status == "cancelled"
            _ensure(over, f"{step._name} {step.display_name} is {step.state} for ever")
        for statement in self.env["g2p.bridge.statement"].search([]):
            _ensure(statement.state == "done", f"a statement is {statement.state}")

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
                # The bank can't be asked, and refused it in a batch of which a person or a
                # statement said that the bank has it; neither says anything of each payment.
                world.tally.ends["shipped, but refused in a confirmed batch"] += 1
                continue
            if payment is None:
                _ensure(state in UNPAID, f"{one} was never paid and is {state}")
                said = state == "cancelled" or line.reason_code
                _ensure(said, f"nobody is told why {one} was not paid")
            else:
                wanted = "reversed" if payment.returned else "reconciled"
                _ensure(state == wanted, f"{one} is {wanted} and the bridge says {state}")

    def untold(self):
        """Payments that the bank refused one by one, of batches that were settled without it."""
        if self.world.bank.can.payment_status:
            return set()
        batches = self.env["g2p.bridge.bank.batch"].search([("bank_reference", "=", False)])
        refused = self.world.bank.rejected
        return {one for batch in batches for one in refused.get(batch.reference, ())}

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
