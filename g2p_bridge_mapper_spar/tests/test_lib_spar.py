# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import copy
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests.common import BaseCase

from odoo.addons.g2p_bridge.lib.mapper_answer import (
    DUPLICATE_ANSWER,
    INACTIVE,
    ITEM_REJECTED,
    NO_ANSWER,
    NOT_LINKED,
    WRONG_ID,
    Resolution,
)

from ..lib import spar
from ..lib.address import AddressParser

FA = "account_number:5000100001.bank_code:EXAMPLEBANK.fa_type:BANK_ACCOUNT"
REQUESTS = [("r1", "A0001"), ("r2", "NOPE1"), ("r3", "A0003")]


def item(reference_id, id_value, fa=FA, **members):
    """An answer as SPAR 1.1.0 gives it for an ID that it knows."""
    return {
        "reference_id": reference_id,
        "timestamp": "2026-11-22T19:27:50.970561",
        "fa": fa,
        "id": id_value,
        "account_provider_info": None,
        "status": "succ",
        "status_reason_code": None,
        "status_reason_message": None,
        "additional_info": None,
        "locale": "en",
        **members,
    }


def not_linked(reference_id, **members):
    return item(
        reference_id,
        None,
        "",
        status_reason_code="succ.fa.not_linked_to_id",
        status_reason_message="ID doesn't exist, please link first",
        **members,
    )


def reply(*items, **header):
    return {
        "header": {
            "version": "1.0.0",
            "message_id": "m",
            "action": "resolve",
            "status": "succ",
            "status_reason_code": None,
            "total_count": len(items),
            "completed_count": len(items),
            **header,
        },
        "message": {"transaction_id": "t", "correlation_id": None, "resolve_response": list(items)},
    }


class TestBuildResolve(BaseCase):
    def build(self, requests):
        return spar.build_resolve(
            requests,
            message_id="m1",
            transaction_id="t1",
            sender_id="g2p-bridge",
            now=datetime(2026, 11, 22, 19, 27, 50),
        )

    def test_the_message_is_that_of_g2p_connect(self):
        body = self.build([("r1", "A0001")])
        self.assertEqual(
            body,
            {
                "signature": "",
                "header": {
                    "version": "1.0.0",
                    "message_id": "m1",
                    "message_ts": "2026-11-22T19:27:50.000Z",
                    "action": "resolve",
                    "sender_id": "g2p-bridge",
                    "sender_uri": "",
                    "receiver_id": "",
                    "total_count": 1,
                    "is_msg_encrypted": False,
                    "meta": {},
                },
                "message": {
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
                },
            },
        )

    def test_references_that_could_not_be_told_apart_are_refused(self):
        for requests in ([("r", "A"), ("r", "B")], [("", "A")], [("r", 5)]):
            with self.subTest(requests=requests), self.assertRaises(ValueError):
                self.build(requests)


def as_it_is(address):
    """In the place of a parser."""
    return address


class TestReadResolve(BaseCase):
    def judge(self, *items):
        """What the answers make of a question for A0001 under r1."""
        return spar.read_resolve(reply(*items), [("r1", "A0001")], as_it_is)["r1"]

    def assertReason(self, code, *items):
        resolution = self.judge(*items)
        self.assertIsNone(resolution.address)
        self.assertEqual(resolution.reason_code, code)
        self.assertTrue(resolution.reason_message)
        self.assertEqual(resolution.answered, code != NO_ANSWER)

    def test_known_and_unknown_ids_in_any_order(self):
        found = spar.read_resolve(
            reply(item("r3", "A0003", "third"), not_linked("r2"), item("r1", "A0001")),
            REQUESTS,
            as_it_is,
        )
        self.assertEqual(found["r1"], Resolution(FA))
        self.assertEqual(found["r3"], Resolution("third"))
        self.assertEqual((found["r2"].address, found["r2"].reason_code), (None, NOT_LINKED))
        self.assertEqual(found["r2"].reason_message, "ID doesn't exist, please link first")

    def test_name_of_the_account_provider(self):
        provider = {"name": "Person A0001", "code": "", "subcode": ""}
        self.assertEqual(
            self.judge(item("r1", "A0001", account_provider_info=provider)),
            Resolution(FA, name="Person A0001"),
        )

    def test_object_as_address(self):
        address = {"fa_type": "BANK", "account_number": "1"}
        self.assertEqual(self.judge(item("r1", "A0001", address)).address, address)

    def test_an_address_is_read_into_its_parts_or_says_why_not(self):
        for address, code in ((FA, ""), ("somewhere", "ADDRESS_UNREADABLE"), ([], "NOT_LINKED")):
            answer = reply(item("r1", "A0001", address))
            found = spar.read_resolve(answer, [("r1", "A0001")], AddressParser().parse)["r1"]
            self.assertEqual(found.reason_code, code)
            self.assertTrue(found.answered)
            self.assertEqual(bool(found.address), not code)
            self.assertEqual(bool(found.reason_message), bool(code))

    def test_success_without_address_is_not_linked(self):
        self.assertReason(NOT_LINKED, item("r1", "A0001", ""))
        self.assertReason(NOT_LINKED, item("r1", "A0001", None))

    def test_an_echoed_address_of_an_unknown_id_is_not_believed(self):
        self.assertReason(NOT_LINKED, {**not_linked("r1"), "fa": FA})

    def test_inactive_addresses_are_not_used(self):
        for code in ("succ.fa.inactive", "succ.id.inactive"):
            self.assertReason(INACTIVE, item("r1", "A0001", status_reason_code=code))

    def test_rejected_item(self):
        self.assertReason(
            ITEM_REJECTED,
            item("r1", None, "", status="rjct", status_reason_code="rjct.reference_id.invalid"),
        )
        self.assertReason(ITEM_REJECTED, item("r1", "A0001", status="rjct"))
        self.assertReason(ITEM_REJECTED, item("r1", "A0001", status_reason_code="rjct.id.invalid"))

    def test_another_id_or_none_is_not_believed(self):
        self.assertReason(WRONG_ID, item("r1", "A0002"))
        self.assertReason(WRONG_ID, item("r1", None))
        self.assertReason(WRONG_ID, item("r1", "a0001"))

    def test_two_answers_to_one_question_are_not_believed(self):
        self.assertReason(DUPLICATE_ANSWER, item("r1", "A0001"), item("r1", "A0001"))
        self.assertReason(DUPLICATE_ANSWER, not_linked("r1"), item("r1", "A0001"))

    def test_missing_and_pending_answers_may_be_asked_for_again(self):
        self.assertReason(NO_ANSWER)
        self.assertReason(NO_ANSWER, item("r9", "A0001"))
        self.assertReason(NO_ANSWER, item("r1", "A0001", status="pdng"))
        self.assertReason(NO_ANSWER, {**item("r1", "A0001"), "reference_id": None})

    def test_strangers_in_the_reply_are_ignored(self):
        found = spar.read_resolve(reply(item("r1", "A0001"), item("zz", "X")), REQUESTS, as_it_is)
        self.assertEqual(set(found), {"r1", "r2", "r3"})

    def test_a_refusal_of_the_whole_keeps_its_code(self):
        body = {
            "header": {"status": "rjct", "status_reason_code": "rjct.jwt.invalid"},
            "message": {},
        }
        with self.assertRaises(spar.ReplyRejected) as caught:
            spar.read_resolve(body, REQUESTS, as_it_is)
        self.assertEqual(caught.exception.code, "rjct.jwt.invalid")

    def test_what_is_no_answer(self):
        for body in (
            None,
            [],
            "x",
            {},
            {"header": None},
            {"header": {}, "message": {}},
            {"header": {"status": "pdng"}, "message": {"resolve_response": []}},
            {"header": {"status": "succ"}, "message": {}},
            {"header": {"status": "succ"}, "message": {"resolve_response": {}}},
            {"header": {"status": "succ"}, "message": {"resolve_response": [5]}},
        ):
            with self.subTest(body=body), self.assertRaises(spar.ReplyInvalid):
                spar.read_resolve(body, REQUESTS, as_it_is)

    @given(st.data())
    def test_whatever_is_changed_in_a_reply_nobody_gets_another_ones_address(self, data):
        addresses = {"r1": "one", "r2": "two", "r3": "three"}
        items = [item(reference, value, addresses[reference]) for reference, value in REQUESTS]
        body = copy.deepcopy(reply(*items))
        target = data.draw(st.sampled_from(body["message"]["resolve_response"]))
        key = data.draw(st.sampled_from(sorted(target)))
        target[key] = data.draw(
            st.one_of(
                st.none(),
                st.integers(),
                st.text(max_size=3),
                st.sampled_from(["r1", "r2", "r3", "A0001", "NOPE1", "succ", "rjct", "pdng"]),
            )
        )
        found = spar.read_resolve(body, REQUESTS, as_it_is)
        self.assertEqual(set(found), set(addresses))
        for reference, resolution in found.items():
            if resolution.address and key != "fa":
                self.assertEqual(resolution.address, addresses[reference])
