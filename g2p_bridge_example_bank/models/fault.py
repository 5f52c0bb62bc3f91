# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.g2p_bridge_base.own_transaction import in_own_transaction

from ..lib import fault as faults
from ..lib.fault import Effect

KINDS = [
    ("refuse", "Refuse the call"),
    ("slow", "Answer slowly"),
    ("close", "Close the connection, do nothing"),
    ("accept_then_timeout", "Accept, then let the client wait"),
    ("accept_then_500", "Accept, then answer with error 500"),
    ("accept_then_cut", "Accept, then cut the connection"),
    ("accept_then_half", "Accept, then answer only half"),
    ("accept_then_double", "Accept, then answer twice at once"),
    ("accept_then_bad_json", "Accept, then answer with broken JSON"),
    ("accept_then_html", "Accept, then answer with a web page"),
    ("accept_then_redirect", "Accept, then point to another address"),
    ("reject_payments", "Reject single payments of a batch"),
    ("book_wrong_amount", "Book payments with a wrong amount"),
    ("book_twice", "Book payments twice"),
    ("statement_late", "Lose a statement, send it later"),
    ("statement_twice", "Send a statement twice"),
    ("statement_out_of_order", "Send a statement after the next one"),
    ("statement_gap", "Leave a statement out"),
    ("statement_other_account", "Send a statement under another account's number"),
]
OPERATIONS = [
    ("any", "Any operation"),
    ("check_funds", "Check funds"),
    ("block_funds", "Block funds"),
    ("release_funds", "Release funds"),
    ("initiate_payment", "Initiate payment"),
    ("payment_status", "Payment status"),
    ("generate_account_statement", "Generate account statement"),
    ("list_account_statements", "List account statements"),
]
#: How often a fault that two calls want at once is tried for.
TRIES = 20


class ExampleBankFault(models.Model):
    """A fault that the bank plays for the next calls to an account.

    Faults wait in a row: the first one that fits the occasion and whose lot is drawn hits
    it. A call that is run again after a serialization failure is still the same call.
    """

    _name = "g2p.bridge.example.bank.fault"
    _description = "Example Bank Fault"
    _inherit = ["g2p.bridge.own.fields"]
    _order = "account_id, sequence, id"

    # === Fields ===

    account_id = fields.Many2one(
        "g2p.bridge.example.bank.account", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        KINDS,
        "What Happens",
        required=True,
        default="refuse",
        help="What the bank does instead of what it should.",
    )
    explanation = fields.Char("In Other Words", compute="_compute_explanation")
    is_of_call = fields.Boolean(compute="_compute_explanation")
    operation = fields.Selection(
        OPERATIONS,
        "When Asked to",
        required=True,
        default="any",
        help="Which calls are hit; the others go on as if nothing were. Faults of bookings and "
        "statements need no call.",
    )
    calls = fields.Integer(
        "Times Left",
        default=1,
        required=True,
        help="How often it still happens. After that all is as it should be.",
    )
    probability = fields.Float(
        "Probability (%)",
        default=100.0,
        digits=(5, 2),
        required=True,
        help="How likely it hits each call that it fits. 100: each one.",
    )
    seed = fields.Integer(
        default=1,
        required=True,
        help="The same seed hits the same calls and payments again, in the same order.",
    )
    occasions = fields.Integer(
        readonly=True,
        copy=False,
        help="Calls that it could have hit so far. Set the seed to begin again from the first.",
    )
    seconds = fields.Integer(
        default=90,
        required=True,
        help="How long something takes: an answer that comes late, a statement that is lost "
        "for a while. Choose more than the client's time-out to let it expire.",
    )
    share = fields.Float(
        "Share (%)",
        default=10.0,
        digits=(5, 2),
        help="How many payments of a batch are hit. At least one is, unless the share is zero.",
    )

    # === Constraints ===

    _calls_not_negative = models.Constraint("CHECK(calls >= 0)", "Times left cannot be negative.")
    _seconds_range = models.Constraint(
        "CHECK(seconds BETWEEN 0 AND 600)", "A fault waits between 0 and 600 seconds."
    )
    _share_range = models.Constraint(
        "CHECK(share BETWEEN 0 AND 100)", "The share is between 0 and 100 %."
    )
    _probability_range = models.Constraint(
        "CHECK(probability BETWEEN 0 AND 100)", "The probability is between 0 and 100 %."
    )

    # === Compute ===

    @api.depends("kind")
    def _compute_explanation(self):
        words = self._explanations()
        for fault in self:
            fault.explanation = words.get(fault.kind)
            fault.is_of_call = fault.kind in faults.CALL

    # === CRUD ===

    def write(self, vals):
        """A new seed begins the lots anew."""
        result = super().write(vals)
        if "seed" in vals:
            self.sudo().occasions = 0
        return result

    # === Helpers ===

    @api.model
    def _explanations(self):
        """:return: dict kind → what the client sees and what the bank did, for people"""
        done = self.env._("The bank does what it was asked, but the client")
        words = {
            "refuse": self.env._("The bank says no and does nothing."),
            "slow": self.env._("The bank waits first, then does it and answers."),
            "close": self.env._("No answer comes, and the bank has done nothing."),
            "accept_then_timeout": self.env._("gets the answer late."),
            "accept_then_500": self.env._("is told of an error inside the bank."),
            "accept_then_cut": self.env._("gets no answer."),
            "accept_then_half": self.env._("gets only the first half of the answer."),
            "accept_then_double": self.env._("gets the answer twice, one behind the other."),
            "accept_then_bad_json": self.env._("cannot read the answer."),
            "accept_then_html": self.env._("gets a web page instead of an answer."),
            "accept_then_redirect": self.env._("is sent to another address."),
            "reject_payments": self.env._("Some payments are not taken; the answer names them."),
            "book_wrong_amount": self.env._("The account is debited with 1 too much."),
            "book_twice": self.env._("The account is debited a second time."),
            "statement_late": self.env._("The statement comes, but only after some time."),
            "statement_twice": self.env._("The same statement comes two times."),
            "statement_out_of_order": self.env._("The next statement comes first."),
            "statement_gap": self.env._(
                "The statement does not come until somebody presses Deliver Again on it."
            ),
            "statement_other_account": self.env._(
                "It names an account that is not the client's; the right one follows."
            ),
        }
        return {
            kind: f"{done} {text}" if kind in faults.ACCEPTED else text
            for kind, text in words.items()
        }

    @api.model
    def _take(self, operation, subject):
        """Use up one call of the fault that waits for this operation, durably.

        It runs in a transaction of its own: whatever becomes of the call, it was hit once.

        :param dict subject: ``account_number``, ``block_reference`` or ``batch_reference``
            says which account is meant. A batch that the bank never received has no
            account: then a fault of any account that names this operation is taken.
        :return: :class:`Effect`
        """
        take = partial(self._take_in, operation=operation, subject=subject)
        return in_own_transaction(self.env, take, TRIES)

    @api.model
    def _take_now(self, operation, account):
        """The same in this transaction, for what the bank does by itself in a job."""
        self.flush_model()
        subject = {"account_number": account.account_number}
        effect = self._take_in(self.env.cr, operation, subject)
        self.invalidate_model()
        return effect

    @api.model
    def _take_in(self, cr, operation, subject):
        """The waiting faults draw their lots, one after the other, until one hits."""
        cr.execute(
            SQL(
                """
                SELECT id, kind, seconds, share, seed, probability, occasions
                  FROM g2p_bridge_example_bank_fault fault
                 WHERE calls > 0 AND %(account)s AND kind = ANY(%(kinds)s)
                   AND (%(by_itself)s OR operation = %(operation)s
                        OR operation = 'any' AND %(any)s)
                 ORDER BY sequence, id FOR UPDATE
                """,
                operation=operation,
                by_itself=operation in faults.WITHOUT_CALL,
                kinds=faults.kinds_of(operation),
                account=self._account_condition(subject),
                any=not self._is_stray(cr, subject),
            ),
            log_exceptions=False,
        )
        for fault_id, kind, seconds, share, seed, probability, occasions in cr.fetchall():
            hit = faults.lot(seed, occasions or 0) < float(probability) * 100
            cr.execute(
                "UPDATE g2p_bridge_example_bank_fault"
                " SET calls = calls - %s, occasions = COALESCE(occasions, 0) + 1 WHERE id = %s",
                [int(hit), fault_id],
                log_exceptions=False,
            )
            if hit:
                return Effect(kind, seconds, float(share or 0), seed)
        return Effect()

    @api.model
    def _is_stray(self, cr, subject):
        """Whether the subject is a batch that the bank has never heard of."""
        if "batch_reference" not in subject:
            return False
        cr.execute(
            "SELECT 1 FROM g2p_bridge_example_bank_payment_batch WHERE reference = %s",
            [subject["batch_reference"]],
        )
        return not cr.fetchone()

    @api.model
    def _account_condition(self, subject):
        if "batch_reference" in subject:
            return SQL(
                """(account_id IN (SELECT account_id FROM g2p_bridge_example_bank_payment_batch
                                    WHERE reference = %(reference)s)
                    OR NOT EXISTS (SELECT 1 FROM g2p_bridge_example_bank_payment_batch
                                    WHERE reference = %(reference)s))""",
                reference=subject["batch_reference"],
            )
        if "block_reference" in subject:
            return SQL(
                """account_id IN (SELECT account_id FROM g2p_bridge_example_bank_block
                                   WHERE block_reference = %s)""",
                subject["block_reference"],
            )
        return SQL(
            """account_id IN (SELECT id FROM g2p_bridge_example_bank_account
                               WHERE account_number = %s)""",
            subject.get("account_number", ""),
        )
