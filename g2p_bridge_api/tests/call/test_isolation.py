# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..common import ApiCase


@tagged("-at_install", "post_install")
class TestIsolation(ApiCase):
    """What is of another partner or company answers exactly as what does not exist."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_program = cls.make_program("FOOD")
        cls.make_partner("SECOND", cls.other_program)
        company = cls.env["res.company"].create({"name": "Other Ministry"})
        cls.make_partner("FOREIGN", cls.env["g2p.bridge.program"], company)

    def same(self, operation, sender, theirs, nobodys):
        """The reply about what is of others is the one about what is nobody's."""
        replies = [self.call(operation, message, sender_id=sender) for message in (theirs, nobodys)]
        for reply in replies:
            del reply["header"]["message_ts"], reply["header"]["message_id"]
            asked = operation == "get_disbursement_status"
            self.assertEqual(reply["header"]["status"], "succ" if asked else "rjct")
        texts = [
            str(reply).replace(self.envelope_id, "?").replace(self.line_id, "?").replace("NO", "?")
            for reply in replies
        ]
        self.assertEqual(*texts)

    def test_others_data(self):
        self.envelope_id, (self.line_id, *_rest) = self.filled_envelope()
        amended = {
            "number_of_beneficiaries": 3,
            "number_of_disbursements": 3,
            "total_disbursement_amount": 60.75,
            "disbursement_schedule_date": self.day(8),
        }
        for sender in ("SECOND", "FOREIGN"):
            for operation, message in (
                ("get_disbursement_envelope_status", lambda envelope, _line: envelope),
                ("get_disbursement_status", lambda _envelope, line: [line]),
                (
                    "cancel_disbursement_envelope",
                    lambda envelope, _line: {"disbursement_envelope_id": envelope},
                ),
                (
                    "amend_disbursement_envelope",
                    lambda envelope, _line: {**amended, "disbursement_envelope_id": envelope},
                ),
                ("create_disbursements", lambda envelope, _line: self.rows(envelope, 1)),
                ("cancel_disbursements", lambda _envelope, line: [{"disbursement_id": line}]),
            ):
                with self.subTest(operation, sender=sender):
                    theirs = message(self.envelope_id, self.line_id)
                    self.same(operation, sender, theirs, message("NO", "NO"))
        status = self.done("get_disbursement_envelope_status", self.envelope_id)
        self.assertEqual(status["number_of_disbursements_received"], 3)

    def test_others_program(self):
        for sender, program in (("PBMS", "FOOD"), ("SECOND", "CASH"), ("FOREIGN", "CASH")):
            self.rejected(
                "INVALID_PROGRAM_MNEMONIC",
                "create_disbursement_envelope",
                self.envelope(benefit_program_mnemonic=program),
                sender_id=sender,
            )
