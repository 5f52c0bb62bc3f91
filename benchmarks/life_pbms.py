# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The whole life of a cycle of PBMS: from its approval until it is distributed.

As ``life``, but the payments come from entitlements, and what becomes of them goes back there.
"""

import time
from datetime import UTC, datetime

from growth import sizes
from life import (
    CHANNELS,
    PATIENCE,
    PHASES,
    Life,
    check_books,
    jobs_of,
    spans,
    wait_for_the_bank,
)
from pbms import ENTITLEMENTS, PEOPLE
from serving import PbmsMinistry, new_server

PROGRAM = "Child Grant"
CYCLE_PHASES = {
    "hand over, batch by batch": ("_job_bridge_fill", "%"),
    **PHASES,
    "results back": ("_job_report_back", "%"),
    "settle the cycle": ("_job_bridge_settle", "%"),
}


def measure_cycle_life(lines, workers):
    """Carry a cycle of ``lines`` entitlements through everything.

    :param workers: as for ``life.measure_life``
    :raises AssertionError: anything is not as it should be in the end
    """
    with new_server() as server:
        server.start(workers=workers, channels=CHANNELS, crons=1)
        ministry = PbmsMinistry(server, people=lines, opening_balance=lines * 1000)
        wait_for_the_bank(ministry)
        cycle_id = _cycle(server, ministry, lines)
        begun, moment = time.monotonic(), datetime.now(UTC).replace(tzinfo=None)
        ministry.approve(cycle_id)
        ministry.wait_for_cycle(cycle_id, "distributed", PATIENCE)
        seconds = time.monotonic() - begun
        server.wait_for_jobs(PATIENCE)
        total = server.value(
            "SELECT sum(initial_amount) FROM g2p_entitlement WHERE cycle_id = %s", [cycle_id]
        )
        check_books(server, lines, total)
        payments, entitlements = ministry.payments(cycle_id), ministry.entitlements(cycle_id)
        assert payments == {("reconciled", "paid", False): (lines, total)}, payments
        assert entitlements == {"rdpd2ben": lines}, entitlements
        what, phases = f"a cycle of {lines:,} entitlements", spans(server, CYCLE_PHASES, moment)
        return Life(what, lines, workers, seconds, phases, jobs_of(server), sizes(server))


def _cycle(server, ministry, lines):
    """A cycle that waits for approval; PBMS itself takes an hour to make a million of them."""
    ministry.create_pbms_program(PROGRAM, people=0)
    cycle_id = ministry.create_cycle(PROGRAM, "Cycle", people=0)
    kind = server.value("SELECT id FROM g2p_id_type LIMIT 1")
    company = server.value("SELECT company_id FROM g2p_cycle WHERE id = %s", [cycle_id])
    server.sql(PEOPLE, {"lines": lines, "kind": kind, "company": company})
    server.sql(ENTITLEMENTS, {"cycle": cycle_id, "company": company})
    server.sql("VACUUM ANALYZE")
    return cycle_id
