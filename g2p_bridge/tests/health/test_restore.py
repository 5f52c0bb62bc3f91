# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import UserError

from odoo.addons.g2p_bridge_bank_connector.lib.values import (
    BatchState,
    PaymentStatus,
)
from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown

from ...lib.water_mark import WaterMark
from ..access.access_common import AccessCase

ACCEPTED = PaymentStatus(BatchState.ACCEPTED)
NEVER = PaymentStatus(BatchState.NEVER_RECEIVED)


class RestoreCase(AccessCase):
    def setUp(self):
        super().setUp()
        self.restore = self.env["g2p.bridge.restore"]
        self.assertFalse(self.restore._unconfirmed())

    def funded(self):
        """An envelope whose money is on hold and whose batch has not left."""
        envelope = self.filled_envelope()
        with patch.object(type(envelope.bank_batch_ids), "_step_enqueue", lambda batches: None):
            self.run_jobs()
        self.assertEqual(envelope.bank_batch_ids.state, "pending")
        self.assertEqual(envelope._funds_step("block").state, "done")
        return envelope

    def go_on(self, envelope):
        """Some minutes later."""
        self.env.flush_all()
        for table in ("g2p_bridge_bank_batch", "g2p_bridge_funds_step"):
            self.env.cr.execute(
                f"UPDATE {table} SET begun_at = begun_at - interval '1 hour',"
                " next_attempt_at = NULL WHERE envelope_id = %s",
                [envelope.id],
            )
        self.env.cr.execute("UPDATE queue_job SET eta = NULL WHERE state = 'pending'")
        self.env.invalidate_all()
        envelope._advance()
        self.run_jobs()

    def operations(self):
        return [call[0] for call in self.bank_script.calls]


class TestAskFirst(RestoreCase):
    """After a restore the bank is asked before anything is sent again."""

    def test_what_the_bank_has_is_not_sent_again(self):
        envelope = self.funded()
        self.restore._mark_restored("Restored by hand")
        self.bank_script.script = {"get_payment_status": [ACCEPTED]}
        self.go_on(envelope)
        self.assertEqual(envelope.state, "shipped")
        self.assertEqual(self.operations().count("initiate_payment"), 0)
        self.assertEqual(envelope.number_of_disbursements_shipped, 3)

    def test_what_the_bank_never_received_is_sent_after_asking(self):
        envelope = self.funded()
        self.restore._mark_restored("Restored by hand")
        self.bank_script.script = {"get_payment_status": [NEVER]}
        self.go_on(envelope)
        self.assertEqual(self.operations()[-2:], ["get_payment_status", "initiate_payment"])
        self.assertEqual(envelope.state, "shipped")

    def test_bank_that_does_not_answer_is_asked_again_and_nothing_is_sent(self):
        envelope = self.funded()
        self.restore._mark_restored("Restored by hand")
        self.bank_script.script = {"get_payment_status": [OutcomeUnknown("TIMEOUT", "lost")]}
        self.go_on(envelope)
        self.assertEqual(envelope.bank_batch_ids.state, "uncertain")
        self.bank_script.script = {"get_payment_status": [ACCEPTED]}
        self.go_on(envelope)
        self.assertEqual(self.operations().count("initiate_payment"), 0)

    def test_where_the_bank_cannot_tell_a_person_decides(self):
        envelope = self.funded()
        self.restore._mark_restored("Restored by hand")
        batch = envelope.bank_batch_ids
        with patch.object(type(batch), "_step_can_ask", lambda batches: False):
            self.go_on(envelope)
        self.assertEqual(batch.state, "uncertain")
        self.assertTrue(envelope.needs_attention)
        self.assertIn("Unknown outcome", str(envelope.activity_ids.mapped("summary")))
        self.assertFalse({"initiate_payment"} & set(self.operations()))
        batch._settle(True, "The bank wrote so")
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")

    def test_unresolved_beneficiaries_come_first(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        envelope = self.filled_envelope()
        self.restore._mark_restored("Restored by hand")
        batch = envelope.bank_batch_ids
        batch._step_enqueue()
        self.env.cr.execute("UPDATE g2p_bridge_bank_batch SET begun_at = '2020-01-01'")
        claim = batch._step_claim()
        self.assertIn("not known yet", claim.refusal)
        self.restore._confirm("Compared")
        self.bank_script.script = {"get_payment_status": [ACCEPTED]}
        self.go_on(envelope)
        self.go_on(envelope)
        self.assertEqual(envelope.state, "shipped")
        self.assertEqual(set(envelope.disbursement_ids.mapped("state")), {"shipped"})
        self.assertEqual(self.operations().count("initiate_payment"), 0)

    def test_what_may_have_left_is_neither_cancelled_nor_given_up(self):
        envelope = self.funded()
        self.restore._mark_restored("Restored by hand")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.service.cancel_disbursement_envelope(
                {"disbursement_envelope_id": envelope.disbursement_envelope_id}, "Stop"
            )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            envelope.bank_batch_ids._give_up_lines("Stop")

    def test_what_is_finished_or_not_due_is_left_alone(self):
        done = self.filled_envelope()
        self.run_jobs()
        later = self.filled_envelope(
            cycle_code_mnemonic="later", disbursement_schedule_date=self.today(9)
        )
        self.restore._mark_restored("Restored by hand")
        self.assertEqual(done.bank_batch_ids.state, "done")
        self.assertEqual(later.bank_batch_ids.state, "pending")
        self.assertEqual(set(later.funds_step_ids.mapped("state")), {"pending"})

    def test_release_has_the_same_reference_again(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.mapper_script.unknown = {"ID2"}
        envelope = self.filled_envelope()
        self.run_jobs()
        release = envelope._funds_step("release")
        reference = release.reference
        self.env.cr.execute("SET LOCAL g2p_bridge.archiving = 'test'")
        release.unlink()
        self.env.cr.execute("SET LOCAL g2p_bridge.archiving = ''")
        envelope._create_release()
        self.assertEqual(envelope._funds_step("release").reference, reference)


class TestHold(RestoreCase):
    """Nothing new is paid until a person has compared what was paid after the backup."""

    def setUp(self):
        super().setUp()
        self.restore._mark_restored("Restored by hand")

    def test_new_envelopes_wait_and_go_on_once_confirmed(self):
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertFalse(self.bank_script.calls)
        self.assertIn("restored from a backup", envelope.waiting_for)
        self.assertIn("restored from a backup", self.program.missing)
        wizard = self.rpc_model(
            "admin", "g2p.bridge.restore.confirm", "create", {"reason": "Statements compared"}
        )
        self.rpc("admin", self.env["g2p.bridge.restore.confirm"].browse(wizard), "action_confirm")
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")
        facts = self.env["g2p.bridge.audit"].search([("action", "=", "restore")], limit=1)
        self.assertEqual(
            (facts.reason, facts.user_id), ("Statements compared", self.users["admin"])
        )

    def test_nothing_is_reissued(self):
        self.restore._confirm("Compared")
        line = self.filled_envelope("10.00").disbursement_ids
        self.restore._mark_restored("Again")
        envelope = self.create_envelope(
            cycle_code_mnemonic="again",
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        self.assertRefused(
            "INVALID_REISSUE",
            self.service.create_disbursements,
            self.rows(envelope, "10.00", reissue_of=line.disbursement_id),
        )

    def test_incomplete_envelopes_are_paused_with_a_to_do(self):
        self.restore._confirm("Compared")
        envelope = self.create_envelope()
        self.restore._mark_restored("Again")
        self.run_jobs()
        self.assertTrue(envelope.paused)
        self.assertIn("Restored from a backup", str(envelope.activity_ids.mapped("summary")))

    def test_only_administrators_say_so(self):
        self.assertOnly(
            ("admin",),
            lambda name: self.rpc(
                name,
                self.env["g2p.bridge.restore.confirm"].browse(
                    self.rpc_model(
                        name, "g2p.bridge.restore.confirm", "create", {"reason": "Compared"}
                    )
                ),
                "action_confirm",
            ),
        )

    def test_not_without_a_reason(self):
        wizard = self.env["g2p.bridge.restore.confirm"].create({"reason": " "})
        for action in (wizard.action_confirm, wizard.action_restored):
            with self.assertRaises(UserError):
                action()


class TestNotice(RestoreCase):
    """A restored database is recognised by where it is, and by a mark outside of it."""

    def setUp(self):
        super().setUp()
        self.envelope = self.funded()
        self.place = self.restore._look_around()

    def look(self, former=0, position=None, here=None):
        mark, _former, own_position, own_here = self.place
        seen = (mark, former, position or own_position, here or own_here)
        return patch.object(type(self.restore), "_look_around", lambda model: seen)

    def test_same_place(self):
        self.restore._settle_down(self.place[3])
        with self.look(former=1):
            self.assertFalse(self.restore._notice())

    def test_another_database(self):
        with self.look(here="elsewhere"):
            self.assertTrue(self.restore._notice())
            self.assertEqual(self.envelope.bank_batch_ids.state, "uncertain")
            self.assertFalse(self.restore._notice())

    def test_log_that_was_set_back(self):
        self.restore._settle_down(self.place[3])
        with self.look(former=1000, position=999):
            self.assertTrue(self.restore._notice())
        self.assertTrue(self.restore._unconfirmed())

    def test_it_is_noticed_right_before_a_payment(self):
        batch = self.envelope.bank_batch_ids
        with self.look(here="elsewhere"):
            batch._step_enqueue()
            self.run_jobs()
        self.assertEqual(batch.state, "uncertain")
        self.assertNotIn("initiate_payment", self.operations())

    def test_empty_copy_is_nothing_to_speak_of(self):
        envelopes = type(self.envelope)
        with (
            self.look(here="elsewhere"),
            patch.object(envelopes, "search_count", lambda *args, **kwargs: 0),
        ):
            self.assertFalse(self.restore._notice())
        self.assertFalse(self.restore._unconfirmed())

    def test_mark(self):
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            mark = WaterMark(folder, "x")
            self.assertEqual(mark.read(), 0)
            self.assertTrue(mark.write(12))
            self.assertEqual(WaterMark(folder, "x").read(), 12)
            self.assertEqual(WaterMark(folder, "y").read(), 0)
        self.assertFalse(WaterMark("/proc/none", "x").write(1))
