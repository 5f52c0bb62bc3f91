# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import threading
from contextlib import contextmanager
from decimal import Decimal

import odoo
import requests
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged

from .common import ROOT, BankMixin

CLIENTS = 6


class CommittedBank(BankMixin):
    """The builders of the other tests, on an environment that is committed."""

    def __init__(self, env):
        self.env = env


@tagged("post_install", "-at_install")
class TestConcurrency(BaseCase):
    """Requests at the same time, each in its own real transaction.

    What the tests write is committed, and taken away again at the end.
    """

    def setUp(self):
        super().setUp()
        if odoo.service.server.server is None:
            self.skipTest("needs an HTTP server")
        port = odoo.service.server.server.httpd.server_port
        self.address = f"http://127.0.0.1:{port}{ROOT}/"
        self.registry = Registry(get_db_name())
        self.addCleanup(self.clean)
        self.clean()
        with self.environment() as env:
            CommittedBank(env).make_account("PROG1", 1000)

    @contextmanager
    def environment(self):
        """:return: context manager that gives an environment, and commits at its end"""
        with self.registry.cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})

    def clean(self):
        """Remove what this class commits."""
        with self.registry.cursor() as cr:
            for table, column in (
                ("log", "account_id"),
                ("payment", "account_id"),
                ("payment_batch", "account_id"),
                ("block", "account_id"),
                ("statement", "account_id"),
                ("account", "id"),
            ):
                cr.execute(
                    f"DELETE FROM g2p_bridge_example_bank_{table} WHERE {column} IN"
                    " (SELECT id FROM g2p_bridge_example_bank_account"
                    "   WHERE account_number = 'PROG1')"
                )
            cr.execute("DELETE FROM queue_job WHERE model_name LIKE 'g2p.bridge.example.bank.%'")

    def at_once(self, *calls):
        """Run all calls at the same moment.

        :return: their results in order
        """
        results = [None] * len(calls)
        barrier = threading.Barrier(len(calls))

        def run(position):
            barrier.wait()
            results[position] = calls[position]()

        threads = [threading.Thread(target=run, args=(n,)) for n in range(len(calls))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    def post(self, path, message, key=None):
        response = requests.post(
            self.address + path,
            data=json.dumps(message, default=str),
            headers={
                "Content-Type": "application/json",
                **({"Idempotency-Key": key} if key else {}),
            },
            timeout=120,
        )
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()

    def block(self, amount, key=None):
        message = {"account_number": "PROG1", "currency": "USD", "amount": amount}
        return self.post("block_funds", message, key)

    def payment(self, n, block, **values):
        return BankMixin.payment(self, n, block, **values)

    def pay(self, payments, key=None):
        return self.post("initiate_payment", payments, key)

    def query(self, text):
        with self.registry.cursor() as cr:
            cr.execute(text)
            return cr.fetchone()[0]

    def count_payments(self):
        return self.query(
            "SELECT COUNT(*) FROM g2p_bridge_example_bank_payment payment"
            "  JOIN g2p_bridge_example_bank_account account ON account.id = payment.account_id"
            " WHERE account.account_number = 'PROG1'"
        )

    def test_the_same_block_at_once_is_made_once(self):
        answers = self.at_once(*[lambda: self.block(100, "key-1")] * CLIENTS)
        self.assertEqual({answer["status"] for answer in answers}, {"success"})
        self.assertEqual(len({answer["block_reference_no"] for answer in answers}), 1)

    def test_blocks_at_once_never_exceed_the_account(self):
        answers = self.at_once(*[lambda: self.block(300)] * CLIENTS)
        self.assertEqual([answer["status"] for answer in answers].count("success"), 3)

    def test_the_same_batch_at_once_is_taken_once(self):
        block = self.block(100)["block_reference_no"]
        payments = [self.payment(n, block) for n in range(5)]
        answers = self.at_once(*[lambda: self.pay(payments, "batch-1")] * CLIENTS)
        self.assertEqual({answer["status"] for answer in answers}, {"success"})
        self.assertEqual(self.count_payments(), 5)

    def test_a_slow_call_and_its_repetition_pay_once(self):
        block = self.block(100)["block_reference_no"]
        payments = [self.payment(n, block) for n in range(5)]
        with self.environment() as env:
            account = env["g2p.bridge.example.bank.account"].search(
                [("account_number", "=", "PROG1")]
            )
            account.set_fault("slow", "initiate_payment", seconds=1)
        answers = self.at_once(*[lambda: self.pay(payments, "batch-1")] * 2)
        self.assertEqual({answer["status"] for answer in answers}, {"success"})
        self.assertEqual(self.count_payments(), 5)

    def test_batches_at_once_never_exceed_the_block(self):
        block = self.block(35)["block_reference_no"]
        answers = self.at_once(
            *[lambda n=n: self.pay([self.payment(n, block)], f"batch-{n}") for n in range(CLIENTS)]
        )
        self.assertEqual([answer["status"] for answer in answers].count("success"), 3)
        self.assertEqual(self.count_payments(), 3)

    def test_a_payment_at_once_in_many_batches_is_taken_once(self):
        blocks = [self.block(10)["block_reference_no"] for _client in range(CLIENTS)]
        answers = self.at_once(
            *[
                lambda n=n, block=block: self.pay([self.payment(1, block)], f"batch-{n}")
                for n, block in enumerate(blocks)
            ]
        )
        self.assertEqual([answer["status"] for answer in answers].count("success"), 1)
        self.assertEqual(self.count_payments(), 1)

    def test_a_release_at_once_gives_the_rest_once(self):
        block = self.block(100)["block_reference_no"]
        message = {"block_reference_no": block}
        answers = self.at_once(
            *[lambda n=n: self.post("release_funds", message, f"r-{n}") for n in range(CLIENTS)]
        )
        self.assertEqual(sum(answer["released_amount"] for answer in answers), 100)

    def test_payment_and_release_at_once_share_the_block(self):
        block = self.block(100)["block_reference_no"]
        paid, released = self.at_once(
            lambda: self.pay([self.payment(1, block, payment_amount=Decimal(60))], "batch-1"),
            lambda: self.post("release_funds", {"block_reference_no": block}, "r-1"),
        )
        used = 60 if paid["status"] == "success" else 0
        self.assertEqual(used + released["released_amount"], 100)

    def test_a_batch_booked_at_once_by_two_jobs_is_booked_once(self):
        block = self.block(50)["block_reference_no"]
        self.pay([self.payment(n, block) for n in range(5)], "batch-1")

        def book():
            with self.environment() as env:
                batches = env["g2p.bridge.example.bank.payment.batch"]
                batch = batches.search([("reference", "=", "batch-1")])
                odoo.service.model.retrying(batch._job_book, env)

        self.at_once(book, book, book)
        debits = self.query(
            "SELECT COUNT(*) FROM g2p_bridge_example_bank_log log"
            "  JOIN g2p_bridge_example_bank_account account ON account.id = log.account_id"
            " WHERE account.account_number = 'PROG1' AND mark = 'D'"
        )
        self.assertEqual(debits, 5)
