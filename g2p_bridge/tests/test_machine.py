import os
import time

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from odoo.tools import mute_logger

from .machine.case import MachineCase
from .machine.rules import BridgeMachine

#: Lives of the test command. A longer run: `G2P_MACHINE_EXAMPLES` and `G2P_MACHINE_SEED`.
EXAMPLES = 25
MOVES = 30


class TestMachine(MachineCase):
    """Whatever happens in whatever order: every disbursement is paid once or visibly not."""

    SEED = int(os.environ.get("G2P_MACHINE_SEED", 1))

    @mute_logger("odoo.addons.g2p_bridge.models.step_mixin")
    def test_whatever_happens_in_whatever_order(self):
        started = time.monotonic()
        rules = settings(
            max_examples=int(os.environ.get("G2P_MACHINE_EXAMPLES", EXAMPLES)),
            stateful_step_count=MOVES,
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
        print("", *self.tally.lines(), sep="\n")
