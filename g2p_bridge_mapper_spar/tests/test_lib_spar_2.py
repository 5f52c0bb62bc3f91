# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests.common import BaseCase

from odoo.addons.g2p_bridge.lib.mapper_answer import (
    ITEM_REJECTED,
    NO_ANSWER,
    NOT_LINKED,
    Resolution,
)

from ..lib import spar_2
from ..lib.address import AddressParser
from ..lib.spar_items import ReplyInvalid, ReplyRejected

BANK = {
    "strategy_id": 1,
    "fa_type": "BANK",
    "account_number": "5000100001",
    "bank_code": "EX",
    "bank_name": "Example Bank",
    "branch_code": "BR1",
    "branch_name": "Main",
}
REQUESTS = [("r1", "A0001"), ("r2", "NOPE1"), ("r3", "A0003")]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=12,
)


def item(reference_id, id_value, fa=..., **members):
    """An answer as SPAR 2.x gives it for an ID that it knows."""
    return {
        "reference_id": reference_id,
        "timestamp": "2026-11-22T19:27:50.970561",
        "fa": BANK if fa is ... else fa,
        "id": id_value,
        "account_provider_info": None,
        "status": "succ",
        "status_reason_code": "succ.id.active",
        "status_reason_message": None,
        "additional_info": [{"strategy_id": 1}],
        "locale": "en",
        **members,
    }


def reply(*items, status="SUCCESS", code=None, message=None):
    return {
        "response_header": {
            "request_id": "m",
            "response_status": status,
            "response_error_code": code,
            "response_error_message": message,
            "response_timestamp": "2026-11-22T19:27:50",
        },
        "response_body": {
            "pagination_response": None,
            "response_payload": {"transaction_id": "t", "resolve_response": list(items)},
        },
    }


class TestSpar2(BaseCase):
    def read(self, answer):
        return spar_2.read_resolve(answer, REQUESTS, AddressParser().parse)

    def test_the_message_is_that_of_spar_2(self):
        body = spar_2.build_resolve(
            [("r1", "A0001")],
            request_id="m1",
            transaction_id="t1",
            sender_mnemonic="g2p_bridge",
            sender_url="https://bridge.example.org",
            now=datetime(2026, 11, 22, 19, 27, 50),
        )
        self.assertEqual(
            body,
            {
                "request_header": {
                    "sender_app_mnemonic": "g2p_bridge",
                    "sender_app_url": "https://bridge.example.org",
                    "request_id": "m1",
                    "request_timestamp": "2026-11-22T19:27:50.000Z",
                },
                "request_body": {
                    "request_payload": {
                        "transaction_id": "t1",
                        "resolve_request": [
                            {
                                "reference_id": "r1",
                                "timestamp": "2026-11-22T19:27:50.000Z",
                                "id": "A0001",
                                "scope": "details",
                                "locale": "en",
                            }
                        ],
                    }
                },
            },
        )

    def test_known_unknown_refused_and_forgotten(self):
        unknown = item("r2", None, None, status_reason_code="succ.fa.not_linked_to_id")
        answers = self.read(reply(unknown, item("r1", "A0001")))
        self.assertEqual(answers["r1"], Resolution(AddressParser().parse(BANK)))
        self.assertEqual(answers["r2"].reason_code, NOT_LINKED)
        self.assertEqual(answers["r3"].reason_code, NO_ANSWER)
        refused = item("r1", None, None, status="rjct", status_reason_code="rjct.id.invalid")
        self.assertEqual(self.read(reply(refused))["r1"].reason_code, ITEM_REJECTED)

    def test_a_known_id_without_address_has_none(self):
        answers = self.read(reply(item("r1", "A0001", None)))
        self.assertEqual(answers["r1"].reason_code, NOT_LINKED)

    def test_addresses_are_objects_for_the_parser(self):
        address = self.read(reply(item("r1", "A0001")))["r1"].address
        self.assertEqual(
            (address.account_type, address.account_number, address.branch_code),
            ("BANK_ACCOUNT", "5000100001", "BR1"),
        )
        wallet = {
            "strategy_id": 2,
            "fa_type": "MOBILE_WALLET",
            "mobile_number": "+15550100002",
            "wallet_provider_name": "Wallet Example",
            "wallet_provider_code": "MWEX",
        }
        address = AddressParser().parse(wallet)
        self.assertEqual(
            (address.account_type, address.phone, address.mobile_wallet_provider),
            ("MOBILE_WALLET", "+15550100002", "MWEX"),
        )

    def test_a_refusal_of_the_whole_tells_its_code(self):
        refusal = reply(status="ERROR", code="rjct.request.validation", message="no signature")
        with self.assertRaises(ReplyRejected) as caught:
            self.read(refusal)
        self.assertEqual(caught.exception.code, "rjct.request.validation")
        self.assertEqual(caught.exception.message, "no signature")

    def test_a_failure_of_the_mappers_own_is_no_refusal(self):
        for failure in (
            reply(status="ERROR", code="rjct.internal.error"),
            reply(status="WHATEVER"),
            reply(status=["SUCCESS"]),
        ):
            with self.assertRaises(ReplyInvalid):
                self.read(failure)

    @given(ANYTHING)
    def test_whatever_comes_is_read_or_refused(self, garbage):
        good = reply(item("r1", "A0001"))
        for body in (
            garbage,
            {**good, "response_header": garbage},
            {**good, "response_body": garbage},
            {**good, "response_body": {"response_payload": {"resolve_response": garbage}}},
            reply(garbage),
            reply(item(garbage, garbage, garbage, status=garbage, status_reason_code=garbage)),
        ):
            try:
                answers = self.read(json.loads(json.dumps(body)))
            except (ReplyInvalid, ReplyRejected):
                continue
            self.assertEqual(set(answers), {"r1", "r2", "r3"})
