from odoo import fields, models
from odoo.tools import SQL

from ..account_seen import HELD

#: Parts of an envelope that people open: action, domain on that action's model.
PARTS = {
    "received": ("disbursement_action", [("state", "!=", "cancelled")]),
    "resolved": ("disbursement_action", [("state", "not in", ("received", "unresolved"))]),
    "unresolved": ("disbursement_action", [("state", "=", "unresolved")]),
    "held": (
        "disbursement_action",
        [("state", "=", "unresolved"), ("reason_code", "in", HELD), ("left_out", "=", False)],
    ),
    "shipped": ("disbursement_action", [("state", "in", ("shipped", "reconciled", "reversed"))]),
    "rejected": ("disbursement_action", [("state", "=", "rejected")]),
    "reconciled": ("disbursement_action", [("state", "in", ("reconciled", "reversed"))]),
    "reversed": ("disbursement_action", [("state", "=", "reversed")]),
    "funds": ("funds_step_action", []),
    "mapper_failed": ("mapper_batch_action", [("state", "=", "failed")]),
    "bank_failed": ("bank_batch_action", [("state", "=", "failed")]),
    "bank_uncertain": ("bank_batch_action", [("state", "=", "uncertain")]),
    "mapper_batches": ("mapper_batch_action", []),
    "bank_batches": ("bank_batch_action", []),
}

# Lines that prove something are counted by the totals; of the others, open ones name a payment.
SPEAKING_STATEMENTS = """
    SELECT statement_id FROM g2p_bridge_statement_total WHERE envelope_id = ANY(%(envelopes)s)
    UNION
    SELECT e.statement_id FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_disbursement d ON d.id = e.disbursement_id
     WHERE e.outcome = 'error' AND d.envelope_id = ANY(%(envelopes)s)
"""


class EnvelopeLinks(models.Model):
    """The way from an envelope to what it is made of."""

    _inherit = "g2p.bridge.envelope"

    statement_count = fields.Integer("Statements", compute="_compute_statement_count")

    def _compute_statement_count(self):
        counts = dict(
            self.env["g2p.bridge.statement.total"]._read_group(
                [("envelope_id", "in", self.ids)], ["envelope_id"], ["__count"]
            )
        )
        for envelope in self:
            envelope.statement_count = counts.get(envelope, 0)

    def action_open_part(self, part):
        """Open the list of one part of these envelopes.

        :param part: a key of ``PARTS``
        """
        xmlid, domain = PARTS[part]
        return self._open(f"g2p_bridge.{xmlid}", domain)

    def action_open_disbursements(self):
        return self._open("g2p_bridge.disbursement_action")

    def action_open_unresolved(self):
        return self.action_open_part("unresolved")

    def action_open_rejected(self):
        return self.action_open_part("rejected")

    def action_open_reversed(self):
        return self.action_open_part("reversed")

    def action_open_mapper_batches(self):
        return self._open("g2p_bridge.mapper_batch_action")

    def action_open_bank_batches(self):
        return self._open("g2p_bridge.bank_batch_action")

    def action_open_statements(self):
        statements = (
            self.env["g2p.bridge.statement.total"]
            .search([("envelope_id", "in", self.ids)])
            .statement_id
        )
        action = self._open("g2p_bridge.statement_action")
        return {**action, "domain": [("id", "in", statements.ids)]}

    def action_open_entries(self):
        action = self._open("g2p_bridge.statement_entry_action")
        # Which statements it can be is known: nobody has to look through all the others.
        domain = [
            ("statement_id", "in", self._speaking_statements()),
            ("disbursement_id.envelope_id", "in", self.ids),
        ]
        return {**action, "domain": domain}

    def _speaking_statements(self):
        """:return: list of the record IDs of all statements with a line about these envelopes"""
        self.env.flush_all()
        rows = self.env.execute_query(SQL(SPEAKING_STATEMENTS, envelopes=self.ids))
        return [statement_id for (statement_id,) in rows]

    def _open(self, xmlid, domain=()):
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {
            **action,
            "domain": [("envelope_id", "in", self.ids), *domain],
            "context": {"create": False, "hide_envelope": len(self) == 1},
        }
