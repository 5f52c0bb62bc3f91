# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from base64 import b64decode
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.g2p_bridge.tests.common import BridgeCase

from .common import line, statement

COLUMNS = (
    "entry_sequence, value_date, entry_date, mark, amount, customer_reference, bank_reference,"
    " narratives, raw, reference, beneficiary_name, reversal_reason, disbursement_id, outcome,"
    " error_reason"
)


class _Undo(Exception):
    """Roll back, so that the same file can come as if for the first time."""


@tagged("-at_install", "post_install")
class TestStatementParts(BridgeCase):
    """A real file: whoever looks at the entries can't tell how it was read."""

    def setUp(self):
        super().setUp()
        envelope = self.filled_envelope("10.40", "10.40", "30.75")
        self.run_jobs()
        self.payments = envelope.disbursement_ids

    def text(self):
        """Debits, reversals far from them, strangers, and narratives that look like fields."""
        paid = [
            {"customer": payment.disbursement_id, "amount": amount}
            for payment, amount in zip(self.payments, ("10,40", "10,40", "30,75"), strict=True)
        ]
        entries = [
            line(**paid[0], narrative=("see", ":61:below", "", ":62F:")),
            line(**paid[1], narrative=None),
            line(customer="NONREF", bank=None),
            line(**paid[1]),
            line(**paid[2], supplement="more"),
            line("C", customer="SOMEBODY", narrative=(":61:", ":86:x")),
            line("RD", **paid[2], narrative=("ACCOUNT CLOSED",)),
            line("RD", **paid[0]),
            line("RD", **paid[0]),
        ]
        return statement(
            *entries,
            account="CASH-ACCOUNT",
            opening=":60F:C260101USD1000,00",
            closing=":62F:C260131USD900,00",
        )

    def processed(self, text, part_bytes=2**20):
        """(number of parts, columns of the entries, states of the payments) of a file."""
        with patch.object(
            type(self.env["g2p.bridge.statement"]), "_part_bytes", lambda model: part_bytes
        ):
            record = self.service.upload_mt940(text.encode(), "bank.sta")
        parts = record.part_count
        self.run_jobs()
        if record.state != "done":
            return parts, record.latest_error_code, record.latest_error_message
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT {COLUMNS} FROM g2p_bridge_statement_entry WHERE statement_id = %s"
            " ORDER BY entry_sequence",
            [record.id],
        )
        return parts, self.env.cr.fetchall(), self.payments.mapped("state")

    def undone(self, *args):
        """What :meth:`processed` gives, without leaving anything behind."""
        try:
            with self.env.cr.savepoint():
                found = self.processed(*args)
                raise _Undo
        except _Undo:
            self.env.invalidate_all()
            return found

    def test_any_size_of_the_parts(self):
        for text in (self.text(), self.text().replace("\n", "\r\n")):
            whole = self.undone(text)
            self.assertEqual(whole[0], 0)
            self.assertEqual(whole[2], ["reversed", "reconciled", "reversed"])
            for size in (1, 90, 200, 500):
                with self.subTest(size=size, windows="\r" in text):
                    parts, *found = self.undone(text, size)
                    self.assertGreater(parts, 1)
                    self.assertEqual(found, list(whole[1:]))

    def test_line_that_can_not_be_read_is_named_by_its_line_in_the_file(self):
        text = self.text().replace(":61:2601150115RD", ":61:2602310115RD")
        whole = self.undone(text)
        self.assertEqual(whole[1], "INVALID_FORMAT")
        for size in (1, 200, 500):
            self.assertEqual(self.undone(text, size)[1:], whole[1:])

    def test_file_is_no_text_to_odoo_and_can_be_downloaded(self):
        record = self.service.upload_mt940(self.text().encode(), "bank.sta")
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "g2p.bridge.statement.file"),
                ("res_field", "=", "content"),
                ("res_id", "=", record.file_id.id),
            ]
        )
        self.assertFalse(attachment.index_content)
        self.assertEqual(attachment.raw, self.text().encode())
        self.assertEqual(b64decode(record.file_id.content), self.text().encode())

    def test_nor_is_a_file_that_a_person_has_chosen(self):
        attachment = self.env["ir.attachment"].create(
            {
                "name": "bank.txt",
                "raw": self.text().encode(),
                "res_model": "g2p.bridge.statement.upload",
                "res_id": 0,
            }
        )
        self.assertFalse(attachment.index_content)
