# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal
from unittest.mock import patch

from ...lib.cursor import pack
from ...services import service_lists
from ..event.events_common import EventCase

LISTING = "odoo.addons.g2p_bridge_api.services.service_lists"


class TestListDisbursements(EventCase):
    """A sender reads what became of each payment of an envelope."""

    def ids(self, pages):
        return [row["disbursement_id"] for page in pages for row in page]

    def test_pages_hold_every_disbursement_once(self):
        self.program.write({"own_policies": True, "bank_batch_size": 3})
        envelope = self.filled_envelope(*["1.00"] * 10)
        pages = self.listed(envelope, limit=4)
        self.assertEqual(self.ids(pages), envelope.disbursement_ids.mapped("disbursement_id"))
        self.assertEqual([len(page) for page in pages], [4, 4, 2])

    def test_a_full_last_page_is_the_last_but_for_an_empty_one(self):
        envelope = self.filled_envelope(*["1.00"] * 4)
        self.assertEqual(len(self.ids(self.listed(envelope, limit=2))), 4)

    def test_the_envelope_without_disbursements_has_an_empty_page(self):
        self.assertEqual(self.listed(self.create_envelope()), [[]])

    def test_a_reader_who_looks_at_little_per_call_still_finds_all(self):
        self.program.write({"own_policies": True, "bank_batch_size": 2})
        envelope = self.filled_envelope(*["1.00"] * 9)
        rejected = envelope.disbursement_ids[8].disbursement_id
        self.rejecting()
        self.bank_script.script["initiate_payment"] *= 4
        self.rejecting_last(rejected)
        self.run_jobs()
        with patch.object(service_lists, "LOOKED_AT", 3):
            pages = self.listed(envelope, states=["REJECTED"])
            self.assertEqual(self.ids(pages), [rejected])
            self.assertGreater(len(pages), 1)
            self.assertEqual(len(self.ids(self.listed(envelope))), 9)

    def rejecting_last(self, reference):
        waiting = self.bank_script.script["initiate_payment"]
        self.rejecting(reference)
        self.bank_script.script["initiate_payment"] = (
            waiting + self.bank_script.script["initiate_payment"]
        )

    def test_a_line_that_moves_to_another_batch_is_not_missed(self):
        self.program.write(
            {
                "id_mapper_resolution_required": True,
                "mapper_id": self.mapper.id,
                "own_policies": True,
                "bank_batch_size": 2,
                "mapper_batch_size": 2,
                "unresolved": "hold",
            }
        )
        self.mapper_script.unknown = {"ID1", "ID4"}
        envelope = self.filled_envelope(*["1.00"] * 5)
        self.run_jobs()
        values = {"disbursement_envelope_id": envelope.disbursement_envelope_id, "limit": 2}
        first = self.service.list_disbursements(values)
        envelope.action_resolve_again()
        met = [row["disbursement_id"] for row in first["disbursements"]]
        cursor = first["next_cursor"]
        while cursor:
            reply = self.service.list_disbursements({**values, "cursor": cursor})
            met += [row["disbursement_id"] for row in reply["disbursements"]]
            cursor = reply["next_cursor"]
        self.assertEqual(set(met), set(envelope.disbursement_ids.mapped("disbursement_id")))

    def test_a_payment_that_came_back_tells_its_whole_story(self):
        lines = self.shipped("10.00", "20.00")
        self.process(self.entry("D", lines[0]), self.entry("RD", lines[0]))
        ((paid, waiting),) = self.listed(lines.envelope_id)
        self.assertEqual(paid["disbursement_status"], "REVERSED")
        self.assertEqual(paid["disbursement_amount"], Decimal("10.00"))
        self.assertEqual(paid["mis_reference_number"], "MIS1")
        self.assertEqual(paid["remittance_value_date"], "2026-11-20")
        self.assertEqual(paid["remittance_entry_date"], "2026-11-20")
        self.assertTrue(paid["reversal_found"])
        self.assertEqual(paid["reversal_reason_code"], "ACCOUNT_CLOSED")
        self.assertEqual(paid["reversal_reason"], "The account is closed.")
        self.assertEqual(paid["bank_disbursement_batch_id"], lines.bank_batch_id.reference)
        self.assertEqual(paid["bank_disbursement_batch_status"], "DONE")
        self.assertEqual(waiting["disbursement_status"], "SHIPPED")
        self.assertFalse(waiting["reversal_found"])
        self.assertIsNone(waiting["remittance_value_date"])

    def test_an_account_is_shown_by_its_end_only(self):
        envelope = self.create_envelope(
            number_of_beneficiaries=1, number_of_disbursements=1, total_disbursement_amount="1"
        )
        address = {
            "beneficiary_account_type": "BANK_ACCOUNT",
            "beneficiary_account": "DE1234567890",
        }
        self.service.create_disbursements(self.rows(envelope, "1.00", **address))
        ((row,),) = self.listed(envelope)
        self.assertEqual(row["beneficiary_account_masked"], "••••7890")
        self.assertNotIn("DE1234567890", repr(row))
        self.assertNotIn("Person", repr(row))

    def test_a_reissued_payment_names_its_twin(self):
        (line,) = self.shipped("10.00")
        self.process(self.entry("D", line), self.entry("RD", line))
        again = self.create_envelope(
            cycle_code_mnemonic="2026-12",
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        (row,) = self.service.create_disbursements(
            self.rows(again, "10.00", reissue_of=line.disbursement_id)
        )
        ((former,),) = self.listed(line.envelope_id)
        ((latter,),) = self.listed(again)
        self.assertEqual(former["reissued_as"], row["disbursement_id"])
        self.assertEqual(latter["reissue_of"], line.disbursement_id)

    def test_what_is_wrong_is_named(self):
        envelope = self.filled_envelope()
        mine = {"disbursement_envelope_id": envelope.disbursement_envelope_id}
        other = self.filled_envelope(cycle_code_mnemonic="2026-12")
        foreign = pack(other.bank_batch_ids.id, 0)
        call = self.service.list_disbursements
        for limit in (0, -1, 1001, True, "10", 1.5):
            self.assertRefused("INVALID_LIMIT", call, {**mine, "limit": limit})
        for cursor in ("x", 7, "A" * 90, foreign, pack(10**12, 3), "é", b"", []):
            self.assertRefused("INVALID_CURSOR", call, {**mine, "cursor": cursor or "?"})
        for states in ([], ["PAID"], "SHIPPED", [None], {}):
            self.assertRefused("INVALID_DISBURSEMENT_STATUS", call, {**mine, "states": states})
        for values in ({}, None, [], {"disbursement_envelope_id": "E1"}):
            self.assertRefused("DISBURSEMENT_ENVELOPE_NOT_FOUND", call, values)

    def test_a_partner_of_other_programs_finds_nothing(self):
        envelope = self.filled_envelope()
        self.limit_partner(self.make_program("OTHER"))
        calling = self.service.with_context(bridge_partner_id=self.partner.id)
        self.assertRefused(
            "DISBURSEMENT_ENVELOPE_NOT_FOUND",
            calling.list_disbursements,
            {"disbursement_envelope_id": envelope.disbursement_envelope_id},
        )

    def test_a_page_costs_as_many_queries_as_another(self):
        self.program.write({"own_policies": True, "bank_batch_size": 2})
        envelope = self.filled_envelope(*["1.00"] * 20)
        values = {"disbursement_envelope_id": envelope.disbursement_envelope_id}
        self.service.list_disbursements({**values, "limit": 1})
        counts = []
        for limit in (1, 20):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.service.list_disbursements({**values, "limit": limit})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_archived_ones_are_listed_as_before(self):
        """In pages, by their states, and among the changes."""
        lines = self.shipped("1.00", "2.00", "3.00")
        cursor = self.service.list_changes({"start": "now"})["next_cursor"]
        self.process(*(self.entry("D", line) for line in lines), self.entry("RD", lines[1]))
        envelope = lines.envelope_id
        before = self.listed(envelope), self.listed(envelope, states=["REVERSED"], limit=1)
        changed = self.changes(cursor)[1]
        self.assertEqual(len(changed), 3)
        envelope._archive("Old")
        self.run_jobs()
        self.env.invalidate_all()
        self.assertFalse(envelope.disbursement_ids)
        after = self.listed(envelope), self.listed(envelope, states=["REVERSED"], limit=1)
        self.assertEqual(after, before)
        self.assertEqual(self.changes(cursor)[1], changed)
