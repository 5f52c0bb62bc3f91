import hashlib
from dataclasses import dataclass

import psycopg2.errors
from odoo import api, fields, models
from odoo.tools import SQL

KINDS = [
    ("refuse", "Refuse: say no, do nothing"),
    ("slow", "Slow: wait before doing anything, then answer"),
    ("close", "Close the connection, do nothing"),
    ("accept_then_timeout", "Accept, then let the client wait"),
    ("accept_then_500", "Accept, then answer with error 500"),
    ("accept_then_cut", "Accept, then cut the connection"),
    ("reject_payments", "Reject single payments of a batch"),
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


@dataclass(frozen=True, slots=True)
class Effect:
    """What a fault does to one call; without a kind: nothing."""

    kind: str = ""
    seconds: int = 0
    share: float = 0.0

    def rejects(self, reference):
        """Whether a single payment is rejected: the same reference always alike."""
        if self.kind != "reject_payments":
            return False
        digest = hashlib.sha256(reference.encode()).digest()
        return int.from_bytes(digest[:4], "big") % 10000 < self.share * 100


class ExampleBankFault(models.Model):
    """A fault that the bank plays for the next calls to an account.

    Faults wait in a row: the first one whose operation fits hits the call. A call that is
    run again after a serialization failure is still the same call.
    """

    _name = "g2p.bridge.example.bank.fault"
    _description = "Example Bank Fault"
    _order = "account_id, sequence, id"

    account_id = fields.Many2one(
        "g2p.bridge.example.bank.account", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        KINDS,
        "What Happens",
        required=True,
        default="refuse",
        help="What the bank does instead of answering properly.",
    )
    operation = fields.Selection(
        OPERATIONS,
        "When Asked to",
        required=True,
        default="any",
        help="Which calls are hit; the others go on as if nothing were.",
    )
    calls = fields.Integer(
        "Calls Left", default=1, required=True, help="How many calls it still hits."
    )
    seconds = fields.Integer(
        default=90,
        required=True,
        help="For slow answers. Choose more than the client's time-out to let it expire.",
    )
    share = fields.Float(
        "Share (%)", default=10.0, digits=(5, 2), help="How many payments of a batch are rejected."
    )

    _calls_not_negative = models.Constraint("CHECK(calls >= 0)", "Calls left cannot be negative.")
    _seconds_range = models.Constraint(
        "CHECK(seconds BETWEEN 0 AND 600)", "A fault waits between 0 and 600 seconds."
    )
    _share_range = models.Constraint(
        "CHECK(share BETWEEN 0 AND 100)", "The share is between 0 and 100 %."
    )

    @api.model
    def _take(self, operation, subject):
        """Use up one call of the fault that waits for this operation, durably.

        It runs in a transaction of its own: whatever becomes of the call, it was hit once.

        :param dict subject: ``account_number``, ``block_reference`` or ``batch_reference``
            says which account is meant. A batch that the bank never received has no
            account: then a fault of any account that names this operation is taken.
        :return: :class:`Effect`
        """
        for attempt in range(1, TRIES + 1):
            with self.env.registry.cursor() as cr:
                try:
                    return self._take_in(cr, operation, subject)
                except psycopg2.errors.SerializationFailure:
                    cr.rollback()
                    if attempt == TRIES:
                        raise

    @api.model
    def _take_in(self, cr, operation, subject):
        cr.execute(
            SQL(
                """
                UPDATE g2p_bridge_example_bank_fault SET calls = calls - 1
                 WHERE id = (
                    SELECT fault.id
                      FROM g2p_bridge_example_bank_fault fault
                     WHERE calls > 0 AND %(account)s
                       AND (operation = %(operation)s OR operation = 'any' AND %(any)s)
                       AND (kind != 'reject_payments' OR %(operation)s = 'initiate_payment')
                     ORDER BY sequence, id LIMIT 1)
                RETURNING kind, seconds, share
                """,
                operation=operation,
                account=self._account_condition(subject),
                any=not self._is_stray(cr, subject),
            ),
            log_exceptions=False,
        )
        row = cr.fetchone()
        return Effect(row[0], row[1], float(row[2] or 0)) if row else Effect()

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
