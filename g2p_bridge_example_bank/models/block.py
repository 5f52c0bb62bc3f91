# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import uuid

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.g2p_bridge_base.exact import read_exact, write_exact

from ..again_if_taken import again_if_taken
from ..lib.refusal import INSUFFICIENT_FUNDS, Refused

OTHER_CONTENT = "The reference %s was used before with other content"


class ExampleBankBlock(models.Model):
    """Funds of an account on hold for payments.

    A block is used by the batches that the bank accepts; the bookkeeping then debits the
    account and ends the hold on that amount. Its rest can be released once.
    """

    _name = "g2p.bridge.example.bank.block"
    _description = "Example Bank Block"
    _rec_name = "block_reference"
    _order = "id desc"

    # === Fields ===

    account_id = fields.Many2one(
        "g2p.bridge.example.bank.account", required=True, ondelete="restrict", index=True
    )
    currency_id = fields.Many2one(related="account_id.currency_id")
    company_id = fields.Many2one(related="account_id.company_id")
    block_reference = fields.Char(required=True, readonly=True, help="The bank's own name.")
    reference = fields.Char(
        "Client's Reference", readonly=True, help="Idempotency key that made the block."
    )
    amount = fields.Monetary(required=True, readonly=True)
    used_amount = fields.Monetary(
        "Used", readonly=True, help="Sum of the accepted payments. Kept under the block's lock."
    )
    released_amount = fields.Monetary("Released", readonly=True)
    release_reference = fields.Char(
        readonly=True, help="Idempotency key of the release, if the client gave one."
    )
    rest = fields.Monetary(compute="_compute_rest", help="Left for payments or for release.")
    state = fields.Selection(
        [("active", "Active"), ("used", "Used Up"), ("released", "Released")],
        compute="_compute_rest",
    )
    batch_ids = fields.One2many("g2p.bridge.example.bank.payment.batch", "block_id", "Batches")

    # === Constraints ===

    _block_reference_uniq = models.Constraint(
        "UNIQUE(block_reference)", "Another block has this reference."
    )
    _reference_uniq = models.UniqueIndex(
        "(reference) WHERE reference IS NOT NULL", "Another block has this client's reference."
    )
    _release_reference_uniq = models.UniqueIndex(
        "(release_reference) WHERE release_reference IS NOT NULL",
        "Another release has this client's reference.",
    )
    _amounts = models.Constraint(
        "CHECK(amount > 0 AND used_amount >= 0 AND released_amount >= 0"
        " AND used_amount + released_amount <= amount)",
        "A block cannot give more than it holds.",
    )

    # === Compute ===

    @api.depends("amount", "used_amount", "released_amount")
    def _compute_rest(self):
        for block in self:
            rest = block.amount - block.used_amount - block.released_amount
            block.rest = block.currency_id.round(rest) if block.currency_id else rest
            if block.released_amount or block.release_reference:
                block.state = "released"
            else:
                block.state = "used" if block.currency_id.is_zero(block.rest) else "active"

    # === Helpers ===

    @api.model
    def _block_funds(self, account, amount, key):
        """Hold ``amount``, or find the hold that this key made before.

        :param Decimal amount: checked, above zero
        :param key: the client's idempotency key, or ""
        :return: the block
        :raises Refused: not enough funds, or the key was used with other content
        """
        self.env["g2p.bridge.example.bank.funds.lock"]._take(account)
        block = self._find_by_key("reference", key)
        if block:
            if block.account_id != account or block._exact()["amount"] != amount:
                raise Refused(OTHER_CONTENT % key)
            return block
        book, blocked = account._balances()[account.id]
        if amount > book - blocked:
            raise Refused(INSUFFICIENT_FUNDS)
        with again_if_taken(self.env, f"Reference {key}"):
            block = self.create(
                {
                    "account_id": account.id,
                    "block_reference": str(uuid.uuid4()),
                    "reference": key or False,
                    "amount": float(amount),
                    "used_amount": 0,
                    "released_amount": 0,
                }
            )
        write_exact(block, amount=amount)
        return block

    def _release(self, key):
        """Give back what the block has left, once.

        :param key: the client's idempotency key, or ""
        :return: Decimal amount that the release with this key gave back; 0 if another
            release came first
        :raises Refused: the key released another block
        """
        self.ensure_one()
        money = self._lock()
        earlier = self._find_by_key("release_reference", key)
        if earlier and earlier != self:
            raise Refused(OTHER_CONTENT % key)
        if earlier:
            return money["released"]
        rest = money["amount"] - money["used"] - money["released"]
        if rest or not self.release_reference:
            with again_if_taken(self.env, f"Reference {key}"):
                self.release_reference = self.release_reference or key or False
            write_exact(self, released_amount=money["released"] + rest)
        return rest

    def _use(self, amount):
        """Take ``amount`` out of the block, whose lock this transaction holds."""
        write_exact(self, used_amount=self._exact()["used"] + amount)

    def _lock(self):
        """Hold the block for this transaction and read it exactly.

        :return: as :meth:`_exact`
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT 1 FROM g2p_bridge_example_bank_block WHERE id = %s FOR UPDATE", self.id)
        )
        self.invalidate_recordset()
        return self._exact()

    def _exact(self):
        """:return: dict of Decimals: ``amount``, ``used``, ``released``"""
        amount, used, released = read_exact(self, "amount", "used_amount", "released_amount")
        return {"amount": amount, "used": used, "released": released}

    @api.model
    def _find_by_key(self, name, key):
        return self.search([(name, "=", key)], limit=1) if key else self.browse()
