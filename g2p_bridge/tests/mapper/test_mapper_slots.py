# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import closing
from unittest.mock import patch

from odoo import fields
from odoo.sql_db import db_connect
from odoo.tests import tagged

from odoo.addons.queue_job.exception import RetryableJobError

from ..common import BridgeCase


@tagged("post_install", "-at_install")
class TestMapperPlaces(BridgeCase):
    """A mapper is asked for no more batches at the same time than it is said to take."""

    def setUp(self):
        super().setUp()
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.mapper.parallel_batches = 2

    def test_each_worker_holds_a_slot_and_frees_it_however_it_ends(self):
        connection = db_connect(self.env.cr.dbname)
        with (
            closing(connection.cursor()) as first,
            closing(connection.cursor()) as second,
            closing(connection.cursor()) as third,
        ):
            other = self.mapper.copy()
            self.assertTrue(self.mapper._take_slot(first))
            self.assertTrue(self.mapper._take_slot(second))
            self.assertFalse(self.mapper._take_slot(third))
            self.assertTrue(other._take_slot(third), "each mapper has slots of its own")
            first.rollback()
            self.assertTrue(self.mapper._take_slot(third))

    def test_without_a_slot_the_batch_comes_again_and_no_attempt_is_used_up(self):
        envelope = self.filled_envelope()
        envelope._advance()
        batch = envelope.mapper_batch_ids
        with (
            patch.object(type(self.mapper), "_take_slot", lambda mapper, cr: False),
            self.assertRaises(RetryableJobError) as caught,
        ):
            batch._job_step()
        self.assertTrue(caught.exception.ignore_retry)
        self.assertGreaterEqual(caught.exception.seconds, 5)
        self.assertEqual((batch.state, batch.attempts), ("pending", 0))
        self.assertFalse(self.mapper_script.calls)

    def test_a_batch_that_was_sent_away_is_next_when_a_slot_gets_free(self):
        self.program.write({"own_policies": True, "mapper_batch_size": 1})
        envelope = self.filled_envelope()
        first, second, third = envelope.mapper_batch_ids
        jobs = {
            batch: self.env["queue.job"].search(
                [("identity_key", "=", f"g2p.bridge.mapper.batch-{batch.id}")]
            )
            for batch in (second, third)
        }
        later = fields.Datetime.add(fields.Datetime.now(), minutes=5)
        for job in jobs.values():
            job.eta = later
        self.env.flush_all()
        first._job_step()
        self.env.invalidate_all()
        self.assertFalse(jobs[second].eta)
        self.assertEqual(jobs[third].eta, later)

    def test_a_batch_that_waits_for_its_next_attempt_is_not_brought_forward(self):
        self.program.write({"own_policies": True, "mapper_batch_size": 1})
        envelope = self.filled_envelope()
        first, second, _third = envelope.mapper_batch_ids
        later = fields.Datetime.add(fields.Datetime.now(), minutes=5)
        jobs = self.env["queue.job"].search([("model_name", "=", "g2p.bridge.mapper.batch")])
        jobs.eta = later
        envelope.mapper_batch_ids.next_attempt_at = later
        first.next_attempt_at = False
        self.env.flush_all()
        first._job_step()
        self.env.invalidate_all()
        self.assertEqual(set(jobs.mapped("eta")), {later})
