# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .access_common import AccessCase

FULL = ("finance", "admin")
MASKED = ("officer", "approver", "auditor")
#: Fields that hold account numbers, addresses or the text of a bank, per model.
SECRET = {
    "g2p.bridge.program": ("sponsor_bank_account_number", "account_spellings"),
    "g2p.bridge.envelope": ("sponsor_bank_account_number",),
    "g2p.bridge.disbursement": ("account_number", "phone", "email"),
    "g2p.bridge.statement": ("account_number", "account_as_written"),
    "g2p.bridge.statement.file": ("content",),
    "g2p.bridge.statement.entry": (
        "narratives",
        "raw",
        "supplementary_details",
        "counterparty_account",
    ),
}
ACCOUNT = "9988776655"


class TestAccountNumbers(AccessCase):
    """Full account numbers are for finance and administrators; others see four characters."""

    def setUp(self):
        super().setUp()
        envelope = self.create_envelope(
            number_of_beneficiaries=1, number_of_disbursements=1, total_disbursement_amount="5"
        )
        self.service.create_disbursements(
            self.rows(
                envelope,
                "5",
                beneficiary_account_type="BANK_ACCOUNT",
                beneficiary_account=ACCOUNT,
                beneficiary_bank_code="B1",
            )
        )
        self.run_jobs()
        line = envelope.disbursement_ids
        record = self.process(
            self.entry(
                "D",
                line,
                raw=f":61:{ACCOUNT}",
                narratives=["PERSON, A", ACCOUNT],
                supplementary_details=ACCOUNT,
                counterparty_account=ACCOUNT,
            )
        )
        self.secret = {
            row._name: row
            for row in (self.program, envelope, line, record, record.file_id, record.entry_ids)
        }

    def assertEachForbidden(self, attempt, but=()):
        """Each secret field is refused to each of those who may not see it.

        :param attempt: takes the name of a user, a record and the name of a field
        """
        for model, names in SECRET.items():
            for name in set(names) - set(but):
                for user in MASKED:
                    with self.subTest(model, field=name, user=user):
                        self.assertForbidden(attempt, user, self.secret[model], name)

    def test_finance_and_administrators_read_them(self):
        for model, names in SECRET.items():
            for user in FULL:
                with self.subTest(model, user=user):
                    (values,) = self.rpc(user, self.secret[model], "read", list(names))
                    self.assertTrue(any(values[name] for name in names))

    def test_not_read(self):
        self.assertEachForbidden(lambda user, row, name: self.rpc(user, row, "read", [name]))
        self.assertEachForbidden(
            lambda user, row, name: self.rpc(user, row, "web_read", {name: {}})
        )
        self.assertEachForbidden(
            lambda user, row, name: self.rpc_model(user, row._name, "search_read", [], [name])
        )

    def test_not_among_all_fields(self):
        for model, names in SECRET.items():
            for user in MASKED:
                with self.subTest(model, user=user):
                    (values,) = self.rpc(user, self.secret[model], "read")
                    described = self.rpc_model(user, model, "fields_get")
                    self.assertFalse(set(names) & {*values, *described})

    def test_not_exported(self):
        self.assertEachForbidden(lambda user, row, name: self.rpc(user, row, "export_data", [name]))

    def test_not_exported_through_another_record(self):
        envelope = self.secret["g2p.bridge.envelope"]
        paths = (
            "disbursement_ids/account_number",
            "program_id/sponsor_bank_account_number",
            "disbursement_ids/entry_ids/raw",
        )
        for path in paths:
            for user in MASKED:
                with self.subTest(path, user=user):
                    self.assertForbidden(self.rpc, user, envelope, "export_data", [path])

    def test_not_guessed_by_searching(self):
        for method in ("search", "search_count"):
            self.assertEachForbidden(
                lambda user, row, name, method=method: self.rpc_model(
                    user, row._name, method, [(name, "=like", "9%")]
                ),
                but=["content"],  # its content is not searched
            )

    def test_not_guessed_by_searching_through_another_record(self):
        domain = [("disbursement_ids.account_number", "=like", "9%")]
        for user in MASKED:
            with self.subTest(user):
                self.assertForbidden(self.rpc_model, user, "g2p.bridge.envelope", "search", domain)

    def test_not_guessed_by_sorting_or_grouping(self):
        self.assertEachForbidden(
            lambda user, row, name: self.rpc_model(user, row._name, "search", [], order=name),
            but=["content"],
        )
        self.assertEachForbidden(
            lambda user, row, name: self.rpc_model(
                user, row._name, "formatted_read_group", [], [name], ["__count"]
            ),
            but=["content"],
        )

    def test_file_of_a_statement_is_not_downloaded(self):
        file = self.secret["g2p.bridge.statement.file"]
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", file._name),
                ("res_id", "=", file.id),
                ("res_field", "=", "content"),
            ]
        )
        self.assertTrue(attachment)
        for user in MASKED:
            with self.subTest(user):
                binary = self.env["ir.binary"].with_user(self.users[user])
                own = file.with_user(self.users[user])
                self.assertForbidden(binary._get_stream_from, own, "content")
                self.assertForbidden(self.rpc, user, file, "action_download")
                self.assertForbidden(
                    self.rpc, user, self.secret["g2p.bridge.statement"], "action_download_file"
                )
                self.assertForbidden(self.rpc, user, attachment, "read", ["datas"])

    def test_last_four_characters_are_shown_to_all(self):
        line = self.secret["g2p.bridge.disbursement"]
        record = self.secret["g2p.bridge.statement"]
        for user in (*MASKED, *FULL):
            with self.subTest(user):
                (values,) = self.rpc(user, line, "read", ["financial_address"])
                self.assertEqual(values["financial_address"], "B1 ••••6655")
                (values,) = self.rpc(user, record, "read", ["account_masked"])
                self.assertEqual(values["account_masked"], "••••OUNT")

    def test_nothing_readable_holds_the_account(self):
        """Whatever text an officer, approver or auditor reads, no account is in it."""
        for row in self.secret.values():
            for user in MASKED:
                with self.subTest(row._name, user=user):
                    (values,) = self.rpc(user, row, "read")
                    self.assertNotIn(ACCOUNT, str(values))
                    self.assertNotIn("CASH-ACCOUNT", str(values))
        envelope = self.secret["g2p.bridge.envelope"]
        messages = str(envelope.message_ids.mapped("body")) + str(
            self.secret["g2p.bridge.statement"].message_ids.mapped("body")
        )
        self.assertNotIn(ACCOUNT, messages)

    def test_secrets_of_banks_and_mappers_are_nobody_s(self):
        self.bank.action_new_statement_token()
        self.bank.credential = "bank-secret"
        self.mapper.credential = "mapper-secret"
        for user in ("officer", "approver", "finance", "auditor", "admin"):
            for row, name in (
                (self.bank, "credential"),
                (self.bank, "statement_token"),
                (self.mapper, "credential"),
            ):
                with self.subTest(row._name, field=name, user=user):
                    self.assertForbidden(self.rpc, user, row, "read", [name])
                    self.assertForbidden(
                        self.rpc_model, user, row._name, "search", [(name, "=like", "b%")]
                    )
