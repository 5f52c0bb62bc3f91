# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown

from .call_back_common import CallBackCase
from .test_lib_spar import item, not_linked, reply


@tagged("post_install", "-at_install")
class TestCallBackSteps(CallBackCase):
    """Early, late, twice, in part, never: each answer is recorded once, none is lost."""

    def test_an_acknowledged_batch_waits_and_says_so(self):
        envelope = self.asked_envelope()
        batch = envelope.mapper_batch_ids
        self.assertEqual((batch.state, batch.attempts), ("waiting", 1))
        expected = fields.Datetime.now() + timedelta(minutes=60)
        self.assertAlmostEqual(batch.next_attempt_at, expected, delta=timedelta(minutes=1))
        self.assertEqual(set(self.lines(envelope).mapped("state")), {"received"})
        job = self.env["queue.job"].search(
            [
                ("identity_key", "=", f"g2p.bridge.mapper.batch-{batch.id}"),
                ("state", "=", "pending"),
            ]
        )
        self.assertEqual(job.eta, batch.next_attempt_at)
        self.assertEqual(self.mapper.waiting_envelope_count, 1)
        stages = {stage["key"]: stage for stage in envelope.pipeline["stages"]}
        self.assertIn("will call back", stages["resolved"]["note"])

    def test_the_request_says_where_to_call_back(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge.own_url", "https://bridge.test/")
        envelope = self.asked_envelope()
        (payload,) = self.sent
        token = self.mapper.sudo().call_back_token
        self.assertEqual(
            payload["header"]["sender_uri"], f"https://bridge.test/g2p_bridge/mapper/{token}"
        )
        reference = envelope.mapper_batch_ids.reference
        self.assertEqual(payload["message"]["transaction_id"], reference)

    def test_the_answer_settles_the_batch_and_the_envelope_goes_on(self):
        envelope = self.asked_envelope()
        self.assertEqual(self.take(self.answer_to(self.lines(envelope))), "taken")
        batch = envelope.mapper_batch_ids
        self.assertEqual((batch.state, batch.resolved_count), ("done", 3))
        self.assertFalse(batch.next_attempt_at)
        self.assertEqual(
            self.lines(envelope).sudo().mapped("account_number"),
            ["5000100000", "5000100001", "5000100002"],
        )
        self.run_jobs()
        self.assertEqual(envelope.number_of_disbursements_shipped, 3)

    def test_an_answer_before_the_acknowledgement(self):
        results = []

        def early(payload):
            (line,) = self.env["g2p.bridge.disbursement"].search([])
            results.append(self.take(self.answer_to(line)))
            return {"message": {"ack_status": "ACK"}}

        self.script = [early]
        envelope = self.asked_envelope("10.00")
        batch = envelope.mapper_batch_ids
        self.assertEqual((results, batch.state, batch.attempts), (["taken"], "done", 1))
        self.assertEqual(self.lines(envelope).state, "shipped")

    def test_an_answer_after_its_acknowledgement_was_lost(self):
        self.script = [OutcomeUnknown("TIMEOUT", "no answer")]
        envelope = self.asked_envelope()
        self.assertEqual(envelope.mapper_batch_ids.state, "pending")
        self.assertEqual(self.take(self.answer_to(self.lines(envelope))), "taken")
        self.assertEqual(envelope.mapper_batch_ids.state, "done")
        self.pass_time(envelope)
        self.assertEqual(len(self.sent), 1)

    def test_the_same_answer_again_changes_nothing(self):
        envelope = self.asked_envelope()
        body = self.answer_to(self.lines(envelope))
        self.take(body)
        written = envelope.mapper_batch_ids.write_date
        other = self.answer_to(self.lines(envelope)[::-1])
        self.assertEqual([self.take(body), self.take(other)], ["late", "late"])
        self.assertEqual(envelope.mapper_batch_ids.write_date, written)
        self.assertEqual(
            self.lines(envelope).sudo().mapped("account_number"),
            ["5000100000", "5000100001", "5000100002"],
        )

    def test_answers_may_come_in_pieces(self):
        envelope = self.asked_envelope()
        lines = self.lines(envelope)
        self.assertEqual(self.take(self.answer_to(lines[:1])), "partial")
        batch = envelope.mapper_batch_ids
        self.assertEqual((batch.state, batch.resolved_count), ("waiting", 1))
        self.assertEqual(lines.mapped("state"), ["resolved", "received", "received"])
        self.assertEqual(self.take(self.answer_to(lines[1:])), "taken")
        self.assertEqual((batch.state, batch.resolved_count), ("done", 3))

    def test_what_is_missing_is_asked_for_again_and_nothing_else(self):
        envelope = self.asked_envelope()
        lines = self.lines(envelope)
        self.take(self.answer_to(lines[:2]))
        self.pass_time(envelope)
        first, second = (payload["message"]["resolve_request"] for payload in self.sent)
        self.assertEqual((len(first), len(second)), (3, 1))
        self.assertEqual(second[0]["reference_id"], lines[2].disbursement_id)
        self.take(self.answer_to(lines[2:]))
        self.assertEqual(envelope.mapper_batch_ids.state, "done")

    def test_an_answer_that_never_comes_is_asked_for_again_and_then_for_a_person(self):
        envelope = self.asked_envelope()
        batch = envelope.mapper_batch_ids
        for attempt in (2, 3):
            self.pass_time(envelope)
            self.assertEqual((batch.state, batch.attempts), ("waiting", attempt))
        self.pass_time(envelope)
        self.assertEqual((batch.state, batch.latest_error_code), ("failed", "NO_CALL_BACK"))
        self.assertTrue(envelope.activity_ids)
        transactions = {payload["message"]["transaction_id"] for payload in self.sent}
        self.assertEqual((len(self.sent), transactions), (3, {batch.reference}))
        messages = {payload["header"]["message_id"] for payload in self.sent}
        self.assertEqual(len(messages), 3, "each message has an id of its own")
        # What comes now waits for the person's decision.
        self.assertEqual(self.take(self.answer_to(self.lines(envelope))), "late")
        self.assertEqual(batch.state, "failed")
        batch.action_try_again()
        self.run_jobs()
        self.assertEqual(self.take(self.answer_to(self.lines(envelope))), "taken")

    def test_a_late_answer_serves_the_second_attempt(self):
        envelope = self.asked_envelope()
        self.pass_time(envelope)
        self.assertEqual(self.take(self.answer_to(self.lines(envelope))), "taken")
        batch = envelope.mapper_batch_ids
        self.assertEqual((batch.state, batch.attempts), ("done", 2))

    def test_it_is_not_asked_again_before_its_time(self):
        envelope = self.asked_envelope()
        batch = envelope.mapper_batch_ids
        batch._job_step()
        envelope._advance()
        self.run_jobs()
        self.assertEqual((len(self.sent), batch.state), (1, "waiting"))

    def test_a_refusal_by_call_back_fails_the_batch(self):
        envelope = self.asked_envelope()
        refusal = reply(status="rjct", status_reason_code="rjct.action.not_supported")
        # Nothing but the message's id leads to the request.
        refusal["header"]["message_id"] = self.sent[0]["header"]["message_id"]
        refusal["message"] = {}
        self.assertEqual(self.take(refusal), "taken")
        batch = envelope.mapper_batch_ids
        self.assertEqual(
            (batch.state, batch.latest_error_code), ("failed", "rjct.action.not_supported")
        )

    def test_a_nack_fails_the_batch(self):
        error = {"code": "rjct.jwt.invalid", "message": "rjct.jwt.invalid"}
        self.script = [{"message": {"ack_status": "NACK", "error": error}}]
        batch = self.asked_envelope().mapper_batch_ids
        self.assertEqual((batch.state, batch.latest_error_code), ("failed", "rjct.jwt.invalid"))

    def test_an_acknowledgement_that_is_none_is_asked_for_again(self):
        self.script = [{"message": {"ack_status": "ERR"}}]
        batch = self.asked_envelope().mapper_batch_ids
        self.assertEqual((batch.state, batch.latest_error_code), ("pending", "INVALID_ANSWER"))

    def test_answers_are_checked_by_reference_and_id(self):
        envelope = self.asked_envelope()
        first, second, third = self.lines(envelope)
        body = self.answer_to(first | second)
        foreign = item("NOBODY", third.beneficiary_id)
        wrong = item(third.disbursement_id, first.beneficiary_id)
        body["message"]["resolve_response"] += [foreign, wrong]
        self.take(body)
        self.assertEqual((third.state, third.reason_code), ("unresolved", "WRONG_ID"))
        self.assertEqual(first.state, "resolved")

    def test_unknown_people_are_told_from_unanswered_ones(self):
        envelope = self.asked_envelope()
        lines = self.lines(envelope)
        body = self.answer_to(lines[:1])
        body["message"]["resolve_response"].append(not_linked(lines[1].disbursement_id))
        self.assertEqual(self.take(body), "partial")
        self.assertEqual(lines.mapped("state"), ["resolved", "unresolved", "received"])

    def test_text_that_no_database_holds_harms_nobody(self):
        envelope = self.asked_envelope()
        lines = self.lines(envelope)
        body = self.answer_to(lines)
        items = body["message"]["resolve_response"]
        items[0]["fa"] += "\x00"
        items[1]["fa"] = "account_number:1\ud800.fa_type:BANK"
        items[2]["account_provider_info"] = {"name": "Zo\x00e\ud800"}
        self.assertEqual(self.take(body), "taken")
        self.assertEqual(lines.mapped("state"), ["unresolved", "unresolved", "resolved"])
        self.assertEqual(lines[2].name_from_mapper, "Zo e")

    def test_items_of_any_type_are_read_or_refused(self):
        envelope = self.asked_envelope()
        line = self.lines(envelope)[0]
        body = self.answer_to(line)
        (good,) = body["message"]["resolve_response"]
        odd = (None, 1, 1.5, True, "", "x", [], {}, [[]], {"a": {}}, "\x00", "\ud800", 10**400)
        for name in good:
            for value in odd:
                body["message"]["resolve_response"] = [{**good, name: value}]
                with self.subTest(name=name, value=str(value)[:20]):
                    self.assertIn(self.take(body), ("taken", "partial"))
                self.env.cr.execute(
                    "UPDATE g2p_bridge_disbursement SET state = 'received' WHERE id = %s", [line.id]
                )

    def test_nobody_waits_for_answers_of_a_cancelled_envelope(self):
        envelope = self.asked_envelope(disbursement_schedule_date=self.today(2))
        lines = self.lines(envelope)
        body = self.answer_to(lines)
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": envelope.disbursement_envelope_id}
        )
        self.assertEqual(self.take(body), "late")
        self.assertEqual(set(lines.mapped("state")), {"cancelled"})

    def test_a_batch_of_another_mapper_is_none_of_its_business(self):
        envelope = self.asked_envelope()
        other = self.mapper.copy()
        body = self.answer_to(self.lines(envelope))
        self.assertEqual(other._take_call_back(body)[1], "unknown")
        self.assertEqual(envelope.mapper_batch_ids.state, "waiting")

    def test_the_call_back_address_is_shown_without_its_token(self):
        token = self.mapper.sudo().call_back_token
        self.assertGreater(len(token), 40)
        self.assertNotIn(token, self.mapper.call_back_url)
        self.assertNotEqual(self.mapper.copy().sudo().call_back_token, token)

    def test_an_address_for_this_machine_alone_is_warned_of(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge.own_url", "http://localhost:8069")
        self.mapper.invalidate_recordset()
        self.assertIn("can't reach this server", self.mapper.call_back_warning)
        self.env["ir.config_parameter"].set_param("g2p_bridge.own_url", "https://bridge.test")
        self.mapper.invalidate_recordset()
        self.assertFalse(self.mapper.call_back_warning)
