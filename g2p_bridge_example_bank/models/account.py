# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.g2p_bridge_base.secret import Secret, secret_input, secret_state
from odoo.addons.queue_job.job import Job

#: What field :25: of a statement can carry.
ACCOUNT_NUMBER = re.compile(r"[0-9A-Za-z./-]{1,34}", re.ASCII)
#: What a booking was computed with; changing it later would falsify statements.
FIXED_ONCE_USED = ("account_number", "currency_id", "opening_balance", "company_id")


class ExampleBankAccount(models.Model):
    """An account at the simulated bank.

    Its money is never stored: the book balance is the opening balance plus every entry of
    the log, the hold is what blocks have neither released nor had booked, and what is
    available is the difference.
    """

    _name = "g2p.bridge.example.bank.account"
    _description = "Example Bank Account"
    _inherit = ["g2p.bridge.own.fields", "g2p.bridge.secret.mixin"]
    _rec_name = "account_number"
    _order = "account_number"

    # === Fields ===

    account_number = fields.Char(
        required=True, help="Up to 34 letters, digits, dots, dashes and slashes."
    )
    holder_name = fields.Char("Holder", required=True, help="Whose money it is.")
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Payments in another currency are refused.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    opening_balance = fields.Monetary(help="Money on the account before its first entry.")
    book_balance = fields.Monetary(
        compute="_compute_balances", help="Opening balance plus every entry of the account log."
    )
    blocked_amount = fields.Monetary(
        "Blocked",
        compute="_compute_balances",
        help="Set aside for payments that are not booked yet.",
    )
    available_balance = fields.Monetary(
        "Available", compute="_compute_balances", help="Book balance less what is blocked."
    )
    reversal_rate = fields.Float(
        "Reversal Rate (%)",
        default=30.0,
        digits=(5, 2),
        help="Share of the payments to other banks that come back.",
    )
    seed = fields.Integer(
        default=1, help="The same seed reverses the same payments, wherever they are booked."
    )
    returns_as = fields.Selection(
        [("RD", "Reversed debits (RD)"), ("C", "New credits (C)")],
        "Returns Are Booked As",
        default="RD",
        required=True,
        help="What stands on statements when a payment comes back: its debit undone, or, as most "
        "banks do, a new credit with the reference of the payment.",
    )
    has_whole_batches = fields.Boolean(
        "Batches Are Booked as One Entry",
        help="One debit for each payment batch, with its reference, its total and how many "
        "payments it is of. What comes back is still booked payment by payment.",
    )
    statement_delivery = fields.Selection(
        [("callback", "Sent to the call-back address"), ("download", "Downloaded by the client")],
        default="download",
        required=True,
        help="Sent: the bank posts each statement by itself, again and again until it is taken. "
        "Downloaded: it waits on the statement's page.",
    )
    callback_url = fields.Char(
        "Call-back Address",
        help="Where finished statements are posted. The bridge on this very server takes them at "
        "this server's address followed by /g2p_bridge_mt940/upload_mt940.",
    )
    callback_token = Secret("Stored Call-back Token")
    callback_token_input = secret_input(
        "callback_token",
        "Call-back Token",
        groups="g2p_bridge_base.group_admin",
        help="Sent as bearer authorization with every statement: the statement token of the "
        "sponsor bank. Nobody can read it again, it can only be replaced or removed.",
    )
    has_callback_token = secret_state("callback_token", "Call-back Token Given")
    statement_when_booked = fields.Boolean(
        help="Make a statement by itself as soon as everything received is booked.",
    )
    statement_max_lines = fields.Integer(
        "Lines per Statement",
        default=100000,
        required=True,
        help="What does not fit goes on the next statement.",
    )
    fault_ids = fields.One2many("g2p.bridge.example.bank.fault", "account_id", "Faults")
    block_ids = fields.One2many("g2p.bridge.example.bank.block", "account_id", "Blocks")
    batch_ids = fields.One2many("g2p.bridge.example.bank.payment.batch", "account_id", "Batches")
    statement_ids = fields.One2many("g2p.bridge.example.bank.statement", "account_id", "Statements")
    statement_counter = fields.Integer(
        "Last Statement Number", compute="_compute_statement_counter"
    )

    # === Constraints ===

    _account_number_uniq = models.Constraint(
        "UNIQUE(account_number)", "Another account of the example bank has this number."
    )
    _reversal_rate_range = models.Constraint(
        "CHECK(reversal_rate BETWEEN 0 AND 100)", "The reversal rate is between 0 and 100 %."
    )
    _statement_max_lines_positive = models.Constraint(
        "CHECK(statement_max_lines > 0)", "A statement has room for at least one line."
    )

    @api.constrains("account_number")
    def _check_account_number(self):
        for account in self:
            if not ACCOUNT_NUMBER.fullmatch(account.account_number):
                raise ValidationError(
                    self.env._(
                        "The account number %s cannot stand on a statement. "
                        "Use up to 34 letters, digits, dots, dashes and slashes.",
                        account.account_number,
                    )
                )

    # === Compute ===

    @api.depends("opening_balance")
    def _compute_balances(self):
        balances = self._balances()
        for account in self:
            book, blocked = balances.get(account.id, (Decimal(0), Decimal(0)))
            # For people; what is computed with stays exact.
            account.book_balance = float(book)
            account.blocked_amount = float(blocked)
            account.available_balance = float(book - blocked)

    @api.depends("statement_ids.number")
    def _compute_statement_counter(self):
        for account in self:
            account.statement_counter = max(account.statement_ids.mapped("number"), default=0)

    # === CRUD ===

    def write(self, vals):
        changed = [name for name in FIXED_ONCE_USED if name in vals]
        for account in self if changed else ():
            for name in changed:
                field = self._fields[name]
                before = field.convert_to_write(account[name], account)
                if before != vals[name] and account._is_used():
                    raise UserError(
                        self.env._(
                            "%(field)s of account %(account)s is fixed: the account is in use. "
                            "Open another account.",
                            field=field._description_string(self.env),
                            account=account.account_number,
                        )
                    )
        return super().write(vals)

    # === Actions ===

    def action_generate_statement(self):
        """Have a statement made of everything that is not on one yet, and open it."""
        self.ensure_one()
        self.check_access("write")
        statement = self.env["g2p.bridge.example.bank.statement"].sudo()._request(self.sudo())
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "g2p_bridge_example_bank.statement_action"
        )
        return {**action, "views": [(False, "form")], "res_id": statement.id}

    def action_deposit(self):
        """Open the dialog that puts money on the account."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deposit (simulation)"),
            "res_model": "g2p.bridge.example.bank.deposit",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    def action_open(self):
        """Open what the context key ``example_bank_open`` names: entries, payments, …"""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"g2p_bridge_example_bank.{self.env.context['example_bank_open']}_action"
        )
        return {**action, "domain": [("account_id", "=", self.id)], "context": {}}

    def set_fault(self, kind, operation="any", calls=1, **values):
        """Switch a fault on, in addition to those that wait already.

        :param kind: a key of ``fault.KINDS``; False or ``none`` removes all faults
        :param operation: the operation that it hits, or ``any``
        :param calls: how many calls it applies to
        :param values: ``seconds`` or ``share``, see the fault's fields
        :return: the fault
        """
        self.ensure_one()
        if not kind or kind == "none":
            self.fault_ids.unlink()
            return self.fault_ids
        return self.fault_ids.create(
            {
                "account_id": self.id,
                "kind": kind,
                "operation": operation,
                "calls": calls,
                **values,
            }
        )

    # === Steps ===

    def _job_statement_when_booked(self):
        """Ask for a statement of what is booked, unless more is about to be booked."""
        self.ensure_one()
        self.env["queue.job"]._cover_waiting()
        if self.batch_ids.filtered(lambda batch: batch.state == "received"):
            return self.env._("Another batch is waiting to be booked.")
        waiting = self.statement_ids.filtered(lambda statement: statement.state == "requested")
        unlisted = self.env["g2p.bridge.example.bank.log"].search_count(
            [("account_id", "=", self.id), ("statement_id", "=", False)], limit=1
        )
        if waiting or not unlisted:
            return self.env._("Nothing new to be told.")
        # Of two such jobs at once, one fails here, runs again, and finds the statement requested.
        self.env["g2p.bridge.example.bank.funds.lock"]._take(self)
        return self.env["g2p.bridge.example.bank.statement"]._request(self).reference

    # === Helpers ===

    def _is_used(self):
        """Whether something was computed with this account's settings already."""
        self.ensure_one()
        used = [("account_id", "=", self.id)]
        return bool(
            self.sudo().block_ids
            or self.sudo().statement_ids
            or self.env["g2p.bridge.example.bank.log"].sudo().search_count(used, limit=1)
        )

    def _balances(self):
        """The money of each account, computed from the log and the blocks at once.

        Invariants: book = opening + Σ log; blocked = Σ (block − released − booked).

        :return: dict account id → (book balance, blocked amount), exact
        """
        if not self.ids:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account.id,
                       (COALESCE(account.opening_balance, 0) + COALESCE(
                           (SELECT SUM(CASE WHEN mark IN ('C', 'RD') THEN amount ELSE -amount END)
                              FROM g2p_bridge_example_bank_log WHERE account_id = account.id), 0)
                       )::text,
                       (COALESCE(
                           (SELECT SUM(amount - released_amount)
                              FROM g2p_bridge_example_bank_block WHERE account_id = account.id), 0)
                        - COALESCE(
                           (SELECT SUM(amount)
                              FROM g2p_bridge_example_bank_payment_batch
                             WHERE account_id = account.id AND state = 'processed'), 0)
                       )::text
                  FROM g2p_bridge_example_bank_account account
                 WHERE account.id IN %s
                """,
                tuple(self.ids),
            )
        )
        return {row[0]: (Decimal(row[1]), Decimal(row[2])) for row in rows}

    def _enqueue_statement_when_booked(self):
        self.env["queue.job"]._enqueue_once(
            Job(
                account._job_statement_when_booked,
                identity_key=f"g2p_bridge_example_bank-when-booked-{account.id}",
                description=self.env._("Example bank: statement of %s", account.account_number),
            )
            for account in self.filtered("statement_when_booked")
        )
