# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.g2p_bridge_base.tests.one_person import let_one_person

from .common import line, statement

ROOT = "/g2p_bridge_mt940/bank/"


@tagged("-at_install", "post_install")
class TestSecretAddress(HttpCase):
    """A bank that can send no header posts its statements to an address that only it knows."""

    def setUp(self):
        super().setUp()
        let_one_person(self)
        self.env["ir.config_parameter"].set_param("g2p_bridge.own_url", self.base_url())
        company = self.env["res.company"].create({"name": "Second Company"})
        self.bank = self.env["g2p.bridge.sponsor.bank"].create(
            {"name": "Bank without Headers", "code": "HEADERLESS", "company_id": company.id}
        )
        self.admin = new_test_user(
            self.env,
            "address_admin",
            groups="g2p_bridge_base.group_admin",
            company_ids=[(6, 0, [company.id, self.env.company.id])],
        )

    def make(self):
        """:return: the path of a new secret address, as it is shown to an administrator"""
        action = self.bank.with_user(self.admin).action_new_statement_address()
        self.assertEqual(action["res_model"], "g2p.bridge.secret.show")
        self.env.flush_all()
        return action["context"]["default_secret"].removeprefix(self.base_url())

    def post(self, path, content=None, name="statement.mt940", **options):
        files = {"statement_file": (name, content or statement(line()))}
        return self.url_open(path, **{"files": files, "method": "POST", **options})

    def statements(self):
        return self.env["g2p.bridge.statement"].search([])

    def test_a_statement_arrives_as_with_the_token(self):
        answer = self.post(self.make())
        self.assertEqual(answer.status_code, 200, answer.text)
        body = answer.json()
        self.assertEqual((body["status"], body["error_code"]), ("success", ""))
        self.assertEqual(self.statements().statement_id, body["statement_id"])
        self.assertEqual(self.statements().sponsor_bank_id, self.bank)
        self.assertEqual(self.statements().company_id, self.bank.company_id)

    def test_a_refused_file_is_told_in_the_same_words(self):
        answer = self.post(self.make(), b"date;amount\n")
        self.assertEqual(answer.status_code, 200)
        body = answer.json()
        self.assertEqual((body["status"], body["error_code"]), ("failed", "STATEMENT_UPLOAD_ERROR"))
        self.assertIn(":20:", body["error_message"])

    def test_without_a_file_or_with_too_much_of_it(self):
        path = self.make()
        self.assertEqual(self.post(path, files=None).status_code, 400)
        self.env["ir.config_parameter"].set_param("g2p_bridge.max_statement_megabytes", "1")
        for size in (2**20 + 1, 2**20 + 2**17):
            self.assertEqual(self.post(path, b"x" * size).status_code, 413)

    def test_strangers_find_nothing_there(self):
        path = self.make()
        token = path.removeprefix(ROOT).split("/")[0]
        self.bank.statement_token = "the-token-of-the-header"
        self.env.flush_all()
        wrong = ("x", token[:-1], token + "x", token.swapcase(), "%00", "%C3%A9", "%FF", "•" * 8)
        for given in (*wrong, "the-token-of-the-header"):
            with self.subTest(given):
                answer = self.post(f"{ROOT}{given}/upload_mt940")
                self.assertEqual(answer.status_code, 404, answer.text)
                self.assertEqual(answer.json()["error_code"], "NOT_FOUND")
        for odd in (ROOT, f"{ROOT}{token}", f"{path}/x", "/g2p_bridge_mt940/bank//upload_mt940"):
            with self.subTest(odd):
                self.assertEqual(self.post(odd).status_code, 404)
        self.assertEqual(self.url_open(path, method="GET").status_code, 405)
        self.assertFalse(self.statements())

    def test_the_token_of_the_address_is_no_token_of_the_header(self):
        token = self.make().removeprefix(ROOT).split("/")[0]
        answer = self.post(
            "/g2p_bridge_mt940/upload_mt940", headers={"Authorization": f"Bearer {token}"}
        )
        self.assertEqual(answer.status_code, 401)

    def test_another_address_closes_the_former_one(self):
        former = self.make()
        now = self.make()
        self.assertNotEqual(former, now)
        self.assertEqual(self.post(former).status_code, 404)
        self.assertEqual(self.post(now).status_code, 200)
        self.bank.with_user(self.admin).action_close_statement_address()
        self.env.flush_all()
        self.assertFalse(self.bank.has_statement_address or self.bank.statement_url)
        self.assertEqual(self.post(now).status_code, 404)

    def test_an_archived_bank_has_no_address(self):
        path = self.make()
        self.bank.active = False
        self.env.flush_all()
        self.assertEqual(self.post(path).status_code, 404)

    def test_nobody_reads_it_and_the_trail_says_that_it_was_made(self):
        path = self.make()
        token = path.removeprefix(ROOT).split("/")[0]
        with self.assertRaises(AccessError):
            self.bank.with_user(self.admin).read(["statement_address"])
        shown = self.bank.with_user(self.admin).read(["statement_url", "has_statement_address"])
        self.assertTrue(shown[0]["has_statement_address"])
        self.assertIn("/••••••••/upload_mt940", shown[0]["statement_url"])
        self.env.cr.execute(
            "SELECT statement_address FROM g2p_bridge_sponsor_bank WHERE id = %s", [self.bank.id]
        )
        trail = self.env["g2p.bridge.audit"].search([("action", "=", "secret")], limit=1)
        self.assertEqual(trail.new_value, "replaced")
        told = [self.bank.message_ids.mapped("body"), trail.read(), self.env.cr.fetchall()]
        self.assertNotIn(token, str(told))
        self.assertIn("Secret Address for Statements: replaced", str(told))
        self.assertFalse(self.bank.copy().has_statement_address)

    def test_only_an_administrator_makes_and_closes_it(self):
        for group in ("officer", "approver", "finance", "auditor"):
            user = new_test_user(
                self.env, f"address_{group}", groups=f"g2p_bridge_base.group_{group}"
            )
            bank = self.bank.with_user(user)
            for button in (bank.action_new_statement_address, bank.action_close_statement_address):
                with self.subTest(f"{group}: {button.__name__}"), self.assertRaises(AccessError):
                    button()

    def test_it_is_made_and_closed_with_a_second_factor_only(self):
        self.make()
        self.bank.company_id.bridge_second_factor = "each"
        bank = self.bank.with_user(self.admin)
        for button in (bank.action_new_statement_address, bank.action_close_statement_address):
            with self.subTest(button.__name__), self.assertRaisesRegex(UserError, "authenticator"):
                button()
        self.assertTrue(self.bank.has_statement_address)

    def test_without_an_address_of_this_server_none_is_made(self):
        parameters = self.env["ir.config_parameter"]
        with patch.object(type(parameters), "get_param", lambda *_args: ""):
            with self.assertRaisesRegex(UserError, "Settings"):
                self.bank.action_new_statement_address()
        self.assertFalse(self.bank.has_statement_address)

    def test_the_token_stands_in_no_log_of_requests(self):
        path = self.make()
        record = logging.makeLogRecord(
            {"name": "werkzeug", "msg": "%s - [%s]", "args": ("::1", f"POST {path}?a=1 HTTP/1.1")}
        )
        self.assertTrue(logging.getLogger("werkzeug").filter(record))
        self.assertEqual(record.getMessage(), f"::1 - [POST {ROOT}***/upload_mt940?a=1 HTTP/1.1]")
