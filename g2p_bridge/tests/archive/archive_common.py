# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Envelopes that are settled, and all that there is of them."""

from odoo.tools import SQL

from ..access.access_common import AccessCase

RUN = "g2p.bridge.archive.run"
LIVE = ("g2p_bridge_disbursement", "g2p_bridge_statement_entry")
ARCHIVED = tuple(f"{table}_archive" for table in LIVE)


class ArchiveCase(AccessCase):
    """One envelope: two payments that were paid and one that came back."""

    def settled(self, *amounts, number=1, **values):
        """An envelope whose payments are all debited, the first one also returned."""
        lines = self.shipped(*amounts, **values)
        self.process(
            *(self.entry("D", line) for line in lines),
            self.entry("RD", lines[0]),
            self.entry("C", "NOTOURS"),
            **self.following(number, number),
        )
        envelope = lines.envelope_id
        self.assertEqual(envelope.state, "reconciled")
        return envelope

    def archive(self, envelope, jobs=True):
        envelope._archive("Old")
        return self.moved(envelope, jobs)

    def bring_back(self, envelope, jobs=True):
        envelope._bring_back("Asked for")
        return self.moved(envelope, jobs)

    def moved(self, envelope, jobs):
        """:return: the run that was asked for last, carried out or not"""
        if jobs:
            self.run_jobs()
        self.env.invalidate_all()
        return envelope.archive_run_ids.sorted("id")[-1]

    def rows_in(self, tables, envelope):
        """Every column of an envelope's disbursements and their statement entries, as text."""
        self.env.flush_all()
        lines, entries = map(SQL.identifier, tables)
        return self.env.execute_query(
            SQL(
                "SELECT 'line', d.id, to_jsonb(d)::text FROM %(lines)s d"
                " WHERE d.envelope_id = %(envelope)s UNION ALL"
                " SELECT 'entry', e.id, to_jsonb(e)::text FROM %(entries)s e"
                " JOIN %(lines)s d ON d.id = e.disbursement_id"
                " WHERE d.envelope_id = %(envelope)s ORDER BY 1, 2",
                lines=lines,
                entries=entries,
                envelope=envelope.id,
            )
        )

    def assertWhere(self, envelope, live, archived):
        """How many rows lie at hand and in the archive."""
        counts = len(self.rows_in(LIVE, envelope)), len(self.rows_in(ARCHIVED, envelope))
        self.assertEqual(counts, (live, archived))

    def sql(self, query, *arguments):
        self.env.flush_all()
        self.env.cr.execute(query, arguments)
        self.env.invalidate_all()
