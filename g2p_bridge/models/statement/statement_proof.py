# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .entry_decision import CLAIM_PAYMENTS
from .statement_entry_states import WAITS_FOR_STATEMENT
from .statement_place import NUMBER, SEQUENCE

#: So many statements that differ are noted in whose history.
MOST_NOTED = 100
#: At most so many people are asked to look into a difference.
MOST_ASKED = 20

# What waits for a second word on some statements.
UNCONFIRMED = f"""
    SELECT array_agg(DISTINCT disbursement_id) FILTER (WHERE disbursement_id IS NOT NULL),
           array_agg(DISTINCT bank_batch_id) FILTER (WHERE bank_batch_id IS NOT NULL)
      FROM g2p_bridge_statement_entry e
     WHERE statement_id = ANY(%(ids)s) AND {WAITS_FOR_STATEMENT.sql("e")}
"""
_SHEETS = f"""
    SELECT id, company_id, sponsor_bank_id, account_number, currency_id, statement_date,
           {NUMBER} AS number, {SEQUENCE} AS sequence, content_sha256, correction_of_id,
           channel, bank_brought_at, state
      FROM g2p_bridge_statement
"""
# Whatever is known of the same account and day, or has the number of one of these: the same
# statement, by its day and number, that a person and the bank itself have said in two ways. Where
# a bank gives no numbers, the day has to do.
FIND_DIFFERENCES = f"""
    WITH fresh AS (SELECT * FROM g2p_bridge_statement WHERE id = ANY(%(ids)s)),
    sheets AS (
        {_SHEETS} WHERE id = ANY(%(ids)s)
         UNION
        {_SHEETS} WHERE id IN (SELECT correction_of_id FROM fresh)
         UNION
        {_SHEETS} WHERE company_id IN (SELECT company_id FROM fresh)
           AND account_number IN (SELECT account_number FROM fresh)
           AND statement_date IN (SELECT statement_date FROM fresh)
    ), found AS (
        SELECT DISTINCT ON (hand.id) hand.id, bank.id AS of_bank
          FROM sheets hand
          JOIN sheets bank ON bank.company_id = hand.company_id
           AND bank.account_number = hand.account_number
           AND bank.sponsor_bank_id IS NOT DISTINCT FROM hand.sponsor_bank_id
           AND bank.currency_id IS NOT DISTINCT FROM hand.currency_id
           AND bank.content_sha256 <> hand.content_sha256
         WHERE hand.channel = 'person' AND hand.bank_brought_at IS NULL
           AND hand.state <> 'cancelled' AND bank.channel = 'bank'
           AND (hand.id = ANY(%(ids)s) OR bank.id = ANY(%(ids)s))
           AND (hand.correction_of_id = bank.id OR bank.correction_of_id = hand.id
                OR hand.statement_date = bank.statement_date
                   AND (hand.number = 0 OR bank.number = 0
                        OR (hand.number, hand.sequence) = (bank.number, bank.sequence)))
         ORDER BY hand.id, bank.id
    )
    UPDATE g2p_bridge_statement s SET differs_from_id = found.of_bank
      FROM found WHERE s.id = found.id AND s.differs_from_id IS NULL
    RETURNING s.id
"""


class StatementProof(models.Model):
    """Who says what a statement says: its bank, or a person who has handed in a file.

    What the bank delivers itself, by its token, its secret address or its own key, is its word.
    A file from a person's hands may be home-made: it proves that money left, which nobody gains
    by, but what it says to have come back makes nothing payable again, before another person of
    finance has confirmed the statement, or the bank itself has delivered the same content.
    """

    _inherit = "g2p.bridge.statement"

    # === Fields ===

    channel = fields.Selection(
        [("bank", "The bank itself"), ("person", "A person")],
        "Handed In by",
        default="bank",
        readonly=True,
        help="A person may have made the file at home: returns on it wait for a second person, "
        "or for the same statement from the bank itself.",
    )
    awaits_confirmation = fields.Boolean(
        readonly=True,
        help="A person has handed it in, and neither another person nor the bank has confirmed "
        "it: what came back by it makes nothing payable again.",
    )
    confirmed_by_id = fields.Many2one("res.users", readonly=True)
    confirmed_at = fields.Datetime(readonly=True)
    bank_brought_at = fields.Datetime(
        "Delivered by the Bank",
        readonly=True,
        help="When the bank itself delivered the same content after a person had handed it in.",
    )
    differs_from_id = fields.Many2one(
        "g2p.bridge.statement",
        "Differs from",
        readonly=True,
        index="btree_not_null",
        help="What the bank itself has delivered for the same account and day, or the same "
        "number, says something else than what a person has handed in.",
    )
    differing_ids = fields.One2many(
        "g2p.bridge.statement", "differs_from_id", "Handed In Otherwise", readonly=True
    )
    can_confirm = fields.Boolean(compute="_compute_can_confirm")

    # === Compute ===

    @api.depends("awaits_confirmation", "state", "differs_from_id")
    @api.depends_context("uid")
    def _compute_can_confirm(self):
        finance = self.env.user.has_group("g2p_bridge_base.group_finance")
        for statement in self:
            statement.can_confirm = finance and not statement.sudo()._confirm_refusal()

    # === Actions ===

    def action_confirm(self):
        """Ask how a second person knows that the bank says what these statements say."""
        return self._ask("statement_confirm", self.env._("Confirm"))

    def action_settle_difference(self):
        """Ask what came of a difference to what the bank itself has delivered."""
        return self._ask("statement_difference", self.env._("It Was Looked Into"))

    # === Steps ===

    def _decide_confirm(self, reason):
        """Believe statements what they say to have come back: all of them or none."""
        self._step_lock()
        for statement in self:
            refusal = statement._confirm_refusal()
            if refusal:
                raise UserError(refusal)
        self._believe({"confirmed_by_id": self.env.uid, "confirmed_at": fields.Datetime.now()})
        for statement in self:
            statement._log_decision(
                "confirm_statement",
                self.env._("Confirmed by a second person: %s", reason),
                reason=reason,
                old_value=statement.create_uid.login,
                new_value=self.env.user.login,
            )
        self._match_believed()

    def _decide_difference(self, reason):
        """Close the alarm about statements that differ from the bank's: all of them or none."""
        self._step_lock()
        for statement in self:
            if not statement.differs_from_id:
                raise UserError(
                    self.env._("There is nothing to decide about %s.", statement.display_name)
                )
            if statement._is_own_word():
                raise UserError(
                    self.env._(
                        "You have handed %s in yourself: another person of finance has to find "
                        "out which one is right.",
                        statement.display_name,
                    )
                )
            statement._log_decision(
                "difference",
                self.env._(
                    "That it differs from %(other)s was looked into: %(reason)s",
                    other=statement.differs_from_id.display_name,
                    reason=reason,
                ),
                reason=reason,
                old_value=statement.differs_from_id.display_name,
            )
        self.write({"differs_from_id": False})
        self._end_activities(reason)

    def _brought_by_bank(self):
        """The bank itself has delivered what persons had handed in."""
        delivered = self.filtered(lambda one: one.channel == "person" and not one.bank_brought_at)
        if not delivered:
            return
        delivered._believe({"bank_brought_at": fields.Datetime.now(), "differs_from_id": False})
        note = self.env._("The bank itself has delivered the same: it counts as the bank's word.")
        noted = delivered[:MOST_NOTED]
        noted._message_log_batch(bodies=dict.fromkeys(noted.ids, note))
        delivered._end_activities(note)
        description = self.env._("Returns that the bank has confirmed")
        delivered.with_delay(description=description)._job_match_believed()

    def _believe(self, vals):
        self.with_context(mail_notrack=True).write({**vals, "awaits_confirmation": False})

    def _job_match_believed(self):
        """Match what the bank has confirmed. Harmless to run twice."""
        self.exists().sudo()._match_believed()

    def _match_believed(self):
        """Look again at what has waited for a second word; a few queries for all of it."""
        self.env.flush_all()
        self.env.cr.execute(UNCONFIRMED, {"ids": self.ids})
        payments, batches = (found or [] for found in self.env.cr.fetchone())
        if payments or batches:
            self.env.cr.execute(CLAIM_PAYMENTS, {"payments": payments, "batches": batches})
            self._match_again(payments, batches)

    def _find_differences(self):
        """Raise the alarm where a person and the bank itself do not say the same."""
        self.env.flush_all()
        rows = self.env.execute_query(SQL(FIND_DIFFERENCES, ids=self.ids))
        found = self.browse(sorted(row[0] for row in rows))
        if not found:
            return
        self.env.invalidate_all()
        notes = {one.id: one._difference_words() for one in found[:MOST_NOTED]}
        found[:MOST_NOTED]._message_log_batch(bodies=notes)
        for alike in found.grouped(lambda one: (one.company_id, one.account_number)).values():
            alike[0]._notify_differences(alike)

    def _notify_differences(self, alike):
        """A to-do for finance and for auditors on the first one of an account, and a record."""
        self.ensure_one()
        words = self._difference_words()
        # Who handed it in is not the one who looks into it.
        people = (self._people("finance") | self._people("auditor")) - self.create_uid
        for user in people[:MOST_ASKED]:
            self.activity_schedule(
                "mail.mail_activity_data_warning", summary=words[:250], user_id=user.id
            )
        if not people:
            self._ask_for_help(words)
        self.env["g2p.bridge.audit"]._record_fact(
            "difference", self, words, lines=alike.mapped("statement_id")
        )

    # === Helpers ===

    @api.model
    def _channel(self, sponsor_bank):
        """Who hands statements in now.

        :param sponsor_bank: the bank that has proved to be who sends them
        :return: ``bank``, which the bridge itself stands for too, or ``person``
        """
        by_person = not sponsor_bank and self.env.uid != SUPERUSER_ID
        return "person" if by_person else "bank"

    def _confirm_refusal(self):
        """:return: why this user can't confirm the statement, in words, or None"""
        name = {"statement": self.display_name}
        if not self.awaits_confirmation:
            return self.env._("There is nothing to confirm about %(statement)s.", **name)
        if self._is_own_word():
            return self.env._(
                "You have handed %(statement)s in yourself: another person of finance has to "
                "confirm it, or the bank delivers the same.",
                **name,
            )
        if self.state != "done":
            return self.env._("%(statement)s is not processed yet: wait for its lines.", **name)
        if self.differs_from_id:
            return self.env._(
                "%(statement)s says something else than %(other)s, which the bank itself has "
                "delivered. Ask the bank, and say first what came of it.",
                other=self.differs_from_id.display_name,
                **name,
            )
        return None

    def _is_own_word(self):
        """Whether this user has handed the statement in."""
        return self.env.user in (self.create_uid | self.file_id.received_by_id)

    def _difference_words(self):
        return self.env._(
            "The bank itself has delivered %(other)s for the same account and day or number, and "
            "it says something else than %(statement)s, which %(person)s has handed in. One of "
            "them is wrong: ask the bank at once.",
            other=self.differs_from_id.display_name,
            statement=self.display_name,
            person=self.create_uid.name,
        )

    def _people(self, role):
        """:return: the users of this statement's company that have a role"""
        users = self.env.ref(f"g2p_bridge_base.group_{role}").all_user_ids
        return users.filtered(lambda user: user.active and self.company_id in user.company_ids)
