# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Servers that die at chosen points, and a world outside that is patient with them."""

import json
import time
from contextlib import suppress

import psycopg2
import requests
from odoo_server import OdooCallError

#: Models with scheduled actions that run by themselves.
BRIDGE_CRONS = tuple(f"g2p.bridge.{name}" for name in ("envelope", "statement", "stall", "event"))
BANK_CRONS = tuple(f"g2p.bridge.example.bank.{name}" for name in ("payment.batch", "statement"))
#: Nothing waits for its time.
DUE = (
    "UPDATE queue_job SET eta = NULL WHERE state = 'pending'"
    " AND eta > now() AT TIME ZONE 'UTC' + interval '20 seconds'"
)
#: A quarter of an hour is over for what has no worker; the mapper has had its time to answer.
BRIDGE_CLOCK = (
    *(
        f"UPDATE g2p_bridge_{table}"
        " SET latest_timestamp = latest_timestamp - interval '20 minutes'"
        " WHERE state = 'in_progress'"
        for table in ("bank_batch", "funds_step", "mapper_batch", "statement")
    ),
    "UPDATE g2p_bridge_mapper_batch SET next_attempt_at = latest_timestamp"
    " WHERE state = 'waiting'"
    " AND latest_timestamp < now() AT TIME ZONE 'UTC' - interval '15 seconds'",
    # The next question about a lost answer is due, however often it was asked before.
    *(
        f"UPDATE g2p_bridge_{table} SET next_attempt_at = NULL"
        " WHERE state = 'uncertain' AND next_attempt_at IS NOT NULL"
        for table in ("bank_batch", "funds_step")
    ),
    "UPDATE g2p_bridge_webhook SET next_attempt_at = NULL WHERE next_attempt_at IS NOT NULL",
    DUE,
)
BANK_CLOCK = (
    "UPDATE g2p_bridge_example_bank_statement SET next_attempt_at = NULL"
    " WHERE delivery_state = 'failed'",
    DUE,
)
#: Seconds between two looks at what has come of it, and between two hours of the clock.
LOOK, HOUR = 0.2, 2
#: What a caller gets from a server that is dying.
NO_ANSWER = (OdooCallError, requests.RequestException)
NO_DATABASE = (psycopg2.OperationalError, psycopg2.InterfaceError)


class CrashPoints:
    """The points at which a bridge is to die (tests/crash), and those that it has reached."""

    def __init__(self, bridge, postgres):
        """
        :param postgres: the bridge's :class:`OwnPostgres`
        """
        self.bridge, self.postgres = bridge, postgres
        self._plan = bridge.conf.with_suffix(".plan")
        self._log = self._plan.with_name(f"{self._plan.name}.reached")
        self.hits = []

    def start_bridge(self):
        env = {"G2P_CRASH_POSTGRES": json.dumps(self.postgres.restart_command)}
        self.bridge.start(workers=3, env=env, crashes=self._plan)

    def arm(self, points):
        """Add points [model, method, phase, action] to those that wait."""
        self._plan.write_text(json.dumps(self.armed() + points))

    def disarm(self):
        self._plan.unlink(missing_ok=True)

    def armed(self):
        return json.loads(self._plan.read_text()) if self._plan.exists() else []

    def look(self):
        """Take note of the points that were reached, and let a server that is killed end."""
        if not self._log.exists():
            return
        for line in self._log.read_text().splitlines()[len(self.hits) :]:
            self.hits.append(json.loads(line))
            if self.hits[-1][-1] == "kill_server":
                self.bridge.wait_for_end()


class Patience:
    """What a supervisor, the clock, scheduled actions and senders do, and nobody else.

    :param bank: server of the world outside
    :param points: :class:`CrashPoints` of the bridge
    """

    def __init__(self, bridge, bank, points):
        self.bridge, self.bank, self.points = bridge, bank, points

    def until(self, holds, seconds=300):
        """Go on until it holds."""
        deadline, hour = time.monotonic() + seconds, 0
        while True:
            self.points.look()
            if not self.bridge.is_running():
                self.bridge.kill9()
                self.points.start_bridge()
            with suppress(*NO_DATABASE):
                if holds():
                    return
                if time.monotonic() > hour:
                    self.time_passes()
                    hour = time.monotonic() + HOUR
            if time.monotonic() > deadline:
                raise TimeoutError(f"no end in sight: {self.state()}")
            time.sleep(LOOK)

    def patiently(self, call, *args):
        """Call as a sender does: again, if no answer came."""
        result = []

        def works():
            with suppress(*NO_ANSWER):
                result[:] = [call(*args)]
            return bool(result)

        self.until(works)
        return result[0]

    def achieve(self, call, holds):
        """Call as somebody does who looks at what became of it: again, until it holds."""

        def works():
            if holds():
                return True
            with suppress(*NO_ANSWER):
                call()
            return holds()

        self.until(works)

    def time_passes(self):
        """The clock moves on, and the scheduled actions run."""
        for server, clock, models in (
            (self.bridge, BRIDGE_CLOCK, BRIDGE_CRONS),
            (self.bank, BANK_CLOCK, BANK_CRONS),
        ):
            for change in clock:
                server.sql(change)
            self._run_crons(server, models)
            # The runner looks after dead jobs whenever something calls it, or once a minute.
            server.sql("NOTIFY queue_job, 'look'")

    def _run_crons(self, server, models):
        crons = server.sql(
            "SELECT c.id FROM ir_cron c JOIN ir_act_server a ON a.id = c.ir_actions_server_id"
            " JOIN ir_model m ON m.id = a.model_id WHERE m.model = ANY(%s) ORDER BY c.id",
            [list(models)],
        )
        with suppress(*NO_ANSWER):  # it died meanwhile; it will run again
            for (cron,) in crons:
                server.call("ir.cron", "method_direct_trigger", [[cron]])

    def state(self):
        """What is not done yet, for who has to find out why."""
        return {
            "envelopes": self.bridge.sql(
                "SELECT disbursement_envelope_id, state FROM g2p_bridge_envelope"
            ),
            **{
                table: self.bridge.sql(
                    "SELECT id, state, attempts, latest_error_code, next_attempt_at"
                    f" FROM g2p_bridge_{table} WHERE state <> 'done'"
                )
                for table in ("mapper_batch", "funds_step", "bank_batch", "statement")
            },
            "jobs": self.bridge.sql(
                "SELECT method_name, state, eta, left(exc_info, 500) FROM queue_job"
                " WHERE state <> 'done'"
            ),
            "bank": self.bank.sql(
                "SELECT number, state, delivery_state, last_error"
                " FROM g2p_bridge_example_bank_statement"
            ),
            "still armed": self.points.armed(),
        }
