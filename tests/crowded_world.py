# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A world in which the test itself runs the jobs, so that it decides what meets what."""

import requests
from world import World

DUE = "state = 'pending' AND (eta IS NULL OR eta <= now() AT TIME ZONE 'UTC')"


class CrowdedWorld(World):
    """A world on one server without a job runner."""

    def __init__(self, server):
        super().__init__(server, people=60, mapper_batch_size=10, bank_batch_size=10)
        partner = {"name": "PBMS", "code": "PBMS", "all_programs": True, "rate_burst": 1000}
        partner = server.call("g2p.bridge.partner", "create", [partner])
        server.call("g2p.bridge.partner", "action_usual_operations", [[partner]])
        server.call("ir.config_parameter", "set_param", ["g2p_bridge_api.unsigned", "True"])
        self._former_jobs = 0

    def forget_jobs(self):
        """Leave alone what is there to do by now: it is of another test."""
        self._former_jobs = self.bridge.value("SELECT COALESCE(max(id), 0) FROM queue_job")

    def enqueued(self, condition="TRUE", params=None):
        """Hand the jobs that are due and meet a condition to a worker; returns their UUIDs."""
        rows = self.bridge.sql(
            "UPDATE queue_job SET state = 'enqueued', date_enqueued = now() AT TIME ZONE 'UTC'"
            f" WHERE {DUE} AND id > %s AND {condition} RETURNING uuid, id",
            [self._former_jobs, *(params or [])],
        )
        return [uuid for uuid, _id in sorted(rows, key=lambda row: row[1])]

    def run_job(self, uuid):
        """Carry a job out, as a worker does that the job runner has asked to."""
        answer = requests.get(
            f"{self.bridge.url}/queue_job/runjob",
            params={"db": self.bridge.db, "job_uuid": uuid},
            timeout=120,
        )
        answer.raise_for_status()

    def run_jobs(self, but=None):
        """Carry out whatever is due, one after the other, until nothing is.

        :param but: model whose jobs are left for the test
        """
        while jobs := self.enqueued("model_name IS DISTINCT FROM %s", [but]):
            for job in jobs:
                self.run_job(job)

    def funded(self, payments, cycle, program="CASH"):
        """An envelope whose batches may leave now: (its ID, IDs of its disbursements)."""
        amounts = list(range(1, payments + 1))
        envelope_id = self.create_envelope(amounts, cycle=cycle, program=program)
        ids = self.create_disbursements(envelope_id, amounts)
        self.run_jobs(but="g2p.bridge.bank.batch")
        assert self.state(envelope_id) == "shipping"
        return envelope_id, list(ids.values())

    def booked_of(self, ids):
        """How often the bank has debited each of these disbursements that it has."""
        rows = self.bank.sql(
            "SELECT count(*) FROM g2p_bridge_example_bank_log"
            " WHERE mark = 'D' AND customer_reference = ANY(%s) GROUP BY customer_reference",
            [ids],
        )
        return [count for (count,) in rows]
