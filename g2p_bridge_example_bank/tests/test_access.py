# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import BankCase

READERS = ("officer", "approver", "finance", "auditor")
MODELS = ("account", "fault", "block", "payment.batch", "payment", "log", "statement")


@tagged("post_install", "-at_install")
class TestAccess(BankCase):
    """Administrators play with the bank, everyone else looks on."""

    def user(self, group, **values):
        group = f"g2p_bridge_base.group_{group}"
        return new_test_user(self.env, login=group, groups=group, **values)

    def test_readers_see_everything_and_change_nothing(self):
        self.book(2)
        for group in READERS:
            user = self.user(group)
            for name in MODELS:
                with self.subTest(group=group, model=name):
                    model = self.env[f"g2p.bridge.example.bank.{name}"].with_user(user)
                    model.search([]).mapped("display_name")
                    for operation in ("write", "create", "unlink"):
                        self.assertFalse(model.has_access(operation))
            account = self.account.with_user(user)
            for action in ("action_generate_statement", "set_fault"):
                args = ("refuse",) if action == "set_fault" else ()
                with self.assertRaises(AccessError):
                    getattr(account, action)(*args)

    def test_nobody_rewrites_the_books(self):
        admin = self.user("admin")
        for name in ("block", "payment.batch", "payment", "log"):
            model = self.env[f"g2p.bridge.example.bank.{name}"].with_user(admin)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(model.has_access(operation), (name, operation))

    def test_an_administrator_works_with_an_account(self):
        account = self.account.with_user(self.user("admin"))
        account.set_fault("refuse")
        account.action_generate_statement()
        deposit = account.env["g2p.bridge.example.bank.deposit"]
        deposit.create({"account_id": account.id, "amount": 5}).action_deposit()
        self.assert_balances("1005", "0")
        account.statement_ids.sudo()._job_make()
        account.callback_url = "http://127.0.0.1:1/"
        account.statement_ids.action_deliver_again()
        self.assertEqual(account.statement_ids.delivery_state, "pending")

    def test_companies_do_not_see_each_other(self):
        self.book(2)
        company = self.env["res.company"].create({"name": "Another Ministry"})
        user = self.user("admin", company_id=company.id, company_ids=[(6, 0, company.ids)])
        for name in MODELS:
            model = self.env[f"g2p.bridge.example.bank.{name}"].with_user(user)
            self.assertFalse(model.search([]), name)

    def test_beneficiary_data_are_for_finance_and_administrators(self):
        payment = self.book(1).payment_ids
        for group, allowed in (("finance", True), ("admin", True), ("officer", False)):
            fields = payment.with_user(self.user(group)).fields_get()
            for name in ("beneficiary_account", "beneficiary_phone_no", "beneficiary_email"):
                self.assertEqual(name in fields, allowed, (group, name))

    def test_tokens_are_for_administrators(self):
        for group, allowed in (("finance", False), ("admin", True)):
            fields = self.account.with_user(self.user(group)).fields_get()
            self.assertEqual("callback_token_input" in fields, allowed)
            self.assertNotIn("callback_token", fields)
