# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A mapper that takes questions and calls back, for tests that bring its call-backs."""

import json
from unittest.mock import patch

from odoo.addons.g2p_bridge.tests.common import BridgeCase

from .test_lib_spar import FA, item, reply

ACK = {"message": {"ack_status": "ACK", "error": None, "correlation_id": "c"}}


class CallBackCase(BridgeCase):
    """The real asynchronous connector; only the other side's answer to it is scripted."""

    def setUp(self):
        connector_of = type(self.env["g2p.bridge.mapper"])._get_connector
        super().setUp()
        mapper_model = type(self.env["g2p.bridge.mapper"])
        self.startPatcher(patch.object(mapper_model, "_get_connector", connector_of))
        self.mapper.write({"connector": "spar_1_async", "base_url": "https://mapper.example.org"})
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.sent = []
        #: What the mapper does with the next requests; by default it acknowledges them.
        self.script = []
        client = type(self.env["g2p.bridge.mapper.connector.spar_1_async"])
        self.startPatcher(patch.object(client, "_http_call", self._http_call))

    def _http_call(self, path, payload, reference=None):
        self.sent.append(payload)
        answer = self.script.pop(0) if self.script else ACK
        if callable(answer):
            answer = answer(payload)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def asked_envelope(self, *amounts, **values):
        """An envelope whose mapper batch was asked for."""
        envelope = self.filled_envelope(*amounts, **values)
        self.run_jobs()
        self.env.invalidate_all()
        return envelope

    def lines(self, envelope):
        return self.env["g2p.bridge.disbursement"].search(
            [("envelope_id", "=", envelope.id)], order="id"
        )

    def answer_to(self, lines, transaction=None, **members):
        """The call-back of a mapper that knows these people."""
        body = reply(
            *(
                item(line.disbursement_id, line.beneficiary_id, FA.replace("100001", f"10000{n}"))
                for n, line in enumerate(lines)
            )
        )
        body["message"]["transaction_id"] = transaction or lines.mapper_batch_id.reference
        body["message"].update(members)
        return body

    def take(self, body):
        """Bring a call-back, without the wire."""
        self.env.flush_all()
        result = self.mapper._take_call_back(json.loads(json.dumps(body)))
        self.env.invalidate_all()
        return result[1]

    def pass_time(self, envelope):
        """Let the time pass that an answer was waited for."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE g2p_bridge_mapper_batch SET next_attempt_at = now() AT TIME ZONE 'UTC'"
            " - interval '1 second' WHERE envelope_id = %s",
            [envelope.id],
        )
        self.env.cr.execute("UPDATE queue_job SET eta = NULL WHERE state = 'pending'")
        self.env.invalidate_all()
        self.run_jobs()
        self.env.invalidate_all()
