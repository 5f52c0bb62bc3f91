# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.g2p_bridge_bank_connector.lib.values import Acknowledgement

from ...lib.reasons import REASONS, reason_words
from ..statement.entry_common import EntryCase


class TestLife(EntryCase):
    """A disbursement tells its whole life on one page."""

    def titles(self, line):
        self.env.invalidate_all()
        return [step["title"] for step in line.life]

    def step(self, line, title):
        (found,) = [step for step in line.life if step["title"] == title]
        return found

    def test_from_receipt_to_return(self):
        line = self.shipped()[0]
        self.assertEqual(self.titles(line), ["Received", "Shipped", "To be found on a statement"])
        record = self.process(self.entry("D", line), self.entry("RD", line))
        self.assertEqual(self.titles(line), ["Received", "Shipped", "Debited", "Came back"])
        back = self.step(line, "Came back")
        self.assertEqual(back["text"], "The account is closed.")
        self.assertEqual(back["day"], "2026-11-20")
        self.assertIn(
            ("g2p.bridge.statement", record.id),
            [(link["model"], link["id"]) for link in back["links"]],
        )

    def test_with_a_mapper(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.mapper_script.unknown = {"ID1"}
        lines = self.filled_envelope("10.00", "20.00").disbursement_ids
        self.assertEqual(self.titles(lines[0]), ["Received", "To be resolved", "To be shipped"])
        self.run_jobs()
        self.assertEqual(self.titles(lines[0]), ["Received", "Unresolved"])
        self.assertEqual(self.titles(lines[1])[1], "Resolved")
        self.assertNotIn("ACCID2", str(lines[1].life))
        self.assertIn("CID2", str(lines[1].life))

    def test_rejected_and_reissued(self):
        envelope = self.filled_envelope("10.00")
        line = envelope.disbursement_ids
        self.bank_script.script["initiate_payment"] = [
            Acknowledgement({line.disbursement_id: "ACCOUNT_DORMANT"})
        ]
        self.run_jobs()
        self.assertEqual(self.titles(line), ["Received", "Rejected"])
        self.assertIn("dormant", self.step(line, "Rejected")["text"])
        second = self.later(
            cycle_code_mnemonic="AGAIN",
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        rows = self.rows(second, "10.00", reissue_of=line.disbursement_id)
        self.service.create_disbursements(rows)
        self.assertEqual(self.titles(line), ["Received", "Rejected", "Reissued"])
        new = second.disbursement_ids
        former = [link["id"] for link in self.step(new, "Received")["links"]]
        self.assertIn(line.id, former)

    def test_cancelled(self):
        lines = self.later_filled("10.00", "20.00").disbursement_ids
        self.service.cancel_disbursements([{"disbursement_id": lines[0].disbursement_id}])
        self.assertEqual(self.titles(lines[0]), ["Received", "Cancelled"])

    def test_a_line_that_does_not_agree(self):
        line = self.shipped()[0]
        self.process(self.entry("D", line, "9.99"))
        self.assertIn("another amount", self.step(line, "Named by a line")["text"])

    def test_matched_by_hand(self):
        line = self.shipped()[0]
        record = self.process(self.entry("D", "TYPO", "10.00"))
        self.match(record.entry_ids, line)
        self.assertIn(self.users["finance"].name, self.step(line, "Debited")["text"])

    def test_everybody_reads_it(self):
        line = self.shipped()[0]
        for name in ("officer", "approver", "finance", "admin", "auditor"):
            (values,) = self.rpc(name, line, "read", ["life", "reason_text", "can_reissue"])
            self.assertEqual(values["life"][0]["title"], "Received")


class TestReasons(EntryCase):
    """Codes in words, in one place."""

    def test_known_unknown_and_none(self):
        self.assertEqual(reason_words(self.env, "ACCOUNT_CLOSED"), "The account is closed.")
        self.assertEqual(reason_words(self.env, "AC04"), "The account is closed.")
        self.assertIn("ZZ99", reason_words(self.env, "ZZ99"))
        self.assertEqual(reason_words(self.env, False), "")

    def test_every_error_of_a_line_has_words(self):
        for code, _label in (
            self.env["g2p.bridge.statement.entry"]._fields["error_reason"].selection
        ):
            self.assertIn(code, REASONS)
