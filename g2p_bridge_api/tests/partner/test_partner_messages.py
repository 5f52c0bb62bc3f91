# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.g2p_bridge_base.tests.signing import private_key

from .partner_common import NOON, PartnerCase


@tagged("post_install", "-at_install")
class TestReplay(PartnerCase):
    """Messages that come in more than once."""

    def test_the_same_message_again_is_carried_out_again(self):
        call = self.signed()
        for _time in range(3):
            self.assertEqual(self.admit(call), self.partner)

    def test_another_message_under_the_same_id_is_refused(self):
        self.admit(self.signed(self.message(message_id="m")))
        call = self.signed(self.message(message_id="m", message=("D2",)))
        self.assertRefusedCall("rjct.message_id.duplicate", call)
        self.admit(self.signed(self.message(message_id="m2", message=("D2",))))

    def test_the_same_body_at_another_address_is_another_message(self):
        self.partner.proof = "api_key"  # a signed one names the operation
        key = {"x-api-key": self.api_key(self.partner)}
        first, second = (
            self.with_headers(self.call(self.message("disburse", message_id="m"), operation), **key)
            for operation in ("create_disbursements", "cancel_disbursements")
        )
        self.admit(first)
        self.assertRefusedCall("rjct.message_id.duplicate", second)

    def test_ids_are_each_partners_own(self):
        other = self.make_partner("other")
        self.add_keys(other, private_key("RS256", 1))
        self.admit(self.signed(self.message(message_id="m")))
        content = self.message(message_id="m", sender_id="other")
        self.assertEqual(self.admit(self.signed(content, key=private_key("RS256", 1))), other)

    def test_a_refused_message_keeps_its_id_for_a_better_one(self):
        self.assertRefusedCall(
            "rjct.total_count.invalid", self.signed(self.message(message_id="m", total_count=9))
        )
        self.admit(self.signed(self.message(message_id="m")))

    def test_an_amendment_does_not_come_back_over_a_later_one(self):
        amend = "amend_disbursement_envelope"
        first = self.signed(self.message(amend, message=(1,)), operation=amend)
        second = self.signed(self.message(amend, message=(2,)), operation=amend)
        self.admit(first)
        self.admit(first)  # its answer was lost
        self.admit(second)
        self.admit(second)
        self.assertRefusedCall("rjct.message_id.duplicate", first)

    def test_placeholders_are_no_ids_unless_headers_are_strict(self):
        for text in ("string", "", "string"):
            self.admit(self.signed(self.message(message_id=text)))
        self.partner.strict_header = True
        call = self.signed(self.message(message_id="string"))
        self.assertRefusedCall("rjct.message_id.duplicate", call)

    def test_what_is_forgotten_is_refused_by_its_time(self):
        call = self.signed()
        self.admit(call)
        self.at(NOON + timedelta(days=2, seconds=1))
        self.env["g2p.bridge.partner.message"]._forget()
        self.assertFalse(self.env["g2p.bridge.partner.message"].search([]))
        self.assertRefusedCall("rjct.message_ts.invalid", call)


@tagged("post_install", "-at_install")
class TestRates(PartnerCase):
    """How often a partner may call."""

    def assertTold(self, seconds):
        refusal = self.assertRefusedCall("G2P-REQ-429", self.signed(), status=429)
        self.assertEqual(refusal.retry_after, seconds)

    def after(self, seconds):
        self.at(NOON + timedelta(seconds=seconds))

    def test_calls_in_a_minute(self):
        self.partner.write({"rate_limit": 3, "rate_burst": 100})
        for second in (0, 10, 20):
            self.after(second)
            self.admit(self.signed())
        self.after(30)
        self.assertTold(30)  # until the first of the three is a minute old
        self.after(59.5)
        self.assertTold(1)
        self.after(60)
        self.admit(self.signed())
        self.assertTold(10)

    def test_calls_in_a_second(self):
        self.partner.write({"rate_limit": 100, "rate_burst": 2})
        self.admit(self.signed())
        self.after(0.5)
        self.admit(self.signed())
        self.assertTold(1)
        self.after(1.0)
        self.admit(self.signed())

    def test_calls_that_are_refused_count_too(self):
        self.partner.write({"rate_limit": 2, "rate_burst": 2})
        for _time in range(2):
            call = self.signed(self.message(total_count=9))
            self.assertRefusedCall("rjct.total_count.invalid", call)
        self.assertTold(60)

    def test_nobody_uses_up_the_calls_of_another(self):
        self.partner.write({"rate_limit": 2, "rate_burst": 2})
        other = self.make_partner("other")
        self.add_keys(other, private_key("RS256", 1))
        for _time in range(5):
            forged = self.signed(key=private_key("RS256", 1))
            self.assertRefusedCall("rjct.signature.invalid", forged)
            content = self.message(sender_id="other")
            self.admit(self.signed(content, key=private_key("RS256", 1)))
        self.admit(self.signed())

    def test_the_last_call_is_shown(self):
        self.assertFalse(self.partner.last_call_at)
        self.admit(self.signed())
        self.env.invalidate_all()
        self.assertEqual(self.partner.last_call_at, NOON)
