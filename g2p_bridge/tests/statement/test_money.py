# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from ..services.operations_common import OperationsCase


class TestMoney(OperationsCase):
    """Amounts are exact from the sender to the bank, in every currency."""

    def program_in(self, code):
        currency = self.env["res.currency"].with_context(active_test=False)
        return self.make_program(code, currency_id=currency.search([("name", "=", code)]).id)

    def envelope_in(self, code, *amounts, total=None):
        self.program_in(code)
        return self.create_envelope(
            benefit_program_mnemonic=code,
            disbursement_currency_code=code,
            number_of_beneficiaries=len(amounts) or 1,
            number_of_disbursements=len(amounts) or 1,
            total_disbursement_amount=total or sum(map(Decimal, amounts)),
        )

    def pay(self, envelope, *amounts):
        self.service.create_disbursements(self.rows(envelope, *amounts))
        self.run_jobs()
        (payments,) = self.bank_script.payments.values()
        return [payment.payment_amount for payment in payments]

    def blocked(self):
        return [call[1] for call in self.bank_script.calls if call[0] == "block_funds"]

    def assertAmountRefused(self, envelope, *amounts):
        for amount in amounts:
            with self.subTest(amount=amount):
                refusal = self.assertRefused(
                    "INVALID_DISBURSEMENT_PAYLOAD",
                    self.service.create_disbursements,
                    self.rows(envelope, amount),
                )
                codes = refusal.rows[0]["response_error_codes"]
                self.assertEqual(codes, ["INVALID_DISBURSEMENT_AMOUNT"])

    def assertTotalRefused(self, code, *totals):
        for total in totals:
            with self.subTest(total=total):
                self.assertRefused(
                    "INVALID_TOTAL_DISBURSEMENT_AMOUNT",
                    self.create_envelope,
                    benefit_program_mnemonic=code,
                    disbursement_currency_code=code,
                    total_disbursement_amount=total,
                )

    def test_cents_that_no_float_can_hold_reach_the_bank(self):
        envelope = self.envelope_in("USD", "10.40", "10.40", "30.75")
        self.assertEqual(self.total_of(envelope), "51.55")
        paid = self.pay(envelope, "10.40", "10.40", "30.75")
        self.assertEqual(paid, [Decimal("10.40"), Decimal("10.40"), Decimal("30.75")])
        self.assertEqual(self.blocked(), [Decimal("51.55")])

    def test_many_cents_add_up_exactly(self):
        envelope = self.envelope_in("USD", *["0.01"] * 30, *["0.10"] * 10)
        self.assertEqual(self.total_of(envelope), "1.30")
        self.pay(envelope, *["0.01"] * 30, *["0.10"] * 10)
        self.assertEqual(envelope.state, "shipped")

    def test_one_amount_in_every_way_to_write_it(self):
        ways = ("30.75", 30.75, Decimal("30.75"), "+30.750", "030.75")
        envelope = self.envelope_in("USD", *["30.75"] * len(ways))
        self.assertEqual(self.pay(envelope, *ways), [Decimal("30.75")] * len(ways))

    def test_currency_without_decimals(self):
        envelope = self.envelope_in("JPY", "1000", "1")
        self.assertEqual(self.total_of(envelope), "1001")
        self.assertAmountRefused(envelope, "0.5", "1.01", 0.1)
        self.assertTotalRefused("JPY", "1001.5", Decimal("0.1"))
        self.assertEqual(self.pay(envelope, "1000.00", 1), [Decimal(1000), Decimal(1)])

    def test_currency_with_three_decimals(self):
        envelope = self.envelope_in("KWD", "0.001", "30.755")
        self.assertEqual(self.total_of(envelope), "30.756")
        self.assertAmountRefused(envelope, "0.0001", 0.1 + 0.2)
        self.assertTotalRefused("KWD", "30.7565")
        paid = self.pay(envelope, "0.001", 30.755)
        self.assertEqual(paid, [Decimal("0.001"), Decimal("30.755")])

    def test_too_many_decimals(self):
        envelope = self.envelope_in("USD", "10.00")
        self.assertAmountRefused(envelope, "0.001", 9.999, Decimal("0.101"))
        self.assertTotalRefused("USD", "10.001", 0.1 + 0.2)

    def test_totals_of_fifteen_digits_are_exact(self):
        totals = {
            "USD": ("9999999999999.99", "7845526026662.08"),
            "JPY": ("999999999999999", "865878769046655"),
            "KWD": ("999999999999.999", "872679007281.443"),
        }
        for code, values in totals.items():
            program = self.program_in(code)
            for number, total in enumerate(values):
                reply = self.service.create_disbursement_envelope(
                    self.envelope_values(
                        benefit_program_mnemonic=program.benefit_program_mnemonic,
                        disbursement_currency_code=code,
                        cycle_code_mnemonic=str(number),
                        total_disbursement_amount=total,
                    )
                )
                self.assertEqual(reply["total_disbursement_amount"], Decimal(total))
                envelope = self.find_envelope(reply["disbursement_envelope_id"])
                self.assertEqual(self.total_of(envelope), total)
                self.assertEqual(envelope.total_disbursement_amount, float(total))

    def test_amended_total_of_fifteen_digits_is_exact(self):
        envelope = self.later()
        self.service.amend_disbursement_envelope(
            {
                "disbursement_envelope_id": envelope.disbursement_envelope_id,
                "number_of_beneficiaries": 3,
                "number_of_disbursements": 3,
                "total_disbursement_amount": "7845526026662.08",
                "disbursement_schedule_date": self.today(7),
            }
        )
        self.assertEqual(self.total_of(envelope), "7845526026662.08")

    def test_totals_of_sixteen_digits_are_refused(self):
        self.program_in("JPY")
        self.assertTotalRefused("USD", "99999999999999.99", 10**15)
        self.assertTotalRefused("JPY", "1000000000000000")

    def test_the_largest_payments_are_exact(self):
        largest = "999999999999.99"
        envelope = self.envelope_in("USD", *[largest] * 9, "0.09")
        self.assertEqual(self.total_of(envelope), "9000000000000.00")
        paid = self.pay(envelope, *[largest] * 9, "0.09")
        self.assertEqual(paid, [Decimal(largest)] * 9 + [Decimal("0.09")])
        self.assertEqual(self.blocked(), [Decimal("9000000000000.00")])
        self.assertEqual(envelope.state, "shipped")
        operations = [call[0] for call in self.bank_script.calls]
        self.assertEqual(operations, ["check_funds", "block_funds", "initiate_payment"])

    def test_payments_of_thirteen_integer_digits_are_refused(self):
        envelope = self.envelope_in("USD", total="9999999999999.99")
        self.assertAmountRefused(envelope, "1000000000000", 10**12, 1e12)

    def test_total_of_an_odd_cent_more_is_noticed(self):
        envelope = self.envelope_in("USD", "4000000000000.01", total="4000000000000.01")
        rows = self.rows(envelope, *["999999999999.99"] * 4)
        self.assertRefused(
            "NO_OF_DISBUESEMENTS_EXCEEDS_DECLARED", self.service.create_disbursements, rows
        )
        other = self.create_envelope(
            benefit_program_mnemonic="USD",
            cycle_code_mnemonic="OTHER",
            number_of_beneficiaries=2,
            number_of_disbursements=2,
            total_disbursement_amount="999999999999.99",
        )
        self.assertRefused(
            "TOTAL_DISBURSEMENT_AMOUNT_EXCEEDS_DECLARED",
            self.service.create_disbursements,
            self.rows(other, "999999999999.99", "0.01"),
        )
