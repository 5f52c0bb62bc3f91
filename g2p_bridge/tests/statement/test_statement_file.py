# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError

from ..access.access_common import AccessCase
from .statement_common import StatementCase

FILE = "g2p.bridge.statement.file"


class TestFile(StatementCase):
    """A file is kept once, however many statements are in it."""

    def numbered(self, *numbers, **values):
        return [
            self.statement(**self.following(days=number, number=number, **values))
            for number in numbers
        ]

    def attachments(self):
        return self.env["ir.attachment"].search(
            [("res_model", "=", FILE), ("res_field", "!=", False)]
        )

    def test_kept_once(self):
        before = self.attachments()
        records, _known = self.receive(*self.numbered(*range(1, 31)))
        file = records.file_id
        self.assertEqual((len(file), file.statement_count), (1, 30))
        self.assertEqual((file.name, file.size), ("test.sta", 1))
        self.assertEqual(file.received_by_id, self.env.user)
        kept = self.attachments() - before
        self.assertEqual((len(kept), kept.res_id), (1, file.id))
        self.assertFalse(kept.index_content)
        self.assertEqual(records.mapped("file_position"), list(range(30)))

    def test_file_of_known_statements_is_not_kept_again(self):
        self.receive(*self.numbered(1, 2))
        before = self.env[FILE].search([])
        self.receive(*self.numbered(1, 2))
        self.assertEqual(self.env[FILE].search([]), before)

    def test_file_that_is_partly_known_is_kept_for_the_rest(self):
        first, _known = self.receive(*self.numbered(1))
        records, known = self.receive(*self.numbered(1, 2))
        self.assertEqual(known, first)
        self.assertEqual(records.file_id.mapped("statement_count"), [1, 1])

    def test_bank_that_sent_it(self):
        records, _known = self.receive(*self.numbered(1), sponsor_bank=self.bank)
        self.assertEqual(records.file_id.sponsor_bank_id, self.bank)

    def test_balances_of_what_waits_are_exact(self):
        record, _known = self.receive(self.statement(opening_balance="7845526026662.07"))
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT opening_balance::text, statement_date::text, currency_id"
            " FROM g2p_bridge_statement WHERE id = %s",
            [record.id],
        )
        self.assertEqual(
            self.env.cr.fetchone(), ("7845526026662.07", "2026-11-20", self.currency.id)
        )

    def test_texts_of_any_kind(self):
        record, _known = self.receive(
            self.statement(reference_number='it\'s \\ "quoted" {%s} é€𝄞 \\u0000')
        )
        self.assertEqual(record.reference_number, 'it\'s \\ "quoted" {%s} é€𝄞 \\u0000')

    # How much work it is

    def queries_of(self, count, **values):
        """(queries, states) of so many new statements of one account in a file."""
        statements = [
            self.statement(self.entry("D", "X"), **self.following(days=n, number=n, **values))
            for n in range(1, count + 1)
        ]
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        records, known = self.receive(*statements)
        self.env.flush_all()
        queries = self.env.cr.sql_log_count - before
        self.assertEqual((len(records), len(known)), (count, 0))
        return queries, set(records.mapped("latest_error_code"))

    def forget(self):
        self.env["g2p.bridge.statement"].search([]).sudo().unlink()

    def test_number_of_queries_does_not_depend_on_the_statements(self):
        self.queries_of(3)
        counts = []
        for count in (30, 300):
            self.forget()
            queries, codes = self.queries_of(count)
            self.assertEqual(codes, {False})
            counts.append(queries)
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[0], 50)

    def test_nor_does_it_where_nobody_knows_the_account(self):
        self.queries_of(3, account_number="STRANGER")
        counts = []
        for count in (30, 300):
            self.forget()
            queries, codes = self.queries_of(count, account_number="STRANGER")
            self.assertEqual(codes, {"INVALID_ACCOUNT_NUMBER"})
            counts.append(queries)
        self.assertEqual(counts[0], counts[1])

    def test_nor_does_it_where_all_are_corrections(self):
        """But for the notes on what is corrected, of which there are at most a hundred."""
        self.queries_of(400)
        counts = []
        for count in (120, 400):
            queries, codes = self.queries_of(count, reference_number=f"CORRECTION {count}")
            self.assertEqual(codes, {"CORRECTION"})
            counts.append(queries)
        self.assertLess(counts[1] - counts[0], 5)


class TestFileOfSeveralCompanies(AccessCase):
    """Whoever may not see all statements of a file does not see the file."""

    def setUp(self):
        super().setUp()
        self.company = self.env["res.company"].create({"name": "Other Ministry"})
        self.env.user.company_ids |= self.company
        bank = self.env["g2p.bridge.sponsor.bank"].create(
            {"name": "Other", "code": "OTHER", "company_id": self.company.id}
        )
        self.make_program("PENSION", company_id=self.company.id, sponsor_bank_id=bank.id)
        self.format_script.files.append(
            (self.statement(), self.statement(account_number="PENSION-ACCOUNT"))
        )
        both = self.env.company + self.company
        self.records = (
            self.env["g2p.bridge.statement"]
            .with_context(allowed_company_ids=both.ids)
            ._receive(self.format, b"0", "both.sta")
            .statements
        )
        self.file = self.records.file_id

    def test_one_file_of_two_companies(self):
        self.assertEqual(len(self.file), 1)
        self.assertEqual(self.file.company_ids, self.env.company + self.company)
        self.assertEqual(self.records.company_id, self.env.company + self.company)

    def test_finance_of_one_company_sees_its_statement_and_not_the_file(self):
        own, other = self.records
        self.assertTrue(self.rpc("finance", own, "read", ["statement_id", "file_name"]))
        self.assertForbidden(self.rpc, "finance", other, "read", ["statement_id"])
        for method, *arguments in (
            ("read", ["name"]),
            ("read", ["content"]),
            ("action_download",),
        ):
            self.assertForbidden(self.rpc, "finance", self.file, method, *arguments)
        self.assertForbidden(self.rpc, "finance", own, "action_download_file")
        found = self.rpc_model("finance", FILE, "search", [("id", "=", self.file.id)])
        self.assertFalse(found)
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", FILE), ("res_id", "=", self.file.id), ("res_field", "!=", False)]
        )
        self.assertForbidden(self.rpc, "finance", attachment, "read", ["raw"])

    def test_finance_of_both_companies_sees_it(self):
        user = self.users["finance"]
        user.company_ids |= self.company
        file = self.file.with_user(user)
        both = (self.env.company + self.company).ids
        action = file.with_context(allowed_company_ids=both).action_download()
        self.assertIn(f"{FILE}/{self.file.id}/content", action["url"])
        with self.assertRaises(AccessError):
            file.with_context(allowed_company_ids=self.env.company.ids).action_download()

    def test_finance_of_the_only_company(self):
        record = self.process(**self.following())
        for name in ("finance", "admin"):
            with self.subTest(name):
                self.assertIn("content", self.rpc(name, record, "action_download_file")["url"])
                self.assertTrue(self.rpc(name, record.file_id, "read", ["content"]))
