# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The machine: one life of the bridge, made of moves in any order."""

import sys

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from odoo.addons.g2p_bridge_bank_connector.lib.values import Capabilities

from .awake import Awake
from .bank import Habits
from .ending import Ending
from .faults import FAULTS
from .invariants import Invariants
from .paper import NOISE, NUMBERINGS, ORDERS
from .people import DECISIONS, STEERS, People
from .world import World

#: Program mnemonics: no mapper; unresolved are left out; unresolved hold and a second person.
PROGRAMS = ("PLAIN", "MAPPED", "CAREFUL")
#: Cents that no float holds, and the largest amount of one payment.
AMOUNTS = st.lists(
    st.sampled_from(["0.10", "0.20", "0.70", "10.40", "30.75", "999999999999.99"]),
    min_size=1,
    max_size=5,
)
SENDERS = (
    "send",
    "send again",
    "amend",
    "cancel disbursements",
    "cancel disbursements and amend",
    "cancel envelope",
    "cancel envelope by an officer",
)
N = st.integers(0, 50)
#: Envelopes of one life at the most.
MOST_ENVELOPES = 4
#: How many jobs run before the next move at the most.
MOST_JOBS = 15
DAYS = st.sampled_from([0, 0, 2])
SOON = st.sampled_from([1, 15, 60, 24 * 60])
HABITS = st.builds(
    Habits,
    return_mark=st.sampled_from(["C", "RD"]),
    whole_batches=st.sampled_from([False, False, True]),
    counts=st.booleans(),
    numbering=st.sampled_from(sorted(NUMBERINGS)),
)


class BridgeMachine(RuleBasedStateMachine):
    """Moves of senders, people, jobs, the bank and time; invariants after each of them."""

    def __init__(self, case):
        super().__init__()
        self.case, self.world = case, None

    @initialize(
        status=st.sampled_from([True, True, True, False]),
        same_block=st.sampled_from([True, True, True, False]),
        release=st.sampled_from([True, True, True, False]),
        program=st.sampled_from(PROGRAMS),
        amounts=AMOUNTS,
        days=DAYS,
        faults=FAULTS,
        habits=HABITS,
    )
    def begin(self, status, same_block, release, program, amounts, days, faults, habits):
        """A bank with or without what banks can do, its habits, and a first envelope."""
        self.case.tally.examples += 1
        capabilities = Capabilities(
            payment_status=status, idempotent_block=same_block, release_funds=release
        )
        self.world = World(self.case, capabilities)
        self.world.bank.habits = habits
        self.people = People(self.world)
        self.watch, self.awake = Invariants(self.world), Awake(self.world)
        self.checks = [check(self.world) for check in self.case.checks]
        envelope = self.people.declare(program, amounts, self.case.days or days)
        self.people.send(envelope, len(amounts))
        self.world.arm(*self.case.omens, *faults)

    def moved(self, what):
        self.case.tally.moves[what] += 1

    # Jobs, steps and time

    @rule(n=N, faults=FAULTS)
    def job(self, n, faults):
        """One job that is due, not always the oldest."""
        self.moved("one job")
        self.world.arm(*faults)
        due = self.world.due_jobs()
        if due:
            self.world.run_job(due[n % len(due)])

    @rule(faults=FAULTS)
    def jobs(self, faults):
        """All jobs that are due, or those until something goes wrong."""
        self.moved("several jobs")
        self.world.arm(*faults)
        self.until_it_happens()

    def until_it_happens(self):
        """Jobs in their order, until a fault happens, or for a while."""
        met = self.case.tally.faults.total()
        for _number in range(MOST_JOBS):
            due = self.world.due_jobs()
            if due:
                self.world.run_job(due[0])
            if not due or self.case.tally.faults.total() > met:
                return

    @rule(n=N, faults=FAULTS)
    def step(self, n, faults):
        """Any step out of its turn: most of the time it has to refuse."""
        self.moved("a step out of its turn")
        self.world.arm(*faults)
        steps = self.people.steps(("open", "pending", "waiting", "uncertain", "failed", "done"))
        if steps:
            self.world.run_step(steps[n % len(steps)])

    @rule(minutes=SOON, beats=st.booleans())
    def time(self, minutes, beats):
        """Time passes, and perhaps the scheduled actions run; then what has become due."""
        self.moved("time passes")
        self.world.later(minutes=minutes)
        if beats:
            self.world.beat()
        self.until_it_happens()

    # The sender

    @precondition(lambda self: len(self.world.declared) < MOST_ENVELOPES)
    @rule(program=st.sampled_from(PROGRAMS), amounts=AMOUNTS, days=DAYS, count=st.integers(0, 5))
    def declare(self, program, amounts, days, count):
        """A further envelope, with none, some or all of its disbursements."""
        self.moved("envelope declared")
        envelope = self.people.declare(program, amounts, days)
        if envelope and count:
            self.people.send(envelope, count)

    @precondition(lambda self: len(self.world.declared) < MOST_ENVELOPES)
    @rule(program=st.sampled_from(PROGRAMS), amounts=AMOUNTS, faults=FAULTS)
    def cycle(self, program, amounts, faults):
        """A further envelope that is due and complete, and a fault on its way."""
        self.moved("envelope on its way")
        envelope = self.people.declare(program, amounts, 0)
        self.people.send(envelope, len(amounts))
        if program == "CAREFUL":
            self.people.press("approve", envelope)
        self.world.arm(*faults)
        self.until_it_happens()

    @rule(what=st.sampled_from(SENDERS), n=N, k=N, days=DAYS)
    def sender(self, what, n, k, days):
        self.moved(f"sender: {what}")
        people, envelope = self.people, self.people.envelope(n)
        if what == "send":
            people.send(envelope, 1 + k % 5)
        elif what == "send again":
            people.send_again(n)
        elif what == "amend":
            people.amend(envelope, days)
        elif what.startswith("cancel disbursements"):
            people.cancel_lines(envelope, k)
            if what.endswith("amend"):
                people.amend(envelope, days)
        else:
            people.cancel_envelope(envelope, "A reason" if "officer" in what else None)

    # People

    @rule(what=st.sampled_from([*STEERS, "settle", "settle", *DECISIONS, "others"]), n=N)
    def person(self, what, n):
        self.moved(f"person: {what.replace('_', ' ')}")
        if what == "settle":
            self.people.settle(n)
        elif what == "others":
            self.people.take_corrections()
        elif what in DECISIONS:
            self.people.decide(n, what)
        else:
            self.people.steer(what, n)

    # The bank

    @rule(
        noise=st.lists(st.sampled_from(NOISE), max_size=3),
        turns=st.lists(st.booleans(), max_size=8),
        order=st.sampled_from(sorted(ORDERS)),
        held_back=st.booleans(),
    )
    def statement(self, noise, turns, order, held_back):
        """The bank pays what it has and writes a statement, which may come later."""
        self.moved("statement written")
        self.world.bank.book_payments(turns)
        sheet = self.world.paper.write(noise, order)
        if not held_back:
            self.world.paper.hand_in(sheet)

    @rule(chosen=st.lists(N, min_size=1, max_size=3), copy=st.booleans())
    def statement_file(self, chosen, copy):
        """Statements arrive late, out of order, joined, or once more."""
        self.moved("statement file")
        sheets = self.world.paper.sheets
        if sheets:
            self.world.paper.hand_in(*(sheets[n % len(sheets)] for n in chosen), copy=copy)

    # After each move, and at the end

    @invariant()
    def everything_holds(self):
        if self.world:
            self.watch.check()
            self.awake.check()
            for one in self.checks:
                one.check()

    def teardown(self):
        if not self.world:
            return
        try:
            # Of a life that has ended in an error there is no good end to be expected.
            if sys.exc_info()[0] is None:
                Ending(self.world, self.people, self.watch, self.awake).check()
        finally:
            self.world.close()
