# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
from base64 import b64encode

from .import_case import RECORDS, ImportCase
from .import_files import csv_bytes


class TestImportAudit(ImportCase):
    """Who chose which file, and what became of it, is kept."""

    def facts(self, record):
        self.env.flush_all()
        domain = [("model", "=", record._name), ("res_id", "=", record.id)]
        return self.env["g2p.bridge.audit"].search(domain, order="id")

    def digest(self, content):
        return hashlib.sha256(content).hexdigest()

    def test_from_the_file_to_the_payments(self):
        content = csv_bytes(*RECORDS)
        record = self.new_import(content)
        self.perform(record, "action_check")
        self.perform(record)
        facts = self.facts(record)
        self.assertEqual(set(facts.mapped("action")), {"import"})
        self.assertEqual(facts.user_id, self.officer)
        self.assertEqual(len(facts), 5, facts.mapped("what"))
        for said, words in zip(
            facts.mapped("what"),
            ("File chosen", "Check started", "Nothing is wrong", "Import started", "3 new"),
            strict=True,
        ):
            self.assertIn(words, said)
        self.assertEqual(facts[0].new_value, self.digest(content))
        self.assertEqual(facts[-1].new_value, record.file_sha256)
        self.assertFalse(self.env["g2p.bridge.audit"]._verify().first)

    def test_another_file(self):
        record = self.new_import()
        content = csv_bytes(*RECORDS[:2])
        record.write({"file": b64encode(content)})
        self.assertEqual(self.facts(record)[-1].new_value, self.digest(content))

    def test_a_file_with_errors_and_one_that_is_removed(self):
        record = self.new_import(b"nothing of the kind")
        self.perform(record)
        self.assertIn("Errors", self.facts(record)[-1].what)
        gone = self.new_import(name="gone.csv")
        former = self.facts(gone)
        gone.unlink()
        last = self.env["g2p.bridge.audit"].search([("record_name", "=", "gone.csv")], limit=1)
        self.assertNotIn(last, former)
        self.assertIn("Deleted", last.what)
