# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import uuid
from datetime import date
from decimal import Decimal
from operator import itemgetter

import simplejson
from odoo import api, fields, models

from odoo.addons.g2p_bridge_base.exact import write_exact
from odoo.addons.g2p_bridge_base.lib.bulk_copy import bulk_copy

from ..again_if_taken import again_if_taken
from ..lib import message
from ..lib.fault import Effect
from ..lib.refusal import BLOCK_MISMATCH, Refused
from .block import OTHER_CONTENT

#: Columns of the payment table, in the order in which they are copied.
MESSAGE_COLUMNS = (*message.PAYMENT, *message.PAYMENT_OPTIONAL)
#: Columns that say where a payment belongs, not part of the table's payload.
BELONGING = ("remitting_account", "remitting_account_currency", "funds_blocked_reference_number")
STORED = tuple(name for name in MESSAGE_COLUMNS if name not in BELONGING)
REJECT_CODE = "REJECTED_BY_BANK"
SIMULATED_REFUSAL = "Refused by the bank (simulated fault)"


class ExampleBankPaymentIntake(models.Model):
    """How a batch comes in: all its payments or, apart from simulated rejections, none."""

    _inherit = "g2p.bridge.example.bank.payment.batch"

    @api.model
    def _take_payments(self, payments, key, effect=None):
        """Take a batch, or find the one that this key brought before.

        :param list payments: of checked messages, see ``lib/message.py``
        :param key: the client's batch reference, or ""
        :param effect: :class:`Effect` of a fault, if one hit the call
        :return: the batch
        :raises Refused: nothing was taken; remembered if the client gave a reference
        """
        effect = effect or Effect()
        before = self.search([("reference", "=", key)], limit=1) if key else self
        digest = self._digest(payments)
        if before and before.state != "rejected":
            if before.digest != digest:
                raise Refused(OTHER_CONTENT % key)
            return before
        account = self._remitting_account(payments)
        try:
            if effect.kind == "refuse":
                raise Refused(SIMULATED_REFUSAL)
            block = self._check_batch(account, payments)
            self._check_duplicates(account, payments)
            rejected = self._choose_rejected(payments, effect)
            total = self._check_total(block, payments, rejected)
        except Refused as refusal:
            if key:
                before._remember_refusal(account, key, digest, str(refusal))
            raise
        return before._store(block, payments, rejected, total, key, digest)

    @api.model
    def _digest(self, payments):
        """:return: the same text for the same payments, however their JSON was written"""
        rows = [
            [f"{row[name].normalize():f}" if name == "payment_amount" else row[name]
             for name in MESSAGE_COLUMNS]
            for row in payments
        ]  # fmt: skip
        return hashlib.sha256(simplejson.dumps(rows).encode()).hexdigest()

    @api.model
    def _remitting_account(self, payments):
        return self.env["g2p.bridge.example.bank.account"].search(
            [("account_number", "=", payments[0]["remitting_account"])], limit=1
        )

    @api.model
    def _check_batch(self, account, payments):
        """Check each payment by itself and against the block, which is locked from here on.

        Amounts and dates in ``payments`` are brought to their exact form.

        :return: the block that pays for all of them
        :raises Refused: naming what is wrong
        """
        first = payments[0]
        for row in payments:
            message.check_reference(row["payment_reference_number"])
            message.check_texts(row)
            if any(row[name] != first[name] for name in BELONGING):
                raise Refused(BLOCK_MISMATCH)
        block = self.env["g2p.bridge.example.bank.block"].search(
            [("block_reference", "=", first["funds_blocked_reference_number"])], limit=1
        )
        currency = account.currency_id
        if (
            not block
            or block.account_id != account
            or currency.name != first["remitting_account_currency"]
        ):
            raise Refused(BLOCK_MISMATCH)
        amount = block._lock()["amount"]
        for row in payments:
            row["payment_amount"] = message.exact_amount(
                "payment_amount",
                row["payment_amount"],
                currency.decimal_places,
                message.PAYMENT_INTEGER_DIGITS,
            )
            row["payment_date"] = self._read_date(row["payment_date"])
            if row["payment_amount"] > amount:
                raise Refused(BLOCK_MISMATCH)
        return block

    @api.model
    def _read_date(self, text):
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            raise Refused(f"payment_date {text[:40]!r} is not a date (YYYY-MM-DD)") from None

    @api.model
    def _check_duplicates(self, account, payments):
        references = [row["payment_reference_number"] for row in payments]
        seen = set()
        for reference in references:
            if reference in seen:
                raise Refused(f"Payment reference {reference} occurs twice in the batch")
            seen.add(reference)
        taken = self._first_taken(account, references)
        if taken:
            raise Refused(f"Payment reference {taken} was received before, in another batch")

    @api.model
    def _first_taken(self, account, references):
        self.env.cr.execute(
            """
            SELECT payment_reference_number FROM g2p_bridge_example_bank_payment
             WHERE account_id = %s AND payment_reference_number = ANY(%s)
               AND reject_code IS NULL
             ORDER BY payment_reference_number LIMIT 1
            """,
            [account.id, references],
        )
        row = self.env.cr.fetchone()
        return row and row[0]

    @api.model
    def _choose_rejected(self, payments, effect):
        """:return: set of references that the simulated fault rejects one by one"""
        if effect.kind != "reject_payments":
            return set()
        return effect.picks([row["payment_reference_number"] for row in payments])

    @api.model
    def _check_total(self, block, payments, rejected):
        total = sum(
            (
                row["payment_amount"]
                for row in payments
                if row["payment_reference_number"] not in rejected
            ),
            Decimal(0),
        )
        money = block._exact()
        rest = money["amount"] - money["used"] - money["released"]
        if total > rest:
            raise Refused(f"The payments come to {total}, but the block has {rest} left")
        return total

    def _store(self, block, payments, rejected, total, key, digest):
        """Write the batch and its payments, use the block, and have the batch booked."""
        batch = self._write_batch(
            {
                "reference": key or uuid.uuid4().hex,
                "digest": digest,
                "account_id": block.account_id.id,
                "block_id": block.id,
                "state": "received",
                "error_message": False,
                "received_at": fields.Datetime.now(),
                "payment_count": len(payments) - len(rejected),
                "rejected_count": len(rejected),
            }
        )
        write_exact(batch, amount=total)
        batch._copy_payments(payments, rejected)
        block._use(total)
        self.env["queue.job"]._enqueue_once(batch._booking_jobs())
        return batch

    def _remember_refusal(self, account, key, digest, text):
        self._write_batch(
            {
                "reference": key,
                "digest": digest,
                "account_id": account.id,
                "state": "rejected",
                "error_message": text,
                "received_at": fields.Datetime.now(),
            }
        )

    def _write_batch(self, vals):
        """Write the batch that was refused before, or a new one.

        :raises ConcurrencyError: the same batch is coming in at this moment
        """
        if self:
            self.write(vals)
            return self
        with again_if_taken(self.env, f"Batch {vals['reference']}"):
            return self.create(vals)

    def _copy_payments(self, payments, rejected):
        """Insert all payments at once.

        :raises ConcurrencyError: one of them is coming in at this moment in another batch
        """
        self.ensure_one()
        self.env.flush_all()
        columns = ("batch_id", "account_id", *STORED, "status", "reject_code")
        place = (self.id, self.account_id.id)
        stored_of = itemgetter(*STORED)
        outcomes = {True: ("rejected", REJECT_CODE), False: ("received", None)}
        rows = (
            place + stored_of(row) + outcomes[row["payment_reference_number"] in rejected]
            for row in payments
        )
        with again_if_taken(self.env, "A payment reference"):
            bulk_copy(self.env.cr, "g2p_bridge_example_bank_payment", columns, rows)
        self.env["g2p.bridge.example.bank.payment"].invalidate_model()
