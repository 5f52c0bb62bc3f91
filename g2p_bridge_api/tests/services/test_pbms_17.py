# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The whole life of three cycles as OpenG2P's PBMS 17 sends it, and reads the answers.

What is sent has the shape, the placeholders and the numbers of its real client
(``g2p_payment_g2p_connect``), and what is read is what that client reads, and as it does: one key
that is missing ends its loop, and nothing after it is read.
"""

import json

from odoo.tests import HttpCase, tagged

from odoo.addons.g2p_bridge.tests.statement.statement_common import StatementCase

from ..common import ROOT
from ..partner.test_secret_address import open_address

#: What it copies from each line of a statement.
REMITTANCE = (
    "remittance_reference_number",
    "remittance_statement_id",
    "remittance_entry_sequence",
    "remittance_entry_date",
    "reversal_statement_id",
    "reversal_entry_sequence",
    "reversal_entry_date",
    "reversal_reason",
)
#: Its summary of a cycle: whole numbers, texts, and one yes or no.
SUMMARY_NUMBERS = (
    "number_of_disbursements_received",
    "funds_available_attempts",
    "funds_blocked_attempts",
    "number_of_disbursements_shipped",
    "number_of_disbursements_reconciled",
    "number_of_disbursements_reversed",
)
SUMMARY_TEXTS = (
    "funds_available_with_bank",
    "funds_available_latest_timestamp",
    "funds_available_latest_error_code",
    "funds_blocked_with_bank",
    "funds_blocked_latest_timestamp",
    "funds_blocked_latest_error_code",
    "funds_blocked_reference_number",
)


class Payment:
    """One of its payments: a row of its own database, whose number is the key."""

    numbers = iter(range(1, 1000))

    def __init__(self, amount, payee):
        self.id = next(self.numbers)
        self.amount, self.payee = amount, payee
        self.disbursement_id, self.told = False, {}


class Cycle:
    def __init__(self, name, start_date, payments):
        self.name, self.start_date = name, start_date
        # Newest first, two to a batch.
        newest = sorted(payments, key=lambda payment: -payment.id)
        self.payments, self.batches = payments, [newest[:2], newest[2:]]
        self.envelope_id = False


class Client:
    """What PBMS 17 does over HTTP; it knows four addresses and no header."""

    def __init__(self, post):
        self.post = post

    def body(self, message, signature="signature"):
        return {
            signature: "string",
            "header": {
                "version": "1.0.0",
                "message_id": "string",
                "message_ts": "string",
                "action": "string",
                "sender_id": "string",
                "sender_uri": "",
                "receiver_id": "",
                "total_count": 0,
                "is_msg_encrypted": False,
                "meta": "string",
            },
            "message": message,
        }

    def prepare(self, cycle):
        message = {
            "benefit_program_mnemonic": "CASH",
            "disbursement_frequency": "OnDemand",
            "cycle_code_mnemonic": "SEP",
            "number_of_beneficiaries": len(cycle.payments),
            "number_of_disbursements": len(cycle.payments),
            "total_disbursement_amount": sum(payment.amount for payment in cycle.payments),
            "disbursement_currency_code": "USD",
            "disbursement_schedule_date": cycle.start_date,
        }
        reply = self.post("create_disbursement_envelope", self.body(message))
        cycle.envelope_id = reply["message"].get("disbursement_envelope_id")

    def send(self, cycle, batch):
        message = [
            {
                "disbursement_envelope_id": cycle.envelope_id,
                "beneficiary_id": payment.payee,
                "mis_reference_number": str(payment.id),
                "beneficiary_name": f"Person {payment.id}",
                "disbursement_amount": payment.amount,
                "narrative": f"Payment for {cycle.name} under CASH",
            }
            for payment in cycle.batches[batch]
        ]
        reply = self.post("create_disbursements", self.body(message, "siganature"))
        known = {(cycle.envelope_id, str(payment.id)): payment for payment in cycle.payments}
        for row in reply["message"]:
            payment = known[row["disbursement_envelope_id"], row["mis_reference_number"]]
            payment.disbursement_id = row["disbursement_id"]
            payment.amount_paid = row["disbursement_amount"]

    def ask(self, cycle):
        """What its scheduled action does each minute, a call for each batch."""
        for batch in cycle.batches:
            ids = [str(payment.disbursement_id) for payment in batch]
            reply = self.post("get_disbursement_status", self.body(ids))
            known = {str(payment.disbursement_id): payment for payment in batch}
            for item in reply["message"]:
                payment = known[item["disbursement_id"]]
                records = item["disbursement_recon_records"]
                for recon in records.get("disbursement_recon_payloads"):
                    payment.told = {name: recon[name] for name in REMITTANCE}

    def summary(self, cycle):
        body = self.body(cycle.envelope_id)
        return self.post("get_disbursement_envelope_status", body)["message"]


@tagged("post_install", "-at_install")
class TestPbms17(StatementCase, HttpCase):
    """It gets in by a secret address, and nothing else but that is arranged for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.write({"id_mapper_resolution_required": True, "mapper_id": cls.mapper.id})
        cls.partner = cls.env["g2p.bridge.partner"].create(
            {
                "name": "PBMS 17",
                "code": "PBMS",
                "program_ids": cls.program.ids,
                "strict_header": False,
                "cycle_codes_repeat": True,
            }
        )
        cls.partner.action_usual_operations()
        cls.address = open_address(cls.partner)

    def setUp(self):
        super().setUp()
        self.client = Client(self.post)

    def post(self, operation, body):
        """As its library sends it."""
        self.env.flush_all()
        answer = self.url_open(
            f"{ROOT}{self.address}/{operation}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Accept": "*/*"},
            method="POST",
        )
        self.env.invalidate_all()
        self.assertEqual(answer.status_code, 200, answer.text)
        reply = answer.json()
        self.assertEqual(reply["header"]["status"], "succ", reply)
        return reply

    def live(self, cycle):
        """A cycle from its preparation to the bank, asked about all the time."""
        self.client.prepare(cycle)
        self.client.ask(cycle)  # "False" for each: nothing was sent yet
        for batch in range(2):
            self.client.send(cycle, batch)
            self.client.ask(cycle)
        self.assertEqual([one.told for one in cycle.payments], [{}] * len(cycle.payments))
        self.run_jobs()
        self.client.ask(cycle)
        return self.find_envelope(cycle.envelope_id)

    def statement_of(self, number, *marked):
        """The bank's statement with these (mark, payment)."""
        lines = self.env["g2p.bridge.disbursement"]
        entries = [
            self.entry(mark, lines.search([("disbursement_id", "=", payment.disbursement_id)]))
            for mark, payment in marked
        ]
        self.process(*entries, **self.following(days=number, number=number))

    def check_summary(self, summary):
        for name in SUMMARY_NUMBERS:
            self.assertIs(type(summary[name]), int, name)
        for name in SUMMARY_TEXTS:
            self.assertIsInstance(summary[name], str | None, name)
        self.assertIs(type(summary["id_mapper_resolution_required"]), bool)
        int(summary["total_disbursement_amount_received"])

    def test_three_cycles(self):
        def payee(number):
            return f"account_no:ACC{number}@EXAMPLE_BANK"

        first = Cycle(
            "Cycle 1",
            self.today(-2),
            [Payment(amount, payee(number)) for number, amount in enumerate((1.1, 2.2, 3.3, 0.1))],
        )
        self.assertEqual(str(sum(one.amount for one in first.payments)), "6.699999999999999")
        envelope = self.live(first)
        self.assertEqual((envelope.state, str(envelope._declared()[1])), ("shipped", "6.70"))
        self.assertEqual(self.client.summary(first)["number_of_disbursements_shipped"], 4)
        self.statement_of(1, *[("D", payment) for payment in first.payments])
        self.client.ask(first)
        self.assertTrue(all(one.told["remittance_statement_id"] for one in first.payments))
        self.statement_of(2, ("RD", first.payments[1]))
        self.client.ask(first)
        self.assertEqual(
            [one.told["reversal_reason"] for one in first.payments],
            [None, "ACCOUNT_CLOSED", None, None],
        )
        summary = self.client.summary(first)
        self.check_summary(summary)
        self.assertEqual(summary["number_of_disbursements_reversed"], 1)

        # The answer gets lost, and whoever prepares the cycle presses the button again.
        second = Cycle(
            "Cycle 2", self.today(-1), [Payment(10.0, payee(number)) for number in range(4)]
        )
        self.client.prepare(second)
        lost, second.envelope_id = second.envelope_id, False
        self.assertEqual(self.live(second).disbursement_envelope_id, lost)
        ids = [payment.disbursement_id for payment in second.payments]
        self.client.send(second, 1)
        self.assertEqual([payment.disbursement_id for payment in second.payments], ids)
        self.check_summary(self.client.summary(second))

        # As the second one but for its day; and of three people no address is known.
        unknown = ["account_no:ACC7@None", "phone:False", "iban:@EXAMPLE_BANK"]
        self.mapper_script.unknown = set(unknown)
        third = Cycle("Cycle 3", self.today(), [Payment(10.0, one) for one in (*unknown, payee(9))])
        envelope = self.live(third)
        self.assertEqual(
            (envelope.state, envelope.number_of_disbursements_unresolved), ("shipped", 3)
        )
        self.check_summary(self.client.summary(third))
        self.client.ask(first)

        cycles = (first, second, third)
        self.assertEqual(len({cycle.envelope_id for cycle in cycles}), 3)
        left = [one for batch in self.bank_script.payments.values() for one in batch]
        known = [one for cycle in cycles for one in cycle.payments if one.payee not in unknown]
        self.assertEqual(
            sorted(one.disbursement_id for one in left),
            sorted(payment.disbursement_id for payment in known),
        )

    def test_a_cycle_that_was_not_declared_is_refused_as_it_reads_it(self):
        """It sends false for an ID that it has not got, and goes on.

        Of a batch of which everything is told it asks about nobody.
        """
        cycle = Cycle("Cycle", self.today(), [Payment(1.0, "phone:False")] * 2)
        body = self.client.body(
            [{"disbursement_envelope_id": False, "mis_reference_number": "1"}], "siganature"
        )
        answer = self.url_open(
            f"{ROOT}{self.address}/create_disbursements",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        self.assertEqual(answer.status_code, 400)
        self.assertIn("disbursement_envelope_id", answer.text)
        self.client.ask(cycle)
