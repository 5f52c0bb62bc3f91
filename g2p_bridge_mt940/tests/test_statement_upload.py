# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from .common import line, make_program, statement


@tagged("-at_install", "post_install")
class TestStatementUpload(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance = new_test_user(cls.env, "finance", "g2p_bridge_base.group_finance")
        make_program(cls.env)

    def upload(self, *contents, user=None):
        env = self.env(user=user or self.finance)
        attachments = env["ir.attachment"].create(
            [
                {"name": f"file{number}.sta", "raw": content.encode(), "res_model": "", "res_id": 0}
                for number, content in enumerate(contents, 1)
            ]
        )
        wizard = env["g2p.bridge.statement.upload"].create(
            {"attachment_ids": [Command.set(attachments.ids)]}
        )
        action = wizard.action_upload()
        self.assertEqual((action["res_model"], action["res_id"]), (wizard._name, wizard.id))
        return wizard

    def test_each_file_has_its_result(self):
        wizard = self.upload(statement(line(), number="1/1"), statement(line(), number="2/1"))
        self.assertEqual(wizard.result_ids.mapped("outcome"), ["received", "received"])
        self.assertEqual(wizard.result_ids.mapped("file_name"), ["file1.sta", "file2.sta"])
        for result in wizard.result_ids:
            self.assertIn(result.statement_ids.statement_id, result.message)
            self.assertIn("another person of finance", result.message)
            self.assertEqual(result.statement_ids.channel, "person")

    def test_a_bad_file_does_not_lose_the_good_ones(self):
        wizard = self.upload(statement(number="1/1"), "no statement", statement(number="2/1"))
        self.assertEqual(wizard.result_ids.mapped("outcome"), ["received", "refused", "received"])
        self.assertIn(":20:", wizard.result_ids[1].message)
        self.assertEqual(len(self.env["g2p.bridge.statement"].search([])), 2)

    def test_a_file_that_was_handed_in_before_is_recognised(self):
        content = statement(line())
        first = self.upload(content)
        second = self.upload(content, content)
        self.assertEqual(second.result_ids.mapped("outcome"), ["known", "known"])
        self.assertEqual(second.result_ids.statement_ids, first.result_ids.statement_ids)

    def test_the_same_file_twice_at_once(self):
        wizard = self.upload(*[statement(line())] * 2)
        self.assertEqual(wizard.result_ids.mapped("outcome"), ["received", "known"])

    def test_a_file_that_is_partly_known(self):
        first, second = statement(number="1/1"), statement(number="2/1")
        self.upload(first)
        wizard = self.upload(first + second)
        self.assertEqual(wizard.result_ids.outcome, "received")
        self.assertIn("received before", wizard.result_ids.message)
        self.assertEqual(len(wizard.result_ids.statement_ids), 2)

    def test_what_waits_for_a_person(self):
        """A correction, and a statement of an account that nobody knows: kept, and told why."""
        self.upload(statement(line()))
        correction = statement(line(), line(customer="OTHER"), closing=":62F:C260131EUR800,00")
        wizard = self.upload(correction, statement(account="STRANGER"))
        self.assertEqual(wizard.result_ids.mapped("outcome"), ["waits", "waits"])
        for result, reason in zip(wizard.result_ids, ("has the number", "No benefit"), strict=True):
            self.assertIn(result.statement_ids.statement_id, result.message)
            self.assertIn(reason, result.message)
            self.assertNotIn("background", result.message)
        again = self.upload(correction)
        self.assertEqual(again.result_ids.outcome, "known")
        self.assertIn("has the number", again.result_ids.message)

    def test_opening_the_statements(self):
        one = self.upload(statement())
        action = one.action_open_statements()
        self.assertEqual(action["res_id"], one.result_ids.statement_ids.id)
        two = self.upload(statement(number="2/1") + statement(number="3/1"))
        found = self.env["g2p.bridge.statement"].search(two.action_open_statements()["domain"])
        self.assertEqual(found.mapped("statement_number"), ["3", "2"])

    def test_the_window_shows_what_each_statement_proves(self):
        wizard = self.upload(statement(number="1/1"), "no statement", statement(number="2/1"))
        self.assertEqual(wizard.statement_ids.mapped("statement_number"), ["1", "2"])
        self.assertTrue(wizard.in_process)
        first, second = wizard.statement_ids
        self.assertIn("being processed", first.full_result_text)
        first.sudo().write(
            {"state": "done", "entry_count": 4, "matched_count": 2, "reversed_count": 1}
        )
        first.sudo().write({"error_count": 1, "has_warnings": True, "warnings": "One is missing."})
        second.sudo().write({"state": "failed", "latest_error_message": "No account."})
        for words in ("1 line is open", "2 payments are proved", "1 payment came back", "missing"):
            self.assertIn(words, first.full_result_text)
        self.assertIn("No account.", second.full_result_text)
        self.env.invalidate_all()
        self.assertFalse(wizard.in_process)

    def test_files_that_are_dropped_onto_the_list(self):
        env = self.env(user=self.finance)
        attachments = env["ir.attachment"].create(
            [
                {"name": f"{number}.sta", "raw": statement(number=f"{number}/1").encode()}
                for number in (1, 2)
            ]
        )
        action = env["g2p.bridge.statement.upload"].receive_files(attachments.ids)
        wizard = env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.result_ids.mapped("file_name"), ["1.sta", "2.sta"])
        self.assertEqual(wizard.result_ids.mapped("outcome"), ["received"] * 2)

    def test_a_file_of_somebody_else_is_not_taken(self):
        admin = new_test_user(self.env, "admin3", "g2p_bridge_base.group_admin")
        other = self.env(user=admin)["ir.attachment"].create(
            {"name": "secret", "raw": statement().encode()}
        )
        with self.assertRaises(AccessError):
            self.env(user=self.finance)["g2p.bridge.statement.upload"].receive_files(other.ids)

    def test_nothing_chosen(self):
        with self.assertRaisesRegex(UserError, "at least one"):
            self.upload()

    def test_uploaded_files_do_not_stay_twice(self):
        wizard = self.upload(statement())
        self.assertFalse(wizard.attachment_ids)
        self.assertTrue(wizard.result_ids.statement_ids.file_id.sudo().content)

    def test_only_finance_and_administrators(self):
        officer = new_test_user(self.env, "officer", "g2p_bridge_base.group_officer")
        with self.assertRaises(AccessError):
            self.upload(statement(), user=officer)
        admin = new_test_user(self.env, "admin2", "g2p_bridge_base.group_admin")
        self.assertEqual(self.upload(statement(), user=admin).result_ids.outcome, "received")
