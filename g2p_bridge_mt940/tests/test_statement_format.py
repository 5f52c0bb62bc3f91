from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.g2p_bridge.tests.common import BridgeCase

from .common import line, statement


@tagged("-at_install", "post_install")
class TestStatementFormat(BridgeCase):
    """The format in its place: from a received file to entries of a statement."""

    def upload(self, text, name="bank.sta"):
        return self.service.upload_mt940(text.encode(), name)

    def text(self, *entries, **kw):
        kw = {
            "account": "CASH-ACCOUNT",
            "opening": ":60F:C260101USD1000,00",
            "closing": ":62F:C260131USD900,00",
            **kw,
        }
        return statement(*entries, **kw)

    def test_entries_of_a_file_are_kept_as_received(self):
        entries = [line(narrative=("a", "", "c")), line(mark="RD", customer="NONREF", bank=None)]
        found = self.upload(self.text(*entries))
        self.assertEqual(found.format, "mt940")
        self.assertEqual((found.account_number, found.statement_number), ("CASH-ACCOUNT", "1"))
        self.run_jobs()
        self.assertEqual(found.state, "done", found.latest_error_message)
        kept = found.entry_ids.sorted("entry_sequence")
        self.assertEqual(kept.mapped("raw"), entries)
        self.assertEqual(kept[0].narratives, "a\n\nc")
        self.assertEqual(kept.mapped("mark"), ["D", "RD"])
        self.assertEqual(found.closing_balance, 900)

    def test_each_statement_of_a_file_is_read_by_itself(self):
        self.make_program("FOOD")
        found = self.upload(
            self.text(line(customer="A"), closing=":62F:C260131USD900,00")
            + self.text(line(customer="B"), line(customer="C"), account="FOOD-ACCOUNT")
        )
        self.run_jobs()
        self.assertEqual(found.mapped("entry_count"), [1, 2])
        self.assertEqual(found[1].entry_ids.mapped("statement_id.account_number"), ["FOOD-ACCOUNT"])

    def test_entry_that_cannot_be_read_keeps_the_statement_visible(self):
        found = self.upload(self.text(line(), line(amount="1.00")))
        self.run_jobs()
        self.assertEqual((found.state, found.latest_error_code), ("failed", "INVALID_FORMAT"))
        self.assertIn("Line 8", found.latest_error_message)
        self.assertFalse(found.entry_ids)

    def test_file_that_is_no_statement_is_refused(self):
        for content in ("", "date;amount\n", ":20:REF\n", "PK\x00"):
            self.assertRefused("STATEMENT_UPLOAD_ERROR", self.upload, content)
        self.assertFalse(self.env["g2p.bridge.statement"].search([]))

    def test_addon_stays_while_there_are_statements(self):
        self.upload(self.text(line()))
        selection = self.env["ir.model.fields.selection"].search(
            [("field_id.model", "=", "g2p.bridge.statement"), ("value", "=", "mt940")]
        )
        with self.assertRaisesRegex(UserError, "prove payments"):
            selection._process_ondelete()
