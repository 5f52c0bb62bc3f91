# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files that the bridge keeps, attacked as attachments by people of every role."""

from base64 import b64encode

import psycopg2
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..access.access_common import AccessCase
from ..file_import.import_case import RECORDS
from ..file_import.import_files import csv_bytes

GOOD = csv_bytes(*RECORDS)
EVIL = GOOD.replace(b"ID1", b"EVIL")
MODEL = "g2p.bridge.import"
KEPT = psycopg2.errors.RestrictViolation


class FrozenFileCase(AccessCase):
    def setUp(self):
        super().setUp()
        for name in ("finance", "approver"):
            self.users[name].group_ids += self.env.ref("g2p_bridge_base.group_officer")
        self.record = self.new_import("officer")
        self.file = self.attachment(self.record)

    def new_import(self, name, content=GOOD):
        envelope = self.create_envelope(cycle_code_mnemonic=f"of {name}")
        values = {"envelope_id": envelope.id, "file": b64encode(content), "file_name": "march.csv"}
        return self.env[MODEL].browse(self.rpc_model(name, MODEL, "create", values))

    def attachment(self, record, field="content"):
        domain = [("res_model", "=", record._name), ("res_id", "=", record.id)]
        return self.env["ir.attachment"].search([*domain, ("res_field", "=", field)])

    def press(self, name, record, button="action_import"):
        self.rpc(name, record, button)
        self.run_jobs()
        self.env.invalidate_all()

    def swap(self, content):
        """As whoever has the server's own rights could, past every rule of the bridge."""
        self.file.sudo().write({"raw": content})


class TestKeptFiles(FrozenFileCase):
    """Not written, replaced, added, published, moved or removed by anybody over RPC."""

    def assertKept(self, method, *args):
        for name in self.users:
            with self.subTest(method, user=name):
                self.assertForbidden(self.rpc, name, self.file, method, *args)

    def test_not_written_published_moved_or_removed(self):
        other = self.new_import("approver")
        for values in (
            {"datas": b64encode(EVIL).decode()},
            {"raw": "EVIL"},
            {"public": True},
            {"res_id": other.id},
            {"res_field": False},
            {"res_model": False, "res_id": False},
            {"name": "other.csv"},
            {"mimetype": "text/csv"},
        ):
            self.assertKept("write", values)
        self.assertKept("unlink")
        self.assertKept("generate_access_token")
        self.assertKept("copy")

    def test_none_is_added(self):
        values = {"name": "x", "raw": "EVIL", "res_model": MODEL, "res_id": self.record.id}
        for name in self.users:
            for field in ("content", "file"):
                with self.subTest(field, user=name):
                    self.assertForbidden(
                        self.rpc_model,
                        name,
                        "ir.attachment",
                        "create",
                        {**values, "res_field": field},
                    )
            context = {"default_res_field": "content"}
            self.assertForbidden(
                self.rpc_model, name, "ir.attachment", "create", values, context=context
            )

    def test_none_of_one_s_own_becomes_one(self):
        own = self.rpc_model("officer", "ir.attachment", "create", {"name": "x", "raw": "EVIL"})
        own = self.env["ir.attachment"].browse(own)
        values = {"res_model": MODEL, "res_id": self.record.id, "res_field": "content"}
        self.assertForbidden(self.rpc, "officer", own, "write", values)

    def test_same_of_statements(self):
        self.file = self.attachment(self.received_file(), "content")
        self.assertTrue(self.file)
        self.assertKept("write", {"public": True})
        self.assertKept("unlink")

    def received_file(self):
        records, _known = self.receive(self.statement())
        return records.file_id

    def test_odoo_s_administrator_changes_and_reads_none(self):
        self.users["approver"].group_ids += self.env.ref("base.group_system")
        self.assertForbidden(self.rpc, "approver", self.file, "write", {"public": True})
        self.assertForbidden(self.rpc, "approver", self.file, "read", ["raw"])
        self.assertForbidden(self.rpc, "approver", self.file, "unlink")

    def test_no_word_is_indexed(self):
        self.assertTrue(self.file)
        self.assertFalse(self.file.index_content)
        self.record.with_user(self.users["officer"]).write({"file": b64encode(EVIL)})
        self.assertFalse(self.file.index_content)

    @mute_logger("odoo.sql_db")
    def test_there_is_one_per_record(self):
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.env.cr.savepoint():
            self.file.sudo().copy()

    @mute_logger("odoo.sql_db")
    def test_what_was_imported_stays_in_the_database(self):
        self.press("officer", self.record)
        self.assertEqual(self.record.state, "done")
        for change in (
            lambda: self.swap(EVIL),
            lambda: self.file.sudo().unlink(),
            lambda: self.file.sudo().write({"public": True}),
        ):
            with self.assertRaises(KEPT), self.env.cr.savepoint():
                change()
                self.env.flush_all()

    def test_an_import_that_was_not_made_goes_with_its_file(self):
        self.rpc("officer", self.record, "unlink")
        self.assertFalse(self.file.exists())


class TestWhoSeesAFile(FrozenFileCase):
    """Who has chosen it, finance and administrators; no other officer, and no stranger."""

    def setUp(self):
        super().setUp()
        self.users["finance"].group_ids -= self.env.ref("g2p_bridge_base.group_officer")

    def content(self, name):
        return self.record.with_user(self.users[name]).file

    def test_who_has_chosen_it(self):
        for name in ("officer", "finance", "admin"):
            with self.subTest(name):
                self.assertEqual(self.content(name), b64encode(GOOD))

    def test_no_other_officer(self):
        self.assertFalse(self.content("approver"))
        (seen,) = self.rpc("approver", self.record, "read", ["file"])
        self.assertFalse(seen["file"])
        stream = self.env["ir.binary"].with_user(self.users["approver"])
        own = self.record.with_user(self.users["approver"])
        self.assertForbidden(stream._get_stream_from, own, "content")
        self.assertForbidden(self.rpc, "approver", self.file, "read", ["datas"])

    def test_it_is_who_has_chosen_the_last_one(self):
        self.rpc("approver", self.record, "write", {"file": b64encode(EVIL).decode()})
        self.env.invalidate_all()
        self.assertEqual(self.content("approver"), b64encode(EVIL))
        self.assertFalse(self.content("officer"))

    def test_there_is_no_import_without_a_file(self):
        values = {"envelope_id": self.record.envelope_id.id}
        with self.assertRaises(UserError):
            self.rpc_model("officer", MODEL, "create", values)
        with self.assertRaises(UserError):
            self.rpc("officer", self.record, "write", {"file": False})


class TestWhatWasChecked(FrozenFileCase):
    """No other file is imported than the one that was chosen."""

    def test_swapped_after_its_check(self):
        self.press("officer", self.record, "action_check")
        self.assertEqual(self.record.state, "valid")
        self.swap(EVIL)
        self.press("officer", self.record)
        self.assertEqual(self.record.state, "invalid")
        self.assertEqual(self.record.error_ids.code, "FILE_CHANGED")
        self.assertFalse(self.record.envelope_id.disbursement_ids)

    def test_removed_after_its_check(self):
        self.press("officer", self.record, "action_check")
        self.file.sudo().unlink()
        self.press("officer", self.record)
        self.assertEqual(self.record.error_ids.code, "FILE_CHANGED")
        self.assertFalse(self.record.envelope_id.disbursement_ids)


class TestMakers(FrozenFileCase):
    """Whoever had a part in a file does not approve what it pays."""

    def setUp(self):
        super().setUp()
        self.program.write({"own_policies": True, "approval": "other"})

    def assertMakers(self, record, *names):
        envelope = record.envelope_id
        self.assertEqual(envelope.state, "to_approve")
        for name in names:
            self.assertIn(self.users[name], envelope.maker_ids)
            self.assertForbidden(self.approve, name, envelope)

    def test_who_made_the_import(self):
        record = self.new_import("approver")
        self.press("officer", record)
        self.assertMakers(record, "approver")

    def test_who_has_ever_chosen_its_file(self):
        self.rpc("approver", self.record, "write", {"file": b64encode(EVIL).decode()})
        self.rpc("officer", self.record, "write", {"file": b64encode(GOOD).decode()})
        self.press("officer", self.record)
        self.assertMakers(self.record, "approver")

    def test_who_only_checked_it(self):
        self.press("approver", self.record, "action_check")
        self.press("officer", self.record)
        self.assertMakers(self.record, "approver")
