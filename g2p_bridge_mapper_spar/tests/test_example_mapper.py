# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo.tests import HttpCase, tagged

from odoo.addons.g2p_bridge.lib.financial_address import FinancialAddress
from odoo.addons.g2p_bridge.tests.mapper.mapper_contract import TRANSACTION, MapperContract
from odoo.addons.g2p_bridge_base.tests.peer import CallBackServer

from .spar_servers import written

ENTRY = "g2p.bridge.example.mapper.entry"


def account(number):
    return FinancialAddress("BANK_ACCOUNT", account_number=f"{number}")


class ExampleMapper(MapperContract):
    """A connector against the example mapper over HTTP, where that addon is installed."""

    contract_failures = ("down", "error")
    connector = None

    def setUp(self):
        super().setUp()
        if ENTRY not in self.env:
            self.skipTest("g2p_bridge_example_mapper is not installed")
        self.behaviour = self.env["g2p.bridge.example.mapper.behaviour"]._current()
        self.behaviour.write({"fault": "none", "signature_required": True, "call_back": "after"})
        key = self.env["g2p.bridge.signing.key"].create({"algorithm": "ES256"})
        key.action_generate()
        key.action_use()
        self.mapper = self.env["g2p.bridge.mapper"].create(
            {
                "name": "Example",
                "connector": self.connector,
                "base_url": self.base_url() + "/g2p_bridge_example_mapper",
                "environment": "test",
                "read_timeout": 5,
            }
        )

    def contract_mapper(self):
        return self.mapper

    def contract_link(self, addresses):
        self.env[ENTRY].create(
            [{"id_value": key, "fa": written(address)} for key, address in addresses.items()]
        )
        self.env.flush_all()

    def contract_calls(self):
        return self.allow_requests(all_requests=True)

    @contextmanager
    def contract_failure(self, kind):
        if kind == "error":
            self.behaviour.fault = "error_500"
        else:
            root = "http://127.0.0.1:9" if kind == "down" else self.mapper.base_url
            self.mapper.base_url = f"{root}/nowhere"
        self.env.flush_all()
        yield

    def resolve(self, fault, **values):
        self.contract_link({f"ID-{n}": account(n) for n in range(6)})
        self.behaviour.write({"fault": fault, **values})
        self.env.flush_all()
        return self._ask(*((f"ref-{n}", f"ID-{n}") for n in range(6)))

    def test_another_order_changes_nothing(self):
        answers = self.resolve("swapped")
        for n in range(6):
            self.assertAddress(answers[f"ref-{n}"], account(n))

    def test_missing_answers_are_told_from_unknown_ids(self):
        answers = self.resolve("missing", fault_every=3)
        self.assertEqual([n for n in range(6) if not answers[f"ref-{n}"].answered], [2, 5])

    def test_half_an_answer_leaves_the_rest_unanswered(self):
        answers = self.resolve("partial")
        self.assertEqual([n for n in range(6) if not answers[f"ref-{n}"].answered], [3, 4, 5])

    def test_an_answer_about_somebody_else_is_nobodys_address(self):
        answers = self.resolve("wrong_ids", fault_every=3)
        for n in (2, 5):
            self.assertFalse(answers[f"ref-{n}"].address)
            self.assertTrue(answers[f"ref-{n}"].reason_code)
        for n in (0, 1, 3, 4):
            self.assertAddress(answers[f"ref-{n}"], account(n))

    def test_an_unreadable_address_is_none(self):
        answers = self.resolve("malformed", fault_every=1)
        self.assertIsNone(answers["ref-1"].address)
        self.assertRegex(answers["ref-1"].reason_code, "^ADDRESS_")


@tagged("post_install", "-at_install")
class TestSynchronous(ExampleMapper, HttpCase):
    connector = "spar_1"


@tagged("post_install", "-at_install")
class TestSpar2(ExampleMapper, HttpCase):
    connector = "spar_2"


@tagged("post_install", "-at_install")
class TestAsynchronous(ExampleMapper, HttpCase):
    connector = "spar_1_async"

    def setUp(self):
        super().setUp()
        self.receiver = CallBackServer()
        self.addCleanup(self.receiver.close)
        self.env["ir.config_parameter"].set_param("g2p_bridge.own_url", self.receiver.url)

    def contract_call_back(self):
        path, body = self.receiver.next()
        token = self.mapper.sudo().call_back_token
        self.assertEqual(path, f"/g2p_bridge/mapper/{token}/on-resolve")
        return body

    def test_the_call_back_may_be_there_before_the_acknowledgement(self):
        self.behaviour.call_back = "before"
        self.contract_link({"ID-1": account(1)})
        self.assertFalse(self._ask(("ref-1", "ID-1"), transaction=TRANSACTION)["ref-1"].reason_code)
