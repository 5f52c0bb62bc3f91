# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.g2p_bridge_bank_connector.lib.values import FundsCheck
from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown, Rejected

from ...models.envelope.screens.envelope_pipeline import _percent
from .envelope_common import EnvelopeCase

STAGES = ["received", "resolved", "check", "block", "shipped", "reconciled"]


class TestPipeline(EnvelopeCase):
    def stages(self, envelope):
        envelope.invalidate_recordset()
        return {stage["key"]: stage for stage in envelope.pipeline["stages"]}

    def marks(self, envelope):
        return [stage["mark"] for stage in self.stages(envelope).values()]

    def test_stages_in_their_order(self):
        self.assertEqual(list(self.stages(self.create_envelope())), STAGES)

    def test_half_received(self):
        envelope = self.create_envelope()
        self.service.create_disbursements(self.rows(envelope, "10.00"))
        stage = self.stages(envelope)["received"]
        self.assertEqual((stage["mark"], stage["count"], stage["percent"]), ("running", 1, 33))
        self.assertIn("10.00", stage["amount"])
        self.assertIn("2 of 3", envelope.waiting_for)
        self.assertIn("50.75", envelope.waiting_for)

    def test_shipped_without_a_mapper(self):
        envelope = self.filled_envelope()
        self.run_jobs()
        marks = ["done", "skipped", "done", "done", "done", "todo"]
        self.assertEqual(self.marks(envelope), marks)
        self.assertIn("60.75", self.stages(envelope)["shipped"]["amount"])

    def test_who_is_left_out_stands_beside(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.mapper_script.unknown = {"ID2"}
        envelope = self.filled_envelope()
        self.run_jobs()
        stages = self.stages(envelope)
        for key in ("resolved", "shipped"):
            self.assertEqual((stages[key]["mark"], stages[key]["count"]), ("done", 2))
            self.assertIn("40.75", stages[key]["amount"])
        (fact,) = [fact for fact in envelope.pipeline["facts"] if fact["key"] == "unresolved"]
        self.assertEqual(fact["count"], 1)
        self.assertIn("20.00", fact["amount"])

    def test_reconciled_and_reversed(self):
        lines = self.shipped()
        first, *others = lines
        self.process(*(self.entry("D", line) for line in lines), self.entry("RD", first))
        envelope = lines.envelope_id
        self.assertEqual(envelope.state, "reconciled")
        self.assertEqual(self.stages(envelope)["reconciled"]["mark"], "done")
        (fact,) = envelope.pipeline["facts"]
        self.assertEqual((fact["key"], fact["count"]), ("reversed", 1))
        self.assertIn("10.00", fact["amount"])

    def test_failed_and_uncertain_batches_in_words(self):
        self.program.write({"own_policies": True, "bank_batch_size": 1})
        self.bank_script.script = {
            "initiate_payment": [
                Rejected("ACCOUNT_CLOSED"),
                OutcomeUnknown("TIMEOUT"),
                Rejected("LIMIT", "Above the limit of the day."),
            ]
        }
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(self.stages(envelope)["shipped"]["mark"], "attention")
        problems = envelope.pipeline["problems"]
        words = " ".join(problem["text"] for problem in problems)
        for expected in ("The account is closed.", "did not answer in time", "limit of the day"):
            self.assertIn(expected, words)
        self.assertEqual(problems[0]["part"], "bank_uncertain")
        for problem in problems:
            action = self.rpc("auditor", envelope, "action_open_part", problem["part"])
            self.assertTrue(self.env[action["res_model"]].search_count(action["domain"]))

    def test_money_that_is_not_there_is_told_with_the_next_attempt(self):
        self.bank_script.script = {
            "check_funds": [FundsCheck(False, error_code="INSUFFICIENT_FUNDS")]
        }
        envelope = self.filled_envelope()
        self.run_jobs()
        stage = self.stages(envelope)["check"]
        self.assertEqual(stage["mark"], "waiting")
        self.assertIn("does not hold enough money", stage["note"])
        self.assertIn("asked again at", envelope.waiting_for)

    def test_paused_and_cancelled_are_told_at_the_stages(self):
        envelope = self.later_filled()
        envelope._pause("Wait")
        self.assertEqual(self.marks(envelope)[:3], ["done", "skipped", "paused"])
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": envelope.disbursement_envelope_id}
        )
        self.assertEqual(set(self.marks(envelope)[2:]), {"stopped"})

    def test_the_page_asks_for_news_only_while_there_may_be_some(self):
        envelope = self.filled_envelope()
        self.assertTrue(envelope.pipeline["refresh"])
        self.run_jobs()
        envelope.invalidate_recordset()
        self.assertTrue(envelope.pipeline["refresh"])
        self.process(*(self.entry("D", line) for line in envelope.disbursement_ids))
        envelope.invalidate_recordset()
        self.assertEqual((envelope.state, envelope.pipeline["refresh"]), ("reconciled", 0))

    def test_amounts_are_exact_at_fifteen_digits(self):
        envelope = self.create_envelope(
            number_of_beneficiaries=14,
            number_of_disbursements=14,
            total_disbursement_amount="9999999999999.87",
        )
        big = ["714285714285.71"] * 13
        rest = "714285714285.64"
        self.service.create_disbursements(self.rows(envelope, *big, rest))
        stage = self.stages(envelope)["received"]
        self.assertEqual((stage["mark"], stage["percent"]), ("done", 100))
        totals = envelope.pipeline["totals"]
        for shown in (stage["amount"], totals["declared"]["amount"], totals["received"]["amount"]):
            self.assertIn("9,999,999,999,999.87", shown)
        self.assertTrue(totals["missing"]["none"])

    def test_everybody_reads_it_and_opens_its_parts(self):
        envelope = self.filled_envelope()
        for name in ("officer", "approver", "finance", "admin", "auditor"):
            with self.subTest(name):
                self.assertTrue(envelope.with_user(self.users[name]).pipeline["stages"])
                for stage in envelope.pipeline["stages"]:
                    self.rpc(name, envelope, "action_open_part", stage["part"])

    def test_it_takes_no_more_queries_for_more_batches(self):
        self.program.write({"own_policies": True, "bank_batch_size": 1})
        few = self.filled_envelope("1.00", "2.00")
        many = self.filled_envelope(*["1.00"] * 12, cycle_code_mnemonic="2026-12")
        self.run_jobs()
        self.assertEqual((len(few.bank_batch_ids), len(many.bank_batch_ids)), (2, 12))
        self.assertLessEqual(self._queries(many), self._queries(few))

    def _queries(self, envelope):
        counts = []
        for _warm in range(2):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            envelope.read(["pipeline", "timeline", "waiting_for", "can_try_again"])
            counts.append(self.env.cr.sql_log_count - before)
        return counts[-1]

    def test_percents_never_round_to_all_or_nothing(self):
        for count, total, expected in (
            (0, 10, 0),
            (1, 100_000, 1),
            (99_999, 100_000, 99),
            (100_000, 100_000, 100),
            (5, 0, 0),
        ):
            with self.subTest(count=count, total=total):
                self.assertEqual(_percent(count, total), expected)
