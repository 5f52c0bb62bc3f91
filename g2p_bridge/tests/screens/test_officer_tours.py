# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import nullcontext

from odoo.tests import HttpCase, tagged

from ...models.envelope.envelope_review import APPROVAL_TYPE
from ..envelope.envelope_common import EnvelopeCase


@tagged("post_install", "-at_install")
class TestOfficerTours(EnvelopeCase, HttpCase):
    """An officer's day in a browser, from the declaration to what could not be paid."""

    def enter_registry_test_mode(self):
        return nullcontext()  # the class is in it already

    def tour(self, name, action="envelope_action"):
        url = f"/odoo/action-g2p_bridge.{action}"
        self.start_tour(url, f"g2p_bridge_officer_{name}", login="bridge_officer", timeout=300)
        self.env.invalidate_all()

    def map_beneficiaries(self, **policies):
        self.program.write(
            {
                "id_mapper_resolution_required": True,
                "mapper_id": self.mapper.id,
                "own_policies": True,
                **policies,
            }
        )

    def test_declares_by_hand_and_imports_a_file(self):
        self.program.write({"own_policies": True, "approval": "other"})
        self.tour("declares")
        self.run_jobs()
        envelope = self.env["g2p.bridge.envelope"].search([])
        self.assertEqual(envelope.state, "to_approve")
        names = envelope.disbursement_ids.mapped("beneficiary_name")
        self.assertEqual(names, ["Asha", "Bela", "Chen"])
        self.assertIn(self.users["officer"], envelope.maker_ids)

    def test_previews_exports_and_cancels(self):
        self.map_beneficiaries(approval="other")
        envelope = self.to_approve()
        self.run_jobs()
        self.tour("cancels")
        self.assertEqual(envelope.state, "cancelled")

    def test_corrects_several_beneficiaries(self):
        self.map_beneficiaries(unresolved="hold")
        self.mapper_script.unknown = {"ID1", "ID2"}
        self.as_officer()
        envelope = self.filled_envelope()
        self.run_jobs()
        self.tour("corrects", "unresolved_action")
        self.run_jobs()
        self.assertEqual(set(envelope.disbursement_ids.mapped("state")), {"shipped"})
        self.assertEqual(envelope.disbursement_ids.mapped("beneficiary_id"), ["ID8", "ID9", "ID3"])
        self.assertIn("Letter of the district", self.said(envelope))

    def test_sees_the_last_four_characters_of_an_account(self):
        self.as_officer()
        envelope = self.create_envelope(
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        address = {"beneficiary_account_type": "BANK_ACCOUNT", "beneficiary_account": "12345678"}
        self.service.create_disbursements(
            self.rows(envelope, "10.00", **address, beneficiary_bank_code="B1")
        )
        self.tour("sees_four", "disbursement_action")

    def test_answers_the_approver(self):
        envelope = self.to_approve()
        envelope.with_user(self.users["approver"]).action_reject("Twice the total of October")
        self.tour("submits_again")
        self.assertFalse(envelope.rejected_by_id)
        self.assertIn(self.users["approver"], self.asked(envelope, APPROVAL_TYPE))
