# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Puts work in flight into a database and ends its server, for tests/test_upgrade.py.

A program of its own, so that it can be that of an older version, beside the addons of that
version: it starts a server of the checkout it lies in.

usage: upgrade_world.py DATABASE PORT WEBHOOK_URL

The database has the addons of this checkout. Prints what was sent, and in which states it was
left, as one line of JSON:
{"sent": [[way, envelope ID, [disbursement ID, ...]], ...], "states": {...}}
"""

import json
import sys
from types import SimpleNamespace

from crowded_world import CrowdedWorld
from odoo_run import TestRun
from odoo_server import REPO, OdooServer
from pbms_world import PbmsWorld
from world import register_webhook

PEOPLE = 12
LONG = 40
ADDONS = f"{REPO},{REPO / 'tests' / 'pbms'}"
MAPPER, BANK = "g2p.bridge.mapper.batch", "g2p.bridge.bank.batch"
PART = "g2p.bridge.statement.part"
STATES = {
    "batches": "SELECT state, count(*) FROM g2p_bridge_bank_batch GROUP BY 1",
    "mapper batches": "SELECT state, count(*) FROM g2p_bridge_mapper_batch GROUP BY 1",
    "parts": "SELECT state, count(*) FROM g2p_bridge_statement_part GROUP BY 1",
    "deliveries": "SELECT state, count(*) FROM g2p_bridge_webhook_delivery GROUP BY 1",
    "envelopes": "SELECT state, count(*) FROM g2p_bridge_envelope GROUP BY 1",
    "cycles": "SELECT state, count(*) FROM g2p_cycle GROUP BY 1",
}


class WorldInFlight(CrowdedWorld, PbmsWorld):
    """A ministry with a PBMS, whose jobs run as far as they are told to."""

    def __init__(self, server):
        super().__init__(server)
        self.sent = []

    def leave_everything_in_flight(self):
        self.leave_a_statement_half_read()
        self.leave_a_cycle_handed_over()
        self.leave_funds_blocked()
        self.leave_a_batch_uncertain()
        self.leave_people_half_resolved()

    def leave_a_statement_half_read(self):
        name = "g2p_bridge.statement_part_megabytes"
        self.bridge.call("ir.config_parameter", "set_param", [name, "0.001"])
        self._send("half read", LONG, bank_batch_size=LONG)
        self.run_jobs(but=PART)
        self._run_one(PART)
        self.forget_jobs()

    def leave_a_cycle_handed_over(self):
        self.create_pbms_program("Child Grant", PEOPLE)
        self.approve(self.create_cycle("Child Grant", "Cycle 1", PEOPLE))
        self.run_jobs(but=BANK)
        newest = "SELECT disbursement_envelope_id FROM g2p_bridge_envelope ORDER BY id DESC LIMIT 1"
        name = self.bridge.value(newest)
        self.sent.append(("handed over", name, sorted(self.disbursement_ids(name))))
        self.forget_jobs()

    def leave_funds_blocked(self):
        self._send("blocked", PEOPLE)
        self.run_jobs(but=BANK)
        self.forget_jobs()

    def leave_a_batch_uncertain(self):
        account = self._send("uncertain", PEOPLE)
        self.run_jobs(but=BANK)
        self.add_fault("accept_then_timeout", account_id=account, seconds=5)
        self._run_one(BANK)
        self.forget_jobs()

    def leave_people_half_resolved(self):
        self._send("half resolved", PEOPLE)
        self.run_jobs(but=MAPPER)
        self._run_one(MAPPER)

    def _send(self, way, payments, bank_batch_size=6):
        """Send an envelope of a program that has an account of its own; returns the account."""
        name = way.replace(" ", "-").upper()
        account = self.create_account(
            f"ACCOUNT-{name}", reversal_rate=0, statement_when_booked=True
        )
        sizes = {"mapper_batch_size": 4, "bank_batch_size": bank_batch_size}
        self.create_program(name, f"ACCOUNT-{name}", sizes)
        amounts = list(range(1, payments + 1))
        envelope_id = self.create_envelope(amounts, program=name)
        ids = self.create_disbursements(envelope_id, amounts)
        self.sent.append((way, envelope_id, sorted(ids.values())))
        return account

    def _run_one(self, model):
        """Carry out the first of the jobs of a model that are due."""
        job = self.bridge.value(
            "SELECT min(id) FROM queue_job WHERE state = 'pending' AND model_name = %s AND id > %s",
            [model, self._former_jobs],
        )
        [uuid] = self.enqueued("id = %s", [job])
        self.run_job(uuid)


def main(database, port, webhook_url):
    server = OdooServer(TestRun(), port=int(port), beside=SimpleNamespace(db=database))
    try:
        server.start(jobs=False, options={"addons_path": ADDONS})
        world = WorldInFlight(server)
        partner = server.value("SELECT id FROM g2p_bridge_partner WHERE code = 'PBMS'")
        register_webhook(server, webhook_url, partner)
        world.leave_everything_in_flight()
        states = {name: dict(server.sql(query)) for name, query in STATES.items()}
    except Exception:
        print(server.log_tail(), file=sys.stderr)
        raise
    finally:
        server.remove()
    print(json.dumps({"sent": world.sent, "states": states}))


if __name__ == "__main__":
    main(*sys.argv[1:])
