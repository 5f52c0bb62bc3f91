# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files of disbursements, from the officer's button to what the envelope holds."""

from base64 import b64encode
from decimal import Decimal

from ...models.file_import import import_check, import_job
from ...services.wire import ADDRESS
from .import_case import RECORDS, ImportCase
from .import_files import HEADER, csv_bytes, xlsx_bytes

#: What is wrong with a file as a whole that brings more than its envelope declares.
ROOM = {
    (0, "", "NO_OF_DISBUESEMENTS_EXCEEDS_DECLARED"),
    (0, "", "TOTAL_DISBURSEMENT_AMOUNT_EXCEEDS_DECLARED"),
}


class TestImport(ImportCase):
    def test_every_kind_of_file_is_imported(self):
        numbers = [(*record[:3], float(record[3]), record[4]) for record in RECORDS]
        for cycle, content in enumerate(
            [
                csv_bytes(*RECORDS),
                csv_bytes(*RECORDS, delimiter=";", encoding="utf-8-sig", line_end="\r\n"),
                csv_bytes(*RECORDS, delimiter="\t", encoding="utf-16"),
                xlsx_bytes(*RECORDS),
                xlsx_bytes(*numbers),
            ]
        ):
            with self.subTest(cycle):
                envelope = self.create_envelope(cycle_code_mnemonic=f"C{cycle}")
                record = self.imported(content, envelope=envelope)
                self.assertEqual(record.state, "done", record.error_ids.mapped("message"))
                lines = self.disbursements(envelope)
                self.assertEqual(lines.mapped("mis_reference_number"), ["M1", "M2", "M3"])
                self.assertEqual(lines.mapped("beneficiary_name"), ["Asha", "Bela", "Chen"])
                self.assertEqual(envelope._received(), (3, Decimal("60.75")))

    def test_form_shows_what_was_read_against_what_is_declared(self):
        record = self.imported()
        self.assertEqual((record.row_count, record.imported_count, record.new_count), (3, 3, 3))
        self.assertEqual(record.amount_total, "60.75")
        self.assertEqual(record.declared_amount, "60.75")
        self.assertEqual(record.declared_count, 3)
        self.assertEqual(record.progress, 100)
        self.assertTrue(record.finished_at)
        self.assertEqual(record.started_by_id, self.officer)
        self.assertIn("3 new disbursements from march.csv", record.message)
        notes = "".join(self.envelope.message_ids.mapped("body"))
        self.assertIn("3 new disbursements from march.csv", notes)

    def test_complete_envelope_goes_on_by_itself(self):
        record = self.new_import()
        record.action_import()
        self.run_jobs()
        self.assertEqual(self.envelope.state, "shipped")

    def test_check_changes_nothing(self):
        record = self.checked()
        self.assertEqual((record.state, record.error_count), ("valid", 0))
        self.assertEqual((record.row_count, record.amount_total), (3, "60.75"))
        self.assertIn("3 of 3", record.message)
        self.assertFalse(self.disbursements())
        self.perform(record)
        self.assertEqual(record.state, "done")
        self.assertEqual(len(self.disbursements()), 3)

    def test_part_of_an_envelope_may_be_imported(self):
        record = self.imported(csv_bytes(*RECORDS[:2]))
        self.assertEqual(record.state, "done")
        self.assertEqual(self.envelope._received(), (2, Decimal("30.00")))
        self.assertEqual(self.imported(csv_bytes(*RECORDS[2:])).state, "done")
        self.assertTrue(self.envelope._is_complete())

    def test_same_file_again_changes_nothing(self):
        self.imported()
        again = self.imported()
        self.assertEqual((again.state, again.row_count, again.new_count), ("done", 3, 0))
        self.assertIn("3 of its rows were received before", again.message)
        self.assertEqual(len(self.disbursements()), 3)

    def test_rows_without_reference_are_known_when_the_file_comes_again(self):
        content = csv_bytes(*[("", *record[1:]) for record in RECORDS])
        first, again = self.imported(content), self.imported(content)
        self.assertEqual((first.new_count, again.new_count), (3, 0))
        keys = self.disbursements().mapped("mis_reference_number")
        self.assertEqual(len(set(keys)), 3)
        self.assertTrue(all(key.startswith(f"FILE-{first.file_sha256[:32]}-") for key in keys))

    def test_reference_column_may_be_missing(self):
        content = csv_bytes(*[record[1:] for record in RECORDS], header=HEADER[1:])
        self.assertEqual(self.imported(content).state, "done")

    def test_equal_payments_without_reference_are_all_paid(self):
        content = csv_bytes(*[("", "ID1", "Asha", "20.25", "Grant")] * 3)
        self.assertEqual(self.imported(content).new_count, 3)

    def test_file_may_name_its_envelope(self):
        header = (*HEADER, "disbursement_envelope_id")
        named = self.envelope.disbursement_envelope_id
        content = csv_bytes(
            (*RECORDS[0], named), (*RECORDS[1], ""), (*RECORDS[2], named), header=header
        )
        self.assertEqual(self.imported(content).state, "done")

    def test_addresses_arrive_where_no_mapper_is_asked(self):
        header = (*HEADER, "beneficiary_account_type", "beneficiary_account")
        content = csv_bytes((*RECORDS[0], "BANK_ACCOUNT", "00123"), header=header)
        self.assertEqual(self.imported(content).state, "done")
        line = self.disbursements()
        self.assertEqual((line.account_type, line.account_number), ("BANK_ACCOUNT", "00123"))

    def test_many_portions_are_one_import(self):
        self.patch(import_check, "PORTION", 2)
        record = self.imported()
        self.assertEqual((record.state, record.imported_count), ("done", 3))
        self.assertTrue(self.envelope._is_complete())


class TestImportErrors(ImportCase):
    def test_all_errors_of_all_rows_are_listed_and_nothing_is_imported(self):
        record = self.imported(
            csv_bytes(
                RECORDS[0],
                ("M2", "", "Bela", "1,234.50", "Grant"),
                ("M3", "ID3", " ", "0", ""),
                ("M1", "ID4", "Dora", "1.005", "Grant"),
                ("M5", "ID5", "E" * 256, "-1", "Grant"),
            )
        )
        self.assertErrors(
            record,
            (3, "disbursement_amount", "INVALID_DISBURSEMENT_AMOUNT"),
            (3, "beneficiary_id", "INVALID_BENEFICIARY_ID"),
            (4, "disbursement_amount", "INVALID_DISBURSEMENT_AMOUNT"),
            (4, "beneficiary_name", "INVALID_BENEFICIARY_NAME"),
            (4, "narrative", "INVALID_NARRATIVE"),
            (5, "mis_reference_number", "REPEATED_MIS_REFERENCE_NUMBER"),
            (5, "disbursement_amount", "INVALID_DISBURSEMENT_AMOUNT"),
            (6, "disbursement_amount", "INVALID_DISBURSEMENT_AMOUNT"),
            (6, "beneficiary_name", "INVALID_BENEFICIARY_NAME"),
            (0, "", "NO_OF_DISBUESEMENTS_EXCEEDS_DECLARED"),
        )
        amount = record.error_ids[0]
        self.assertEqual(amount.value, "1,234.50")
        self.assertIn("1234.50", amount.message)
        self.assertIn("2 decimals", amount.message)
        self.assertIn("Row 2", record.error_ids[5].message)
        self.assertEqual(record.row_count, 5)

    def test_errors_are_found_across_portions(self):
        self.patch(import_check, "PORTION", 1)
        content = csv_bytes(RECORDS[0], ("M1", *RECORDS[1][1:]), ("", "", "Chen", "1", "Grant"))
        self.assertErrors(
            self.imported(content),
            (3, "mis_reference_number", "REPEATED_MIS_REFERENCE_NUMBER"),
            (4, "beneficiary_id", "INVALID_BENEFICIARY_ID"),
        )

    def test_cells_are_told_with_their_own_reason_only(self):
        record = self.imported(xlsx_bytes(("M1", "=A1", "Asha", True, "Grant")))
        self.assertErrors(
            record,
            (2, "beneficiary_id", "FORMULA_CELL"),
            (2, "disbursement_amount", "BOOLEAN_CELL"),
        )
        self.assertEqual(record.error_ids[0].value, "=A1")

    def test_header_errors(self):
        content = csv_bytes(header=("beneficiary_id", "beneficiary_name", "Amount", "narrative"))
        record = self.imported(content)
        self.assertErrors(
            record,
            (1, "", "UNKNOWN_COLUMN"),
            (1, "disbursement_amount", "MISSING_COLUMN"),
        )
        self.assertIn("“Amount”", record.error_ids[0].message)
        self.assertIn("disbursement_amount", record.error_ids[0].message)

    def test_unreadable_files(self):
        for content, row, code in (
            (b"", 0, "EMPTY_FILE"),
            (csv_bytes(), 0, "NO_ROWS"),
            (csv_bytes(("M1", "ID1", "Zoë", "1", "G"), encoding="latin-1"), 2, "NOT_UTF8"),
            (b"PK\x03\x04 broken", 0, "NOT_XLSX"),
            (b"\xd0\xcf\x11\xe0 old", 0, "OLD_OR_LOCKED_EXCEL"),
            (b"\x89PNG\0\0\0", 0, "NOT_TEXT"),
        ):
            with self.subTest(code):
                self.assertErrors(self.imported(content), (row, "", code))

    def test_faults_before_the_file_breaks_off_are_listed_too(self):
        content = csv_bytes(("M1", "", "Asha", "1", "G")) + b'M2,"ID2'
        self.assertErrors(
            self.imported(content),
            (2, "beneficiary_id", "INVALID_BENEFICIARY_ID"),
            (3, "", "BROKEN_CSV"),
        )

    def test_file_that_exceeds_the_declared_totals_is_an_error_of_the_file(self):
        record = self.imported(csv_bytes(*RECORDS, ("M4", "ID4", "Dora", "0.01", "Grant")))
        self.assertErrors(
            record,
            (0, "", "NO_OF_DISBUESEMENTS_EXCEEDS_DECLARED"),
            (0, "", "TOTAL_DISBURSEMENT_AMOUNT_EXCEEDS_DECLARED"),
        )
        self.assertIn("declares 3", record.error_ids[0].message)
        self.assertIn("brings 60.76 more", record.error_ids[1].message)

    def test_what_was_received_before_counts_once(self):
        self.imported(csv_bytes(*RECORDS[:2]))
        self.assertEqual(self.checked().state, "valid")
        content = csv_bytes(*RECORDS, ("M4", "ID4", "Dora", "0.01", "Grant"))
        codes = self.checked(content).error_ids.mapped("code")
        self.assertEqual(len(codes), 2)

    def test_known_reference_with_other_content_is_an_error(self):
        self.imported(csv_bytes(*RECORDS[:2]))
        record = self.imported(csv_bytes(("M1", "ID1", "Asha", "11.00", "Grant")))
        self.assertEqual(record.error_ids.mapped("code"), ["DUPLICATE_MIS_REFERENCE_NUMBER"])
        self.assertEqual(len(self.disbursements()), 2)

    def test_row_for_another_envelope_is_an_error(self):
        header = (*HEADER, "disbursement_envelope_id")
        record = self.imported(csv_bytes((*RECORDS[0], "OTHER"), header=header))
        self.assertErrors(record, (2, "disbursement_envelope_id", "ENVELOPE_DIFFERS"))

    def test_incomplete_address_is_an_error(self):
        header = (*HEADER, "beneficiary_account_type", "beneficiary_account")
        record = self.imported(csv_bytes((*RECORDS[0], "BANK", "123"), header=header))
        self.assertErrors(record, (2, "beneficiary_account_type", "INVALID_FINANCIAL_ADDRESS"))

    def test_accounts_and_ids_that_went_through_a_spreadsheet_are_errors_of_their_cells(self):
        header = (*HEADER, "beneficiary_account_type", "beneficiary_account")
        records = (
            ("M1", "ID1", "Asha", "10.00", "Grant", "BANK_ACCOUNT", "1.23457E+17"),
            ("M2", "1.23457E+11", "Bela", "20.00", "Grant", "BANK_ACCOUNT", "00042"),
            ("M3", "ID3", "Chen", "30.75", "Grant", "BANK_ACCOUNT", "123456789012.0"),
            ("#REF!", "12E5", "Dora", "30.75", "Grant", "BANK_ACCOUNT", "12E5"),
        )
        for content in (csv_bytes(*records, header=header), xlsx_bytes(*records, header=header)):
            record = self.checked(content)
            errors = [(e.row_number, e.column or "", e.code) for e in record.error_ids]
            self.assertEqual(
                errors[:4],
                [
                    (2, "beneficiary_account", "NUMBER_TOO_LONG"),
                    (3, "beneficiary_id", "NUMBER_TOO_LONG"),
                    (4, "beneficiary_account", "NUMBER_WITH_DECIMALS"),
                    (5, "mis_reference_number", "ERROR_CELL"),
                ],
            )
            self.assertEqual(set(errors[4:]), ROOM)
            first, second = record.error_ids[:2]
            self.assertEqual((first.value, second.value), ("••••E+17", "1.23457E+11"))
            self.assertIn("enter the value as it was", second.message)

    def test_address_that_a_mapper_would_override_is_an_error_once(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        envelope = self.create_envelope(cycle_code_mnemonic="mapped")
        header = (*HEADER, *ADDRESS)
        address = ["BANK_ACCOUNT", "123"] + [""] * (len(ADDRESS) - 2)
        content = csv_bytes(*[(*record, *address) for record in RECORDS], header=header)
        self.assertErrors(
            self.imported(content, envelope=envelope),
            (2, "beneficiary_account_type", "ADDRESS_NOT_USED"),
            (2, "beneficiary_account", "ADDRESS_NOT_USED"),
        )
        empty = csv_bytes(*[(*r, *[""] * len(ADDRESS)) for r in RECORDS], header=header)
        self.assertEqual(self.imported(empty, envelope=envelope).state, "done")

    def test_values_of_accounts_are_masked(self):
        header = (*HEADER, "beneficiary_account_type", "beneficiary_account")
        content = xlsx_bytes((*RECORDS[0], "BANK_ACCOUNT", 12345678.5), header=header)
        error = self.imported(content).error_ids[0]
        self.assertEqual((error.code, error.value), ("NUMBER_WITH_DECIMALS", "••••78.5"))

    def test_cancelled_envelope_is_an_error_of_the_file(self):
        record = self.new_import()
        self.envelope.write({"cancellation_status": "cancelled"})
        self.perform(record)
        self.assertErrors(record, (0, "", "DISBURSEMENT_ENVELOPE_ALREADY_CANCELED"))

    def test_only_the_first_errors_are_listed_but_all_are_counted(self):
        self.patch(import_check, "MAX_ERRORS", 5)
        self.patch(import_job, "MAX_ERRORS", 5)
        rows = [(f"M{n}", "", "Asha", "1", "Grant") for n in range(12)]
        record = self.imported(csv_bytes(*rows))
        self.assertEqual((record.error_count, record.kept_error_count), (13, 5))
        self.assertIn("Errors: 13", record.message)

    def test_corrected_file_is_checked_anew(self):
        record = self.imported(csv_bytes(("M1", "", "Asha", "1", "Grant")))
        record.write({"file": b64encode(csv_bytes(*RECORDS)), "file_name": "april.csv"})
        self.assertEqual((record.state, record.error_count), ("draft", 0))
        self.assertFalse(record.error_ids)
        self.perform(record)
        self.assertEqual((record.state, record.row_count), ("done", 3))

    def test_row_limit_is_a_parameter(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge.max_import_rows", "2")
        self.assertErrors(self.imported(), (4, "", "TOO_MANY_ROWS"))
