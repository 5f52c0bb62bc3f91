# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase

from ...models.step import step_states
from ...models.step.step_states import MOVES, STATES
from ...rule import States


class TestStepStates(BaseCase):
    """The file says of every state how a step leaves it, and names no state that there is not."""

    def test_moves_lead_from_state_to_state_with_a_reason(self):
        states = dict(STATES)
        self.assertEqual(set(MOVES), set(states))
        for state, moves in MOVES.items():
            for following, reason in moves.items():
                with self.subTest(state, following=following):
                    self.assertIn(following, states)
                    self.assertNotEqual(following, state)
                    self.assertTrue(reason.strip())

    def test_groups_are_of_states_that_there_are(self):
        groups = {name: one for name, one in vars(step_states).items() if isinstance(one, States)}
        self.assertGreater(len(groups), 5)
        for name, group in groups.items():
            with self.subTest(name):
                self.assertLessEqual(set(group), set(dict(STATES)))

    def test_a_call_that_may_have_left_is_never_simply_made_again(self):
        """From there it comes back to be sent only by what somebody knows of it."""
        self.assertNotIn("in_progress", MOVES["uncertain"])
        self.assertNotIn("pending", MOVES["done"])
