# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import fields

from odoo.addons.g2p_bridge_bank_connector.lib.values import (
    Acknowledgement,
    BatchState,
    PaymentStatus,
)
from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown

from .statement_common import StatementCase


class TestProof(StatementCase):
    """A debit proves that the bank has a batch of which nobody knew whether it arrived."""

    def test_uncertain_batch_is_settled_by_one_of_its_debits(self):
        self.bank_script.script = {"initiate_payment": [OutcomeUnknown("TIMEOUT")]}
        envelope = self.filled_envelope()
        self.run_jobs()
        batch, lines = envelope.bank_batch_ids, envelope.disbursement_ids
        self.assertEqual(batch.state, "uncertain")
        record = self.process(self.entry("D", lines[1]))
        self.assertEqual(self.outcomes(record), ["matched"])
        self.assertEqual(batch.state, "done")
        self.assertEqual(lines.mapped("state"), ["shipped", "reconciled", "shipped"])
        self.assertEqual((batch.shipped_count, batch.shipped_amount), (3, 60.75))
        self.assertEqual(envelope.state, "shipped")
        self.assertIn(record.statement_id, "".join(envelope.message_ids.mapped("body")))

    def test_payment_that_the_bank_refused_in_a_proved_batch_is_rejected(self):
        self.bank_script.script = {
            "initiate_payment": [OutcomeUnknown("TIMEOUT")],
            "release_funds": [Decimal("30.75")],
        }
        envelope = self.filled_envelope()
        self.run_jobs()
        lines = envelope.disbursement_ids
        refused = {lines[2].disbursement_id: "ACCOUNT_CLOSED", lines[1].disbursement_id: "NEVER"}
        answer = PaymentStatus(BatchState.ACCEPTED, refused)
        self.bank_script.script["get_payment_status"] = [answer]
        self.process(self.entry("D", lines[0]), self.entry("D", lines[1]))
        self.assertEqual(lines.mapped("state"), ["reconciled", "reconciled", "rejected"])
        self.assertEqual(lines[2].reason_code, "ACCOUNT_CLOSED")
        self.assertEqual(envelope.number_of_disbursements_shipped, 2)
        self.assertEqual((envelope.state, envelope.amount_released), ("reconciled", 30.75))

    def test_nothing_is_sent_again_afterwards(self):
        self.bank_script.script = {"initiate_payment": [OutcomeUnknown("TIMEOUT")]}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.process(self.entry("D", envelope.disbursement_ids[1]))
        self.env["g2p.bridge.envelope"]._cron_heartbeat()
        self.run_jobs()
        operations = [call[0] for call in self.bank_script.calls]
        self.assertEqual(operations.count("initiate_payment"), 1)

    def test_debit_of_another_amount_proves_nothing(self):
        self.bank_script.script = {"initiate_payment": [OutcomeUnknown("TIMEOUT")]}
        envelope = self.filled_envelope()
        self.run_jobs()
        record = self.process(self.entry("D", envelope.disbursement_ids[1], "0.01"))
        self.assertEqual(self.outcomes(record), ["AMOUNT_MISMATCH"])
        self.assertEqual(envelope.bank_batch_ids.state, "uncertain")

    def test_statement_that_overtakes_the_bank_s_answer(self):
        envelope = self.filled_envelope()
        line = envelope.disbursement_ids[0]
        records = self.env["g2p.bridge.statement"]

        def pay(reference, payments):
            nonlocal records
            statement = self.statement(self.entry("D", line))
            records, _known = self.receive(statement)
            records.sudo()._reconcile(statement)
            return Acknowledgement()

        self.bank_script.initiate_payment = pay
        self.addCleanup(delattr, self.bank_script, "initiate_payment")
        self.run_jobs()
        self.assertEqual(self.outcomes(records), ["matched"])
        self.assertEqual(
            envelope.disbursement_ids.mapped("state"), ["reconciled", "shipped", "shipped"]
        )
        self.assertEqual(envelope.bank_batch_ids.shipped_count, 3)
        self.assertEqual(envelope.number_of_disbursements_reconciled, 1)

    def test_statement_that_was_quicker_than_the_lost_answer_proves_the_batch(self):
        envelope = self.filled_envelope()
        line = envelope.disbursement_ids[0]
        statement = self.env["g2p.bridge.statement"].create(
            {
                "format": self.format,
                "upload_timestamp": fields.Datetime.now(),
            }
        )

        def book_and_lose(*_args):
            self.env["g2p.bridge.statement.entry"].create(
                {
                    "statement_id": statement.id,
                    "disbursement_id": line.id,
                    "outcome": "matched",
                    "mark": "D",
                }
            )
            self.env.flush_all()
            raise OutcomeUnknown("TIMEOUT")

        self.bank_script.initiate_payment = book_and_lose
        self.addCleanup(delattr, self.bank_script, "initiate_payment")
        self.run_jobs()
        self.assertEqual(envelope.bank_batch_ids.state, "done")
        self.assertEqual(envelope.number_of_disbursements_shipped, 3)
        self.assertFalse(envelope.activity_ids)
