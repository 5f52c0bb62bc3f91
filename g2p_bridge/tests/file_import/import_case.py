# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What tests of the file import start from."""

from base64 import b64encode

from odoo.tests import new_test_user

from odoo.addons.queue_job.job import Job

from ..common import BridgeCase
from .import_files import csv_bytes

RECORDS = (
    ("M1", "ID1", "Asha", "10.00", "Grant"),
    ("M2", "ID2", "Bela", "20.00", "Grant"),
    ("M3", "ID3", "Chen", "30.75", "Grant"),
)


class ImportCase(BridgeCase):
    """An officer with a file for an envelope of three disbursements, 60.75 in all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = new_test_user(
            cls.env, "officer", "g2p_bridge_base.group_officer", name="Olga"
        )

    def setUp(self):
        super().setUp()
        self.envelope = self.create_envelope()

    def new_import(self, content=None, envelope=None, name="march.csv", user=None):
        content = csv_bytes(*RECORDS) if content is None else content
        return (
            self.env["g2p.bridge.import"]
            .with_user(user or self.officer)
            .create(
                {
                    "envelope_id": (envelope or self.envelope).id,
                    "file": b64encode(content),
                    "file_name": name,
                }
            )
        )

    def perform(self, record, action="action_import"):
        """Press a button and carry out its job, and no other job."""
        self.start(record, action).perform()
        self.env.invalidate_all()
        return record

    def start(self, record, action="action_import"):
        """Press a button; its job waits.

        :return: the :class:`Job`
        """
        getattr(record, action)()
        self.env.flush_all()
        (job,) = self.env["queue.job"].search([("identity_key", "=", record._job_key())])
        return Job.load(self.env, job.uuid)

    def imported(self, content=None, **kwargs):
        return self.perform(self.new_import(content, **kwargs))

    def checked(self, content=None, **kwargs):
        return self.perform(self.new_import(content, **kwargs), "action_check")

    def disbursements(self, envelope=None):
        return self.env["g2p.bridge.disbursement"].search(
            [("envelope_id", "=", (envelope or self.envelope).id)]
        )

    def assertErrors(self, record, *errors):
        """The import found exactly these (row, column, code), and imported nothing."""
        self.assertEqual(record.state, "invalid", record.message)
        found = [(e.row_number, e.column or "", e.code) for e in record.error_ids]
        self.assertEqual(found, list(errors))
        self.assertEqual(record.error_count, len(errors))
        self.assertFalse(self.disbursements(record.envelope_id))
        for error in record.error_ids:
            self.assertGreater(len(error.message), 20)
            self.assertNotIn("%(", error.message)
