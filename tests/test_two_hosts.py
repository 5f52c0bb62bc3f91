# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two servers on one database, as on two hosts behind a load balancer; one of them dies."""

from contextlib import closing

from balancer import Balancer
from odoo_run import wait_until
from world import World

AMOUNTS = list(range(1, 121))
BATCH = 5
RUN_BY = "SELECT DISTINCT worker_pid FROM queue_job WHERE worker_pid > 0"
SHIPPED = "SELECT count(*) FROM g2p_bridge_bank_batch WHERE state = 'done'"


def test_one_of_two_hosts_dies_and_the_other_finishes_its_work(odoo_servers):
    first, bank = odoo_servers(), odoo_servers().start()
    second = odoo_servers(beside=first)
    with closing(Balancer([first.port, second.port])) as balancer:
        for server in (first, second):
            server.start(jobs_port=balancer.port)
        # Everybody outside knows the balancer's address alone.
        first.url = second.url = balancer.url
        world = World(
            first, bank, people=len(AMOUNTS), bank_batch_size=BATCH, mapper_batch_size=BATCH
        )
        # Each of some calls waits in the bank, so that both are at work when one dies.
        world.add_fault("slow", seconds=1, calls=len(AMOUNTS), probability=50, seed=1)
        envelope_id = world.create_envelope(AMOUNTS)
        ids = world.create_disbursements(envelope_id, AMOUNTS)
        wait_until(
            lambda: (
                first.value(SHIPPED) >= 4
                and {pid for (pid,) in first.sql(RUN_BY)} == {first.pid, second.pid}
            ),
            120,
            "both servers to carry out jobs",
        )
        assert first.value(SHIPPED) < len(AMOUNTS) // BATCH
        leader = _leader(first, second)
        survivor = second if leader is first else first
        leader.kill9()

        world.bridge = survivor
        world.wait_for_state(envelope_id, "shipped", 300)
        world.wait_until_booked(len(ids))
        world.generate_statement()
        world.wait_for_state(envelope_id, "reconciled", 300)
        assert world.booked() == sorted((disbursement_id, 1) for disbursement_id in ids.values())
        status = world.status(envelope_id)
        for name in ("shipped", "reconciled"):
            assert status[f"number_of_disbursements_{name}"] == len(ids)


def _leader(*servers):
    """The one whose job runner hands the jobs out: it holds the lock of the database."""
    said = {server: "queue job runner ready for db" in server.log.read_text() for server in servers}
    [leader] = [server for server, leads in said.items() if leads]
    return leader
