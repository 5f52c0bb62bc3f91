# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools import mute_logger

from .case import MachineCase
from .faults import InvariantBroken
from .mutants import MUTANTS
from .tally import write_report

#: Within so many lives a mistake has to be found.
LIVES = 40


class TestMachineMutants(MachineCase):
    """The machine finds the mistakes that are planted: it is no test that cannot fail."""

    found = []

    @classmethod
    def tearDownClass(cls):
        write_report(mutants_found=sorted(cls.found))
        super().tearDownClass()

    @mute_logger("odoo.addons.g2p_bridge.models.step.step_mixin", "odoo.sql_db")
    def assertFound(self, name):
        """One of the mutant's invariants is broken within a number of lives."""
        mutant = MUTANTS[name]
        self.omens, self.days = mutant.faults, mutant.days
        with self.assertRaises(InvariantBroken) as caught, mutant.plant():
            self.live(LIVES)
        self.assertIn(caught.exception.name, mutant.caught_by, str(caught.exception))
        self.found.append(name)

    def test_batch_that_is_sent_again_without_asking(self):
        self.assertFound("blind resend")

    def test_call_that_is_not_marked_before_it_leaves(self):
        self.assertFound("unmarked call")

    def test_question_before_the_message_can_have_arrived(self):
        self.assertFound("hasty question")

    def test_counter_that_is_added_to(self):
        self.assertFound("adding counter")

    def test_counter_that_is_read_before_and_written_after(self):
        self.assertFound("stale counter")

    def test_cancelled_disbursement_that_is_shipped(self):
        self.assertFound("cancelled shipped")

    def test_envelope_that_is_cancelled_while_it_is_handed_over(self):
        self.assertFound("cancelled in flight")

    def test_statement_that_is_read_in_twice(self):
        self.assertFound("statement twice")

    def test_line_that_counts_twice(self):
        self.assertFound("counted twice")

    def test_statement_with_a_number_that_is_known(self):
        self.assertFound("drops same number")

    def test_return_before_its_debit(self):
        self.assertFound("order matters")

    def test_credit_that_nobody_looks_at(self):
        self.assertFound("credit ignored")

    def test_total_in_floats(self):
        self.assertFound("float total")

    def test_payment_in_floats(self):
        self.assertFound("float payment")

    def test_hold_that_is_released_too_early(self):
        self.assertFound("early release")

    def test_envelope_that_is_not_told_of_its_batch(self):
        self.assertFound("forgotten envelope")

    def test_job_that_is_left_out_for_one_that_has_read(self):
        self.assertFound("shared job")

    def test_step_that_is_left_to_a_job_that_has_begun(self):
        self.assertFound("started job counts")

    def test_job_that_ends_because_another_one_is_at_it(self):
        self.assertFound("busy job ends")

    def test_worker_that_died_after_its_record(self):
        self.assertFound("nothing made up")
