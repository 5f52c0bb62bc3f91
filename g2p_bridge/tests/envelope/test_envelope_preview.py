# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import nullcontext
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ..access.access_common import GROUPS, AccessCase

ACCOUNT = {"beneficiary_account_type": "BANK_ACCOUNT", "beneficiary_bank_code": "B1"}


class PreviewCase(AccessCase):
    """Envelopes of known disbursements: each one has an account of its own."""

    def envelope(self, people, cycle="2026-11", **values):
        """An envelope that is due in a week.

        :param people: [(beneficiary ID, amount, further values)]
        """
        envelope = self.create_envelope(
            number_of_beneficiaries=len(people),
            number_of_disbursements=len(people),
            total_disbursement_amount=str(sum(Decimal(amount) for _id, amount, *_v in people)),
            cycle_code_mnemonic=cycle,
            disbursement_schedule_date=self.today(values.pop("days", 7)),
            **values,
        )
        rows = self.rows(envelope, *(amount for _id, amount, *_values in people))
        for row, (identity, _amount, *further) in zip(rows, people, strict=True):
            own = {"beneficiary_account": f"ACC-{identity}"} if self.has_addresses else {}
            given = further[0] if further else {}
            row.update({"beneficiary_id": identity, **(ACCOUNT if own else {}), **own, **given})
        self.service.create_disbursements(rows)
        return envelope

    has_addresses = True

    def preview(self, envelope, **values):
        return envelope.preview_release(**values)

    def finding(self, envelope, key, **values):
        """(found, amount, [cells of each row]) of one finding."""
        findings = {found["key"]: found for found in self.preview(envelope, **values)["findings"]}
        found = findings[key]
        plain = [[_plain(cell) for cell in row["cells"]] for row in found["rows"]]
        return found["found"], _plain(found["amount"]), plain


def _plain(text):
    return text.replace("\xa0", " ")


@tagged("post_install", "-at_install")
class TestEnvelopePreview(PreviewCase):
    """What the dry run of an envelope says, with data that has one fault of each kind."""

    def test_destinations_by_kind_and_bank(self):
        wallet = {
            "beneficiary_account_type": "MOBILE_WALLET",
            "beneficiary_account": None,
            "beneficiary_bank_code": None,
            "beneficiary_phone_no": "+250780000001",
            "beneficiary_mobile_wallet_provider": "MOMO",
        }
        envelope = self.envelope(
            [
                ("A", "100.00"),
                ("B", "50.50"),
                ("C", "49.50", wallet),
                ("D", "300", {"beneficiary_bank_code": "B2"}),
            ]
        )
        leaving = self.preview(envelope)["leaving"]
        groups = [
            (
                group["kind"],
                group["place"],
                group["count"],
                _plain(group["amount"]),
                _plain(group["share"]),
            )
            for group in leaving["groups"]
        ]
        self.assertEqual(
            groups,
            [
                ("Bank account", "B2", "1", "300.00 USD", "60.0 %"),
                ("Bank account", "B1", "2", "150.50 USD", "30.1 %"),
                ("Mobile wallet", "MOMO", "1", "49.50 USD", "9.9 %"),
            ],
        )
        self.assertEqual(_plain(leaving["total"]["amount"]), "500.00 USD")

    def test_beneficiary_who_is_paid_twice(self):
        envelope = self.envelope([("A", "10"), ("B", "20"), ("A", "30.25")])
        found, amount, rows = self.finding(envelope, "same_beneficiary")
        self.assertEqual((found, amount), (1, "40.25 USD"))
        self.assertEqual(rows, [["Person 1 (A)", "2", "40.25 USD"]])

    def test_account_of_several_beneficiaries_however_it_is_written(self):
        envelope = self.envelope(
            [
                ("A", "10", {"beneficiary_account": "12 34-5678"}),
                ("B", "20", {"beneficiary_account": "12345678"}),
                ("B", "5", {"beneficiary_account": "12345678"}),
                ("C", "40", {"beneficiary_account": "12345678", "beneficiary_bank_code": "B2"}),
                ("D", "50", {"beneficiary_account": "999"}),
                ("D", "50", {"beneficiary_account": "999"}),
            ]
        )
        found, amount, rows = self.finding(envelope, "same_account")
        self.assertEqual((found, amount), (1, "35.00 USD"))
        self.assertEqual(rows, [["••••5678", "B1", "2", "35.00 USD"]])

    def test_wallet_of_several_beneficiaries(self):
        wallet = {
            "beneficiary_account_type": "MOBILE_WALLET",
            "beneficiary_account": None,
            "beneficiary_bank_code": None,
            "beneficiary_mobile_wallet_provider": "MOMO",
        }
        envelope = self.envelope(
            [
                ("A", "10", {**wallet, "beneficiary_phone_no": "+250 780 000 001"}),
                ("B", "20", {**wallet, "beneficiary_phone_no": "+250780000001"}),
            ]
        )
        found, _amount, rows = self.finding(envelope, "same_account")
        self.assertEqual((found, rows[0][1:]), (1, ["MOMO", "2", "30.00 USD"]))

    def test_links_lead_to_the_disbursements_of_a_row(self):
        envelope = self.envelope(
            [
                ("A", "1", {"beneficiary_account": "7"}),
                ("B", "1", {"beneficiary_account": "7"}),
                ("A", "2"),
            ]
        )
        lines = envelope.disbursement_ids
        expected = {"same_beneficiary": lines[0] | lines[2], "same_account": lines[0] | lines[1]}
        for finding in self.preview(envelope)["findings"]:
            if finding["key"] in expected:
                domain = finding["rows"][0]["link"]["domain"]
                self.assertEqual(lines.search(domain), expected[finding["key"]])

    def test_changes_since_the_last_cycle(self):
        self.envelope([("OLD", "1")], "2026-09", days=1)
        self.envelope(
            [("SAME", "10"), ("UP", "10"), ("DOWN", "10"), ("GONE", "10"), ("NEAR", "10")],
            "2026-10",
            days=2,
        )
        envelope = self.envelope(
            [("SAME", "10"), ("UP", "20.00"), ("DOWN", "5.00"), ("NEW", "7"), ("NEAR", "19.99")]
        )
        self.assertEqual(
            self.finding(envelope, "more"),
            (1, "20.00 USD", [["Person 2 (UP)", "10.00 USD", "20.00 USD"]]),
        )
        self.assertEqual(
            self.finding(envelope, "less"),
            (1, "5.00 USD", [["Person 3 (DOWN)", "10.00 USD", "5.00 USD"]]),
        )
        self.assertEqual(
            self.finding(envelope, "new"), (1, "7.00 USD", [["Person 4 (NEW)", "7.00 USD"]])
        )
        self.assertEqual(
            self.finding(envelope, "missing"),
            (1, "10.00 USD", [["Person 4 (GONE)", "10.00 USD"]]),
        )

    def test_threshold_and_earlier_cycle_can_be_chosen(self):
        first = self.envelope([("A", "10"), ("B", "10")], "2026-09", days=1)
        self.envelope([("A", "100"), ("B", "10")], "2026-10", days=2)
        envelope = self.envelope([("A", "100"), ("B", "15")])
        self.assertEqual(self.finding(envelope, "more")[0], 0)
        self.assertEqual(self.finding(envelope, "more", ratio="1.5")[0], 1)
        self.assertEqual(self.finding(envelope, "more", compare_with=first.id)[0], 1)
        for ratio in ("1", "0", "-2", "x", "NaN", "Infinity", ""):
            with self.assertRaises(UserError):
                self.preview(envelope, ratio=ratio)

    def test_cycles_of_the_same_frequency_are_compared_first(self):
        monthly = self.envelope([("A", "10")], "2026-10", days=1)
        self.envelope([("X", "1")], "EXTRA", days=2, disbursement_frequency="OnDemand")
        self.assertEqual(self.preview(self.envelope([("A", "10")]))["former"], monthly.id)

    def test_first_cycle_has_nothing_to_compare_with(self):
        preview = self.preview(self.envelope([("A", "10")]))
        self.assertEqual((preview["former"], preview["earlier"]), (False, []))
        keys = [finding["key"] for finding in preview["findings"]]
        self.assertEqual(keys, ["unresolved", "same_beneficiary", "same_account"])

    def test_envelopes_of_other_programs_and_cancelled_ones_are_no_earlier_cycle(self):
        self.make_program("OTHER")
        self.envelope([("A", "10")], days=1, benefit_program_mnemonic="OTHER")
        cancelled = self.envelope([("A", "10")], "2026-10", days=2)
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": cancelled.disbursement_envelope_id}
        )
        self.assertFalse(self.preview(self.envelope([("A", "10")]))["earlier"])

    def test_what_is_incomplete_is_said(self):
        envelope = self.create_envelope(disbursement_schedule_date=self.today(7))
        self.service.create_disbursements(self.rows(envelope, "10.00"))
        notes = [_plain(note["text"]) for note in self.preview(envelope)["notes"]]
        self.assertTrue(
            any("1 of 10.00 USD" in note and "3 of 60.75 USD" in note for note in notes)
        )

    def test_nothing_is_written_and_nothing_leaves(self):
        envelope = self.envelope([("A", "10"), ("A", "20")])
        calls, before = len(self.bank_script.calls), self.snapshot()
        self.preview(envelope)
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(len(self.bank_script.calls), calls)

    def test_everybody_with_a_role_may_look_and_nobody_else(self):
        envelope = self.envelope([("A", "10")])
        self.assertOnly(GROUPS, lambda user: self.rpc(user, envelope, "preview_release"))

    def test_people_of_another_company_may_not_look(self):
        envelope = self.envelope([("A", "10")])
        company = self.env["res.company"].create({"name": "Other Ministry"})
        self.users["finance"].write(
            {"company_ids": [(6, 0, company.ids)], "company_id": company.id}
        )
        self.assertForbidden(self.rpc, "finance", envelope, "preview_release")

    def test_full_accounts_are_not_in_it(self):
        same = {"beneficiary_account": "9988776655"}
        envelope = self.envelope([("A", "10", same), ("B", "10", same)])
        for user in GROUPS:
            self.assertNotIn("9988776655", str(self.rpc(user, envelope, "preview_release")))


@tagged("post_install", "-at_install")
class TestUnresolvedPreview(PreviewCase):
    """Beneficiaries whom the mapper does not know."""

    has_addresses = False

    def unresolved(self, **policy):
        self.make_program(
            "MAPPED",
            id_mapper_resolution_required=True,
            mapper_id=self.mapper.id,
            own_policies=bool(policy),
            **policy,
        )
        self.mapper_script.unknown = {"B"}
        envelope = self.envelope([("A", "10"), ("B", "5.05")], benefit_program_mnemonic="MAPPED")
        self.run_jobs()
        return envelope

    def test_they_are_listed_with_the_reason(self):
        envelope = self.unresolved()
        found, amount, rows = self.finding(envelope, "unresolved")
        self.assertEqual((found, amount), (1, "5.05 USD"))
        self.assertEqual((rows[0][0], rows[0][2]), ("Person 2 (B)", "5.05 USD"))
        self.assertIn("mapper", rows[0][1])
        preview = self.preview(envelope)
        self.assertEqual(_plain(preview["leaving"]["total"]["amount"]), "10.00 USD")
        self.assertEqual([group["label"] for group in preview["staying"]], ["Unresolved"])

    def test_policy_says_whether_they_hold_the_envelope(self):
        notes = self.preview(self.unresolved(unresolved="hold"))["notes"]
        self.assertIn("danger", [note["level"] for note in notes])

    def test_policy_says_whether_they_are_left_out(self):
        notes = self.preview(self.unresolved(unresolved="leave_out"))["notes"]
        levels = [note["level"] for note in notes]
        self.assertIn("warning", levels)
        self.assertNotIn("danger", levels)


OPEN_PREVIEW = """
(async () => {
    const until = async (what, condition) => {
        const end = Date.now() + 15000;
        while (!condition()) {
            if (Date.now() > end || document.querySelector(".o_error_dialog")) {
                throw new Error(what);
            }
            await new Promise((resolve) => setTimeout(resolve, 30));
        }
    };
    const find = (selector) => document.querySelector(".o_action_manager " + selector);
    await until("button", () => find("button[name=action_preview]"));
    find("button[name=action_preview]").click();
    await until("finding", () => find("section[name=same_beneficiary] tbody button"));
    find("section[name=same_beneficiary] tbody button").click();
    await until("two disbursements", () =>
        document.querySelectorAll(".o_action_manager .o_data_row").length === 2);
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""


@tagged("post_install", "-at_install")
class TestPreviewScreen(PreviewCase, HttpCase):
    def enter_registry_test_mode(self):
        return nullcontext()  # the class is in it already

    def test_an_auditor_goes_from_the_envelope_to_a_finding_s_disbursements(self):
        envelope = self.envelope([("A", "10"), ("A", "20"), ("B", "5")])
        url = f"/odoo/g2p.bridge.envelope/{envelope.id}"
        ready = "odoo.isReady === true"
        self.browser_js(url, OPEN_PREVIEW, ready, login="bridge_auditor", timeout=180)
