# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError

from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown

from ..statement.entry_common import EntryCase


class TestUncertainQueue(EntryCase):
    """Several unknown outcomes are decided at once, with one reason."""

    def window(self, records, button, name="finance", **values):
        action = self.rpc(name, records, button)
        model = self.env[action["res_model"]].with_context(**action["context"])
        vals = model.default_get(["line_ids"])
        wizard = self.rpc_model(
            name,
            action["res_model"],
            "create",
            {**vals, "reason": "Call with the bank", **values},
            context=action["context"],
        )
        return self.env[action["res_model"]].browse(wizard)

    def decide(self, records, button, name="finance", **values):
        wizard = self.window(records, button, name, **values)
        return self.rpc(name, wizard, "action_confirm")

    def uncertain_batches(self):
        self.bank_script.script = {"initiate_payment": [OutcomeUnknown("TIMEOUT")] * 2}
        envelopes = self.filled_envelope(cycle_code_mnemonic="A")
        envelopes |= self.filled_envelope(cycle_code_mnemonic="B")
        self.run_jobs()
        batches = envelopes.bank_batch_ids
        self.assertEqual(batches.mapped("state"), ["uncertain"] * 2)
        return batches

    def test_the_bank_confirms_all(self):
        batches = self.uncertain_batches()
        self.decide(batches, "action_bank_confirms")
        self.assertEqual(batches.mapped("state"), ["done"] * 2)
        for batch in batches:
            self.assertIn("Call with the bank", self.history(batch.envelope_id))

    def test_the_bank_denies_all(self):
        batches = self.uncertain_batches()
        self.decide(batches, "action_bank_denies")
        self.assertEqual(batches.mapped("state"), ["uncertain"] * 2)
        self.users["another"] = self.second
        self.decide(batches, "action_bank_denies", "another")
        self.assertEqual(batches.mapped("state"), ["pending"] * 2)

    def test_all_or_none(self):
        batches = self.uncertain_batches()
        self.decide(batches[0], "action_bank_confirms")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.decide(batches, "action_bank_confirms")
        self.env.invalidate_all()
        self.assertEqual(batches.mapped("state"), ["done", "uncertain"])

    def test_the_window_lists_what_it_is_about(self):
        batches = self.uncertain_batches()
        lines = self.window(batches, "action_bank_confirms").line_ids
        self.assertEqual(lines.mapped("reference"), batches.mapped("reference"))
        self.assertIn("60.75", lines[0].amount)

    def test_each_hold_has_its_own_reference(self):
        self.bank_script.script = {"block_funds": [OutcomeUnknown("TIMEOUT")] * 2}
        first = self.filled_envelope(cycle_code_mnemonic="A")
        second = self.filled_envelope(cycle_code_mnemonic="B")
        self.run_jobs()
        steps = first._funds_step("block") | second._funds_step("block")
        self.assertEqual(steps.mapped("state"), ["uncertain"] * 2)
        wizard = self.window(steps, "action_bank_confirms", hold_reference="ONE FOR ALL")
        with self.assertRaisesRegex(UserError, "reference of the hold"), self.env.cr.savepoint():
            self.rpc("finance", wizard, "action_confirm")
        for number, line in enumerate(wizard.line_ids, 1):
            line.hold_reference = f"HOLD{number}"
        self.rpc("finance", wizard, "action_confirm")
        self.assertEqual(steps.mapped("bank_reference"), ["HOLD1", "HOLD2"])

    def test_only_finance(self):
        batches = self.uncertain_batches()
        for button in ("action_bank_confirms", "action_bank_denies"):
            self.assertOnly(
                ("finance",), lambda name, button=button: self.decide(batches, button, name)
            )

    def test_a_blank_reason_is_none(self):
        batches = self.uncertain_batches()
        with self.assertRaisesRegex(UserError, "reason"):
            self.decide(batches, "action_bank_confirms", reason="  ")
