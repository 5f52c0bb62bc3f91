# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Steps move as ``step_states.MOVES`` says, and never otherwise."""

from unittest.mock import patch

from ...models.step.step_mixin import StepMixin
from ...models.step.step_states import MOVES
from .faults import InvariantBroken


class Moves:
    """Looks at every move of a step that the ORM writes."""

    def __init__(self, world):
        def write(steps, vals):
            for step in steps if "state" in vals else ():
                self._check_move(step, vals["state"])
            return super(StepMixin, steps).write(vals)

        world.enter(patch.object(StepMixin, "write", write))

    def _check_move(self, step, state):
        """:raises InvariantBroken: this step never comes from its state to that one"""
        if state != step.state and state not in MOVES[step.state]:
            raise InvariantBroken("moves", f"{step.display_name}: {step.state} → {state}")

    def check(self):
        """Each move was looked at as it happened."""
