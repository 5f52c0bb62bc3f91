# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tests import tagged

from ..common import ApiCase

ENVELOPE = "create_disbursement_envelope"


@tagged("-at_install", "post_install")
class TestTransactions(ApiCase):
    """All or nothing, and a conflict is the bridge's affair."""

    def setUp(self):
        super().setUp()
        # A call waits a moment before it is tried again; not here.
        self.startPatcher(patch("odoo.service.model.time.sleep"))

    def troubled(self, error, times):
        """The operation runs into an error so many times, after its work."""
        service = type(self.env["g2p.bridge.service"])
        operation, left = service.create_disbursements, [error] * times

        def run(this, rows):
            reply = operation(this, rows)
            if left:
                raise left.pop()
            return reply

        return patch.object(service, "create_disbursements", run)

    def received(self, envelope_id):
        status = self.done("get_disbursement_envelope_status", envelope_id)
        return status["number_of_disbursements_received"]

    def test_conflict_is_repeated(self):
        envelope_id = self.new_envelope()
        with self.troubled(ConcurrencyError("conflict"), 2):
            reply = self.done("create_disbursements", self.rows(envelope_id))
        self.assertEqual(len(reply), 3)
        self.assertEqual(self.received(envelope_id), 3)
        self.assertEqual(len(self.records(operation="create_disbursements")), 1)

    def test_conflict_without_end(self):
        envelope_id = self.new_envelope()
        body = self.request("create_disbursements", self.rows(envelope_id))
        with self.troubled(ConcurrencyError("locked"), 99):
            answer = self.post("create_disbursements", body)
        self.assertEqual(answer.status_code, 503)
        self.assertEqual(answer.headers["Retry-After"], "5")
        self.assertEqual(answer.json()["errors"][0]["code"], "G2P-SRV-503")
        self.assertEqual(self.received(envelope_id), 0)
        self.assertEqual(self.records(operation="create_disbursements").result, "failed")

    def test_whatever_goes_wrong_nothing_is_left(self):
        for error, status, code in (
            (AccessError("secret"), 403, "G2P-AUT-403"),
            (KeyError("secret"), 500, "G2P-SRV-500"),
        ):
            with self.subTest(code):
                envelope_id = self.new_envelope(cycle_code_mnemonic=code)
                body = self.request("create_disbursements", self.rows(envelope_id))
                with (
                    self.troubled(error, 99),
                    patch("odoo.addons.g2p_bridge_api.models.call.api_service._logger"),
                ):
                    answer = self.post("create_disbursements", body)
                self.assertEqual(answer.status_code, status)
                self.assertEqual(answer.json()["errors"][0]["code"], code)
                self.assertNotIn("secret", answer.text)
                self.assertEqual(self.received(envelope_id), 0)

    def test_refusal_in_words(self):
        envelope_id = self.new_envelope()
        with self.troubled(UserError("Ask the ministry."), 99):
            self.rejected(
                "REQUEST_VALIDATION_ERROR", "create_disbursements", self.rows(envelope_id)
            )
        self.assertEqual(self.received(envelope_id), 0)

    def test_record_and_effect_go_together(self):
        """What was done without a record of it would be a riddle; so it is not done."""
        envelope_id = self.new_envelope()
        calls = type(self.env["g2p.bridge.api.call"])
        record, left = calls._record, [KeyError("no room")]

        def run(this, *args):
            if left:
                raise left.pop()
            return record(this, *args)

        with (
            patch.object(calls, "_record", run),
            patch("odoo.addons.g2p_bridge_api.models.call.api_service._logger"),
        ):
            answer = self.post(
                "create_disbursements", self.request("create_disbursements", self.rows(envelope_id))
            )
        self.assertEqual(answer.status_code, 500)
        self.assertEqual(self.received(envelope_id), 0)
