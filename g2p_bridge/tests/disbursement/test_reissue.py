# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.addons.g2p_bridge_bank_connector.lib.values import Acknowledgement

from ..services.operations_common import OperationsCase


class TestReissue(OperationsCase):
    """Whoever was not paid is paid by another disbursement that points at the first: once."""

    def rejected(self):
        """A disbursement that the bank refused."""
        envelope = self.filled_envelope("10.00", "20.00")
        bad, _good = envelope.disbursement_ids
        self.bank_script.script["initiate_payment"] = [
            Acknowledgement({bad.disbursement_id: "ACCOUNT_CLOSED"})
        ]
        self.run_jobs()
        self.assertEqual(bad.state, "rejected")
        return bad

    def reissue(self, *lines, envelope=None, **values):
        envelope = envelope or self.later(
            cycle_code_mnemonic="AGAIN",
            number_of_beneficiaries=len(lines),
            number_of_disbursements=len(lines),
            total_disbursement_amount="10.00" if len(lines) == 1 else "20.00",
        )
        rows = self.rows(envelope, *["10.00"] * len(lines), **values)
        for row, line in zip(rows, lines, strict=True):
            row["reissue_of"] = line if isinstance(line, str) else line.disbursement_id
        return envelope, rows

    def test_the_new_one_points_at_the_old_one(self):
        old = self.rejected()
        envelope, rows = self.reissue(old)
        reply = self.assertSameAgain(self.service.create_disbursements, rows)
        new = envelope.disbursement_ids
        self.assertEqual(new.reissue_of_id, old)
        self.assertEqual(reply[0]["disbursement_id"], new.disbursement_id)
        self.assertEqual(reply[0]["reissue_of"], old.disbursement_id)

    def test_a_cancelled_one_and_then_its_reissue(self):
        old = self.rejected()
        envelope, rows = self.reissue(old)
        self.service.create_disbursements(rows)
        second = envelope.disbursement_ids
        self.service.cancel_disbursements([{"disbursement_id": second.disbursement_id}])
        third = self.later(
            cycle_code_mnemonic="THIRD",
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        _envelope, rows = self.reissue(second, envelope=third)
        self.service.create_disbursements(rows)
        self.assertEqual(third.disbursement_ids.reissue_of_id, second)

    def assertReissueRefused(self, *lines, envelope=None):
        _envelope, rows = self.reissue(*lines, envelope=envelope)
        refusal = self.assertRefused(
            "INVALID_DISBURSEMENT_PAYLOAD", self.service.create_disbursements, rows
        )
        for row in refusal.rows:
            self.assertEqual(row["response_error_codes"], ["INVALID_REISSUE"])

    def test_nobody_is_reissued_twice(self):
        old = self.rejected()
        _envelope, rows = self.reissue(old)
        self.service.create_disbursements(rows)
        other = self.later(
            cycle_code_mnemonic="OTHER",
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        self.assertReissueRefused(old, envelope=other)

    def test_two_rows_for_one_old_disbursement(self):
        old = self.rejected()
        self.assertReissueRefused(old, old)

    def test_what_may_still_be_paid_is_not_reissued(self):
        waiting = self.later_filled("10.00").disbursement_ids
        self.assertReissueRefused(waiting)

    def test_unknown_and_paid_ones(self):
        envelope = self.filled_envelope("10.00", "20.00")
        self.run_jobs()
        self.assertEqual(envelope.disbursement_ids[0].state, "shipped")
        self.assertReissueRefused(envelope.disbursement_ids[0])
        other = self.later(
            cycle_code_mnemonic="X",
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        for value in ("NOSUCH", "x" * 300, "nul\0"):
            with self.subTest(value=value[:5]):
                self.assertReissueRefused(value, envelope=other)

    def test_not_into_its_own_envelope(self):
        envelope = self.later_filled("10.00", "20.00")
        old = envelope.disbursement_ids[0]
        self.service.cancel_disbursements([{"disbursement_id": old.disbursement_id}])
        rows = self.rows(envelope, "10.00", start=9, reissue_of=old.disbursement_id)
        refusal = self.assertRefused(
            "INVALID_DISBURSEMENT_PAYLOAD", self.service.create_disbursements, rows
        )
        self.assertEqual(refusal.rows[0]["response_error_codes"], ["INVALID_REISSUE"])


class TestLinesChanged(OperationsCase):
    """Addons that carry results on hear of every change of a disbursement's state."""

    def setUp(self):
        super().setUp()
        self.heard = []
        heard = self.heard

        def hear(batches, reason):
            heard.extend(batches.ids)

        model = type(self.env["g2p.bridge.bank.batch"])
        self.startPatcher(patch.object(model, "_lines_changed", hear))

    def test_shipping(self):
        envelope = self.filled_envelope("10.00")
        self.run_jobs()
        self.assertEqual(set(self.heard), set(envelope.bank_batch_ids.ids))

    def test_cancelling(self):
        envelope = self.later_filled("10.00", "20.00")
        line = envelope.disbursement_ids[0]
        self.service.cancel_disbursements([{"disbursement_id": line.disbursement_id}])
        self.assertEqual(self.heard, envelope.bank_batch_ids.ids)
