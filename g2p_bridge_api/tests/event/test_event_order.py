# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from concurrent.futures import ThreadPoolExecutor

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase

#: No envelope has this ID: events have no foreign keys, so these stand for themselves.
NOBODY = -77
WRITE = """
    INSERT INTO g2p_bridge_event (event_id, kind, happened_at, company_id, program_id, envelope_id)
    VALUES (gen_random_uuid()::text, 'envelope.paused', now(), %s, %s, %s) RETURNING id
"""


class TestEventOrder(TransactionCase):
    """The order of events is that of commits, whatever the order in which they were written.

    These tests use transactions of their own, as the bridge's workers do, and clean up.
    """

    def setUp(self):
        super().setUp()
        self.database = db_connect(self.env.cr.dbname)
        self.addCleanup(self.clean)
        self.number()  # what others have left

    def clean(self):
        with self.database.cursor() as cr:
            cr.execute("DELETE FROM g2p_bridge_event WHERE envelope_id = %s", [NOBODY])

    def commit(self, cr):
        """What a worker's block does at its end."""
        with cr:
            pass

    def open(self):
        """A transaction of its own, that is rolled back if the test leaves it open."""
        cr = self.database.cursor()
        self.addCleanup(cr.close)
        return cr

    def write(self, cr):
        cr.execute(WRITE, [NOBODY, NOBODY, NOBODY])
        return cr.fetchone()[0]

    def number(self):
        with self.database.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["g2p.bridge.event"]._number_alone()

    def seen(self):
        """{event: number} as a reader sees them now."""
        with self.database.cursor() as cr:
            cr.execute(
                "SELECT id, number FROM g2p_bridge_event"
                " WHERE envelope_id = %s AND number IS NOT NULL",
                [NOBODY],
            )
            return dict(cr.fetchall())

    def last(self):
        with self.database.cursor() as cr:
            return api.Environment(cr, SUPERUSER_ID, {})["g2p.bridge.event"]._bounds()[0]

    def test_an_event_that_is_committed_late_comes_late(self):
        begun_first, begun_second = self.open(), self.open()
        slow, quick = self.write(begun_first), self.write(begun_second)
        self.assertLess(slow, quick)
        self.commit(begun_second)
        self.number()
        self.assertEqual(list(self.seen()), [quick])
        reader = self.seen()[quick]
        self.commit(begun_first)
        self.number()
        self.assertEqual(self.seen()[slow], reader + 1)
        self.assertEqual(self.seen()[quick], reader)

    def test_what_is_rolled_back_leaves_no_gap(self):
        before = self.last()
        for commit in (True, False, True):
            cr = self.open()
            self.write(cr)
            self.commit(cr) if commit else cr.rollback()
        self.number()
        self.assertEqual(sorted(self.seen().values()), [before + 1, before + 2])

    def test_a_numbering_that_dies_leaves_no_gap(self):
        before = self.last()
        cr = self.open()
        self.write(cr)
        self.commit(cr)
        dying = self.open()
        api.Environment(dying, SUPERUSER_ID, {})["g2p.bridge.event"]._number_alone()
        dying.rollback()
        self.assertEqual(self.seen(), {})
        self.number()
        self.assertEqual(list(self.seen().values()), [before + 1])

    def test_many_who_number_at_once_give_each_number_once(self):
        before = self.last()

        def work(_turn):
            for _event in range(5):
                with self.database.cursor() as cr:
                    self.write(cr)
                self.number()

        with ThreadPoolExecutor(4) as workers:
            list(workers.map(work, range(4)))
        self.number()
        numbers = sorted(self.seen().values())
        self.assertEqual(numbers, list(range(before + 1, before + 21)))

    def test_whoever_waits_for_the_lock_sees_what_was_numbered_meanwhile(self):
        first = self.open()
        event = self.write(first)
        self.commit(first)
        holder = self.open()
        api.Environment(holder, SUPERUSER_ID, {})["g2p.bridge.event"]._number_alone()
        with ThreadPoolExecutor(1) as worker:
            waiting = worker.submit(self.number)
            self.commit(holder)
            waiting.result(timeout=30)
        self.assertEqual(list(self.seen()), [event])

    def test_numbers_begin_after_those_of_removed_events(self):
        cr = self.open()
        self.write(cr)
        self.commit(cr)
        self.number()
        (number,) = self.seen().values()
        self.clean()
        cr = self.open()
        self.write(cr)
        self.commit(cr)
        self.number()
        self.assertEqual(list(self.seen().values()), [number + 1])

    def test_writing_an_event_waits_for_nobody(self):
        holder, other = self.open(), self.open()
        api.Environment(holder, SUPERUSER_ID, {})["g2p.bridge.event"]._number_alone()
        self.write(holder)
        other.execute("SET LOCAL lock_timeout = '5s'")
        self.write(other)
        self.commit(other)
        self.commit(holder)
        self.number()
        self.assertEqual(len(self.seen()), 2)

    def test_an_event_is_bound_to_no_row_that_others_write(self):
        # A foreign key would lock the envelope's row, which every job of the envelope meets.
        self.env.cr.execute(
            "SELECT conname FROM pg_constraint"
            " WHERE conrelid = 'g2p_bridge_event'::regclass AND contype = 'f'"
        )
        self.assertEqual(self.env.cr.fetchall(), [])
