# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..common import ApiCase


@tagged("-at_install", "post_install")
class TestLists(ApiCase):
    """Pages and changes over HTTP; what they tell is tested elsewhere."""

    def test_pages_of_disbursements(self):
        envelope_id, ids = self.filled_envelope()
        found, cursor = [], None
        while True:
            page = self.done(
                "list_disbursements",
                {"disbursement_envelope_id": envelope_id, "limit": 2, "cursor": cursor},
            )
            found += [row["disbursement_id"] for row in page["disbursements"]]
            cursor = page["next_cursor"]
            if not cursor:
                break
        self.assertEqual(found, ids)

    def test_changes(self):
        cursor = self.done("list_changes", {})["next_cursor"]
        envelope_id, _ids = self.filled_envelope()
        changes = self.done("list_changes", {"cursor": cursor})
        self.assertEqual(
            {event["disbursement_envelope_id"] for event in changes["events"]}, {envelope_id}
        )
        self.assertNotEqual(changes["next_cursor"], cursor)

    def test_rejections(self):
        envelope_id = self.new_envelope()
        for values, code in (
            ({"disbursement_envelope_id": "NONE"}, "DISBURSEMENT_ENVELOPE_NOT_FOUND"),
            ({"cursor": "x"}, "INVALID_CURSOR"),
            ({"limit": 0}, "INVALID_LIMIT"),
            ({"states": ["PAID"]}, "INVALID_DISBURSEMENT_STATUS"),
        ):
            message = {"disbursement_envelope_id": envelope_id, **values}
            self.assertIsNone(self.rejected(code, "list_disbursements", message))
        for values, code in (
            ({"start": "yesterday"}, "INVALID_START"),
            ({"include": []}, "INVALID_INCLUDE"),
        ):
            self.rejected(code, "list_changes", values)

    def test_newer_pbms_names_envelopes_by_its_own_ids(self):
        envelope_id, ids = self.filled_envelope()
        names = self.env["g2p.bridge.sender.id"]
        names._remember(self.partner, "envelope", [("THEIRS", envelope_id)])
        page = self.done_2("list_disbursements", {"disbursement_envelope_id": "THEIRS"})
        self.assertEqual([row["disbursement_id"] for row in page["disbursements"]], ids)
        self.assertIn("next_cursor", self.done_2("list_changes", {}))
        rejected = self.rejected_2("INVALID_LIMIT", "list_changes", {"limit": 0})
        self.assertIsNone(rejected)
