# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo.exceptions import UserError

from ..statement.entry_common import EntryCase


class TestUnresolvedQueue(EntryCase):
    """Beneficiaries without a usable address: correct, ask again, leave out."""

    def setUp(self):
        super().setUp()
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.program.write({"own_policies": True, "unresolved": "hold"})
        self.mapper_script.unknown = {"ID1", "ID2"}
        self.envelope = self.filled_envelope()
        self.run_jobs()
        self.lines = self.envelope.disbursement_ids[:2]
        self.assertEqual(set(self.lines.mapped("state")), {"unresolved"})

    def queue(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.unresolved_action")
        return self.lines.search(literal_eval(action["domain"]))

    def correct(self, line, beneficiary_id="ID9", name="officer", **values):
        action = self.rpc(name, line, "action_correct_beneficiary")
        wizard = self.rpc_model(
            name,
            action["res_model"],
            "create",
            {"beneficiary_id": beneficiary_id, "reason": "Typing error", **values},
            context=action["context"],
        )
        return self.rpc(name, self.env[action["res_model"]].browse(wizard), "action_correct")

    def leave_out(self, lines, name="officer", reason="They moved away"):
        window = self.rpc(name, lines, "action_leave_out")
        wizard = self.rpc_model(
            name, window["res_model"], "create", {"reason": reason}, context=window["context"]
        )
        return self.rpc(name, self.env[window["res_model"]].browse(wizard), "action_confirm")

    def test_the_queue_holds_who_waits_for_a_person(self):
        self.assertEqual(self.queue(), self.lines)
        self.leave_out(self.lines[0])
        self.assertEqual(self.queue(), self.lines[1])

    def test_the_reason_is_in_words(self):
        self.assertIn("does not know", self.lines[0].reason_text)
        groups = self.lines.formatted_read_group(
            [("id", "in", self.lines.ids)], ["reason_code"], ["__count"]
        )
        self.assertEqual(groups[0]["reason_code"], self.lines[0].reason_text)

    def test_correct_and_resolve(self):
        line = self.lines[0]
        self.correct(line)
        self.assertEqual(line.beneficiary_id, "ID9")
        self.assertEqual(line.beneficiary_id_received, "ID1")
        self.run_jobs()
        self.assertEqual(line.state, "resolved")
        self.assertEqual(line.account_number, "ACCID9")
        history = self.history(self.envelope)
        for words in ("ID1", "ID9", "Typing error"):
            self.assertIn(words, history)

    def correct_several(self, right_ids, name="officer"):
        """The window of several, filled in as the web client does."""
        action = self.rpc(name, self.lines, "action_correct_beneficiary")
        lines = [
            (0, 0, {**values, "beneficiary_id": right_ids.get(values["disbursement_id"])})
            for _command, _id, values in action["context"]["default_line_ids"]
        ]
        vals = {"line_ids": lines, "reason": "Letter of the district"}
        wizard = self.rpc_model(name, action["res_model"], "create", vals)
        return self.rpc(name, self.env[action["res_model"]].browse(wizard), "action_correct")

    def test_correct_and_resolve_several(self):
        first, second = self.lines
        self.correct_several({first.id: "ID8", second.id: "ID9"})
        self.run_jobs()
        self.assertEqual(self.lines.mapped("account_number"), ["ACCID8", "ACCID9"])
        history = self.history(self.envelope)
        for words in ("ID1 → ID8", "ID2 → ID9", "Letter of the district"):
            self.assertIn(words, history)

    def test_who_gets_no_other_id_stays(self):
        first, second = self.lines
        self.correct_several({second.id: "ID9"})
        self.run_jobs()
        self.assertEqual((first.state, first.beneficiary_id), ("unresolved", "ID1"))
        self.assertEqual(second.account_number, "ACCID9")

    def test_several_are_corrected_together_or_not_at_all(self):
        first, second = self.lines
        with self.assertRaisesRegex(UserError, "ID2 is the beneficiary ID already"):
            with self.env.cr.savepoint():
                self.correct_several({first.id: "ID8", second.id: "ID2"})
        self.assertEqual(self.lines.mapped("beneficiary_id"), ["ID1", "ID2"])
        with self.assertRaisesRegex(UserError, "at least one"), self.env.cr.savepoint():
            self.correct_several({})

    def test_correct_without_asking_yet(self):
        self.correct(self.lines[0], resolve_again=False)
        self.assertEqual(self.lines[0].state, "unresolved")

    def test_the_sender_s_repetition_is_still_recognised(self):
        self.correct(self.lines[0])
        rows = self.rows(self.envelope, "10.00", "20.00", "30.75")
        self.assertSameAgain(self.service.create_disbursements, rows)

    def test_corrected_back(self):
        self.correct(self.lines[0], resolve_again=False)
        self.correct(self.lines[0], "ID1", resolve_again=False)
        self.assertFalse(self.lines[0].beneficiary_id_received)

    def test_no_id(self):
        for value in (" ", "x" * 256, "ID1", "1.23457E+11", "#N/A"):
            with (
                self.subTest(value[:5]),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                self.correct(self.lines[0], value)

    def test_what_has_left_is_not_corrected(self):
        self.leave_out(self.lines)
        self.run_jobs()
        third = self.envelope.disbursement_ids[2]
        self.assertEqual(third.state, "shipped")
        with self.assertRaisesRegex(UserError, "is shipped"):
            self.correct(third)

    def test_what_was_reissued_is_not_corrected(self):
        self.leave_out(self.lines)
        self.run_jobs()
        envelope = self.create_envelope(
            cycle_code_mnemonic="AGAIN",
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        rows = self.rows(envelope, "10.00", reissue_of=self.lines[0].disbursement_id)
        self.service.create_disbursements(rows)
        with self.assertRaisesRegex(UserError, "was reissued"):
            self.correct(self.lines[0])

    def test_an_approval_does_not_hold_for_another_id(self):
        self.program.approval = "any"
        self.mapper_script.unknown = {"ID1"}
        envelope = self.later_filled("10.00", "20.00", cycle_code_mnemonic="B")
        self.run_jobs()
        line = envelope.disbursement_ids[0]
        envelope.sudo().write({"approved_by_id": self.env.uid})
        envelope._advance()
        self.correct(line)
        self.assertFalse(envelope.approved_by_id)
        self.assertEqual(envelope.state, "to_approve")
        self.assertIn(self.users["officer"], envelope.maker_ids)

    def test_after_the_money_is_blocked_only_a_new_envelope_pays_another_id(self):
        self.program.approval = "any"
        line = self.lines[0]
        self.assertEqual(self.envelope._funds_step("block").state, "done")
        self.correct(line)
        self.assertEqual((line.state, line.beneficiary_id), ("unresolved", "ID9"))
        with self.assertRaisesRegex(UserError, "own approval"), self.env.cr.savepoint():
            self.rpc("officer", line, "action_resolve_again")
        self.rpc("officer", self.envelope, "action_resolve_again")
        self.env.invalidate_all()
        self.assertEqual(self.lines.mapped("state"), ["unresolved", "received"])

    def test_selected_ones_are_asked_about_again(self):
        self.mapper_script.unknown = set()
        self.rpc("officer", self.lines[0], "action_resolve_again")
        self.run_jobs()
        self.assertEqual(self.lines.mapped("state"), ["resolved", "unresolved"])

    def test_all_of_their_envelopes(self):
        self.mapper_script.unknown = set()
        self.rpc("officer", self.lines[0], "action_resolve_envelopes_again")
        self.run_jobs()
        self.assertEqual(self.lines.mapped("state"), ["shipped", "shipped"])

    def test_left_out_lets_the_envelope_go_on(self):
        third = self.envelope.disbursement_ids[2]
        self.assertEqual(third.state, "resolved")
        self.leave_out(self.lines[0])
        self.run_jobs()
        self.assertEqual(third.state, "resolved")
        self.leave_out(self.lines[1])
        self.run_jobs()
        self.assertEqual(third.state, "shipped")
        self.assertEqual(self.envelope.number_of_disbursements_unresolved, 2)
        self.assertIn("They moved away", self.history(self.envelope))

    def test_left_out_ones_are_asked_about_only_when_chosen(self):
        self.program.unresolved = "leave_out"
        self.leave_out(self.lines[0])
        self.mapper_script.unknown = set()
        self.rpc("officer", self.envelope, "action_resolve_again")
        self.run_jobs()
        self.assertEqual(self.lines[0].state, "unresolved")

    def test_a_left_out_one_that_is_chosen(self):
        self.leave_out(self.lines[0])
        self.mapper_script.unknown = set()
        self.rpc("officer", self.lines[0], "action_resolve_again")
        self.run_jobs()
        self.assertEqual(self.lines[0].state, "resolved")
        self.assertFalse(self.lines[0].left_out)

    def test_only_unresolved_ones(self):
        third = self.envelope.disbursement_ids[2]
        for attempt in (
            lambda: self.leave_out(third),
            lambda: self.rpc("officer", third, "action_resolve_again"),
            lambda: self.correct(third),
        ):
            with self.assertRaisesRegex(UserError, "is resolved"), self.env.cr.savepoint():
                attempt()

    def test_only_officers(self):
        line = self.lines[0]
        self.assertOnly(("officer",), lambda name: self.correct(line, name=name))
        self.assertOnly(("officer",), lambda name: self.leave_out(line, name=name))
        for button in ("action_resolve_again", "action_resolve_envelopes_again"):
            self.assertOnly(("officer",), lambda name, button=button: self.rpc(name, line, button))
