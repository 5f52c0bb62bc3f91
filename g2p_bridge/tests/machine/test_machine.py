# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import os

from odoo.tools import mute_logger

from .case import MachineCase

_logger = logging.getLogger(__name__)

#: Lives of the test command. A longer run: `G2P_MACHINE_EXAMPLES` and `G2P_MACHINE_SEED`.
LIVES = 12


class TestMachine(MachineCase):
    """Whatever happens in whatever order: every disbursement is paid once or visibly not."""

    SEED = int(os.environ.get("G2P_MACHINE_SEED", 1))

    @mute_logger("odoo.addons.g2p_bridge.models.step.step_mixin")
    def test_whatever_happens_in_whatever_order(self):
        self.live(int(os.environ.get("G2P_MACHINE_EXAMPLES", LIVES)))
        _logger.info("\n".join(self.tally.lines()))
        self.tally.write()
        self.assertGreater(self.tally.faults.total(), self.tally.examples // 2)
        self.assertGreater(self.tally.ends["reconciled"], self.tally.examples)
