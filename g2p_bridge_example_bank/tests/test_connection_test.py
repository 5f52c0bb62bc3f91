# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import socket
import threading
from contextlib import closing, contextmanager
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.g2p_bridge_base.models.endpoint import http_client
from odoo.addons.g2p_bridge_base.tests.one_person import let_one_person
from odoo.addons.g2p_bridge_base.tests.peer import Peer

from .common import ROOT, BankHttpCase

HTTP_LOGGER = "odoo.addons.g2p_bridge_base.models.endpoint.http_client"


@tagged("post_install", "-at_install")
class TestConnectionTest(BankHttpCase):
    """An administrator presses "Test Connection": what is told, and what is kept."""

    def setUp(self):
        super().setUp()
        let_one_person(self)
        self.admin = new_test_user(self.env, "tester", groups="g2p_bridge_base.group_admin")
        self.bank = self.env["g2p.bridge.sponsor.bank"].create(
            {
                "name": "Example Bank",
                "code": "EXAMPLE",
                "connector": "example_bank",
                "base_url": self.base_url() + ROOT,
            }
        )

    def press(self, **values):
        self.bank.write(values)
        with self.reaching_the_bank():
            action = self.bank.with_user(self.admin).action_test_connection()
        return action["params"]

    def assertFails(self, cause, word, **values):
        shown = self.press(**values)
        self.assertEqual((shown["type"], self.bank.last_test_cause), ("danger", cause))
        self.assertEqual(self.bank.last_test_result, "failed")
        self.assertIn(word, shown["message"])
        self.assertEqual(shown["message"], self.bank.last_test_advice)

    def test_a_forbidden_network_says_what_to_do(self):
        with patch.object(http_client, "server_networks", lambda: ()):
            shown = self.press()
        self.assertEqual((shown["type"], self.bank.last_test_cause), ("danger", "forbidden"))
        for text in (shown["message"], self.bank.last_test_answer):
            self.assertIn("Private Networks", text)
            self.assertIn("127.0.0.1", text)

    def test_a_good_answer_is_kept_with_time_and_user(self):
        shown = self.press()
        self.assertEqual(shown["type"], "success")
        self.assertIn("moves no money", shown["message"])
        bank = self.bank
        self.assertEqual((bank.last_test_result, bank.last_test_by_id), ("ok", self.admin))
        self.assertTrue(bank.last_test_at)
        self.assertIn(f"{ROOT}/ping", bank.last_test_tried)
        self.assertIn("200", bank.last_test_tried)
        self.assertFalse(bank.last_test_advice)

    def test_each_failure_says_what_to_do(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge_example_bank.api_token", "s3cret")
        self.assertFails("credential", "credential", credential="wr0ng-token")
        self.assertFails("path", "path", base_url=self.base_url() + "/nowhere")
        self.assertFails("refused", "port", base_url=f"http://127.0.0.1:{free_port()}")
        self.assertFails("tls", "https", base_url=self.base_url().replace("http:", "https:"))
        with silent_server() as address:
            self.assertFails("read_timeout", "time-out", base_url=address, read_timeout=1)
        self.assertFails("no_address", "address", base_url=False)

    def test_a_bank_that_is_not_ours_answers_too(self):
        with original_bank() as address:
            self.bank.write(
                {
                    "base_url": address,
                    "can_release_funds": False,
                    "can_query_payment_status": False,
                    "has_idempotent_block": False,
                }
            )
            shown = self.press()
        self.assertEqual(shown["type"], "success", shown)
        self.assertNotIn("payment_status", self.bank.last_test_tried)
        self.assertNotIn("release_funds", self.bank.last_test_tried)

    def test_a_new_bank_can_what_its_connector_can_until_somebody_unticks_it(self):
        form = Form(self.env["g2p.bridge.sponsor.bank"].with_user(self.admin))
        form.name, form.code, form.connector = "Original", "ORIGINAL", "example_bank"
        self.assertTrue(form.can_release_funds)
        self.assertTrue(form.can_query_payment_status)
        form.has_idempotent_block = False
        bank = form.save()
        self.assertTrue(bank.can_release_funds and bank.can_query_payment_status)
        self.assertFalse(bank.has_idempotent_block)
        with Form(bank) as form:
            form.connector = False
        self.assertFalse(bank.can_release_funds)
        self.assertFalse(bank.lacks_release_funds)

    def test_a_record_that_says_more_than_its_bank_can_do_fails(self):
        with original_bank() as address:
            self.assertFails("capabilities", "What the Bank Can Do", base_url=address)
            self.assertIn("payment_status, release_funds", self.bank.last_test_answer)
            self.bank.write({"can_release_funds": False, "can_query_payment_status": False})
            self.assertFalse(self.bank.last_test_result, "what was tested is another bank now")
            self.assertFails("capabilities", "What the Bank Can Do")
            self.assertIn("once more", self.bank.last_test_answer)
            self.assertEqual(self.press(has_idempotent_block=False)["type"], "success")

    def test_the_credential_is_in_nothing_that_is_kept(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge_example_bank.api_token", "s3cret")
        with self.assertLogs(HTTP_LOGGER, "DEBUG") as logs:
            logging.getLogger(HTTP_LOGGER).info("A test begins.")  # there may be no other line
            shown = self.press(credential="wr0ng-token")
        self.assertNotIn(
            "wr0ng-token",
            str(shown) + str(self.bank.with_user(self.admin).read()) + str(logs.output),
        )

    def test_what_the_bank_quotes_is_masked(self):
        self.bank.credential = "wr0ng-token"
        self.assertEqual(
            self.bank._without_secrets("no such token: wr0ng-token"), "no such token: ••••••••"
        )

    def test_another_address_or_credential_needs_another_test(self):
        for values in ({"base_url": "https://example.org"}, {"credential": "other"}):
            self.press(base_url=self.base_url() + ROOT)
            self.assertTrue(self.bank.last_test_result)
            self.bank.write(values)
            self.assertFalse(self.bank.last_test_result)
            self.assertFalse(self.bank.last_test_at)

    def test_only_what_can_be_called_is_switched_on(self):
        self.bank.action_enable()
        self.assertEqual(self.bank.environment, "enabled")
        self.bank.action_disable()
        self.bank.base_url = False
        for switch in (self.bank.action_enable, self.bank.action_use_for_test):
            with self.assertRaisesRegex(UserError, "no address"):
                switch()
        self.bank.connector = False
        with self.assertRaisesRegex(UserError, "no connector"):
            self.bank.action_enable()
        self.assertEqual(self.bank.environment, "disabled")

    def test_a_copy_is_another_bank_disabled_and_untested(self):
        self.press(credential="secret", environment="enabled")
        copy = self.bank.copy()
        self.assertEqual((copy.code, copy.environment), ("EXAMPLE-COPY", "disabled"))
        self.assertNotEqual(copy.name, self.bank.name)
        self.assertFalse(copy.last_test_result)
        self.assertFalse(copy.has_credential)


class Original(Peer):
    """OpenG2P's own example bank, as its answers were recorded."""

    def respond(self, request):
        operation = request.path.lstrip("/")
        if operation == "check_funds":
            return 200, {"status": "failed", "error_message": "Account not found"}
        if operation == "ping":
            return 405, errors("G2P-REQ-405", "Method Not Allowed")
        return 404, errors("G2P-REQ-404", "Not Found")


def errors(code, message):
    return {"errors": [{"code": code, "message": message}]}


@contextmanager
def original_bank():
    """:return: the address of a bank with neither idempotency, status query nor release"""
    with closing(Original()) as server:
        yield server.url


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def silent_server():
    """A server that takes each request and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = []

        def accept():
            try:
                while True:
                    taken.append(server.accept()[0])
            except OSError:
                return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        for connection in taken:
            connection.close()
