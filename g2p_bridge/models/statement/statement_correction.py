from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...lib.statement import CORRECTION
from ...lib.statement_identity import Sheet, corrections
from .statement_place import NUMBER, SEQUENCE

#: So many statements are noted in whose history that another has their number, of one file.
MOST_NOTED = 100

_SHEETS = f"""
    SELECT id, company_id, sponsor_bank_id, account_number, currency_id, {NUMBER}, {SEQUENCE},
           COALESCE(file_id, -id), statement_date, opening_balance::text, closing_balance::text
      FROM g2p_bridge_statement
"""
# What is judged, and what has one of its numbers: looked for by the numbers themselves, because
# nobody can foresee for the planner how many statements have the same one.
FRESH = f"""
    {_SHEETS} WHERE id = ANY(%(ids)s) AND state = 'pending' AND is_another IS NOT TRUE
       AND {NUMBER} > 0 ORDER BY id
"""
TAKEN = f"""
    {_SHEETS} WHERE company_id = ANY(%(companies)s) AND account_number = ANY(%(accounts)s)
       AND {NUMBER} = ANY(%(numbers)s) AND state IN ('pending', 'in_progress', 'done')
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


class StatementCorrection(models.Model):
    """A statement with the number of another one, and other content: kept, never applied unasked.

    See ``lib.statement_identity``. Where a bank's numbers say nothing, none is one.
    """

    _inherit = "g2p.bridge.statement"

    undecided_correction_count = fields.Integer(
        "Corrections to Decide About", compute="_compute_undecided_correction_count"
    )

    def _compute_undecided_correction_count(self):
        counts = dict(self._read_group(self._open_corrections(), ["correction_of_id"], ["__count"]))
        for statement in self:
            statement.undecided_correction_count = counts.get(statement, 0)

    def _open_corrections(self):
        """The domain of the corrections of these statements about which nobody has decided."""
        return [
            ("correction_of_id", "in", self.ids),
            ("state", "=", "failed"),
            ("latest_error_code", "=", CORRECTION),
        ]

    def action_open_corrections(self):
        """Open what has the number of this statement and waits for a decision."""
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.statement_action")
        return {**action, "domain": self._open_corrections(), "context": {}}

    # Judging

    def _judge_numbers(self):
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
        judged = [sheet for sheet in fresh if sheet.account not in unnumbered]
        keys = {sheet.key for sheet in judged}
        found = self._sheets(
            SQL(
                TAKEN,
                companies=list({sheet.account[0] for sheet in judged}),
                accounts=list({sheet.account[2] for sheet in judged}),
                numbers=list({sheet.number for sheet in judged}),
            )
        )
        taken = [sheet for sheet in found if sheet.key not in keys]
        return self._keep_back(corrections(judged, taken))

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
        kept._tell_of_corrections()
        return kept

    def _correction_text(self, name):
        return self.env._(
            "It has the number of %s, but other content. It was kept and not processed: a person "
            "decides whether it is another statement. If this bank gives one number again and "
            "again, set the numbering of the bank to None.",
            name,
        )

    def _tell_of_corrections(self):
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

    # Deciding

    def action_is_another(self):
        """Ask why this is another statement than the one with its number."""
        return self._ask("statement_another", self.env._("It Is Another Statement"))

    def action_leave(self):
        """Ask why nothing of this statement is to be processed."""
        return self._ask("statement_leave", self.env._("Leave It"))

    def action_choose_account(self):
        """Ask which program's account this statement is of, and why."""
        return self._ask("statement_account", self.env._("Choose the Account"))

    def _ask(self, kind, title):
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        return self.env["g2p.bridge.decision"]._open(self, kind, title)

    def action_try_again(self):
        """Failed ones are processed again; what waits for a decision or an account is not.

        :raises UserError: one of them waits for a decision
        """
        self._step_check_operator()
        undecided = self.filtered(lambda one: one._is_open_correction())
        if undecided:
            raise UserError(
                self.env._(
                    "%s has the number of another statement: decide whether it is another one.",
                    undecided[0].display_name,
                )
            )
        failed = self.filtered(lambda one: one.state == "failed")
        unknown = failed.filtered(lambda one: one._waits_for_account())
        unknown.sudo()._take_up()
        again = failed - unknown
        super(StatementCorrection, again).action_try_again()
        again.sudo()._judge_numbers()
        return True

    def _is_open_correction(self):
        return self.state == "failed" and self.latest_error_code == CORRECTION

    def _decide_another(self, reason):
        """Process statements as others than those with their numbers: all of them or none."""
        self._step_lock()
        for statement in self:
            if (
                statement.state not in ("failed", "cancelled")
                or statement.latest_error_code != CORRECTION
            ):
                raise UserError(
                    self.env._("There is nothing to decide about %s.", statement.display_name)
                )
        self._go_on()
        for statement in self:
            statement._put_on_record(
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
            if not (statement._is_open_correction() or statement._waits_for_account()):
                raise UserError(
                    self.env._("There is nothing to decide about %s.", statement.display_name)
                )
        old = {statement: statement.latest_error_code for statement in self}
        self.write({"state": "cancelled"})
        for statement in self:
            statement._put_on_record(
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
        waiting = self.search(
            [
                ("sponsor_bank_id", "in", banks.ids),
                ("state", "=", "failed"),
                ("latest_error_code", "=", CORRECTION),
            ],
            order="id",
        )
        if not waiting:
            return
        waiting._go_on()
        note = self.env._("Its bank does not number its statements: it is processed.")
        waiting._message_log_batch(bodies=dict.fromkeys(waiting.ids, note))
        waiting._end_activities(note)

    def _end_activities(self, text):
        """What the bridge has asked people for is done."""
        warning = self.env.ref("mail.mail_activity_data_warning")
        asked = self.activity_ids.filtered(lambda to_do: to_do.activity_type_id == warning)
        if asked:
            asked.action_feedback(feedback=text)
