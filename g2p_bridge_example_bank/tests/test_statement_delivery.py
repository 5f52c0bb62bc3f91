# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import email
import email.policy

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.g2p_bridge_base.tests.peer import Peer

from .common import BankCase


class Receiver(Peer):
    """A client that takes statements: answers as told, remembers what it got."""

    def __init__(self):
        self.answers = []
        self.received = []
        super().__init__("/upload_mt940")

    def respond(self, request):
        head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
        parts = email.message_from_bytes(head + request.body, policy=email.policy.HTTP)
        [part] = parts.iter_parts()
        self.received.append((request.headers["Authorization"], part))
        return self.answers.pop(0)


class ReceivingCase(BankCase):
    """The account's statements are posted to a receiver of the test."""

    def setUp(self):
        super().setUp()
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        self.account.write(
            {
                "statement_delivery": "callback",
                "callback_url": self.receiver.url,
                "callback_token": "t0ken",
            }
        )


@tagged("post_install", "-at_install")
class TestStatementDelivery(ReceivingCase):
    """A statement is posted until the client says that it has it."""

    def setUp(self):
        super().setUp()
        self.book(3)
        self.statement = self.env["g2p.bridge.example.bank.statement"]._request(self.account)
        self.statement._job_make()

    def deliver(self, *answers):
        """Run the delivery once for each answer of the receiver."""
        for answer in answers:
            self.receiver.answers.append(answer)
            self.statement._job_deliver()

    def jobs(self):
        return self.env["queue.job"].search(
            [("model_name", "=", self.statement._name), ("method_name", "=", "_job_deliver")]
        )

    def test_a_finished_statement_waits_for_its_delivery(self):
        self.assertEqual(self.statement.delivery_state, "pending")
        self.assertEqual(len(self.jobs()), 1)

    def test_the_client_gets_the_file_and_the_token(self):
        self.deliver((200, {"status": "success", "statement_id": "S1"}))
        [(authorization, part)] = self.receiver.received
        self.assertEqual(authorization, "Bearer t0ken")
        self.assertEqual(part.get_param("name", header="content-disposition"), "statement_file")
        self.assertEqual(part.get_payload(decode=True), self.statement.attachment_id.raw)
        self.assertEqual(self.statement.delivery_state, "delivered")
        self.assertEqual(self.statement.delivery_attempts, 1)

    def test_every_other_answer_is_tried_again(self):
        for number, (answer, word) in enumerate(
            (
                ((500, b"oops"), "HTTP 500"),
                ((302, b""), "HTTP 302"),
                ((200, b"<html>"), "not JSON"),
                ((200, []), "Refused"),
                ((200, {"status": "failed", "error_code": "TOO_LARGE"}), "TOO_LARGE"),
            ),
            1,
        ):
            with self.subTest(word):
                self.deliver(answer)
                self.assertEqual(self.statement.delivery_state, "failed")
                self.assertEqual(self.statement.delivery_attempts, number)
                self.assertIn(word, self.statement.last_error)
                self.assertGreater(self.statement.next_attempt_at, fields.Datetime.now())
        self.deliver((200, {"status": "success"}))
        self.assertEqual(self.statement.delivery_state, "delivered")
        self.assertFalse(self.statement.last_error)

    def test_the_bridge_of_openg2p_takes_it(self):
        header = {"version": "1.0.0", "message_id": "", "action": "", "status": "succ"}
        taken = {"signature": None, "header": header, "message": "0b9c8b06-7fc7-4f2f-9a0f"}
        self.deliver((200, taken))
        self.assertEqual(self.statement.delivery_state, "delivered")
        self.assertFalse(self.statement.last_error)
        self.statement._job_deliver()
        self.assertEqual(len(self.receiver.received), 1)

    def test_what_the_bridge_of_openg2p_rejects_is_sent_again(self):
        for header in (
            {"status": "rjct"},
            {"status": "rjct", "status_reason_message": "not MT940"},
            {"status": "rcvd"},
            {},
        ):
            with self.subTest(header):
                rejected = {"header": header, "message": "STATEMENT_UPLOAD_ERROR"}
                self.deliver((200, {**rejected, "status": "success"}))
                self.assertEqual(self.statement.delivery_state, "failed")
                self.assertIn("STATEMENT_UPLOAD_ERROR", self.statement.last_error)
                self.assertIn(header.get("status_reason_message", ""), self.statement.last_error)

    def test_a_statement_that_nobody_takes_is_given_up(self):
        rejected = {"header": {"status": "rjct"}, "message": "STATEMENT_UPLOAD_ERROR"}
        answers = [(200, rejected), (500, b""), (404, b""), (200, {"status": "failed"})]
        tries = 0
        while self.statement.delivery_state != "given_up":
            tries += 1
            self.assertLess(tries, 50, "it would go on for ever")
            self.deliver(answers[tries % len(answers)])
        self.assertFalse(self.statement.next_attempt_at)
        self.assertTrue(self.statement.last_error)
        self.jobs().unlink()
        self.statement._cron_heartbeat()
        self.statement._job_deliver()
        self.assertFalse(self.jobs())
        self.assertEqual(len(self.receiver.received), tries)
        self.statement.action_deliver_again()
        self.deliver((500, b""))
        self.assertEqual(self.statement.delivery_state, "failed", "a person has begun anew")
        wait = self.statement.next_attempt_at - fields.Datetime.now()
        self.assertLess(wait.total_seconds(), 70)
        self.deliver((200, {"status": "success"}))
        self.assertEqual(self.statement.delivery_state, "delivered")
        self.assertEqual(self.statement.delivery_attempts, tries + 2)

    def test_the_waits_grow_up_to_a_limit(self):
        waits = []
        for _attempt in range(9):
            self.deliver((500, b""))
            wait = self.statement.next_attempt_at - fields.Datetime.now()
            waits.append(round(wait.total_seconds() / 60))
        self.assertEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60])

    def test_a_client_that_is_down_is_tried_again_later(self):
        self.account.callback_url = "http://127.0.0.1:1/upload"
        # The job that runs is no longer one that waits.
        self.jobs().unlink()
        self.statement._job_deliver()
        self.assertEqual(self.statement.delivery_state, "failed")
        self.assertIn("ConnectionError", self.statement.last_error)
        self.assertNotIn("127.0.0.1", self.statement.last_error)
        self.assertEqual(self.jobs().eta, self.statement.next_attempt_at)

    def test_a_delivered_statement_is_not_posted_again_by_itself(self):
        self.deliver((200, {"status": "success"}))
        self.statement._job_deliver()
        self.assertEqual(len(self.receiver.received), 1)

    def test_deliver_again_posts_at_once(self):
        self.deliver((200, {"status": "success"}))
        self.statement.action_deliver_again()
        self.deliver((200, {"status": "success"}))
        self.assertEqual(len(self.receiver.received), 2)
        self.assertEqual(self.statement.delivery_attempts, 2)

    def test_deliver_again_needs_an_address(self):
        self.account.callback_url = False
        with self.assertRaises(UserError):
            self.statement.action_deliver_again()

    def test_a_lost_job_is_found_by_the_heartbeat(self):
        self.jobs().unlink()
        self.statement._cron_heartbeat()
        self.assertEqual(len(self.jobs()), 1)

    def test_an_attempt_that_is_not_due_is_left_alone(self):
        self.deliver((500, b""))
        self.jobs().unlink()
        self.statement._cron_heartbeat()
        self.assertFalse(self.jobs())

    def test_without_call_back_nothing_is_posted(self):
        self.account.statement_delivery = "download"
        statement = self.env["g2p.bridge.example.bank.statement"]._request(self.account)
        statement._job_make()
        self.assertEqual(statement.delivery_state, "download")
        statement._job_deliver()
        self.assertFalse(self.receiver.received)
