# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Steps and envelopes move as the MOVES of their states say, and never otherwise."""

from unittest.mock import patch

from ...models.envelope import envelope_states
from ...models.envelope.envelope_progress import EnvelopeProgress
from ...models.step import step_states
from ...models.step.step_mixin import StepMixin
from .faults import InvariantBroken


class Moves:
    """Looks at every move of a step or of an envelope that the ORM writes."""

    def __init__(self, world):
        def write(steps, vals):
            for step in steps if "state" in vals else ():
                self._check_move(step_states.MOVES, step, step.state, vals["state"])
            return super(StepMixin, steps).write(vals)

        def refresh(envelope):
            before = envelope.state
            refresh_state(envelope)
            self._check_move(envelope_states.MOVES, envelope, before, envelope.state)

        refresh_state = EnvelopeProgress._refresh_state
        world.enter(patch.object(StepMixin, "write", write))
        world.enter(patch.object(EnvelopeProgress, "_refresh_state", refresh))

    def _check_move(self, moves, record, before, state):
        """:raises InvariantBroken: this record never comes from its state to that one"""
        if state != before and state not in moves[before]:
            raise InvariantBroken("moves", f"{record.display_name}: {before} → {state}")

    def check(self):
        """Each move was looked at as it happened."""
