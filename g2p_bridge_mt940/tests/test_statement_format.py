# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.g2p_bridge.tests.common import BridgeCase

from .common import line, statement


@tagged("-at_install", "post_install")
class TestStatementFormat(BridgeCase):
    """The format in its place: from a received file to entries of a statement."""

    def upload(self, text, name="bank.sta", encoding="utf-8"):
        return self.service.upload_mt940(text.encode(encoding), name)

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

    def test_a_file_of_very_many_statements_is_refused(self):
        """It would keep its request, and the turn of its accounts, for minutes."""
        many = self.text() * 5001 + "the rest is not looked at"
        self.assertRefused("STATEMENT_UPLOAD_ERROR", self.upload, many)
        self.env["ir.config_parameter"].set_param("g2p_bridge.max_statements", 3)
        numbered = [self.text(number=f"{number}/1") for number in range(1, 5)]
        with self.assertRaisesRegex(UserError, "more than 3 statements. Send them in several"):
            self.upload("".join(numbered))
        self.assertFalse(self.env["g2p.bridge.statement"].search([]))
        self.assertEqual(len(self.upload("".join(numbered[:3]))), 3)

    def test_file_that_is_no_statement_is_refused(self):
        for content in ("", "date;amount\n", ":20:REF\n", "PK\x00"):
            self.assertRefused("STATEMENT_UPLOAD_ERROR", self.upload, content)
        self.assertFalse(self.env["g2p.bridge.statement"].search([]))

    def test_interim_report_is_refused_as_what_it_is(self):
        text = self.text(line(), opening=":34F:USD0,\n:13D:2601151200+0100", closing=None)
        with self.assertRaisesRegex(UserError, "MT942.*MT940"):
            self.upload(text)
        self.assertFalse(self.env["g2p.bridge.statement"].search([]))

    def test_addon_stays_while_there_are_statements(self):
        self.upload(self.text(line()))
        selection = self.env["ir.model.fields.selection"].search(
            [("field_id.model", "=", "g2p.bridge.statement"), ("value", "=", "mt940")]
        )
        with self.assertRaisesRegex(UserError, "prove payments"):
            selection._process_ondelete()


class FilesCase(BridgeCase):
    """Two payments that were shipped, and statements that speak of them."""

    def setUp(self):
        super().setUp()
        envelope = self.filled_envelope("10.00", "20.00")
        self.run_jobs()
        self.paid = envelope.disbursement_ids
        self.assertEqual(self.paid.mapped("state"), ["shipped", "shipped"])

    def debit(self, payment, **kw):
        amount = f"{payment.disbursement_amount:.2f}".replace(".", ",")
        return line(customer=payment.disbursement_id, amount=amount, **kw)

    def text(self, *entries, account="CASH-ACCOUNT", opening="1000,00", closing="970,00", **kw):
        return statement(
            *entries,
            account=account,
            opening=f":60F:C260101USD{opening}",
            closing=f":62F:C260131USD{closing}",
            **{"tail": "-\n", **kw},
        )

    def process(self, text, encoding="utf-8"):
        found = self.service.upload_mt940(text.encode(encoding), "bank.sta")
        self.run_jobs()
        return found

    def assertDone(self, found):
        self.assertEqual(
            found.mapped("state"), ["done"] * len(found), found[0].latest_error_message
        )


@tagged("-at_install", "post_install")
class TestFilesOfBanks(FilesCase):
    """What comes out of files that banks and their systems write in other ways than SWIFT."""

    def test_frames_of_a_disk(self):
        texts = (
            self.text(self.debit(self.paid[0]), number="1/1", closing="990,00", tail="-}"),
            self.text(self.debit(self.paid[1]), number="2/1", opening="990,00", tail="-}"),
        )
        framed = "".join(f"\x01{{1:F01X}}{{2:O940X}}{{4:\n{text}\x03" for text in texts)
        framed = framed.replace("\n", "\r\n")
        found = self.process(framed + " " * (-len(framed) % 512))
        self.assertDone(found)
        self.assertEqual(self.paid.mapped("state"), ["reconciled", "reconciled"])

    def test_narrative_in_a_field_of_the_bank_s_own(self):
        first = self.debit(self.paid[0], narrative=None) + "\n:NS:01Grant\n17PERSON, A"
        found = self.process(self.text(first, self.debit(self.paid[1])))
        self.assertDone(found)
        self.assertEqual(self.paid.mapped("state"), ["reconciled", "reconciled"])
        kept = found.entry_ids.sorted("entry_sequence")
        self.assertEqual(kept[0].narratives, "01Grant\n17PERSON, A")
        self.assertEqual(kept[0].raw, first)

    def test_tag_before_every_line(self):
        back = self.debit(self.paid[0], mark="RD", narrative=("PERSON, A", ":86:ACCOUNT_CLOSED"))
        found = self.process(self.text(self.debit(self.paid[0]), back, closing="1000,00"))
        self.assertDone(found)
        self.assertEqual(self.paid[0].state, "reversed")
        self.assertEqual(
            found.entry_ids.sorted("entry_sequence")[1].reversal_reason, "ACCOUNT_CLOSED"
        )

    def test_joined_files_of_two_accounts(self):
        self.make_program("FOOD")
        other = self.filled_envelope("15.00", benefit_program_mnemonic="FOOD").disbursement_ids
        self.run_jobs()
        for number, joint in enumerate(("\ufeff", " "), 1):
            first = self.text(self.debit(self.paid[number - 1]), number=f"{number}/1", tail="")
            second = self.text(
                *([self.debit(other)] if number == 1 else []),
                account="FOOD-ACCOUNT",
                number=f"{number}/1",
                tail="",
            )
            found = self.process("\ufeff" + first + joint + second)
            self.assertDone(found)
            self.assertEqual(found.mapped("account_number"), ["CASH-ACCOUNT", "FOOD-ACCOUNT"])
        self.assertEqual((self.paid + other).mapped("state"), ["reconciled"] * 3)

    def test_codes_are_kept_with_the_entry(self):
        codes = "/RTRN/AC04//EREF/X1/BENM//NAME/PERSON A/IBAN/NL91ABNA0417164300/PREF/B7/NRTX/12/"
        found = self.process(
            self.text(self.debit(self.paid[0], supplement="more", narrative=(codes,)))
        )
        (kept,) = found.entry_ids
        self.assertEqual((kept.transaction_type, kept.supplementary_details), ("NTRF", "more"))
        self.assertEqual((kept.end_to_end_id, kept.reason_code), ("X1", "AC04"))
        self.assertEqual((kept.batch_reference, kept.batch_count), ("B7", 12))
        self.assertEqual(kept.counterparty_name, "PERSON A")
        self.assertEqual(kept.counterparty_account, "NL91ABNA0417164300")


@tagged("-at_install", "post_install")
class TestEncodingOfABank(FilesCase):
    """A bank that writes neither UTF-8 nor Windows-1252."""

    def names(self, found):
        kept = found.entry_ids.sorted("entry_sequence")
        return [text.split("\n")[0] for text in kept.mapped("narratives")]

    def text_of(self, *names):
        return self.text(
            *(
                self.debit(payment, narrative=(name, "x"))
                for payment, name in zip(self.paid, names, strict=True)
            )
        )

    def test_encoding_that_is_set(self):
        self.bank.statement_encoding = "cp1250"
        found = self.process(self.text_of("Łukasz Žižka", "Ťažký"), "cp1250")
        self.assertDone(found)
        self.assertEqual(self.names(found), ["Łukasz Žižka", "Ťažký"])

    def test_encoding_that_is_set_afterwards(self):
        """The statement is kept, says what is wrong, and is read when the encoding is set."""
        found = self.process(self.text_of("Müller", "Łódź"), "cp852")
        self.assertEqual((found.state, found.latest_error_code), ("failed", "INVALID_FORMAT"))
        self.assertRegex(found.latest_error_message, "neither UTF-8 nor Windows-1252.*sponsor bank")
        self.assertEqual(self.paid.mapped("state"), ["shipped", "shipped"])
        self.bank.statement_encoding = "cp852"
        found.action_try_again()
        self.run_jobs()
        self.assertDone(found)
        self.assertEqual(self.names(found), ["Müller", "Łódź"])
        self.assertEqual(self.paid.mapped("state"), ["reconciled", "reconciled"])

    def test_wrong_encoding_that_is_corrected(self):
        self.bank.statement_encoding = "utf-8"
        found = self.process(self.text_of("Müller", "José"), "cp1252")
        self.assertRegex(found.latest_error_message, "byte 0xfc .* utf-8 .* set for this bank")
        self.bank.statement_encoding = False
        found.action_try_again()
        self.run_jobs()
        self.assertEqual(self.names(found), ["Müller", "José"])

    def test_long_statement_that_is_read_in_parts(self):
        model = type(self.env["g2p.bridge.statement"])
        with patch.object(model, "_part_bytes", lambda statements: 60):
            found = self.service.upload_mt940(
                self.text_of("Müller", "Łódź").encode("cp852"), "bank.sta"
            )
        self.assertEqual(found.part_count, 2)
        self.bank.statement_encoding = "cp852"
        self.run_jobs()
        self.assertDone(found)
        self.assertEqual(self.names(found), ["Müller", "Łódź"])

    def test_same_statement_after_the_encoding_was_set(self):
        text = self.text_of("José", "Müller")
        found = self.process(text, "cp1252")
        self.bank.statement_encoding = "cp1252"
        self.assertEqual(self.process(text, "cp1252"), found)
