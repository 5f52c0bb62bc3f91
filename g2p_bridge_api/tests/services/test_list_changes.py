# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import fields

from ...lib.cursor import pack
from ...services import service_lists
from ..event.events_common import EventCase


class TestListChanges(EventCase):
    """A reader who comes back with the cursor learns of everything, and of nothing alien."""

    def states(self, disbursements):
        """What a reader knows who takes each as the latest."""
        return {row["disbursement_id"]: row["disbursement_status"] for row in disbursements}

    def actual(self, *envelopes):
        self.env.invalidate_all()
        return {
            line.disbursement_id: line.state.upper()
            for envelope in envelopes
            for line in envelope.disbursement_ids
        }

    def test_a_reader_follows_an_envelope_to_its_end(self):
        cursor, known = self.now(), {}
        envelope = self.filled_envelope()
        _events, rows, cursor = self.changes(cursor)
        known.update(self.states(rows))
        self.assertEqual(known, self.actual(envelope))
        self.run_jobs()
        _events, rows, cursor = self.changes(cursor)
        known.update(self.states(rows))
        self.assertEqual(known, self.actual(envelope))
        line = envelope.disbursement_ids[0]
        self.process(self.entry("D", line), self.entry("RD", line))
        events, rows, cursor = self.changes(cursor)
        known.update(self.states(rows))
        self.assertEqual(known, self.actual(envelope))
        self.assertEqual(self.states(rows), {line.disbursement_id: "REVERSED"})
        self.assertIn("statement.recorded", [event["kind"] for event in events])
        self.assertEqual(self.changes(cursor)[:2], ([], []))

    def test_payments_that_no_line_names_are_told(self):
        """Of a batch that is booked as one, and of lines that find their counterpart later."""
        lines = self.shipped("10.00", "20.00", "30.75")
        batch = lines.bank_batch_id
        cursor = self.now()
        self.process(self.entry("D", "NONREF", "60.75", batch_reference=batch.reference))
        _events, rows, cursor = self.changes(cursor)
        self.assertEqual(self.states(rows), self.actual(lines.envelope_id))
        self.process(
            self.entry("RD", "NONREF", "60.75", batch_reference=batch.reference),
            **self.following(),
        )
        _events, rows, cursor = self.changes(cursor)
        self.assertEqual(self.states(rows), self.actual(lines.envelope_id))
        self.assertEqual(set(self.states(rows).values()), {"REVERSED"})

    def test_small_pages_lose_nothing(self):
        self.program.write({"own_policies": True, "bank_batch_size": 3})
        cursor = self.now()
        lines = self.shipped(*["1.00"] * 8)
        self.process(*(self.entry("D", line) for line in lines))
        whole, rows, after = self.changes(cursor)
        for limit in (1, 2, 3, 7):
            with patch.object(service_lists, "MOST_EVENTS", limit):
                events, found, last = self.changes(cursor, limit=limit)
            self.assertEqual(events, whole)
            self.assertEqual(self.states(found), self.states(rows))
            self.assertEqual(self.states(found), self.actual(lines.envelope_id))
            self.assertEqual(last, after)

    def test_what_changes_while_somebody_reads_is_not_missed(self):
        cursor = self.now()
        envelope = self.filled_envelope(*["1.00"] * 4)
        reply = self.service.list_changes({"cursor": cursor, "limit": 2})
        known = self.states(reply["disbursements"])
        self.assertTrue(reply["has_more"])
        self.run_jobs()
        _events, rows, _cursor = self.changes(reply["next_cursor"], limit=2)
        known.update(self.states(rows))
        self.assertEqual(known, self.actual(envelope))

    def test_a_new_reader_begins_now_or_at_the_beginning(self):
        envelope = self.filled_envelope()
        self.assertEqual(self.changes(self.now())[:2], ([], []))
        reply = self.service.list_changes({"start": "beginning", "limit": 1000})
        events, _rows, _cursor = self.changes(reply["next_cursor"])
        kinds = [
            event["kind"]
            for event in reply["events"] + events
            if event["disbursement_envelope_id"] == envelope.disbursement_envelope_id
        ]
        self.assertEqual(kinds, self.emitted(envelope))

    def test_a_reader_chooses_what_to_read(self):
        cursor = self.now()
        envelope = self.filled_envelope()
        other = self.filled_envelope(cycle_code_mnemonic="2026-12")
        events, rows, _cursor = self.changes(cursor, include=["events"])
        self.assertTrue(events)
        self.assertEqual(rows, [])
        events, rows, _cursor = self.changes(cursor, include=["disbursements"])
        self.assertEqual(events, [])
        self.assertEqual(self.states(rows), self.actual(envelope, other))
        only = {"disbursement_envelope_id": other.disbursement_envelope_id}
        events, rows, _cursor = self.changes(cursor, **only)
        self.assertEqual(self.states(rows), self.actual(other))

    def test_a_partner_reads_of_its_own_programs_only(self):
        self.make_program("OTHER")
        cursor = self.now()
        mine = self.filled_envelope()
        theirs = self.filled_envelope(benefit_program_mnemonic="OTHER")
        self.limit_partner(self.program)
        self.service = self.service.with_context(bridge_partner_id=self.partner.id)
        events, rows, cursor = self.changes(cursor)
        self.assertEqual(self.states(rows), self.actual(mine))
        self.assertEqual(
            {event["disbursement_envelope_id"] for event in events},
            {mine.disbursement_envelope_id},
        )
        self.assertRefused(
            "DISBURSEMENT_ENVELOPE_NOT_FOUND",
            self.service.list_changes,
            {"disbursement_envelope_id": theirs.disbursement_envelope_id},
        )

    def test_a_partner_without_news_keeps_up_with_what_is_removed(self):
        self.make_program("OTHER")
        self.limit_partner(self.make_program("MINE"))
        reader = self.service.with_context(bridge_partner_id=self.partner.id)
        cursor = reader.list_changes({})["next_cursor"]
        self.filled_envelope(benefit_program_mnemonic="OTHER")
        reply = reader.list_changes({"cursor": cursor})
        self.forget_everything()
        self.assertEqual(reader.list_changes({"cursor": reply["next_cursor"]})["events"], [])

    def forget_everything(self):
        self.env.cr.execute("UPDATE g2p_bridge_event SET happened_at = '2000-01-01'")
        self.env["g2p.bridge.event"]._cron_forget()

    def test_a_cursor_whose_changes_are_gone_says_so(self):
        cursor = self.now()
        self.filled_envelope()
        self.service.list_changes({"cursor": cursor})
        self.forget_everything()
        refusal = self.assertRefused(
            "CURSOR_EXPIRED", self.service.list_changes, {"cursor": cursor}
        )
        self.assertIn("list_disbursements", str(refusal))
        reply = self.service.list_changes({"start": "beginning"})
        self.assertEqual(reply["events"], [])

    def test_what_is_wrong_is_named(self):
        call = self.service.list_changes
        last = self.env["g2p.bridge.event"]._bounds()[0]
        for cursor in ("x", 5, pack(last + 100, 0), pack(0, 0), {}):
            self.assertRefused("INVALID_CURSOR", call, {"cursor": cursor})
        self.assertRefused("INVALID_START", call, {"start": "yesterday"})
        self.assertRefused("INVALID_START", call, {"start": 5})
        self.assertRefused("INVALID_INCLUDE", call, {"include": ["accounts"]})
        self.assertRefused("INVALID_LIMIT", call, {"limit": 0})

    def test_a_page_costs_as_many_queries_as_another(self):
        self.program.write({"own_policies": True, "bank_batch_size": 2})
        cursor = self.now()
        self.filled_envelope(*["1.00"] * 20)
        self.run_jobs()
        self.service.list_changes({"cursor": cursor})
        counts = []
        for limit in (1, 500):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.service.list_changes({"cursor": cursor, "limit": limit})
            counts.append(self.env.cr.sql_log_count - before)
        # The first page does not read the counter a second time.
        self.assertLessEqual(abs(counts[0] - counts[1]), 1)

    def test_old_events_go_and_younger_ones_stay(self):
        cursor = self.now()
        envelope = self.filled_envelope()
        self.service.list_changes({"cursor": cursor})
        events = self.events.search([("envelope_id", "=", envelope.id)])
        old = fields.Datetime.subtract(fields.Datetime.now(), days=91)
        self.env.cr.execute(
            "UPDATE g2p_bridge_event SET happened_at = %s WHERE id = %s", [old, events[-1].id]
        )
        self.events._cron_forget()
        self.assertEqual(events.exists(), events[:-1])
