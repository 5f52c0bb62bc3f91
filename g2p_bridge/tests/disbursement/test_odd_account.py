# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payments to accounts that nobody has approved are held until somebody has looked."""

from odoo.exceptions import UserError

from ...lib.mapper_answer import Resolution
from ..common import address_of
from ..envelope.envelope_common import EnvelopeCase


class OddAccountCase(EnvelopeCase):
    def setUp(self):
        super().setUp()
        self.program.write(
            {
                "own_policies": True,
                "id_mapper_resolution_required": True,
                "mapper_id": self.mapper.id,
                "mapper_batch_size": 2,
                "bank_batch_size": 2,
            }
        )
        self.accounts = {}
        answer = self.mapper_script._answer
        self.patch(
            self.mapper_script,
            "_answer",
            lambda identity: (
                Resolution(address_of(self.accounts[identity]))
                if identity in self.accounts
                else answer(identity)
            ),
        )

    def approved(self, *amounts, late=True, **values):
        """An envelope that is approved before anybody, or after everybody, was resolved."""
        amounts = amounts or ("10.00", "20.00", "30.00", "40.00")
        self.mapper.environment = "disabled" if late else "test"
        self.program.approval = "other"
        self.as_officer()
        values = {"disbursement_schedule_date": self.today(), **values}
        envelope = self.filled_envelope(*amounts, **values)
        if not late:
            self.run_jobs()
        self.approve("approver", envelope)
        self.mapper.environment = "test"
        envelope._go_on()
        return envelope

    def states(self, envelope):
        self.env.invalidate_all()
        return [
            (line.state, line.reason_code or "") for line in envelope.disbursement_ids.sorted("id")
        ]

    def paid(self):
        return sorted(
            payment.beneficiary_id
            for payments in self.bank_script.payments.values()
            for payment in payments
        )

    def decide(self, name, lines, button):
        self.confirm(name, self.rpc(name, lines, button), reason="Asked at the district")
        self.run_jobs()
        self.env.invalidate_all()


HELD = ("unresolved", "SHARED_ACCOUNT")


class TestShared(OddAccountCase):
    def shared(self, *numbers):
        self.accounts = {f"ID{number}": "EVIL" for number in numbers}

    def test_found_out_after_the_approval(self):
        self.shared(1, 2)
        envelope = self.approved()
        self.run_jobs()
        self.assertEqual(self.states(envelope)[:2], [HELD, HELD])
        self.assertEqual(self.paid(), ["ID3", "ID4"])
        self.assertTrue(envelope.needs_attention)
        self.assertIn("Payments are held", str(envelope.activity_ids.mapped("summary")))
        self.assertEqual(sum(envelope.mapper_batch_ids.mapped("held_count")), 2)

    def test_over_several_batches(self):
        self.shared(1, 3)
        envelope = self.approved(disbursement_schedule_date=self.today(5))
        self.run_jobs()
        states = self.states(envelope)
        self.assertEqual((states[0], states[2]), (HELD, HELD))
        self.assertEqual({states[1][0], states[3][0]}, {"resolved"})

    def test_with_somebody_whom_the_approver_has_seen(self):
        """Only who was not seen is held."""
        self.shared(1)
        self.mapper_script.unknown.add("ID3")
        envelope = self.approved(late=False, disbursement_schedule_date=self.today(5))
        self.shared(1, 3)
        self.rpc("officer", envelope, "action_resolve_again")
        self.run_jobs()
        states = self.states(envelope)
        self.assertEqual((states[0][0], states[2]), ("resolved", HELD))

    def test_found_out_before_the_approval_it_was_seen(self):
        self.shared(1, 2)
        envelope = self.approved(late=False)
        self.run_jobs()
        self.assertEqual({state for state, _code in self.states(envelope)}, {"shipped"})

    def test_nothing_is_held_where_the_policy_pays_them_or_nobody_approves(self):
        self.shared(1, 2)
        self.program.odd_accounts = "pay"
        envelope = self.approved()
        self.run_jobs()
        self.assertEqual(self.paid(), ["ID1", "ID2", "ID3", "ID4"])
        self.program.write({"odd_accounts": "shared", "approval": "none"})
        other = self.filled_envelope(cycle_code_mnemonic="2026-12")
        self.run_jobs()
        self.assertEqual({state for state, _code in self.states(other)}, {"shipped"})
        self.assertEqual(envelope.state, "shipped")

    def test_the_money_stays_held_until_somebody_decides(self):
        self.shared(1, 2)
        envelope = self.approved()
        self.run_jobs()
        self.assertFalse(envelope._funds_step("release"))
        lines = envelope.disbursement_ids.filtered(lambda line: line.state == "unresolved")
        self.decide("officer", lines, "action_leave_out")
        self.assertTrue(envelope._funds_step("release"))
        self.assertFalse(envelope.needs_attention)
        self.assertEqual(self.paid(), ["ID3", "ID4"])

    def test_an_approver_releases_them(self):
        self.shared(1, 2)
        envelope = self.approved()
        self.run_jobs()
        lines = envelope.disbursement_ids.filtered(lambda line: line.state == "unresolved")
        self.decide("approver", lines, "action_release_held")
        self.assertEqual({state for state, _code in self.states(envelope)}, {"shipped"})
        self.assertEqual(self.paid(), ["ID1", "ID2", "ID3", "ID4"])
        self.assertFalse(envelope.needs_attention)
        self.assertEqual(envelope.approved_by_id, self.users["approver"])

    def test_only_an_approver_who_did_not_make_it(self):
        self.shared(1, 2)
        envelope = self.approved()
        self.run_jobs()
        lines = envelope.disbursement_ids.filtered(lambda line: line.state == "unresolved")
        self.assertOnly(("approver",), lambda name: self.rpc(name, lines, "action_release_held"))
        self.users["officer"].group_ids += self.env.ref("g2p_bridge_base.group_approver")
        self.assertForbidden(self.rpc, "officer", lines, "action_release_held")

    def test_who_is_asked_about_once_more_alone_is_held_again(self):
        self.shared(1, 2)
        envelope = self.approved(disbursement_schedule_date=self.today(5))
        self.run_jobs()
        for line in envelope.disbursement_ids.sorted("id")[:2]:
            self.rpc("officer", line, "action_resolve_again")
            self.run_jobs()
        self.assertEqual(self.states(envelope)[:2], [HELD, HELD])

    def test_who_has_no_address_is_not_released(self):
        self.mapper_script.unknown.add("ID1")
        envelope = self.approved()
        self.run_jobs()
        line = envelope.disbursement_ids.filtered(lambda line: line.state == "unresolved")
        action = self.rpc("approver", line, "action_release_held")
        with self.assertRaisesRegex(UserError, "not held"), self.env.cr.savepoint():
            self.confirm("approver", action, reason="Please")
        self.assertEqual(line.state, "unresolved")


class TestOther(OddAccountCase):
    """Where the earlier cycle has paid somebody."""

    def earlier(self):
        self.program.approval = "none"
        self.as_officer()
        envelope = self.filled_envelope(
            "10.00", "20.00", "30.00", "40.00", cycle_code_mnemonic="2026-10"
        )
        self.run_jobs()
        self.assertEqual({state for state, _code in self.states(envelope)}, {"shipped"})

    def test_held_where_the_policy_says_so(self):
        self.earlier()
        self.program.odd_accounts = "changed"
        self.accounts = {"ID2": "ELSEWHERE"}
        envelope = self.approved()
        self.run_jobs()
        self.assertEqual(self.states(envelope)[1], ("unresolved", "OTHER_ACCOUNT"))
        self.assertEqual(self.paid().count("ID2"), 1)

    def test_paid_where_it_does_not(self):
        self.earlier()
        self.accounts = {"ID2": "ELSEWHERE"}
        envelope = self.approved()
        self.run_jobs()
        self.assertEqual({state for state, _code in self.states(envelope)}, {"shipped"})

    def test_the_preview_finds_it(self):
        self.earlier()
        self.accounts = {"ID2": "ELSEWHERE"}
        envelope = self.approved(late=False, disbursement_schedule_date=self.today(5))
        findings = self.rpc("approver", envelope, "preview_release")["findings"]
        found = {finding["key"]: finding for finding in findings}["other_account"]
        self.assertEqual(found["found"], 1)
        (row,) = found["rows"]
        self.assertEqual(row["cells"][:3], ["Person 2 (ID2)", "••••CID2", "••••HERE"])
