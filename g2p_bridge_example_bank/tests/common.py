# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Builders for the tests of the example bank."""

import json
from contextlib import contextmanager
from decimal import Decimal

from odoo.tests import HttpCase, TransactionCase

ROOT = "/g2p_bridge_example_bank"


class BankMixin:
    """An account of 1000.00 USD, and short ways to use it without HTTP."""

    def setUp(self):
        super().setUp()
        self.account = self.make_account("PROG1")
        self.service = self.env["g2p.bridge.example.bank.service"]

    def make_account(self, number, opening=1000, currency="USD", **values):
        currency = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", currency)])
        )
        return self.env["g2p.bridge.example.bank.account"].create(
            {
                "account_number": number,
                "holder_name": "Benefit Program",
                "opening_balance": opening,
                "currency_id": currency.id,
                **values,
            }
        )

    def payment(self, n, block_reference, **values):
        """:return: the wire message of the n-th payment, of 10.00 to another bank"""
        return {
            "payment_reference_number": f"D{n:014d}",
            "remitting_account": "PROG1",
            "remitting_account_currency": "USD",
            "payment_amount": Decimal("10.00"),
            "funds_blocked_reference_number": block_reference,
            "beneficiary_name": f"Beneficiary {n}",
            "beneficiary_account": f"5000{n}",
            "beneficiary_account_currency": "USD",
            "beneficiary_account_type": "BANK_ACCOUNT",
            "beneficiary_bank_code": "OTHERBANK",
            "beneficiary_branch_code": "BR1",
            "beneficiary_mobile_wallet_provider": "",
            "beneficiary_phone_no": "",
            "beneficiary_email": "",
            "beneficiary_email_wallet_provider": "",
            "narrative_1": "Cash transfer",
            "narrative_2": "PROG",
            "narrative_3": "CYC",
            "narrative_4": f"ID{n}",
            "narrative_5": "",
            "narrative_6": "",
            "payment_date": "2026-11-22",
            **values,
        }

    def serve(self, operation, message, key=""):
        self.env.invalidate_all()
        return self.service._serve(operation, message, key)

    def block(self, amount, key=""):
        """:return: the reference of a new block"""
        message = {"account_number": "PROG1", "currency": "USD", "amount": Decimal(amount)}
        answer = self.serve("block_funds", message, key)
        self.assertEqual(answer["status"], "success", answer)
        return answer["block_reference_no"]

    def pay(self, payments, key=""):
        """:return: the accepted batch"""
        answer = self.serve("initiate_payment", payments, key)
        self.assertEqual(answer["status"], "success", answer)
        return self.env["g2p.bridge.example.bank.payment.batch"].search([], limit=1)

    def book(self, count, key="batch-1", **values):
        """Block for, pay and book ``count`` payments of 10.00.

        :return: the booked batch
        """
        reference = self.block(10 * count)
        batch = self.pay([self.payment(n, reference, **values) for n in range(count)], key)
        batch._job_book()
        return batch

    def log(self, **values):
        """:return: entries of the account's log, oldest first"""
        domain = [("account_id", "=", self.account.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["g2p.bridge.example.bank.log"].search(domain, order="id")

    def assert_balances(self, book, blocked):
        """Assert the account's money, and the bank's invariants."""
        self.env.invalidate_all()
        exact = self.account._balances()[self.account.id]
        self.assertEqual(exact, (Decimal(book), Decimal(blocked)))
        self.assertEqual(self.account.available_balance, float(Decimal(book) - Decimal(blocked)))
        signed = sum(
            entry.amount if entry.mark in ("C", "RD") else -entry.amount for entry in self.log()
        )
        self.assertAlmostEqual(self.account.opening_balance + signed, float(book), 2)
        for block in self.account.block_ids:
            taken = block.batch_ids.filtered(lambda batch: batch.state != "rejected")
            self.assertAlmostEqual(block.used_amount, sum(taken.mapped("amount")), 2)


class BankCase(BankMixin, TransactionCase):
    """The bank's rules, without HTTP."""


class BankHttpCase(BankMixin, HttpCase):
    """The bank's endpoints, over real HTTP."""

    def post(self, path, body, key=None, token=None, **options):
        """:return: the response of one call; ``body`` is encoded unless it is bytes"""
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = body if isinstance(body, bytes) else json.dumps(body, default=str)
        url = f"{ROOT}/{path.lstrip('/')}"
        response = self.url_open(url, data=data or b" ", headers=headers, **options)
        self.env.invalidate_all()
        return response

    @contextmanager
    def reaching_the_bank(self):
        """Let a connector call the server of this test."""
        self.env.cr.flush()
        self.env.cr.clear()
        with self.allow_requests(all_requests=True):
            yield
        self.env.invalidate_all()
