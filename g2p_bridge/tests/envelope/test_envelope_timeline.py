# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .envelope_common import EnvelopeCase


class TestTimeline(EnvelopeCase):
    def told(self, envelope):
        self.flush_tracking()
        envelope.invalidate_recordset()
        return envelope.timeline

    def texts(self, envelope):
        return [event["text"] for event in self.told(envelope)]

    def test_the_whole_life_newest_first(self):
        self.program.write({"own_policies": True, "approval": "other"})
        self.as_officer()
        envelope = self.filled_envelope()
        self.approve("approver", envelope, "Seen")
        self.run_jobs()
        lines = envelope.disbursement_ids
        self.process(*(self.entry("D", line) for line in lines), self.entry("RD", lines[0]))
        events = self.told(envelope)
        moments = [event["at"] for event in events]
        self.assertEqual(moments, sorted(moments, reverse=True))
        texts = "\n".join(event["text"] for event in events)
        for expected in (
            "Declared for the cycle 2026-11",
            "Disbursements received: 3",
            "Approved: Seen",
            "Check funds: done",
            "Block funds: done",
            "1 taken by the bank. Payments shipped: 3",
            "Payments proved: 3",
            "came back: 1",
        ):
            self.assertIn(expected, texts)

    def test_who_did_it(self):
        envelope = self.to_approve()
        self.rpc("approver", envelope, "action_reject", "Look again")
        (event,) = [event for event in self.told(envelope) if "Look again" in event["text"]]
        self.assertEqual(event["who"], self.users["approver"].name)

    def test_an_amendment_tells_what_was_and_what_is(self):
        self.as_officer()
        envelope = self.later()
        self.flush_tracking()
        self.service.amend_disbursement_envelope(
            {
                "disbursement_envelope_id": envelope.disbursement_envelope_id,
                "number_of_beneficiaries": 4,
                "number_of_disbursements": 4,
                "total_disbursement_amount": "80.75",
                "disbursement_schedule_date": self.today(7),
            }
        )
        texts = "\n".join(self.texts(envelope))
        self.assertIn("60.75", texts)
        self.assertIn("80.75", texts)
        self.assertIn("Disbursements: from 3 to 4", texts)

    def test_a_withdrawn_approval_is_told(self):
        envelope = self.to_approve()
        self.approve("approver", envelope)
        self.flush_tracking()
        self.service.cancel_disbursements(
            [{"disbursement_id": envelope.disbursement_ids[0].disbursement_id}]
        )
        self.assertIn("approval is taken back", "\n".join(self.texts(envelope)))

    def test_batches_are_told_together(self):
        self.program.write({"own_policies": True, "bank_batch_size": 1})
        envelope = self.filled_envelope(*["1.00"] * 9)
        self.run_jobs()
        shipped = [event for event in self.told(envelope) if event["kind"] == "shipped"]
        self.assertEqual(len(shipped), 1)
        self.assertIn("9 taken by the bank", shipped[0]["text"])

    def test_nothing_is_stored(self):
        self.assertFalse(self.env["g2p.bridge.envelope"]._fields["timeline"].store)
