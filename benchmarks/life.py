# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The whole life of one envelope on a real server: from the first call to the last proof.

Bridge, example bank and example mapper are one server with worker processes and a job runner;
only HTTP runs between them. Nothing is stubbed, and nobody helps. ``life_pbms`` begins with a
cycle of PBMS instead.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from bench_world import make_rows
from growth import sizes
from serving import Ministry, new_server

#: Disbursements of one call, and payments of a hundred that come back.
ROWS_PER_CALL, REVERSED = 10_000, 3
READ_TIMEOUT = 120
PATIENCE = 6 * 3600
#: Two jobs at a time, as many as there are cores.
CHANNELS = "root:2,root.g2p_bridge:2"
#: The jobs of each kind of work, by their methods and, where these are everybody's, models.
PHASES = {
    "resolve": ("_job_step", "g2p.bridge.mapper.batch"),
    "ship": ("_job_step", "g2p.bridge.bank.batch"),
    "book (the bank's work)": ("_job_book", "%"),
    "write statements (the bank's)": ("%", "g2p.bridge.example.bank.statement"),
    "reconcile": ("%", "g2p.bridge.statement"),
}
SPAN = """
    SELECT min(date_started), max(date_done) FROM queue_job
     WHERE method_name LIKE %s AND model_name LIKE %s
"""
JOBS = """
    SELECT method_name, count(*), sum(exec_time) FROM queue_job GROUP BY 1 ORDER BY 3 DESC, 1
"""


@dataclass(frozen=True, slots=True)
class Life:
    """What a whole life took.

    :param what: whose life it was
    :param phases: {name: (begin, end) in seconds since the first call}; they overlap
    :param jobs: {method: (number of jobs, seconds that they took together)}
    :param sizes: rows of ``growth.sizes``
    """

    what: str
    lines: int
    workers: int
    seconds: float
    phases: dict
    jobs: dict
    sizes: list

    @property
    def per_second(self):
        return self.lines / self.seconds


def measure_life(lines, workers):
    """Carry ``lines`` disbursements through everything.

    :param workers: processes that serve requests; jobs run in as many of them as there are
        cores, the others answer for the bank and the mapper
    :raises AssertionError: anything is not as it should be in the end
    """
    rows = make_rows(lines)
    total = sum(Decimal(row["disbursement_amount"]) for row in rows)
    with new_server() as server:
        server.start(workers=workers, channels=CHANNELS, crons=1)
        ministry = _ministry(server, lines, total)
        begun, moment = time.monotonic(), datetime.now(UTC).replace(tzinfo=None)
        envelope_id = _declare(ministry, rows, total)
        _send(ministry, envelope_id, rows)
        received = time.monotonic() - begun
        ministry.wait_for_state(envelope_id, "shipped", PATIENCE)
        server.wait_for(
            "SELECT count(*) FROM g2p_bridge_example_bank_payment_batch WHERE state = 'received'",
            expected=0,
            seconds=PATIENCE,
        )
        ministry.generate_statement()
        ministry.wait_for_state(envelope_id, "reconciled", PATIENCE)
        seconds = time.monotonic() - begun
        check_books(server, lines, total)
        _check(server, ministry, envelope_id, lines)
        phases = {"send (over HTTP)": (0.0, received), **spans(server, PHASES, moment)}
        what = f"{lines:,} disbursements"
        return Life(what, lines, workers, seconds, phases, jobs_of(server), sizes(server))


def jobs_of(server):
    """The jobs of a whole life, as ``Life`` keeps them."""
    return {method: (count, seconds) for method, count, seconds in server.sql(JOBS)}


def spans(server, phases, moment):
    """When the jobs of each kind of work began and ended.

    :param phases: as ``PHASES``
    :param moment: when the life began
    :return: {name: (begin, end) in seconds since then}
    """
    return {
        name: tuple((when - moment).total_seconds() for when in server.sql(SPAN, jobs)[0])
        for name, jobs in phases.items()
    }


def check_books(server, lines, total):
    """Everybody was paid exactly once by the bank's books, and no job failed."""
    [(booked, people, amount)] = server.sql(
        "SELECT count(*), count(DISTINCT customer_reference), sum(amount)"
        " FROM g2p_bridge_example_bank_log WHERE mark = 'D'"
    )
    assert (booked, people, amount) == (lines, lines, total), (booked, people, amount)
    failed = server.sql("SELECT method_name, exc_info FROM queue_job WHERE state = 'failed'")
    assert not failed, failed


def wait_for_the_bank(ministry):
    """Let the bridge wait longer for the bank's answers than in tests."""
    values = {"read_timeout": READ_TIMEOUT}
    ministry.bridge.call("g2p.bridge.sponsor.bank", "write", [[ministry.bank_id], values])


def _ministry(server, lines, total):
    ministry = Ministry(
        server,
        people=lines,
        reversal_rate=REVERSED,
        opening_balance=int(total) + 1,
    )
    wait_for_the_bank(ministry)
    return ministry


def _declare(ministry, rows, total):
    answer = ministry.operation(
        "create_disbursement_envelope",
        {
            "benefit_program_mnemonic": "CASH",
            "disbursement_frequency": "Monthly",
            "cycle_code_mnemonic": "CYCLE",
            "number_of_beneficiaries": len(rows),
            "number_of_disbursements": len(rows),
            "total_disbursement_amount": str(total),
            "disbursement_currency_code": "USD",
            "disbursement_schedule_date": datetime.now(UTC).date().isoformat(),
        },
    )
    return answer["disbursement_envelope_id"]


def _send(ministry, envelope_id, rows):
    for row in rows:
        row["disbursement_envelope_id"] = envelope_id
    for start in range(0, len(rows), ROWS_PER_CALL):
        ministry.operation("create_disbursements", rows[start : start + ROWS_PER_CALL])


def _check(server, ministry, envelope_id, lines):
    """Everybody was paid by our books, too."""
    status = ministry.status(envelope_id)
    for name in ("received", "shipped", "reconciled"):
        assert status[f"number_of_disbursements_{name}"] == lines, status
    states = dict(server.sql("SELECT state, count(*) FROM g2p_bridge_disbursement GROUP BY 1"))
    assert sum(states.values()) == lines and set(states) <= {"reconciled", "reversed"}, states
