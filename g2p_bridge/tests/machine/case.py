# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A test case in which machines live."""

import time

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from odoo.tests import new_test_user

from ..common import BridgeCase
from .people import People
from .rules import BridgeMachine
from .tally import MachineTally


class MachineCase(BridgeCase):
    """One account, three programs that are paid from it, and an approver."""

    ACCOUNT = "MACHINE-ACCOUNT"
    SEED = 1
    #: Moves of one life at the most.
    MOVES = 25
    #: Faults that happen in each life, besides those that its moves bring.
    omens = ()
    #: What is looked at after each move besides: classes like ``Invariants``.
    checks = ()
    #: Until the schedule date of a life's first envelope; 0 leaves it to the life.
    days = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        common = {
            "own_policies": True,
            "sponsor_bank_account_number": cls.ACCOUNT,
            "bank_batch_size": 2,
            "mapper_batch_size": 3,
        }
        mapped = {"id_mapper_resolution_required": True, "mapper_id": cls.mapper.id}
        cls.make_program("PLAIN", **common)
        cls.make_program("MAPPED", **common, **mapped, unresolved="leave_out")
        cls.make_program("CAREFUL", **common, **mapped, unresolved="hold", approval="other")
        cls.approver = new_test_user(
            cls.env, "machine_approver", groups="g2p_bridge_base.group_approver"
        )

    def setUp(self):
        super().setUp()
        self.tally = MachineTally(self.SEED)
        # Which formats there are is up to the addons: any will do where it is not looked at.
        selection = self.env["g2p.bridge.statement"]._fields["format"].get_values(self.env)
        self.format = selection[0] if selection else "test"

    def live(self, lives):
        """Let machines live, one after the other; which ones depends on the seed alone.

        :raises InvariantBroken: a life did not hold; the moves that led to it are printed
        """
        started = time.monotonic()
        rules = settings(
            max_examples=lives,
            stateful_step_count=self.MOVES,
            deadline=None,
            database=None,
            print_blob=True,
            phases=[Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )

        @seed(self.SEED)
        def life():
            return BridgeMachine(self)

        run_state_machine_as_test(life, settings=rules)
        self.tally.seconds = round(time.monotonic() - started)

    def meanwhile(self, world, fault):
        """Something else happens while a job is under way."""
        people = People(world)
        envelope = people.envelope(fault.pick)
        if fault.what == "cancel":
            people.cancel_envelope(envelope, "Meanwhile")
        elif fault.what == "cancel_lines":
            people.cancel_lines(envelope, fault.pick)
        elif fault.what in ("pause", "release_hold"):
            people.steer(fault.what, fault.pick)
        elif fault.what == "resume":
            people.steer(fault.what, fault.pick)
            for _number in range(2):
                self._other_job(world, -1)
        elif fault.what == "settle":
            people.settle(fault.pick)
        elif fault.what == "statement":
            world.bank.book_payments()
            world.paper.hand_in(world.paper.write())
            self._other_job(world, -1)
        else:
            self._other_job(world, fault.pick)

    def _other_job(self, world, n):
        due = world.due_jobs()
        if due:
            world.run_job(due[n % len(due)])
