from odoo import fields, models
from odoo.tools import SQL

from ...lib.step import Outcome

MINUTES_TO_WAIT = 10
#: What a statement waits with for payments that are being brought back.
WAITS = "ARCHIVED"

# Envelopes that lines of a statement speak of: those that were found, and those whose payments
# are in the archive, which is looked through for what nobody was found for.
SPOKEN_OF = """
    SELECT envelope_id FROM g2p_bridge_statement_total WHERE statement_id = %(statement)s
     UNION
    SELECT d.envelope_id FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_disbursement d ON d.id = e.disbursement_id
     WHERE e.statement_id = %(statement)s AND e.outcome = 'error'
     UNION
    SELECT a.envelope_id FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_disbursement_archive a ON a.disbursement_id = e.reference
      JOIN g2p_bridge_envelope n ON n.id = a.envelope_id AND n.company_id = %(company)s
       AND n.sponsor_bank_account_number = %(account)s
     WHERE e.statement_id = %(statement)s AND e.outcome = 'error' AND e.disbursement_id IS NULL
     UNION
    SELECT b.envelope_id FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_bank_batch b ON b.id = e.bank_batch_id
     WHERE e.statement_id = %(statement)s AND e.outcome = 'error'
"""


class SpeaksOfArchived(Exception):
    """Lines of a statement speak of payments that are not at hand."""

    def __init__(self, envelope_ids):
        super().__init__()
        self.envelope_ids = envelope_ids


class StatementArchive(models.Model):
    """A statement that speaks of archived payments has them brought back, and waits for them.

    So a late return or a second debit finds the payment as if it had never been away.
    """

    _inherit = "g2p.bridge.statement"

    archived_entry_count = fields.Integer(
        "Archived Entries", compute="_compute_archived_entry_count"
    )

    def _compute_archived_entry_count(self):
        counts = dict(
            self.env["g2p.bridge.statement.entry.archive"]._read_group(
                [("statement_id", "in", self.ids)], ["statement_id"], ["__count"]
            )
        )
        for statement in self:
            statement.archived_entry_count = counts.get(statement, 0)

    def action_open_archived_entries(self):
        return self._open_entries([], "g2p_bridge.statement_entry_archive_action")

    def _step_call(self, payload):
        try:
            return super()._step_call(payload)
        except SpeaksOfArchived as error:
            names = self._in_own_transaction("_fetch_from_archive", error.envelope_ids)
            return Outcome(
                "archived",
                code=WAITS,
                message=self.env._(
                    "It speaks of archived payments, of %s. They are being brought back, and "
                    "it goes on by itself once they are there.",
                    names,
                ),
            )

    def _reconcile(self, parsed):
        result = super()._reconcile(parsed)
        away = self._spoken_of()._keep_at_hand()
        if away:
            # Nothing of this statement is kept.
            raise SpeaksOfArchived(away.ids)
        if self.latest_error_code == WAITS:
            self.write({"latest_error_code": False, "latest_error_message": False})
        return result

    def _spoken_of(self):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                SPOKEN_OF,
                statement=self.id,
                company=self.company_id.id,
                account=self.account_number,
            )
        )
        return self.env["g2p.bridge.envelope"].browse([row[0] for row in rows])

    def _fetch_from_archive(self, envelope_ids):
        """:return: names of the envelopes"""
        envelopes = self.env["g2p.bridge.envelope"].browse(envelope_ids)
        envelopes.filtered(
            lambda envelope: envelope.archive_state in ("archived", "archiving")
        )._bring_back(self.env._("%s speaks of it", self.display_name))
        return ", ".join(envelopes.mapped("display_name"))

    def _step_record_archived(self, outcome):
        """Waiting for the archive is no failed attempt."""
        later = fields.Datetime.add(fields.Datetime.now(), minutes=MINUTES_TO_WAIT)
        self.write(
            {
                "state": "pending",
                "attempts": self.attempts - 1,
                "begun_at": False,
                "next_attempt_at": later,
            }
        )
