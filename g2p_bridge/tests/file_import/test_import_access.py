# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may do what with an import, on the server."""

from base64 import b64encode

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .import_case import RECORDS, ImportCase
from .import_files import csv_bytes

GROUP = "g2p_bridge_base.group_"


class TestImportAccess(ImportCase):
    def test_only_officers_create_and_run(self):
        record = self.new_import()
        for name in ("approver", "finance", "admin", "auditor"):
            user = new_test_user(self.env, f"import_{name}", GROUP + name)
            with self.subTest(name):
                self.assertEqual(record.with_user(user).file_name, "march.csv")
                with self.assertRaises(AccessError):
                    self.new_import(user=user)
                for action in ("action_check", "action_import", "action_restart"):
                    with self.assertRaises(AccessError):
                        getattr(record.with_user(user), action)()
        self.assertEqual(record.state, "draft")

    def test_only_who_sees_full_accounts_opens_the_file(self):
        record = self.new_import()
        for name, allowed in (("finance", True), ("approver", False), ("auditor", False)):
            user = new_test_user(self.env, f"import_{name}", GROUP + name)
            if allowed:
                self.assertTrue(record.with_user(user).file)
            else:
                with self.assertRaises(AccessError):
                    record.with_user(user).read(["file"])

    def test_imports_of_other_companies_are_out_of_reach(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env, "stranger", GROUP + "officer", company_id=other.id, company_ids=other.ids
        )
        record = self.imported(csv_bytes(("M1", "", "Asha", "1", "G")))
        with self.assertRaises(AccessError):
            self.new_import(user=stranger)
        with self.assertRaises(AccessError):
            record.with_user(stranger).action_import()
        for model in (record, record.error_ids):
            self.assertFalse(model.with_user(stranger).search_count([("id", "in", model.ids)]))

    def test_import_is_not_moved_to_an_envelope_out_of_reach(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self.envelope.copy(
            {"company_id": other.id, "cycle_code_mnemonic": "foreign", "funds_step_ids": []}
        )
        with self.assertRaises(AccessError):
            self.new_import().write({"envelope_id": foreign.id})

    def test_outcomes_are_not_people_s_to_write(self):
        record = self.new_import()
        for vals in ({"state": "done"}, {"imported_count": 3}, {"message": "fine"}):
            with self.subTest(vals), self.assertRaises(UserError):
                record.write(vals)
        vals = {"envelope_id": self.envelope.id, "file": b64encode(b"a"), "state": "done"}
        with self.assertRaises(UserError):
            self.env["g2p.bridge.import"].with_user(self.officer).create(vals)

    def test_imported_file_stays_as_proof(self):
        record = self.imported()
        with self.assertRaises(UserError):
            record.write({"file": b64encode(b"other")})
        with self.assertRaises(UserError):
            record.unlink()
        with self.assertRaises(UserError):
            record.action_import()

    def test_file_is_not_replaced_while_it_is_worked_on(self):
        record = self.new_import()
        record.action_import()
        with self.assertRaises(UserError):
            record.write({"file": b64encode(b"other")})
        with self.assertRaises(UserError):
            record.unlink()

    def test_size_limit_is_a_parameter(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge.max_import_megabytes", "1")
        with self.assertRaisesRegex(UserError, "limit is 1 MB"):
            self.new_import(b"x" * 1024 * 1100)
        record = self.new_import(b"x" * 1024 * 1000)
        with self.assertRaisesRegex(UserError, "limit is 1 MB"):
            record.write({"file": b64encode(b"x" * 1024 * 1100)})

    def test_copy_begins_anew(self):
        copied = self.imported().copy()
        self.assertEqual((copied.state, copied.row_count, copied.run), ("draft", 0, 0))

    def test_officer_imports_into_the_envelope_s_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.officer.company_ids |= other
        record = self.new_import().with_context(
            allowed_company_ids=[other.id, self.envelope.company_id.id]
        )
        self.assertEqual(self.perform(record).state, "done")

    def test_envelope_leads_to_its_files_and_to_a_new_one(self):
        record = self.imported(csv_bytes(*RECORDS[:1]))
        envelope = self.envelope.with_user(self.officer)
        self.assertEqual(envelope.import_count, 1)
        self.assertEqual(
            self.env["g2p.bridge.import"].search(envelope.action_open_imports()["domain"]), record
        )
        self.assertEqual(envelope.action_import()["context"], {"default_envelope_id": envelope.id})
        self.assertEqual(record.action_open_envelope()["res_id"], envelope.id)
        auditor = new_test_user(self.env, "import_auditor", GROUP + "auditor")
        with self.assertRaises(AccessError):
            self.envelope.with_user(auditor).action_import()
