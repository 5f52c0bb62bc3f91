# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The number of a statement: how its bank numbers, and what has the number of another one."""

from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...lib.statement import CORRECTION
from ...lib.statement_identity import Sheet, corrections
from .statement_place import DAY, NUMBER, PLACE, PLACE_BACK, SEQUENCE
from .statement_states import MAY_BE_ANOTHER, STANDS, WAITS_FOR_DECISION, WAITS_FOR_PERSON

#: So many statements of an account tell how its bank numbers.
LATEST = 200
#: So many statements are noted in whose history that another has their number, of one file.
MOST_NOTED = 100

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
                                   AND {STANDS.sql("s")}
                                   AND {NUMBER} > 0
                                 ORDER BY {PLACE_BACK} LIMIT {LATEST}) latest
                        WINDOW places AS (ORDER BY day, number, sequence, id)) pairs) steps))
      FROM (SELECT DISTINCT company_id, sponsor_bank_id, account_number, currency_id
              FROM g2p_bridge_statement WHERE id = ANY(%(ids)s)) account
      LEFT JOIN g2p_bridge_sponsor_bank bank ON bank.id = account.sponsor_bank_id
"""
_SHEETS = f"""
    SELECT id, company_id, sponsor_bank_id, account_number, currency_id, {NUMBER}, {SEQUENCE},
           COALESCE(file_id, -id), statement_date, opening_balance::text, closing_balance::text
      FROM g2p_bridge_statement
"""
# What is numbered, and what has one of its numbers: looked for by the numbers themselves, because
# nobody can foresee for the planner how many statements have the same one.
FRESH = f"""
    {_SHEETS} WHERE id = ANY(%(ids)s) AND state = 'pending' AND is_another IS NOT TRUE
       AND {NUMBER} > 0 ORDER BY id
"""
TAKEN = f"""
    {_SHEETS} WHERE company_id = ANY(%(companies)s) AND account_number = ANY(%(accounts)s)
       AND {NUMBER} = ANY(%(numbers)s) AND state IN {tuple(STANDS)}
     ORDER BY id
"""
KEEP_BACK = """
    UPDATE g2p_bridge_statement s
       SET state = 'failed', latest_error_code = %(code)s, latest_error_message = found.message,
           correction_of_id = found.corrected
      FROM unnest(%(ids)s::integer[], %(corrected)s::integer[], %(messages)s::text[])
           AS found (id, corrected, message)
     WHERE s.id = found.id
"""


class StatementNumber(models.Model):
    """What the number of a statement says: which one follows, and which one corrects another.

    A statement with the number of another one, and other content, is kept and never applied
    unasked, see ``lib.statement_identity``. Where a bank's numbers say nothing, none is one.
    """

    _inherit = "g2p.bridge.statement"

    # === Fields ===

    undecided_correction_count = fields.Integer(
        "Corrections to Decide About", compute="_compute_undecided_correction_count"
    )

    # === Constraints ===

    _places = models.Index(f"(company_id, account_number, {PLACE})")

    # === Compute ===

    def _compute_undecided_correction_count(self):
        counts = dict(self._read_group(self._open_corrections(), ["correction_of_id"], ["__count"]))
        for statement in self:
            statement.undecided_correction_count = counts.get(statement, 0)

    # === Actions ===

    def action_open_corrections(self):
        """Open what has the number of this statement and waits for a decision."""
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.statement_action")
        return {**action, "domain": list(self._open_corrections()), "context": {}}

    def action_is_another(self):
        """Ask why this is another statement than the one with its number."""
        return self._ask("statement_another", self.env._("It Is Another Statement"))

    def action_leave(self):
        """Ask why nothing of this statement is to be processed."""
        return self._ask("statement_leave", self.env._("Leave It"))

    def action_choose_account(self):
        """Ask which program's account this statement is of, and why."""
        return self._ask("statement_account", self.env._("Choose the Account"))

    # === Steps ===

    def _check_numbers(self):
        """Keep those back that are corrections; the others may be processed.

        A handful of queries, however many statements there are.

        :return: those that are kept back
        """
        self.env.flush_all()
        fresh = self._sheets(SQL(FRESH, ids=self.ids))
        if not fresh:
            return self.browse()
        unnumbered = {
            account for account, numbering in self._numberings().items() if numbering == "none"
        }
        numbered = [sheet for sheet in fresh if sheet.account not in unnumbered]
        keys = {sheet.key for sheet in numbered}
        found = self._sheets(
            SQL(
                TAKEN,
                companies=list({sheet.account[0] for sheet in numbered}),
                accounts=list({sheet.account[2] for sheet in numbered}),
                numbers=list({sheet.number for sheet in numbered}),
            )
        )
        taken = [sheet for sheet in found if sheet.key not in keys]
        return self._keep_back(corrections(numbered, taken))

    def _sheets(self, query):
        """:return: list of :class:`Sheet` in the order in which they came"""
        return [
            Sheet(key, tuple(row[:4]), *row[4:8], *(text and Decimal(text) for text in row[8:]))
            for key, *row in self.env.execute_query(query)
        ]

    def _keep_back(self, found):
        """:param found: {ID of a correction: ID of the statement that it corrects}"""
        if not found:
            return self.browse()
        names = {
            statement.id: statement.statement_id
            for statement in self.browse(set(found.values())).sudo()
        }
        self.env.cr.execute(
            KEEP_BACK,
            {
                "code": CORRECTION,
                "ids": list(found),
                "corrected": list(found.values()),
                "messages": [self._correction_text(names[of]) for of in found.values()],
            },
        )
        self.env.invalidate_all()
        kept = self.browse(sorted(found))
        kept._notify_corrections()
        return kept

    def _correction_text(self, name):
        return self.env._(
            "It has the number of %s, but other content. It was kept and not processed: a person "
            "decides whether it is another statement. If this bank gives one number again and "
            "again, set the numbering of the bank to None.",
            name,
        )

    def _notify_corrections(self):
        """A note on what they correct, and a to-do on the first of those of an account.

        Of very many only the first have a note: each says on its page that another has its number.
        """
        corrected = self.correction_of_id[:MOST_NOTED]
        by_corrected, notes = self.grouped("correction_of_id"), {}
        for statement in corrected:
            kept = by_corrected[statement]
            notes[statement.id] = self.env._(
                "%s has the number of this statement but other content. It was kept and not "
                "processed: ask the bank which one is right.",
                kept._step_names(),
            )
        corrected._message_log_batch(bodies=notes)
        for kept in self.grouped(lambda one: (one.company_id, one.account_number)).values():
            kept[0]._step_alert(
                self.env._(
                    "%s has the number of another one and other content: decide about it.",
                    kept._step_names(),
                )
            )

    def _decide_another(self, reason):
        """Process statements as others than those with their numbers: all of them or none."""
        self._step_lock()
        for statement in self:
            if not MAY_BE_ANOTHER.holds(statement):
                raise UserError(
                    self.env._("There is nothing to decide about %s.", statement.display_name)
                )
        self._go_on()
        for statement in self:
            statement._log_decision(
                "another_statement",
                self.env._(
                    "It is another statement than %(other)s, and is processed: %(reason)s",
                    other=statement.correction_of_id.display_name,
                    reason=reason,
                ),
                reason=reason,
                old_value=CORRECTION,
                new_value="pending",
            )
        self._end_activities(reason)

    def _decide_leave(self, reason):
        """Leave statements as they are: they are kept, and nothing of them is processed."""
        self._step_lock()
        for statement in self:
            if not WAITS_FOR_PERSON.holds(statement):
                raise UserError(
                    self.env._("There is nothing to decide about %s.", statement.display_name)
                )
        old = {statement: statement.latest_error_code for statement in self}
        self.write({"state": "cancelled"})
        for statement in self:
            statement._log_decision(
                "leave_statement",
                self.env._("Nothing of it is processed; it is kept: %s", reason),
                reason=reason,
                old_value=old[statement],
                new_value="cancelled",
            )
        self._end_activities(reason)

    def _go_on(self):
        """Process statements that have waited because of their number."""
        self.write(
            {
                "state": "pending",
                "is_another": True,
                "attempts": 0,
                "next_attempt_at": False,
                "latest_error_code": False,
                "latest_error_message": False,
            }
        )
        self._step_enqueue()

    def _take_unnumbered(self, banks):
        """Process what has waited because of its number, where numbers say nothing."""
        own = fields.Domain("sponsor_bank_id", "in", banks.ids)
        waiting = self.search(own & WAITS_FOR_DECISION.domain(), order="id")
        if not waiting:
            return
        waiting._go_on()
        note = self.env._("Its bank does not number its statements: it is processed.")
        waiting._message_log_batch(bodies=dict.fromkeys(waiting.ids, note))
        waiting._end_activities(note)

    # === Helpers ===

    def _open_corrections(self):
        """The domain of the corrections of these statements about which nobody has decided."""
        own = fields.Domain("correction_of_id", "in", self.ids)
        return own & WAITS_FOR_DECISION.domain()

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

    def _order_key(self):
        """(statement number, sequence number), 0 for what is no number."""
        return _number(self.statement_number), _number(self.sequence_number)

    def _day(self):
        return self.statement_date or self.upload_timestamp.date()


def _number(text):
    digits = text and text.isascii() and text.isdigit()
    return int(text) if digits and len(text) < 10 else 0
