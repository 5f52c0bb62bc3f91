from odoo import models
from odoo.tools import SQL

from .archive_sums import KINDS

#: Disbursements that one transaction moves, give or take a bank batch.
PIECE = 10_000
#: Bank batches that one transaction moves at most.
MOST_BATCHES = 500

NEXT_BATCHES = """
    SELECT id FROM (
        SELECT id, SUM(line_count) OVER (ORDER BY id) - line_count AS before
          FROM (SELECT id, COALESCE(line_count, 0) AS line_count
                  FROM g2p_bridge_bank_batch
                 WHERE envelope_id = %(envelope)s AND id > %(position)s
                 ORDER BY id LIMIT %(most)s) next) b
     WHERE before < %(piece)s ORDER BY id
"""
# In one statement: a row is in one of the two tables at every moment, and never in both.
MOVE_LINES = """
    WITH gone AS (DELETE FROM %(source)s r WHERE envelope_id = %(envelope)s AND %(condition)s
                  RETURNING %(returned)s)
    INSERT INTO %(target)s (%(columns)s) SELECT %(columns)s FROM gone
"""
MOVE_ENTRIES = """
    WITH gone AS (
        DELETE FROM %(source)s r USING (
            SELECT id AS line_id FROM %(lines)s
             WHERE envelope_id = %(envelope)s AND %(condition)s) d
         WHERE d.line_id = r.disbursement_id RETURNING %(returned)s)
    INSERT INTO %(target)s (%(columns)s) SELECT %(columns)s FROM gone
"""


class ArchiveMove(models.Model):
    """How rows are moved: bank batch after bank batch, a few thousand disbursements at a time.

    A line of a statement is where its disbursement is. At hand a foreign key keeps that, so
    lines leave before their disbursements and come back after them.
    """

    _inherit = "g2p.bridge.archive.run"

    def _move_piece(self):
        """Move the next rows.

        :return: whether there may be more
        """
        if not self._lock_live():
            return False
        batches = self._next_batches()
        if batches:
            self._move(batches)
            self.position = batches[-1]
            return True
        # What is in no bank batch of the envelope, if anything is.
        return bool(self._move(None))

    def _next_batches(self):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                NEXT_BATCHES,
                envelope=self.envelope_id.id,
                position=self.position,
                piece=PIECE,
                most=MOST_BATCHES,
            )
        )
        return [row[0] for row in rows]

    def _move(self, batches):
        """Move the disbursements of these batches, or some of those in none, and their lines.

        :return: how many disbursements
        """
        if batches:
            condition = SQL("bank_batch_id = ANY(%s)", batches)
        else:
            condition = SQL("id = ANY(%s)", self._next_lines())
        (_source, target), _entries = self._sides()
        with target._letting_go(f"{self._direction_label()}: {self.reason}"):
            if self.direction == "out":
                self._execute("entry", MOVE_ENTRIES, condition)
            moved = self._execute("line", MOVE_LINES, condition)
            if self.direction == "back":
                self._execute("entry", MOVE_ENTRIES, condition)
        self.moved_count += moved
        self.env.invalidate_all()
        return moved

    def _next_lines(self):
        """Record IDs of disbursements that are still where they were, in whatever batch."""
        (source, _target), _entries = self._sides()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE envelope_id = %s ORDER BY id LIMIT %s",
                SQL.identifier(source._table),
                self.envelope_id.id,
                PIECE,
            )
        )
        return [row[0] for row in rows]

    def _execute(self, kind, query, condition):
        """:return: how many rows were moved"""
        source, target = dict(zip(KINDS, self._sides(), strict=True))[kind]
        columns = self._tables()[kind][1]._columns()
        self.env.cr.execute(
            SQL(
                query,
                source=SQL.identifier(source._table),
                target=SQL.identifier(target._table),
                lines=SQL.identifier(self.env["g2p.bridge.disbursement"]._table),
                condition=condition,
                envelope=self.envelope_id.id,
                columns=SQL(", ").join(map(SQL.identifier, columns)),
                returned=SQL(", ").join(SQL.identifier("r", name) for name in columns),
            )
        )
        return self.env.cr.rowcount

    def _sides(self):
        """[(where disbursements come from, where they go), (the same of statement entries)]"""
        step = 1 if self.direction == "out" else -1
        return [pair[::step] for pair in self._tables().values()]

    def _is_anything_left(self):
        (source, _target), _entries = self._sides()
        return bool(
            self.env.execute_query(
                SQL(
                    "SELECT FROM %s WHERE envelope_id = %s LIMIT 1",
                    SQL.identifier(source._table),
                    self.envelope_id.id,
                )
            )
        )
