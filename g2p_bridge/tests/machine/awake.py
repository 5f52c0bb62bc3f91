# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Nothing that could go on sleeps: where no job is due, a heartbeat finds nothing to do.

A wake-up that was lost shows itself here and nowhere else, for the next heartbeat makes up for it.
"""

from contextlib import closing

from .faults import InvariantBroken

STEPS = """
    SELECT 'funds', id, state, attempts, asks FROM g2p_bridge_funds_step
     UNION ALL SELECT 'mapper', id, state, attempts, asks FROM g2p_bridge_mapper_batch
     UNION ALL SELECT 'bank', id, state, attempts, asks FROM g2p_bridge_bank_batch
     UNION ALL SELECT 'statement', id, state, attempts, asks FROM g2p_bridge_statement
     ORDER BY 1, 2
"""
OTHERS = """
    SELECT 'line', id, state, NULL FROM g2p_bridge_disbursement
     UNION ALL SELECT 'envelope', id, state, needs_attention FROM g2p_bridge_envelope
     ORDER BY 1, 2
"""


def standing(env):
    """How far everything is: two equal values and nothing has moved in between."""
    env.flush_all()
    env.cr.execute(STEPS)
    steps = env.cr.fetchall()
    env.cr.execute(OTHERS)
    return steps + env.cr.fetchall()


class Awake:
    """Asks heartbeats what they would do, and undoes it."""

    def __init__(self, world):
        self.world, self.env = world, world.env

    def check(self):
        """:raises InvariantBroken: a heartbeat finds what no job that is due will look at"""
        if self.world.due_jobs():
            return
        armed, self.world.armed = self.world.armed, {}
        before = standing(self.env)
        with closing(self.env.cr.savepoint()):
            self.world.beat()
            self.world.run_all()
            after = standing(self.env)
            self.env.invalidate_all()
        self.env.invalidate_all()
        self.world.armed = armed
        if after != before:
            moved = sorted(set(after) - set(before), key=str)
            raise InvariantBroken("awake", f"nobody would have moved {moved}")
