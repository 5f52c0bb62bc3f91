# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import models

from ..lib.account_sql import ACCOUNT, PLACE, WHOLE

# Where the money would go. Cancelled disbursements are nowhere in a preview.
DESTINATIONS = """
    SELECT state, COALESCE(account_type, ''), COALESCE(CASE account_type
               WHEN 'MOBILE_WALLET' THEN mobile_wallet_provider
               WHEN 'EMAIL_WALLET' THEN email_wallet_provider ELSE bank_code END, ''),
           COUNT(*), SUM(disbursement_amount)::text
      FROM g2p_bridge_disbursement WHERE envelope_id = %(envelope)s AND state <> 'cancelled'
     GROUP BY 1, 2, 3 ORDER BY SUM(disbursement_amount) DESC, 2, 3
"""
# Materialized, so that nobody reads the whole table in the order of its IDs for a few rows.
UNRESOLVED = """
    WITH own AS MATERIALIZED (
        SELECT id, beneficiary_id, beneficiary_name, reason_code, disbursement_amount
          FROM g2p_bridge_disbursement WHERE envelope_id = %(envelope)s AND state = 'unresolved'
    )
    SELECT id, beneficiary_id, beneficiary_name, reason_code, disbursement_amount::text,
           COUNT(*) OVER (), (SUM(disbursement_amount) OVER ())::text
      FROM own ORDER BY id LIMIT %(limit)s
"""
SAME_BENEFICIARY = """
    WITH repeated AS (
        SELECT beneficiary_id, MIN(beneficiary_name) AS name, COUNT(*) AS lines,
               SUM(disbursement_amount) AS amount
          FROM g2p_bridge_disbursement WHERE envelope_id = %(envelope)s AND state <> 'cancelled'
         GROUP BY beneficiary_id HAVING COUNT(*) > 1
    )
    SELECT beneficiary_id, name, lines, amount::text, COUNT(*) OVER (),
           (SUM(amount) OVER ())::text
      FROM repeated ORDER BY lines DESC, repeated.amount DESC, beneficiary_id LIMIT %(limit)s
"""
# Accounts are the same however they are spaced. Least and greatest differ where there are
# several beneficiaries: how many there are is counted for the rows that are shown only.
SAME_ACCOUNT = f"""
    WITH accounts AS (
        SELECT id, beneficiary_id, disbursement_amount AS amount, account_type,
               {PLACE} AS place, {ACCOUNT} AS account
          FROM g2p_bridge_disbursement WHERE envelope_id = %(envelope)s AND state <> 'cancelled'
    ), shared AS (
        SELECT account_type, place, account, SUM(amount) AS amount, MIN(id) AS line
          FROM accounts WHERE account <> '' GROUP BY account, place, account_type
        HAVING MIN(beneficiary_id) <> MAX(beneficiary_id)
    ), shown AS (
        SELECT *, COUNT(*) OVER () AS found, SUM(amount) OVER () AS together
          FROM shared ORDER BY shared.amount DESC, line LIMIT %(limit)s
    )
    SELECT s.place, s.account, COUNT(DISTINCT a.beneficiary_id), s.amount::text, s.found,
           s.together::text, (array_agg(a.id ORDER BY a.id))[1:500]
      FROM shown s JOIN accounts a ON a.account = s.account AND a.place = s.place
           AND a.account_type IS NOT DISTINCT FROM s.account_type
     GROUP BY s.place, s.account, s.amount, s.found, s.together, s.line
     ORDER BY s.amount DESC, s.line
"""
# Who has several accounts in a cycle is compared by the least and the greatest of them.
OTHER_ACCOUNT = f"""
    WITH present AS (
        SELECT beneficiary_id, MIN(beneficiary_name) AS name, MIN({WHOLE}) AS least,
               MAX({WHOLE}) AS most, MIN({ACCOUNT}) AS account, SUM(disbursement_amount) AS amount
          FROM g2p_bridge_disbursement
         WHERE envelope_id = %(envelope)s AND state <> 'cancelled' AND {ACCOUNT} <> ''
         GROUP BY beneficiary_id
    ), former AS (
        SELECT beneficiary_id, MIN({WHOLE}) AS least, MAX({WHOLE}) AS most,
               MIN({ACCOUNT}) AS account
          FROM g2p_bridge_disbursement
         WHERE envelope_id = %(former)s AND state <> 'cancelled' AND {ACCOUNT} <> ''
         GROUP BY beneficiary_id
    )
    SELECT n.beneficiary_id, n.name, f.account, n.account, n.amount::text, COUNT(*) OVER (),
           (SUM(n.amount) OVER ())::text
      FROM present n JOIN former f USING (beneficiary_id)
     WHERE n.least <> f.least OR n.most <> f.most
     ORDER BY n.amount DESC, n.beneficiary_id LIMIT %(limit)s
"""
# The first rows of each finding, and its sums. Amounts of other currencies are not compared.
CHANGES = """
    WITH present AS (
        SELECT beneficiary_id, MIN(beneficiary_name) AS name, SUM(disbursement_amount) AS amount
          FROM g2p_bridge_disbursement WHERE envelope_id = %(envelope)s AND state <> 'cancelled'
         GROUP BY beneficiary_id
    ), former AS (
        SELECT beneficiary_id, MIN(beneficiary_name) AS name, SUM(disbursement_amount) AS amount
          FROM g2p_bridge_disbursement WHERE envelope_id = %(former)s AND state <> 'cancelled'
         GROUP BY beneficiary_id
    ), compared AS (
        SELECT beneficiary_id, COALESCE(n.name, f.name) AS name, n.amount AS now,
               f.amount AS before,
               CASE WHEN f.amount IS NULL THEN 'new' WHEN n.amount IS NULL THEN 'missing'
                    WHEN %(comparable)s AND n.amount >= f.amount * %(ratio)s THEN 'more'
                    WHEN %(comparable)s AND n.amount * %(ratio)s <= f.amount THEN 'less'
                END AS finding
          FROM present n FULL JOIN former f USING (beneficiary_id)
    ), ranked AS (
        SELECT *, COUNT(*) OVER whole AS found, SUM(now) OVER whole AS all_now,
               SUM(before) OVER whole AS all_before,
               ROW_NUMBER() OVER (PARTITION BY finding ORDER BY CASE finding
                   WHEN 'more' THEN now / before WHEN 'less' THEN before / now
                   ELSE COALESCE(now, before) END DESC, beneficiary_id) AS place
          FROM compared WHERE finding IS NOT NULL WINDOW whole AS (PARTITION BY finding)
    )
    SELECT finding, beneficiary_id, name, COALESCE(now, 0)::text, COALESCE(before, 0)::text,
           found, COALESCE(all_now, 0)::text, COALESCE(all_before, 0)::text
      FROM ranked WHERE place <= %(limit)s ORDER BY finding, place
"""


class EnvelopePreviewQueries(models.Model):
    """What a preview finds, each by one reading of the envelope's rows."""

    _inherit = "g2p.bridge.envelope"

    def _preview_rows(self, query, few_groups=False, **arguments):
        """:param few_groups: whether the query puts many rows into few groups"""
        # PostgreSQL's guess of how many rows come out of a grouping is far off. To compile such
        # a query takes longer than to run it, and where almost every row is a group of its own,
        # sorting them is cheaper than a table of a hundred thousand sums.
        self.env.cr.execute("SET LOCAL jit = off")
        self.env.cr.execute("SET LOCAL enable_hashagg = %s", [few_groups])
        self.env.cr.execute(query, {"envelope": self.id, **arguments})
        return self.env.cr.fetchall()

    def _preview_destinations(self):
        """[(state, account type, bank or provider, int, Decimal)], the largest first"""
        rows = self._preview_rows(DESTINATIONS, few_groups=True)
        return [(*group, Decimal(amount)) for *group, amount in rows]

    def _preview_changes(self, former, ratio, limit):
        """{new, missing, more, less: rows of ``CHANGES`` without the finding}"""
        rows = self._preview_rows(
            CHANGES,
            former=former.id,
            ratio=ratio,
            limit=limit,
            comparable=former.currency_id == self.currency_id,
        )
        found = {"more": [], "less": [], "new": [], "missing": []}
        for finding, *row in rows:
            found[finding].append(row)
        return found

    def _preview_earlier(self, limit=6):
        """Earlier live envelopes of the program that were complete, the latest first."""
        self.ensure_one()
        day = self.disbursement_schedule_date
        return self.search(
            [
                ("program_id", "=", self.program_id.id),
                ("cancellation_status", "=", "not_cancelled"),
                ("state", "!=", "receiving"),
                "|",
                ("disbursement_schedule_date", "<", day),
                "&",
                ("disbursement_schedule_date", "=", day),
                ("id", "<", self.id),
            ],
            order="disbursement_schedule_date desc, id desc",
            limit=limit,
        )
