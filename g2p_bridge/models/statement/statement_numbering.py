from odoo import fields, models
from odoo.tools import SQL

from .statement_place import DAY, NUMBER, PLACE, PLACE_BACK, SEQUENCE

NUMBERINGS = [
    ("auto", "Found out by itself"),
    ("consecutive", "Consecutive"),
    ("yearly", "Begins again each year"),
    ("monthly", "Begins again each month"),
    ("none", "None"),
]
#: So many statements of an account tell how its bank numbers.
LATEST = 200

# How the bank of each account numbers, by its own statements. A number that comes again on a
# later day more often than a next one follows is none; one that falls with the month or the
# year begins again with it.
FIND_OUT = f"""
    SELECT account.company_id, account.sponsor_bank_id, account.account_number,
           account.currency_id, COALESCE(NULLIF(bank.statement_numbering, 'auto'), (
        SELECT CASE WHEN COUNT(*) FILTER (WHERE comes_again) > COUNT(*) FILTER (WHERE follows)
                         THEN 'none'
                    WHEN bool_or(falls AND same_year AND NOT same_month) THEN 'monthly'
                    WHEN bool_or(falls AND NOT same_year) THEN 'yearly'
                    ELSE 'consecutive' END
          FROM (SELECT day > former_day AND number = former_number
                       AND sequence <= former_sequence AS comes_again,
                       number = former_number + 1 AS follows,
                       day > former_day AND number < former_number AS falls,
                       date_trunc('year', day) = date_trunc('year', former_day) AS same_year,
                       date_trunc('month', day) = date_trunc('month', former_day) AS same_month
                  FROM (SELECT day, number, sequence, LAG(day) OVER places AS former_day,
                               LAG(number) OVER places AS former_number,
                               LAG(sequence) OVER places AS former_sequence
                          FROM (SELECT id, {DAY} AS day, {NUMBER} AS number,
                                       {SEQUENCE} AS sequence
                                  FROM g2p_bridge_statement s
                                 WHERE s.company_id = account.company_id
                                   AND s.account_number = account.account_number
                                   AND s.sponsor_bank_id
                                       IS NOT DISTINCT FROM account.sponsor_bank_id
                                   AND s.currency_id IS NOT DISTINCT FROM account.currency_id
                                   AND s.state IN ('pending', 'in_progress', 'done')
                                   AND {NUMBER} > 0
                                 ORDER BY {PLACE_BACK} LIMIT {LATEST}) latest
                        WINDOW places AS (ORDER BY day, number, sequence, id)) pairs) steps))
      FROM (SELECT DISTINCT company_id, sponsor_bank_id, account_number, currency_id
              FROM g2p_bridge_statement WHERE id = ANY(%(ids)s)) account
      LEFT JOIN g2p_bridge_sponsor_bank bank ON bank.id = account.sponsor_bank_id
"""


class SponsorBank(models.Model):
    """How a bank numbers its statements."""

    _inherit = "g2p.bridge.sponsor.bank"

    statement_numbering = fields.Selection(
        NUMBERINGS,
        "Numbering of Statements",
        default="auto",
        required=True,
        tracking=True,
        help="Whether a number tells statements apart, and whether one is missing. Some banks "
        "begin again each year or month; others write 0 or always the same number: None. Left "
        "alone, the bridge finds out from the statements of each account as soon as they show "
        "it.",
    )

    def write(self, vals):
        """Where numbers say nothing, nothing that waits because of its number waits any more."""
        result = super().write(vals)
        if vals.get("statement_numbering") == "none":
            # Not those where it waits for another administrator.
            banks = self.filtered(lambda bank: bank.statement_numbering == "none")
            self.env["g2p.bridge.statement"].sudo()._take_unnumbered(banks)
        return result


class StatementNumbering(models.Model):
    """What the number of a statement says."""

    _inherit = "g2p.bridge.statement"

    _places = models.Index(f"(company_id, account_number, {PLACE})")

    def _numberings(self):
        """How the banks of these statements number.

        :return: {(company, bank, account, currency): a key of :data:`NUMBERINGS` but ``auto``},
            IDs, None where there is none
        """
        self.env.flush_all()
        rows = self.env.execute_query(SQL(FIND_OUT, ids=self.ids))
        return {tuple(account): numbering for *account, numbering in rows}

    def _follows(self, former):
        """Whether no statement is missing between the former one and this one.

        Where no number is known on one side, or numbers say nothing, none is.
        """
        (numbering,) = self._numberings().values()
        number, sequence = self._order_key()
        former_number, former_sequence = former._order_key()
        if numbering == "none" or not number or not former_number:
            return True
        if number == former_number and sequence == former_sequence + 1:
            return True
        if sequence > 1:
            return False
        return number == former_number + 1 or (
            number == 1 and self._begins_again(former, numbering)
        )

    def _begins_again(self, former, numbering):
        """Whether numbers begin again between the former one and this one."""
        day, former_day = self._day(), former._day()
        new_year = day.year != former_day.year
        # Of a bank that nobody has said anything of, a new year is reason enough.
        if numbering == "consecutive":
            return new_year and self.sponsor_bank_id.statement_numbering != "consecutive"
        return new_year or (numbering == "monthly" and day.month != former_day.month)

    def _day(self):
        return self.statement_date or self.upload_timestamp.date()
