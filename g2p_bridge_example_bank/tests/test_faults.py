# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

import requests
from odoo.tests import tagged

from .common import ROOT, BankHttpCase

MESSAGE = {"account_number": "PROG1", "currency": "USD", "amount": 100}


@tagged("post_install", "-at_install")
class TestFaults(BankHttpCase):
    """The bank misbehaves exactly as it was told, and for as many calls."""

    def make_block(self, key="key-1"):
        return self.post("block_funds", MESSAGE, key, allow_redirects=False)

    def assert_no_answer(self):
        """Assert that the connection ends without an answer; unlike ``assertRaises`` here,
        this does not roll back what the bank did."""
        try:
            response = self.make_block()
        except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError):
            return
        finally:
            self.env.invalidate_all()
        raise AssertionError(f"the bank answered {response.text}")

    def test_a_refusal_does_nothing(self):
        self.account.set_fault("refuse")
        answer = self.make_block().json()
        self.assertEqual((answer["status"], answer["block_reference_no"]), ("failed", ""))
        self.assert_balances("1000", "0")

    def test_a_closed_connection_does_nothing(self):
        self.account.set_fault("close")
        self.assert_no_answer()
        self.assert_balances("1000", "0")

    def test_accepted_and_cut(self):
        self.account.set_fault("accept_then_cut")
        self.assert_no_answer()
        self.assert_balances("1000", "100")
        self.assertEqual(self.make_block().json()["status"], "success")
        self.assert_balances("1000", "100")

    def test_accepted_and_error_500(self):
        self.account.set_fault("accept_then_500")
        self.assertEqual(self.make_block().status_code, 500)
        self.assert_balances("1000", "100")

    def test_accepted_and_answered_late(self):
        self.account.set_fault("accept_then_timeout", seconds=1)
        self.assertEqual(self.make_block().json()["status"], "success")
        self.assert_balances("1000", "100")

    def test_slow_and_right(self):
        self.account.set_fault("slow", seconds=1)
        self.assertEqual(self.make_block().json()["status"], "success")

    def test_a_fault_lasts_as_many_calls_as_it_was_given(self):
        fault = self.account.set_fault("refuse", calls=2)
        states = [self.make_block().json()["status"] for _call in range(3)]
        self.assertEqual(states, ["failed", "failed", "success"])
        self.assertEqual(fault.calls, 0)

    def test_faults_come_one_after_the_other(self):
        self.account.set_fault("refuse")
        self.account.set_fault("accept_then_500")
        codes = [self.make_block().status_code for _call in range(3)]
        self.assertEqual(codes, [200, 500, 200])

    def test_a_fault_hits_its_operation_and_account_only(self):
        self.make_account("PROG2").set_fault("refuse")
        self.account.set_fault("refuse", "initiate_payment")
        answer = self.make_block().json()
        self.assertEqual(answer["status"], "success")
        payment = self.payment(1, answer["block_reference_no"])
        refused = self.post("initiate_payment", [payment], "batch-1").json()
        self.assertEqual(refused["status"], "failed")
        status = self.post("payment_status", {"batch_reference": "batch-1"}).json()
        self.assertEqual(status["batch_status"], "rejected")

    def test_a_fault_may_hit_the_question_for_a_batch_never_received(self):
        self.account.set_fault("accept_then_500", "any")
        self.account.set_fault("accept_then_500", "payment_status")
        message = {"batch_reference": "batch-1"}
        codes = [self.post("payment_status", message).status_code for _call in range(2)]
        self.assertEqual(codes, [500, 200])

    def test_single_payments_are_rejected_and_stay_so(self):
        block = self.make_block().json()["block_reference_no"]
        payments = [self.payment(n, block) for n in range(10)]
        self.account.set_fault("reject_payments", share=30)
        first = self.post("initiate_payment", payments, "batch-1").json()
        self.assertEqual(first["status"], "success")
        rejected = [item["payment_reference_number"] for item in first["rejected"]]
        self.assertTrue(0 < len(rejected) < 10)
        self.assertEqual({item["error_code"] for item in first["rejected"]}, {"REJECTED_BY_BANK"})
        self.assertEqual(self.post("initiate_payment", payments, "batch-1").json(), first)
        status = self.post("payment_status", {"batch_reference": "batch-1"}).json()
        self.assertEqual(status["rejected"], first["rejected"])
        taken = 10 - len(rejected)
        batch = self.account.batch_ids
        self.assertEqual((batch.payment_count, batch.amount), (taken, 10 * taken))
        batch._job_book()
        self.assertEqual(len(self.log(mark="D")), taken)
        again = [payment for payment in payments if payment["payment_reference_number"] in rejected]
        self.assertEqual(
            self.post("initiate_payment", again, "batch-2").json()["status"], "success"
        )

    def test_rejection_leaves_other_operations_alone(self):
        fault = self.account.set_fault("reject_payments")
        self.assertEqual(self.make_block().json()["status"], "success")
        self.assertEqual(fault.calls, 1)

    def test_answers_that_nobody_can_use_come_after_the_work(self):
        for number, (kind, code, begin) in enumerate(
            (
                ("accept_then_double", 200, '{"status": "success"'),
                ("accept_then_bad_json", 200, '{"status": "success"'),
                ("accept_then_html", 200, "<!DOCTYPE html>"),
                ("accept_then_redirect", 307, ""),
            ),
            1,
        ):
            with self.subTest(kind):
                self.account.set_fault(kind)
                response = self.make_block(f"key-{number}")
                self.assertEqual(response.status_code, code)
                self.assertTrue(response.text.startswith(begin))
                with self.assertRaises(ValueError):
                    response.json()
                self.assert_balances("1000", str(100 * number))

    def test_half_an_answer_comes_after_the_work(self):
        self.account.set_fault("accept_then_half")
        self.assert_no_answer()
        self.assert_balances("1000", "100")

    def test_a_call_may_ask_for_its_own_fault(self):
        def call(fault):
            headers = {"Content-Type": "application/json", "Example-Bank-Fault": fault}
            data = json.dumps(MESSAGE)
            return self.url_open(f"{ROOT}/block_funds", data=data, headers=headers)

        self.assertEqual(call("accept_then_500").status_code, 500)
        self.assertEqual(call("refuse; 5").status_code, 400)
        self.assertEqual(call("refuse;5").json()["status"], "failed")
        self.assertEqual(call("book_twice").status_code, 400)
        self.assertEqual(self.make_block().json()["status"], "success")
        self.assert_balances("1000", "200")

    def test_chance_is_repeatable(self):
        fault = self.account.set_fault("refuse", calls=100, probability=50, seed=4)

        def play():
            return [self.make_block().json()["status"] for _call in range(12)]

        first = play()
        self.assertEqual(set(first), {"failed", "success"})
        self.assertEqual((fault.calls, fault.occasions), (100 - first.count("failed"), 12))
        fault.seed = 4
        self.env.flush_all()
        self.assertEqual(play(), first)

    def test_a_fault_that_does_not_hit_leaves_the_call_to_the_next_one(self):
        never = self.account.set_fault("refuse", probability=0)
        self.account.set_fault("accept_then_500")
        self.assertEqual(self.make_block().status_code, 500)
        self.assertEqual((never.calls, never.occasions), (1, 1))

    def test_each_fault_is_told_in_words(self):
        faults = self.env["g2p.bridge.example.bank.fault"]
        for kind, _label in faults._fields["kind"].selection:
            with self.subTest(kind):
                self.assertTrue(self.account.set_fault(kind).explanation.endswith("."))

    def test_faults_are_taken_away(self):
        self.account.set_fault("refuse")
        self.account.set_fault("none")
        self.assertEqual(self.make_block().json()["status"], "success")
