# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A settled envelope into the archive and back, beside the bare moves of the same rows."""

from contextlib import contextmanager

from harness import Benchmark

from odoo.addons.g2p_bridge_base.lib.frozen import SETTING

LINES, ENTRIES = "g2p_bridge_disbursement", "g2p_bridge_statement_entry"
ARCHIVED = "_archive"


class Archive(Benchmark):
    """Every payment of an envelope and its line of a statement to the archive, and back.

    That is: looked whether it is settled, counted, added up and hashed before and after each
    way, and moved in pieces. The limit deletes and inserts the same rows, there and back, in
    one transaction, and compares nothing.
    """

    name = "archive and back"
    limit_name = "DELETE + INSERT of the same rows"
    aim = 2.0

    def before_step(self):
        self.envelope_id = self.world.funded_envelope(self.lines)
        self._settle()
        self.world.vacuum()

    def step(self):
        for way in ("_archive", "_bring_back"):
            with self.world.transaction(1) as env:
                envelope = env["g2p.bridge.envelope"].browse(self.envelope_id)
                getattr(envelope, way)("Benchmark")
            with self.world.transaction(1) as env:
                run = env["g2p.bridge.archive.run"].search(
                    [("envelope_id", "=", self.envelope_id)], limit=1
                )
                run._job_move()

    def after_step(self):
        runs = self.world.rows(
            "SELECT state, line_count, entry_count, moved_count FROM g2p_bridge_archive_run"
            " WHERE envelope_id = %s ORDER BY id",
            self.envelope_id,
        )
        assert runs == [("done", self.lines, self.lines, self.lines)] * 2, runs
        digests = self.world.row(
            "SELECT COUNT(DISTINCT line_digest), COUNT(DISTINCT entry_digest)"
            " FROM g2p_bridge_archive_run WHERE envelope_id = %s",
            self.envelope_id,
        )
        assert digests == (1, 1), digests
        assert self.world.states(self.envelope_id) == {"reconciled": self.lines}

    def before_limit(self):
        self.world.vacuum()

    def limit(self):
        with self.world.registry.cursor() as cr:
            cr.execute("SELECT set_config(%s, 'benchmark', TRUE)", [SETTING])
            columns = {table: self._columns(cr, table) for table in (LINES, ENTRIES)}
            for table in (ENTRIES, LINES):
                self._move(cr, table, table + ARCHIVED, columns[table], LINES)
            for table in (LINES, ENTRIES):
                self._move(cr, table + ARCHIVED, table, columns[table], LINES)

    def _move(self, cr, source, target, columns, lines):
        condition = "r.envelope_id = %s"
        if source.startswith(ENTRIES):
            condition = f"r.disbursement_id IN (SELECT id FROM {lines} WHERE envelope_id = %s)"
        returned = ", ".join(f"r.{name}" for name in columns)
        cr.execute(
            f"WITH gone AS (DELETE FROM {source} r WHERE {condition} RETURNING {returned})"
            f" INSERT INTO {target} ({', '.join(columns)}) SELECT * FROM gone",
            [self.envelope_id],
        )
        assert cr.rowcount == self.lines, cr.rowcount

    def _columns(self, cr, table):
        cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table]
        )
        return [row[0] for row in cr.fetchall()]

    def _settle(self):
        """Everything shipped and debited, without a bank and without a file."""
        with self.world.at_once():
            self.world.run_steps("g2p.bridge.bank.batch", self.envelope_id)
        with self._statement() as (cr, statement_id):
            cr.execute(
                f"INSERT INTO {ENTRIES} (statement_id, entry_sequence, mark, amount, reference,"
                " raw, narratives, outcome, disbursement_id)"
                " SELECT %s, row_number() OVER (ORDER BY id), 'D', disbursement_amount,"
                "        disbursement_id, ':61:', narrative, 'matched', id"
                f" FROM {LINES} WHERE envelope_id = %s",
                [statement_id, self.envelope_id],
            )
            cr.execute(
                "INSERT INTO g2p_bridge_statement_total (statement_id, envelope_id,"
                " reconciled_count, reconciled_amount, reversed_count, reversed_amount)"
                " SELECT %s, id, number_of_disbursements, total_disbursement_amount, 0, 0"
                " FROM g2p_bridge_envelope WHERE id = %s",
                [statement_id, self.envelope_id],
            )
            cr.execute(
                f"UPDATE {LINES} SET state = 'reconciled' WHERE envelope_id = %s",
                [self.envelope_id],
            )
            cr.execute(
                "UPDATE g2p_bridge_envelope SET state = 'reconciled' WHERE id = %s",
                [self.envelope_id],
            )

    @contextmanager
    def _statement(self):
        """A statement that is read in: a cursor to write its lines with, and its record ID."""
        with self.world.transaction(1) as env:
            statement = env["g2p.bridge.statement"].create(
                {
                    "format": "mt940",
                    "statement_id": f"ARCHIVE{self.envelope_id}",
                    "content_sha256": f"ARCHIVE{self.envelope_id}",
                    "upload_timestamp": "2026-01-31 12:00:00",
                    "currency_id": env.ref("base.USD").id,
                    "state": "done",
                }
            )
            env.flush_all()
            yield env.cr, statement.id
