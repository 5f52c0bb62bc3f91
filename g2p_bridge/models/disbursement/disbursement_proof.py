# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# The rule, for everybody who asks it of rows of disbursements. Envelopes under way and their
# batches are few, so the late batches are found first, as an array, and the lines of these alone
# are looked at: from a plain IN, PostgreSQL makes a walk through the whole table where a list
# wants its first page. There is no index by state: a line could not be moved on within its own
# page. A line that was reissued is paid in another place, and what is archived is settled.
OVERDUE = """
    %(state)s = 'shipped' AND %(batch)s = ANY(ARRAY(
        SELECT b.id FROM unnest(%(banks)s::integer[], %(first_days)s::date[]) AS t (bank, first_day)
          JOIN g2p_bridge_envelope e ON e.sponsor_bank_id = t.bank
           AND e.state <> 'reconciled' AND e.archive_state IS NULL
          JOIN g2p_bridge_bank_batch b ON b.envelope_id = e.id AND b.payment_date < t.first_day))
    AND NOT EXISTS (
        SELECT FROM g2p_bridge_disbursement_all r WHERE r.reissue_of_id = %(id)s)
"""


class DisbursementProof(models.Model):
    """Payments that were handed to the bank, and that no statement proves in time."""

    _inherit = "g2p.bridge.disbursement"

    # === Fields ===

    is_proof_overdue = fields.Boolean(
        "Not Proved in Time",
        compute="_compute_is_proof_overdue",
        search="_search_is_proof_overdue",
        compute_sudo=True,
        help="It was handed to the bank, and no statement has shown it within the business days "
        "that its sponsor bank is given.",
    )

    # === Compute ===

    @api.depends("state", "bank_batch_id.payment_date", "reissue_ids")
    def _compute_is_proof_overdue(self):
        overdue = self.search([("id", "in", self.ids), ("is_proof_overdue", "=", True)])
        for line in self:
            line.is_proof_overdue = line in overdue

    def _search_is_proof_overdue(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        self.env.flush_all()
        return Domain.custom(to_sql=self._overdue_sql)

    # === Helpers ===

    @api.model
    def _overdue_sql(self, _model, alias, _query):
        first_days = self.env["g2p.bridge.sponsor.bank"]._first_days_in_time()
        return SQL(
            OVERDUE,
            state=SQL.identifier(alias, "state"),
            batch=SQL.identifier(alias, "bank_batch_id"),
            id=SQL.identifier(alias, "id"),
            banks=[bank.id for bank in first_days],
            first_days=list(first_days.values()),
        )

    @api.model
    def _overdue_domain(self, *conditions):
        """The domain of payments that are not proved in time, and of which this holds besides."""
        return [("is_proof_overdue", "=", True), *conditions]

    @api.model
    def _overdue_sums(self, domain):
        """What such payments come to, added up by PostgreSQL.

        :param domain: of :meth:`_overdue_domain`
        :return: list of dicts: currency, symbol, position, count, amount (exact text)
        """
        lines = self._search(domain)
        columns = [
            SQL.identifier(lines.table, name) for name in ("envelope_id", "disbursement_amount")
        ]
        rows = self.env.execute_query(
            SQL(
                "SELECT c.name, c.symbol, c.position, COUNT(*),"
                " ROUND(SUM(d.disbursement_amount), c.decimal_places)::text"
                " FROM %s d JOIN g2p_bridge_envelope e ON e.id = d.envelope_id"
                " JOIN res_currency c ON c.id = e.currency_id GROUP BY c.id ORDER BY c.name",
                lines.subselect(*columns),
            )
        )
        names = ("currency", "symbol", "position", "count", "amount")
        return [dict(zip(names, row, strict=True)) for row in rows]
