# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import gc
import json
import tracemalloc

from odoo.tests import TransactionCase, tagged

from ...lib import replies
from ...lib.json_text import parse
from ...lib.messages.operations import OPERATIONS
from ...lib.messages.reading import read_head, read_message
from ..common import NUMBERS, ROOT, ApiCase

CREATE = "create_disbursements"


def body_of(rows):
    header = {
        "version": "1.0.0",
        "message_id": f"M{next(NUMBERS)}",
        "message_ts": "2027-01-01T10:00:00Z",
        "action": CREATE,
        "sender_id": "PBMS",
        "total_count": len(rows),
    }
    return json.dumps({"signature": "", "header": header, "message": rows}).encode()


def rows_of(count, envelope_id="E0123456789ABCDE"):
    return [
        {
            "disbursement_envelope_id": envelope_id,
            "mis_reference_number": f"2027-01/{number:09d}",
            "beneficiary_id": f"{number:012d}",
            "beneficiary_name": f"Beneficiary Number {number}",
            "disbursement_amount": 10.25,
            "narrative": "Child grant, January 2027",
        }
        for number in range(count)
    ]


class TestMemory(TransactionCase):
    """A big request is there once, not once for each hand that it goes through."""

    def peak(self, function):
        """:return: (what the function gives, the most memory it took beside what was there)"""
        gc.collect()
        tracemalloc.start()
        try:
            reply = function()
            return reply, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    def test_reading(self):
        body = body_of(rows_of(20_000))

        def read():
            tree = parse(body)
            operation = OPERATIONS[CREATE]
            return read_message(operation.forms[read_head(operation, tree).dialect], tree, 100_000)

        (rows, count), peak = self.peak(read)
        self.assertEqual((count, len(rows)), (20_000, 20_000))
        self.assertLess(peak / len(body), 4.8)

    def test_replying(self):
        body = body_of(rows_of(20_000))
        tree = parse(body)
        operation = OPERATIONS[CREATE]
        head = read_head(operation, tree)
        rows, _count = read_message(operation.forms[head.dialect], tree, 100_000)
        answer, peak = self.peak(lambda: replies.succeeded(head, rows))
        self.assertGreater(len(answer.body), len(body) * 0.8)
        self.assertLess(peak / len(body), 1.4)


@tagged("-at_install", "post_install")
class TestBigRequests(ApiCase):
    """Ten thousand disbursements in one call."""

    COUNT = 10_000

    def test_ten_thousand_disbursements(self):
        envelope_id = self.new_envelope(
            number_of_beneficiaries=self.COUNT,
            number_of_disbursements=self.COUNT,
            total_disbursement_amount="102500.00",
        )
        rows = rows_of(self.COUNT, envelope_id)
        answer = self.post(CREATE, body_of(rows), timeout=120)
        reply = answer.json()
        self.assertEqual(reply["header"]["status"], "succ", reply["header"])
        self.assertEqual(
            [row["mis_reference_number"] for row in reply["message"]],
            [row["mis_reference_number"] for row in rows],
        )
        ids = [row["disbursement_id"] for row in reply["message"]]
        self.assertEqual(len(set(ids)), self.COUNT)
        again = self.post(CREATE, body_of(rows), timeout=120).json()
        self.assertEqual(again["message"], reply["message"])
        states = self.post(
            "get_disbursement_status", self.request("get_disbursement_status", ids), timeout=120
        ).json()
        self.assertEqual([row["disbursement_id"] for row in states["message"]], ids)

    def pieces_of_reply(self, operation, body):
        answer = self.opener.post(
            f"{self.base_url()}{ROOT}/{operation}",
            data=body,
            headers={"Content-Type": "application/json"},
            timeout=240,
            stream=True,
        )
        return answer.iter_content(2**14)

    def test_memory_of_a_whole_call(self):
        """From the bytes that come in to the bytes that go out, in the server's own process."""
        envelope_id = self.new_envelope(
            number_of_beneficiaries=self.COUNT,
            number_of_disbursements=self.COUNT,
            total_disbursement_amount="102500.00",
        )
        body = body_of(rows_of(self.COUNT, envelope_id))
        # What is loaded and cached once is no part of a call.
        self.post(CREATE, body_of(rows_of(1, "E0")))
        gc.collect()
        tracemalloc.start()
        try:
            pieces = self.pieces_of_reply(CREATE, body)
            start = next(pieces)
            for _piece in pieces:
                pass  # what a client keeps is its own affair
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        self.assertIn(b'"status":"succ"', start)
        self.assertLess(peak / len(body), 7.2)
