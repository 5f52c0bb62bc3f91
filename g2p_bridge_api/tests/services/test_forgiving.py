# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What OpenG2P's own systems send is understood of partners that need not be exact."""

from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.g2p_bridge.exceptions import BridgeError

from ...lib.near_amount import near_amount
from ..partner.partner_common import PartnerCase


@tagged("post_install", "-at_install")
class TestForgiving(PartnerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.as_partner = cls.partner._service(None)

    def declare(self, **values):
        reply = self.as_partner.create_disbursement_envelope(self.envelope_values(**values))
        return self.find_envelope(reply["disbursement_envelope_id"]), reply

    def assertRejected(self, code, text, function, *args):
        error = self.assertRefused(code, function, *args)
        self.assertIn(text, str(error))
        return error

    def send(self, envelope, *amounts):
        return self.as_partner.create_disbursements(self.rows(envelope, *amounts))

    def strict(self):
        self.partner.strict_header = True

    def test_placeholders_everywhere(self):
        """As they come, but for the sender: that one has to be known by something."""
        for operation in ("create_disbursements", "get_disbursement_status"):
            content = self.message(
                operation,
                ("D1", "D2"),
                message_id="string",
                message_ts="string",
                action="string",
                total_count=0,
            )
            call = self.call({"siganature": "string", **content}, operation)
            self.partner._check_header(call, signed=False)
            self.strict()
            self.assertRefusedCall("rjct.action.invalid", self.signed(content, operation))
            self.partner.strict_header = False

    def test_no_count_is_no_wrong_count(self):
        for count in (0, 1, 2):
            self.admit(self.signed(self.message(message=("D1", "D2"), total_count=count)))
        for count in (-1, 3):
            content = self.message(message=("D1", "D2"), total_count=count)
            self.assertRefusedCall("rjct.total_count.invalid", self.signed(content))
        self.strict()
        self.assertRefusedCall("rjct.total_count.invalid", self.signed(self.message(total_count=0)))

    def test_a_sum_of_floats_is_the_amount_itself(self):
        envelope, reply = self.declare(total_disbursement_amount=Decimal("7.699999999999999"))
        self.assertEqual(str(reply["total_disbursement_amount"]), "7.70")
        self.assertEqual(envelope._declared()[1], Decimal("7.70"))
        rows = self.send(envelope, Decimal("2.5"), Decimal("2.6000000000000001"), Decimal("2.6"))
        amounts = [row["disbursement_amount"] for row in rows]
        self.assertEqual(amounts, [Decimal("2.5"), Decimal("2.60"), Decimal("2.6")])
        self.assertTrue(envelope._is_complete())
        again = self.send(envelope, Decimal("2.5"), Decimal("2.6"), Decimal("2.5999999999999996"))
        self.assertEqual(
            [row["disbursement_id"] for row in again], [row["disbursement_id"] for row in rows]
        )

    def test_whatever_is_further_away_is_named(self):
        for wrong in ("7.699998", "7.6951", "7.705"):
            self.assertRejected(
                "INVALID_TOTAL_DISBURSEMENT_AMOUNT",
                wrong,
                self.declare_wrong,
                Decimal(wrong),
            )
        # A text is written on purpose.
        self.assertRejected(
            "INVALID_TOTAL_DISBURSEMENT_AMOUNT", "7.69999", self.declare_wrong, "7.6999999"
        )
        self.assertRejected(
            "INVALID_TOTAL_DISBURSEMENT_AMOUNT", "above zero", self.declare_wrong, Decimal("1E-9")
        )
        envelope, _reply = self.declare()
        with self.assertRaises(BridgeError) as caught, self.env.cr.savepoint():
            self.send(envelope, Decimal("10.0000000001"), Decimal("20.001"), Decimal("30.75"))
        codes = [row["response_error_codes"] for row in caught.exception.rows]
        self.assertEqual(codes, [[], ["INVALID_DISBURSEMENT_AMOUNT"], []])
        self.assertEqual(caught.exception.rows[1]["disbursement_amount"], Decimal("20.001"))

    def declare_wrong(self, total):
        self.declare(total_disbursement_amount=total)

    def test_strict_partners_and_people_are_held_to_the_digit(self):
        near = Decimal("60.7500000001")
        self.strict()
        self.assertRejected("INVALID_TOTAL_DISBURSEMENT_AMOUNT", "60.75", self.declare_wrong, near)
        envelope, _reply = self.declare()
        self.assertRefused("INVALID_DISBURSEMENT_PAYLOAD", self.send, envelope, near)
        self.assertRefused(
            "INVALID_DISBURSEMENT_SCHEDULE_DATE", self.declare_on, self.today(-1), "OTHER"
        )
        self.partner.strict_header = False
        # An officer who says that he is this partner is not forgiven either.
        officer = self.as_partner.with_user(self.users["officer"])
        self.assertRefused(
            "INVALID_TOTAL_DISBURSEMENT_AMOUNT",
            officer.create_disbursement_envelope,
            self.envelope_values(total_disbursement_amount=near),
        )

    def declare_on(self, day, cycle):
        return self.declare(disbursement_schedule_date=day, cycle_code_mnemonic=cycle)[0]

    def test_a_day_that_is_past_is_today(self):
        envelope = self.declare_on(self.today(-40), "PAST")
        self.assertEqual(envelope.disbursement_schedule_date.isoformat(), self.today())
        self.assertEqual(self.declare_on(self.today(-40), "PAST"), envelope)
        later = self.declare_on(self.today(3), "LATER")
        self.assertEqual(later.disbursement_schedule_date.isoformat(), self.today(3))
        for wrong in ("2026-13-01", "", None, "yesterday"):
            with self.subTest(wrong):
                self.assertRefused(
                    "INVALID_DISBURSEMENT_SCHEDULE_DATE", self.declare_on, wrong, "WRONG"
                )

    def test_a_past_day_keeps_the_days_of_notice(self):
        self.program.write({"own_policies": True, "disbursement_sla_days": 2})
        self.assertRefused(
            "INVALID_DISBURSEMENT_SCHEDULE_DATE", self.declare_on, self.today(-1), "SOON"
        )

    def test_near_amounts(self):
        for text, decimals, amount in (
            ("7.699999999999999", 2, "7.70"),
            ("0.30000000000000004", 2, "0.30"),
            ("1000000.0000009", 2, "1000000.00"),
            ("1000000.0000011", 2, None),
            ("7.70", 2, None),  # nothing to mend
            ("7.7000000", 2, "7.70"),
            ("-7.699999999999999", 2, "-7.70"),
            ("1234.9999999", 0, "1235"),
            ("0.0014999999999", 3, None),
            ("0.00000049", 6, None),
            ("0.1234560000001", 6, "0.123456"),
            ("1E-400000", 2, "0.00"),
            ("1E+70", 2, None),
            (f"{'9' * 80}.0000001", 2, None),
            ("NaN", 2, None),
        ):
            with self.subTest(text, decimals=decimals):
                found = near_amount(Decimal(text), decimals)
                self.assertEqual(None if found is None else str(found), amount)
        for other in (7.699999999999999, "7.699999999999999", 7, True, None):
            self.assertIsNone(near_amount(other, 2))
