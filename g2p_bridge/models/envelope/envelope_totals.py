# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.g2p_bridge_base.exact import read_exact

from ...formats import count, money_words

#: What people see of a funds step, from the step's own state.
FUNDS_AVAILABLE = [
    ("pending_check", "Pending check"),
    ("funds_available", "Funds available"),
    ("funds_not_available", "Funds not available"),
    ("error", "Error"),
]
FUNDS_BLOCKED = [
    ("pending_check", "Pending"),
    ("funds_block_success", "Blocked"),
    ("funds_block_failure", "Block failed"),
    ("error", "Error"),
]
#: What is summed exactly, in the order of the query.
SUMS = (
    "received",
    "shipped",
    "rejected",
    "resolved",
    "unresolved",
    "reconciled",
    "reversed",
)


class EnvelopeTotals(models.Model):
    """The batch status of an envelope: readings of its steps, batches and statements.

    No counter is stored here, so two jobs of one envelope never meet on a row. What is compared
    is summed and read to the last decimal: fields of the ORM round as floats do, which fails at
    15 digits.
    """

    _inherit = "g2p.bridge.envelope"

    # === Fields ===

    number_of_disbursements_received = fields.Integer("Received", compute="_compute_counters")
    total_disbursement_amount_received = fields.Monetary(
        "Amount Received", compute="_compute_counters"
    )
    number_of_disbursements_resolved = fields.Integer("Resolved", compute="_compute_counters")
    number_of_disbursements_unresolved = fields.Integer("Unresolved", compute="_compute_counters")
    number_of_disbursements_shipped = fields.Integer("Shipped", compute="_compute_counters")
    amount_shipped = fields.Monetary(compute="_compute_counters")
    number_of_disbursements_rejected = fields.Integer("Rejected", compute="_compute_counters")
    number_of_disbursements_reconciled = fields.Integer("Reconciled", compute="_compute_counters")
    amount_reconciled = fields.Monetary(compute="_compute_counters")
    number_of_disbursements_reversed = fields.Integer("Reversed", compute="_compute_counters")
    amount_reversed = fields.Monetary(compute="_compute_counters")
    mapper_batch_count = fields.Integer(compute="_compute_counters")
    bank_batch_count = fields.Integer(compute="_compute_counters")
    funds_available_with_bank = fields.Selection(FUNDS_AVAILABLE, compute="_compute_funds")
    funds_available_latest_timestamp = fields.Datetime(compute="_compute_funds")
    funds_available_latest_error_code = fields.Char(compute="_compute_funds")
    funds_available_attempts = fields.Integer(compute="_compute_funds")
    funds_blocked_with_bank = fields.Selection(FUNDS_BLOCKED, compute="_compute_funds")
    funds_blocked_latest_timestamp = fields.Datetime(compute="_compute_funds")
    funds_blocked_latest_error_code = fields.Char(compute="_compute_funds")
    funds_blocked_attempts = fields.Integer(compute="_compute_funds")
    funds_blocked_reference_number = fields.Char(compute="_compute_funds")
    amount_blocked = fields.Monetary(compute="_compute_funds")
    amount_released = fields.Monetary(compute="_compute_funds")

    # === Compute ===

    @api.depends("bank_batch_ids", "mapper_batch_ids", "statement_total_ids")
    def _compute_counters(self):
        bank = self._sums(
            "g2p.bridge.bank.batch",
            ["line_count", "line_amount", "shipped_count", "shipped_amount", "rejected_count"],
        )
        mapper = self._sums("g2p.bridge.mapper.batch", ["resolved_count", "unresolved_count"])
        total = self._sums(
            "g2p.bridge.statement.total",
            ["reconciled_count", "reconciled_amount", "reversed_count", "reversed_amount"],
        )
        for envelope in self:
            batches, *received = bank.get(envelope, [0] * 6)
            mapped, *resolution = mapper.get(envelope, [0] * 3)
            _count, *recon = total.get(envelope, [0] * 5)
            envelope.bank_batch_count, envelope.mapper_batch_count = batches, mapped
            (
                envelope.number_of_disbursements_received,
                envelope.total_disbursement_amount_received,
                envelope.number_of_disbursements_shipped,
                envelope.amount_shipped,
                envelope.number_of_disbursements_rejected,
            ) = received
            (
                envelope.number_of_disbursements_resolved,
                envelope.number_of_disbursements_unresolved,
            ) = resolution
            (
                envelope.number_of_disbursements_reconciled,
                envelope.amount_reconciled,
                envelope.number_of_disbursements_reversed,
                envelope.amount_reversed,
            ) = recon

    @api.depends("funds_step_ids")
    def _compute_funds(self):
        for envelope in self.sudo():
            check, block = envelope._funds_step("check"), envelope._funds_step("block")
            envelope.funds_available_with_bank = check._available_status()
            envelope.funds_available_latest_timestamp = check.latest_timestamp
            envelope.funds_available_latest_error_code = check.latest_error_code
            envelope.funds_available_attempts = check.attempts
            envelope.funds_blocked_with_bank = block._blocked_status()
            envelope.funds_blocked_latest_timestamp = block.latest_timestamp
            envelope.funds_blocked_latest_error_code = block.latest_error_code
            envelope.funds_blocked_attempts = block.attempts
            envelope.funds_blocked_reference_number = block.bank_reference
            envelope.amount_blocked = block.amount if block.state == "done" else 0
            envelope.amount_released = envelope._funds_step("release").amount

    # === Helpers ===

    def _sums(self, model, names):
        """{envelope: [row count, sums of the named fields]} over a model's rows."""
        groups = self.env[model]._read_group(
            [("envelope_id", "in", self.ids)],
            ["envelope_id"],
            ["__count", *(f"{name}:sum" for name in names)],
        )
        return {envelope: list(values) for envelope, *values in groups}

    def _funds_step(self, kind):
        return self.funds_step_ids.filtered(lambda step: step.kind == kind)

    def _has_money_begun(self):
        """Whether its money may have moved: a funds step or a bank batch was tried."""
        self.ensure_one()
        self.env.flush_all()
        return self.env.execute_query(SQL("SELECT g2p_bridge_money_begun(%s)", self.id))[0][0]

    def _has_disbursements(self):
        """Whether any arrived: cancelled ones count, and those in the archive.

        Asked of their batches, which stay for ever: while an envelope is filled PostgreSQL knows
        nothing of its disbursements yet, and would look for the first one among all of others.
        """
        batches = self.env["g2p.bridge.bank.batch"].sudo()
        return bool(batches.search_count([("envelope_id", "in", self.ids)], limit=1))

    def _received(self):
        """What live disbursements add up to, exactly.

        :return: (int count, Decimal amount)
        """
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT COALESCE(SUM(line_count), 0), COALESCE(SUM(line_amount), 0)::text"
            " FROM g2p_bridge_bank_batch WHERE envelope_id = %s",
            [self.id],
        )
        count, amount = self.env.cr.fetchone()
        return count, Decimal(amount)

    def _declared(self):
        """The control totals, exactly: (int count, Decimal amount)."""
        self.ensure_one()
        count, amount = read_exact(self, "number_of_disbursements", "total_disbursement_amount")
        return int(count), amount

    def _is_complete(self):
        return self._received() == self._declared()

    def _exact_sums(self):
        """{stage: (int count, Decimal amount)}, from batches and statements in one query."""
        self.env.flush_all()
        row = self.env.execute_query(
            SQL(
                """
                SELECT b.*, m.*, t.*
                  FROM (SELECT SUM(line_count), SUM(line_amount)::text,
                               SUM(shipped_count), SUM(shipped_amount)::text,
                               SUM(rejected_count), SUM(rejected_amount)::text
                          FROM g2p_bridge_bank_batch WHERE envelope_id = %(id)s) b,
                       (SELECT SUM(resolved_count), SUM(resolved_amount)::text,
                               SUM(unresolved_count), SUM(unresolved_amount)::text
                          FROM g2p_bridge_mapper_batch WHERE envelope_id = %(id)s) m,
                       (SELECT SUM(reconciled_count), SUM(reconciled_amount)::text,
                               SUM(reversed_count), SUM(reversed_amount)::text
                          FROM g2p_bridge_statement_total WHERE envelope_id = %(id)s) t
                """,
                id=self.id,
            )
        )[0]
        pairs = zip(row[::2], row[1::2], strict=True)
        return {
            name: (int(count or 0), Decimal(amount or 0))
            for name, (count, amount) in zip(SUMS, pairs, strict=True)
        }

    def _count(self, number):
        """A count as people read it, with its thousands apart."""
        return count(self.env, number)

    def _payments(self, number):
        """A number of payments in words."""
        many = self.env._("%s payments", self._count(number))
        return self.env._("1 payment") if number == 1 else many

    def _money(self, amount):
        """An amount as people read it, with its currency.

        :param amount: Decimal, of at most 15 digits
        """
        return money_words(self.currency_id, amount)
