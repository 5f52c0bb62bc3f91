# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.tests import tagged
from odoo.tools import file_open

from .common import ROOT, BankHttpCase

RECORDED_BLOCK = "ec2f78de-4e68-4ca6-96b3-cfebee951212"
#: Where this bank is right and the recorded one was not: name → status and answer.
CORRECTIONS = {
    "04-check_funds-other-currency": (200, "Account not found"),
    "08-check_funds-negative": (200, "total_funds_needed is -5: it must be above zero"),
    "17-initiate_payment-same-reference-again": (
        200,
        "Payment reference D1 was received before, in another batch",
    ),
    "20-initiate_payment-sum-over-block": (
        200,
        "The payments come to 600.00, but the block has 0.00 left",
    ),
}


@tagged("post_install", "-at_install")
class TestSamples(BankHttpCase):
    """Exchanges recorded with OpenG2P's Example Bank, replayed in their order."""

    def test_recorded_exchanges(self):
        with file_open("g2p_bridge_example_bank/tests/samples.json") as file:
            samples = json.load(file)
        block = RECORDED_BLOCK
        for sample in samples:
            with self.subTest(sample["name"]):
                response = self._replay(sample, block)
                status, answer = sample["status"], sample["answer"]
                if sample["name"] in CORRECTIONS:
                    status, text = CORRECTIONS[sample["name"]]
                    answer = response.json()
                    self.assertEqual(answer["status"], "failed")
                    self.assertEqual(answer["error_message"], text)
                self.assertEqual(response.status_code, status, response.text)
                if sample["name"].startswith("09"):
                    block = response.json()["block_reference_no"]
                    answer["block_reference_no"] = block
                self.assertEqual(response.json(), answer)
        self.assert_balances("1000", "300.50")

    def _replay(self, sample, block):
        body = sample["raw"] if "raw" in sample else json.dumps(sample["body"])
        headers = {"Content-Type": "application/json"}
        data = body.replace(RECORDED_BLOCK, block).encode() or None
        return self.url_open(
            ROOT + sample["path"], data=data, headers=headers, method=sample["method"]
        )
