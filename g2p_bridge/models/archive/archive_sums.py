from odoo import models
from odoo.tools import SQL

# Counts, adds up and hashes rows in whichever of the two tables they lie. The hash is one of
# hashes of parts, so that memory holds a part at a time; nothing depends on where rows lie.
SUMS = """
    WITH found AS (%(found)s), parts AS (
        SELECT part, COUNT(*) AS count, SUM(amount) AS total,
               sha256(string_agg(said, ''::bytea ORDER BY id)) AS said
          FROM found GROUP BY part
    )
    SELECT COALESCE(SUM(count), 0)::integer, COALESCE(SUM(total), 0)::text,
           encode(sha256(COALESCE(string_agg(said, ''::bytea ORDER BY part NULLS FIRST),
                                  ''::bytea)), 'hex')
      FROM parts
"""
LINES = """
    SELECT r.bank_batch_id AS part, r.id, r.disbursement_amount AS amount,
           sha256(convert_to(ROW(%(columns)s)::text, 'UTF8')) AS said
      FROM %(lines)s r WHERE r.envelope_id = %(envelope)s
"""
ENTRIES = """
    SELECT r.statement_id AS part, r.id, r.amount,
           sha256(convert_to(ROW(%(columns)s)::text, 'UTF8')) AS said
      FROM %(entries)s r JOIN %(lines)s d ON d.id = r.disbursement_id
     WHERE d.envelope_id = %(envelope)s
"""
#: Each kind of row, and the query that finds it.
KINDS = {"line": LINES, "entry": ENTRIES}


class ArchiveSums(models.Model):
    """What an envelope's rows are, in a few values that can be compared and kept."""

    _inherit = "g2p.bridge.archive.run"

    def _sums(self, former):
        """What the envelope's rows are now, at hand and in the archive together.

        :param former: a run whose columns are looked at: there may be more by now
        :return: values of this model's fields
        """
        values = {}
        for kind, query in KINDS.items():
            cold = self._tables()[kind][1]
            kept = former[f"{kind}_columns"]
            columns = cold._columns()
            if kept:
                columns = [name for name in kept.split(",") if name in columns]
            count, total, digest = self._sums_of(query, columns)
            values.update(
                {
                    f"{kind}_count": count,
                    f"{kind}_total": total,
                    f"{kind}_digest": digest,
                    f"{kind}_columns": ",".join(columns),
                }
            )
        return values

    def _sums_of(self, query, columns):
        self.env.flush_all()
        sides = zip(*self._tables().values(), strict=True)
        found = SQL(" UNION ALL ").join(
            SQL(
                query,
                columns=SQL(", ").join(SQL.identifier("r", name) for name in columns),
                lines=SQL.identifier(lines._table),
                entries=SQL.identifier(entries._table),
                envelope=self.envelope_id.id,
            )
            for lines, entries in sides
        )
        return self.env.execute_query(SQL(SUMS, found=found))[0]

    def _kept_sums(self):
        """What was kept of it, as ``_sums`` gives it."""
        return {
            f"{kind}_{name}": self[f"{kind}_{name}"]
            for kind in KINDS
            for name in ("count", "total", "digest", "columns")
        }

    def _sums_text(self):
        return self._text_of(self._kept_sums())

    def _text_of(self, sums):
        """Counts, totals and digests as the audit trail says them."""
        return self.env._(
            "%(line_count)s disbursements of %(line_total)s, SHA-256 %(line_digest)s; "
            "%(entry_count)s statement entries of %(entry_total)s, SHA-256 %(entry_digest)s",
            **{name: value for name, value in sums.items() if not name.endswith("columns")},
        )

    def _tables(self):
        """{kind: (model at hand, model of the archive)}"""
        return {
            "line": (
                self.env["g2p.bridge.disbursement"],
                self.env["g2p.bridge.disbursement.archive"],
            ),
            "entry": (
                self.env["g2p.bridge.statement.entry"],
                self.env["g2p.bridge.statement.entry.archive"],
            ),
        }

    def _take_columns(self):
        for _hot, cold in self._tables().values():
            cold._take_columns()
