# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Taking an envelope's disbursements over, beside the bare COPY of the same rows."""

import io

from bench_world import make_rows
from harness import Benchmark

from odoo.addons.g2p_bridge.services.disbursement_operations import OWN_COLUMNS, SENT_COLUMNS

COLUMNS = ", ".join([*OWN_COLUMNS, *SENT_COLUMNS])


class Intake(Benchmark):
    """``create_disbursements``, one call for a whole envelope of a program with a mapper.

    The limit copies the very same rows, IDs and batches included, into the same table with
    its indexes and foreign keys. The table is empty before either.
    """

    name = "create_disbursements"
    limit_name = "COPY of the same rows"
    aim = 1.5

    def before_step(self):
        self.world.empty("g2p_bridge_disbursement")
        self.rows = make_rows(self.lines)
        self.envelope = self.world.declare(self.rows)

    def step(self):
        with self.world.transaction() as env:
            self.replies = env["g2p.bridge.service"].create_disbursements(self.rows)

    def after_step(self):
        totals = self.world.row(
            "SELECT e.state, SUM(b.line_count)::integer,"
            " SUM(b.line_amount) = e.total_disbursement_amount"
            " FROM g2p_bridge_envelope e JOIN g2p_bridge_bank_batch b ON b.envelope_id = e.id"
            " WHERE e.disbursement_envelope_id = %s GROUP BY e.id",
            self.envelope,
        )
        assert totals == ("scheduled", self.lines, True), totals
        kept = self.world.rows(
            "SELECT mis_reference_number, disbursement_id FROM g2p_bridge_disbursement ORDER BY id"
        )
        names = ("mis_reference_number", "disbursement_id")
        assert kept == [tuple(reply[name] for name in names) for reply in self.replies]
        self._keep_text()

    def _keep_text(self):
        """Keep the rows as text that COPY reads."""
        text = io.BytesIO()
        with self.world.registry.cursor() as cr:
            cr.copy_expert(
                f"COPY (SELECT {COLUMNS} FROM g2p_bridge_disbursement ORDER BY id) TO STDOUT", text
            )
        self.text = text.getvalue()

    def before_limit(self):
        self.world.empty("g2p_bridge_disbursement")

    def limit(self):
        with self.world.registry.cursor() as cr:
            cr.copy_expert(
                f"COPY g2p_bridge_disbursement ({COLUMNS}) FROM STDIN", io.BytesIO(self.text)
            )
            cr.rollback()
