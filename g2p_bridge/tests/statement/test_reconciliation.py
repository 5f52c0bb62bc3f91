# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.g2p_bridge_bank_connector.lib.values import Acknowledgement

from .statement_common import StatementCase


class TestDebits(StatementCase):
    """Which debit proves a payment, and what is wrong with the others."""

    def setUp(self):
        super().setUp()
        self.lines = self.shipped()

    def test_known_payment_is_proved(self):
        record = self.process(*[self.entry("D", line) for line in self.lines])
        self.assertEqual(self.outcomes(record), ["matched"] * 3)
        self.assertEqual(record.entry_ids.disbursement_id, self.lines)
        self.assertEqual(set(self.lines.mapped("state")), {"reconciled"})
        self.assertEqual(record.state, "done")
        self.assertEqual((record.entry_count, record.matched_count), (3, 3))
        self.assertFalse(record.has_warnings)
        envelope = self.lines.envelope_id
        self.assertEqual(envelope.state, "reconciled")
        self.assertEqual(envelope.amount_reconciled, 60.75)

    def test_unknown_payment(self):
        record = self.process(self.entry("D", "NOSUCHPAYMENT"))
        self.assertEqual(self.outcomes(record), ["INVALID_DISBURSEMENT"])
        self.assertFalse(record.entry_ids.disbursement_id)
        self.assertEqual(record.entry_ids.reference, "NOSUCHPAYMENT")
        self.assertEqual(record.error_count, 1)

    def test_second_debit_in_the_same_statement(self):
        record = self.process(self.entry("D", self.lines[0]), self.entry("D", self.lines[0]))
        self.assertEqual(self.outcomes(record), ["matched", "DUPLICATE_DISBURSEMENT"])
        self.assertEqual(record.entry_ids.disbursement_id, self.lines[0])
        self.assertEqual(self.lines.envelope_id.number_of_disbursements_reconciled, 1)

    def test_second_debit_in_another_statement(self):
        self.process(self.entry("D", self.lines[0]))
        record = self.process(self.entry("D", self.lines[0]), **self.following())
        self.assertEqual(self.outcomes(record), ["DUPLICATE_DISBURSEMENT"])
        self.assertEqual(self.lines.envelope_id.number_of_disbursements_reconciled, 1)
        self.assertEqual(self.lines[0].state, "reconciled")

    def test_debit_after_the_payment_came_back(self):
        self.process(self.entry("D", self.lines[0]), self.entry("RD", self.lines[0]))
        record = self.process(self.entry("D", self.lines[0]), **self.following())
        self.assertEqual(self.outcomes(record), ["matched"])
        self.assertEqual(self.lines[0].state, "reconciled")
        envelope = self.lines.envelope_id
        self.assertEqual(envelope.number_of_disbursements_reconciled, 1)
        self.assertEqual(envelope.number_of_disbursements_reversed, 0)

    def test_other_amount(self):
        record = self.process(self.entry("D", self.lines[0], "10.01"))
        self.assertEqual(self.outcomes(record), ["AMOUNT_MISMATCH"])
        self.assertEqual(record.entry_ids.disbursement_id, self.lines[0])
        self.assertEqual(self.lines[0].state, "shipped")

    def test_right_amount_after_a_wrong_one(self):
        record = self.process(
            self.entry("D", self.lines[0], "0.01"),
            self.entry("D", self.lines[0]),
            self.entry("D", self.lines[0], "0.01"),
        )
        self.assertEqual(self.outcomes(record), ["AMOUNT_MISMATCH", "matched", "AMOUNT_MISMATCH"])

    def test_other_currency(self):
        record = self.process(self.entry("D", self.lines[0]), currency="EUR")
        self.assertEqual(self.outcomes(record), ["CURRENCY_MISMATCH"])
        self.assertEqual(self.lines[0].state, "shipped")

    def test_currency_that_nobody_knows(self):
        record = self.process(self.entry("D", self.lines[0]), currency="XXQ")
        self.assertEqual(self.outcomes(record), ["CURRENCY_MISMATCH"])
        self.assertIn("XXQ", record.warnings)

    def test_statement_without_a_currency_is_in_that_of_its_account(self):
        record = self.process(self.entry("D", self.lines[0]), currency="")
        self.assertEqual(self.outcomes(record), ["matched"])
        self.assertEqual(record.currency_id, self.currency)

    def test_payment_from_another_account(self):
        other = self.make_program("PENSION")
        record = self.process(
            self.entry("D", self.lines[0]), account_number=other.sponsor_bank_account_number
        )
        self.assertEqual(self.outcomes(record), ["INVALID_DISBURSEMENT"])
        self.assertFalse(record.entry_ids.disbursement_id)
        own = self.process(self.entry("D", self.lines[0]))
        self.assertEqual(self.outcomes(own), ["matched"])

    def test_payment_of_another_company_with_an_account_of_the_same_number(self):
        company = self.env["res.company"].create({"name": "Other Ministry"})
        self.env.user.company_ids |= company
        bank = self.bank.copy({"code": "OTHER", "company_id": company.id})
        account = {"sponsor_bank_id": bank.id, "sponsor_bank_account_number": "CASH-ACCOUNT"}
        self.make_program("OTHER", company_id=company.id, **account)
        record, _known = self.receive(
            self.statement(self.entry("D", self.lines[0])), sponsor_bank=bank
        )
        self.run_jobs()
        self.assertEqual(record.company_id, company)
        self.assertEqual(self.outcomes(record), ["INVALID_DISBURSEMENT"])
        self.assertEqual(self.lines[0].state, "shipped")

    def test_two_programs_on_one_account(self):
        self.make_program("PENSION", sponsor_bank_account_number="CASH-ACCOUNT")
        others = self.shipped("5.00", "7.00", benefit_program_mnemonic="PENSION")
        record = self.process(
            *[self.entry("D", line) for line in self.lines + others], self.entry("RD", others[1])
        )
        totals = {
            total.envelope_id: (
                total.reconciled_count,
                total.reconciled_amount,
                total.reversed_count,
                total.reversed_amount,
            )
            for total in record.total_ids
        }
        self.assertEqual(
            totals,
            {
                self.lines.envelope_id: (3, 60.75, 0, 0),
                others.envelope_id: (2, 12.00, 1, 7.00),
            },
        )

    def test_program_that_has_moved_to_another_account(self):
        self.program.sponsor_bank_account_number = "NEW-ACCOUNT"
        record = self.process(self.entry("D", self.lines[0]))
        self.assertEqual(self.outcomes(record), ["matched"])


class TestDebitsOfUnpaid(StatementCase):
    """A debit for what never left is an error, and shows at the disbursement."""

    def assertUnpaid(self, line, state):
        self.assertEqual(line.state, state)
        record = self.process(self.entry("D", line), self.entry("RD", line))
        self.assertEqual(self.outcomes(record), ["INVALID_DISBURSEMENT", "INVALID_REVERSAL"])
        self.assertEqual(record.entry_ids.disbursement_id, line)
        self.assertEqual(line.state, state)

    def test_scheduled(self):
        self.assertUnpaid(self.later_filled().disbursement_ids[0], "resolved")

    def test_cancelled(self):
        envelope = self.later_filled()
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": envelope.disbursement_envelope_id}
        )
        self.assertUnpaid(envelope.disbursement_ids[0], "cancelled")

    def test_unresolved(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.mapper_script.unknown = {"ID2"}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertUnpaid(envelope.disbursement_ids[1], "unresolved")

    def test_rejected(self):
        envelope = self.filled_envelope("10.00")
        rejected = {envelope.disbursement_ids.disbursement_id: "ACCOUNT_CLOSED"}
        self.bank_script.script = {"initiate_payment": [Acknowledgement(rejected)]}
        self.run_jobs()
        self.assertUnpaid(envelope.disbursement_ids, "rejected")


class TestReversals(StatementCase):
    """What comes back needs a debit before it, and comes back once."""

    def setUp(self):
        super().setUp()
        self.line = self.shipped()[0]
        self.debit = lambda *args: self.entry("D", self.line, *args)
        self.reversal = lambda *args: self.entry("RD", self.line, *args)

    def assertReversed(self, amount=10.00):
        envelope = self.line.envelope_id
        self.assertEqual(self.line.state, "reversed")
        self.assertEqual(self.line.reason_code, "ACCOUNT_CLOSED")
        self.assertEqual(envelope.number_of_disbursements_reversed, 1)
        self.assertEqual(envelope.amount_reversed, amount)

    def test_after_its_debit_in_the_same_statement(self):
        record = self.process(self.debit(), self.reversal())
        self.assertEqual(self.outcomes(record), ["matched", "matched"])
        self.assertEqual((record.matched_count, record.reversed_count), (1, 1))
        self.assertReversed()

    def test_after_its_debit_in_an_earlier_statement(self):
        self.process(self.debit())
        record = self.process(self.reversal(), **self.following())
        self.assertEqual(self.outcomes(record), ["matched"])
        self.assertReversed()

    def test_without_a_debit(self):
        record = self.process(self.reversal())
        self.assertEqual(self.outcomes(record), ["INVALID_REVERSAL"])
        self.assertEqual(self.line.state, "shipped")

    def test_before_its_debit_in_one_statement(self):
        record = self.process(self.reversal(), self.debit())
        self.assertEqual(self.outcomes(record), ["matched", "matched"])
        self.assertReversed()

    def test_of_an_unknown_payment(self):
        record = self.process(self.entry("RD", "NOSUCHPAYMENT"))
        self.assertEqual(self.outcomes(record), ["INVALID_REVERSAL"])

    def test_second_one_in_the_same_statement(self):
        record = self.process(self.debit(), self.reversal(), self.reversal())
        self.assertEqual(self.outcomes(record), ["matched", "matched", "INVALID_REVERSAL"])
        self.assertReversed()

    def test_second_one_in_another_statement(self):
        self.process(self.debit(), self.reversal())
        record = self.process(self.reversal(), **self.following())
        self.assertEqual(self.outcomes(record), ["INVALID_REVERSAL"])
        self.assertReversed()

    def test_second_one_with_another_amount(self):
        record = self.process(self.debit(), self.reversal(), self.reversal("0.01"))
        self.assertEqual(self.outcomes(record)[2], "AMOUNT_MISMATCH")
        record = self.process(self.reversal("0.01"), **self.following())
        self.assertEqual(self.outcomes(record), ["AMOUNT_MISMATCH"])

    def test_other_amount_than_was_paid(self):
        record = self.process(self.debit(), self.reversal("9.99"))
        self.assertEqual(self.outcomes(record), ["matched", "AMOUNT_MISMATCH"])
        self.assertEqual(self.line.state, "reconciled")

    def test_right_amount_after_a_wrong_one(self):
        record = self.process(self.debit(), self.reversal("9.99"), self.reversal())
        self.assertEqual(self.outcomes(record), ["matched", "AMOUNT_MISMATCH", "matched"])
        self.assertReversed()

    def test_of_a_debit_that_proved_nothing(self):
        record = self.process(self.debit("9.99"), self.reversal("9.99"))
        self.assertEqual(self.outcomes(record), ["AMOUNT_MISMATCH", "AMOUNT_MISMATCH"])
        self.assertEqual(self.line.state, "shipped")


class TestOtherLines(StatementCase):
    """Fees, funding and the like are kept and are nobody's payment."""

    def test_credits_and_lines_without_a_reference(self):
        line = self.shipped()[0]
        record = self.process(
            self.entry("C", "FUNDING", "5000.00"),
            self.entry("RC", "FUNDING", "1.00"),
            self.entry("D", "NONREF", "3.50"),
            self.entry("RD", "NONREF", "3.50"),
            self.entry("D", "", "3.50"),
        )
        self.assertEqual(self.outcomes(record), ["not_ours"] * 5)
        self.assertFalse(record.entry_ids.disbursement_id)
        self.assertEqual(record.not_ours_count, 5)
        self.assertFalse(record.has_warnings)
        self.assertEqual(line.state, "shipped")

    def test_statement_without_lines(self):
        record = self.process()
        self.assertEqual((record.state, record.entry_count), ("done", 0))
        self.assertFalse(record.has_warnings)

    def test_lines_are_kept_as_received(self):
        self.shipped()
        narratives = ["Tab\there", "", "back\\slash \\N", "李"]
        record = self.process(
            self.entry(
                "C", "REF\\N", "5.00", narratives=narratives, raw=":61:a\r\n:86:b", entry_date=None
            )
        )
        entry = record.entry_ids
        self.assertEqual(entry.narratives, "\n".join(narratives))
        self.assertEqual(entry.raw, ":61:a\r\n:86:b")
        self.assertEqual(entry.customer_reference, "REF\\N")
        self.assertFalse(entry.entry_date)
