from odoo import models
from odoo.tools import SQL

from ...lib.near_reference import contained_references, near_references

NAMED = """
    SELECT DISTINCT a.envelope_id FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_statement s ON s.id = e.statement_id
      JOIN g2p_bridge_disbursement_archive a ON a.disbursement_id = e.reference
      JOIN g2p_bridge_envelope n ON n.id = a.envelope_id AND n.company_id = s.company_id
       AND n.sponsor_bank_account_number = s.account_number
     WHERE e.id = ANY(%s)
"""
ALIKE = """
    SELECT a.disbursement_id, n.disbursement_envelope_id
      FROM g2p_bridge_disbursement_archive a
      JOIN g2p_bridge_envelope n ON n.id = a.envelope_id
      JOIN g2p_bridge_statement s ON s.id = %s
     WHERE a.disbursement_id = ANY(%s) AND n.company_id = s.company_id
       AND n.sponsor_bank_account_number = s.account_number
     ORDER BY a.id LIMIT 3
"""


class EntryArchive(models.Model):
    """What open lines may have to do with payments in the archive."""

    _inherit = "g2p.bridge.statement.entry"

    def _named_in_archive(self):
        """:return: envelopes of archived payments that these lines name"""
        self.env.flush_all()
        rows = self.env.execute_query(SQL(NAMED, self.ids))
        return self.env["g2p.bridge.envelope"].browse([row[0] for row in rows])

    def _archive_hint(self):
        """:return: which archived payments this line may speak of, in words, or None

        A line that names one as it is has brought it back already; this is about slips.
        """
        texts = self._texts()
        references = contained_references(*texts) | set(near_references(*texts))
        self.env.flush_all()
        rows = self.env.execute_query(SQL(ALIKE, self.statement_id.id, list(references)))
        lines = [
            self.env._(
                "%(line)s, which lies in the archive with %(envelope)s, has an ID like that in "
                "the line. If it is meant, have an administrator bring the envelope back first.",
                line=line,
                envelope=envelope,
            )
            for line, envelope in rows
        ]
        return "\n".join(lines) or None
