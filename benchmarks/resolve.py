# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Asking an ID mapper over HTTP, beside the bare exchange and one update."""

import atexit
import json
import subprocess
import sys
from pathlib import Path

import odoo.api
import requests
from bench_world import make_rows
from harness import Benchmark

from odoo.addons.g2p_bridge.models.mapper.mapper_batch import UPDATE_ADDRESSES


class Resolve(Benchmark):
    """Every mapper batch of an envelope: questions, HTTP, SPAR 1.x, addresses.

    The other side is a stub in a process of its own. The limit sends it the same questions,
    decodes its answers, and updates the same rows, knowing what to write.
    """

    name = "resolve"
    limit_name = "the same HTTP exchanges + UPDATE of the same rows"
    aim = 3.0

    def __init__(self, world, lines):
        super().__init__(world, lines)
        stub = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("stub_mapper.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(stub.kill)
        self.url = f"http://127.0.0.1:{stub.stdout.readline().strip()}"
        with world.transaction(odoo.api.SUPERUSER_ID) as env:
            env["g2p.bridge.mapper"].search([]).base_url = self.url

    def before_step(self):
        self.envelope_id = self.world.complete_envelope(make_rows(self.lines))
        self.world.vacuum()

    def step(self):
        self.world.run_steps("g2p.bridge.mapper.batch", self.envelope_id)

    def after_step(self):
        totals = self.world.row(
            "SELECT bool_and(state = 'done'), SUM(resolved_count)::integer, MAX(attempts)"
            " FROM g2p_bridge_mapper_batch WHERE envelope_id = %s",
            self.envelope_id,
        )
        assert totals == (True, self.lines, 1), totals
        wrong = self.world.row(
            "SELECT COUNT(*) FROM g2p_bridge_disbursement WHERE envelope_id = %s"
            " AND (state, account_number, bank_code, account_type)"
            " IS DISTINCT FROM ('resolved', beneficiary_id, 'BANK1', 'BANK_ACCOUNT')",
            self.envelope_id,
        )
        assert wrong == (0,), wrong

    def before_limit(self):
        """The same questions and addresses, ready to be sent and written."""
        with self.world.made_up(), self.world.registry.cursor() as cr:
            cr.execute(
                "UPDATE g2p_bridge_disbursement SET state = 'received', account_number = NULL"
                " WHERE envelope_id = %s",
                [self.envelope_id],
            )
        self.batches = [
            self._prepared(batch_id)
            for batch_id in self.world.steps("g2p.bridge.mapper.batch", self.envelope_id)
        ]
        self.world.vacuum()

    def _prepared(self, batch_id):
        rows = self.world.rows(
            "SELECT disbursement_id, beneficiary_id FROM g2p_bridge_disbursement"
            " WHERE mapper_batch_id = %s ORDER BY id",
            batch_id,
        )
        items = [
            {"reference_id": reference, "timestamp": "", "id": identity, "scope": "details"}
            for reference, identity in rows
        ]
        message = {"transaction_id": "limit", "resolve_request": items}
        empty = [None] * len(rows)
        columns = [
            [reference for reference, _identity in rows],
            ["resolved"] * len(rows),
            empty,
            ["BANK_ACCOUNT"] * len(rows),
            [identity for _reference, identity in rows],
            ["BANK1"] * len(rows),
            ["BR1"] * len(rows),
            *[empty] * 5,
        ]
        return batch_id, json.dumps({"message": message}).encode(), columns

    def limit(self):
        marks = ", ".join(["%s::text[]"] * 12)
        for batch_id, body, columns in self.batches:
            answer = requests.post(f"{self.url}/sync/resolve", data=body, timeout=60)
            assert len(json.loads(answer.content)["message"]["resolve_response"]) == len(columns[0])
            with self.world.registry.cursor() as cr:
                cr.execute(UPDATE_ADDRESSES % (marks, "%s"), [*columns, batch_id])
                assert cr.rowcount == len(columns[0])
