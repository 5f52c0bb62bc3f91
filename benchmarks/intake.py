"""Taking an envelope's disbursements over, beside the bare COPY of the same rows."""

import io

from harness import Benchmark
from world import make_rows

from odoo.addons.g2p_bridge.services.disbursement_operations import COLUMNS


class Intake(Benchmark):
    """``create_disbursements`` with one call for the whole envelope.

    The limit copies the very same rows, IDs and batches included, into the same table with
    its indexes and foreign keys. Both are rolled back, so that every round finds the table
    as the one before.
    """

    name = "create_disbursements"
    limit_name = "COPY of the same rows"
    aim = 3.0

    def prepare(self):
        self.rows = make_rows(self.lines)
        self.envelope = self.world.declare(self.rows)
        with self.world.transaction() as env:
            self.replies = env["g2p.bridge.service"].create_disbursements(self.rows)
        self._keep_copy()

    def _keep_copy(self):
        """Take the rows out again, as text that COPY reads."""
        text = io.StringIO()
        with self.world.registry.cursor() as cr:
            cr.copy_expert(
                f"COPY (SELECT {COLUMNS} FROM g2p_bridge_disbursement ORDER BY id) TO STDOUT", text
            )
        self.text = text.getvalue()
