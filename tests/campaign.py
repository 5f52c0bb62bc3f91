"""A seeded campaign: servers die at chosen points while money is on its way.

Bridge and bank are two real servers with worker processes and job runners. Crash points
(tests/crash) kill a worker, kill the whole server, or cut connections to PostgreSQL in the
middle of a step; now and then the bank dies, too. Nobody helps: only the scheduled
actions run, as they do by themselves, and the clock is moved on so that nobody waits an hour
for them. At the end the bank's own books say whether everybody was paid exactly once.
"""

import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field

import requests
from odoo_server import REPO, OdooCallError
from world import World

PEOPLE = 12
BATCH = 4
#: Wide enough that no step runs out of attempts: a campaign is unkinder than life.
ATTEMPTS = 30
#: Points of an envelope's way, in groups: (model, method, phases).
TRANSACTIONS = ("_step_claim", "_step_prepare", "_step_begin", "_step_record", "_step_continue")
PHASES = ("before", "uncommitted", "after")
MAPPER, FUNDS = "g2p.bridge.mapper.batch", "g2p.bridge.funds.step"
SHIP, STATEMENT = "g2p.bridge.bank.batch", "g2p.bridge.statement"
BANK_CALL, MAPPER_CALL = (
    "g2p.bridge.bank.connector.example_bank",
    "g2p.bridge.mapper.connector.spar_1",
)
#: Where an envelope is hit: model of the step, connector, what it calls, how often.
STAGES = (
    (MAPPER, MAPPER_CALL, ("resolve",), 1),
    (FUNDS, BANK_CALL, ("check_funds", "block_funds"), 2),
    (SHIP, BANK_CALL, ("initiate_payment",), 3),
    (STATEMENT, None, (), 1),
)
ACTIONS = {
    "kill_worker": ("worker killed", 8),
    "kill_server": ("whole server killed", 3),
    "cut": ("connection cut, so that the commit fails", 5),
    "cut_job": ("connection of the job cut", 3),
    "cut_all": ("all connections to PostgreSQL cut", 2),
}
BANK_KILLED = "bank's server killed"
CRONS = ("envelope", "statement")
AGE = """
    UPDATE {table} SET latest_timestamp = latest_timestamp - interval '20 minutes'
     WHERE state = 'in_progress'
"""
COUNTERS = """
    SELECT count(*) FROM g2p_bridge_bank_batch b
     CROSS JOIN LATERAL (
        SELECT count(*) AS number, coalesce(sum(d.disbursement_amount), 0) AS amount
          FROM g2p_bridge_disbursement d WHERE d.bank_batch_id = b.id
           AND d.state IN ('shipped', 'reconciled', 'reversed')) real
     WHERE b.shipped_count IS DISTINCT FROM real.number
        OR b.shipped_amount IS DISTINCT FROM real.amount
"""
BOOKS = """
    SELECT a.opening_balance + coalesce(sum(
               CASE WHEN l.mark IN ('C', 'RD') THEN l.amount ELSE -l.amount END), 0),
           a.opening_balance - coalesce((
               SELECT sum(p.payment_amount) FROM g2p_bridge_example_bank_payment p
                WHERE p.account_id = a.id AND p.status = 'paid'), 0)
      FROM g2p_bridge_example_bank_account a
      LEFT JOIN g2p_bridge_example_bank_log l ON l.account_id = a.id GROUP BY a.id
"""


@dataclass
class Tally:
    """What a campaign did and found."""

    seed: int
    planned: int
    hits: Counter = field(default_factory=Counter)
    points: Counter = field(default_factory=Counter)
    envelopes: int = 0
    disbursements: int = 0
    recovered: int = 0
    double: int = 0
    lost: int = 0
    wrong_counters: int = 0
    seconds: int = 0

    @property
    def kills(self):
        return sum(self.hits.values())

    def lines(self):
        """The tally in words, one line each."""
        yield f"seed {self.seed}: {self.kills} kills in {self.seconds} s"
        for words, count in sorted(self.hits.items()):
            yield f"  {count:4} × {words}"
        yield f"different points: {len(self.points)}"
        yield f"envelopes recovered: {self.recovered} of {self.envelopes}"
        yield f"disbursements: {self.disbursements}"
        yield f"double payments: {self.double}"
        yield f"lost: {self.lost}"
        yield f"wrong counters: {self.wrong_counters}"


class Campaign:
    """One campaign of so many kills on two servers.

    :param new_server: function that gives a server with a fresh database
    :param int kills: how many points are chosen
    :param int seed: the same seed chooses the same points
    """

    def __init__(self, new_server, kills, seed):
        self.random = random.Random(seed)
        self.tally = Tally(seed, kills)
        self.bridge, self.bank = new_server(), new_server()
        self.plan = self.bridge.conf.with_suffix(".plan")
        self.reached = self.plan.with_name(self.plan.name + ".reached")
        self.ids = {}
        self.seen = 0

    def run(self):
        """:return: the :class:`Tally`"""
        begun = time.monotonic()
        self.reached.unlink(missing_ok=True)
        self._start_bridge()
        self.bank.start()
        delays = {f"{step}_attempts": ATTEMPTS for step in ("resolve", "check", "block", "ship")}
        self.world = World(
            self.bridge, self.bank, people=PEOPLE, bank_batch_size=BATCH, reversal_rate=0, **delays
        )
        for points in self._chosen():
            self._send_envelope(points)
        self._disarm()
        self._finish()
        self._judge()
        self.tally.seconds = round(time.monotonic() - begun)
        return self.tally

    # What happens

    def _chosen(self):
        """:return: generator of lists of points, one list for each envelope"""
        left = self.tally.planned
        while left > 0:
            points = [self._point(*stage) for *stage, times in STAGES for _time in range(times)]
            yield points[:left]
            left -= len(points)

    def _point(self, model, connector, calls):
        weights = [weight for _words, weight in ACTIONS.values()]
        [action] = self.random.choices(list(ACTIONS), weights)
        if calls and self.random.random() < 0.4:
            # Between the bank's acceptance and our commit, more often than before the call.
            phase = self.random.choice(("before", "answered", "answered"))
            return [connector, self.random.choice(calls), phase, action]
        return [model, self.random.choice(TRANSACTIONS), self.random.choice(PHASES), action]

    def _send_envelope(self, points):
        """Send an envelope, let it run into its points, and see it through them."""
        self.plan.write_text(json.dumps(self._armed() + points))
        cycle = f"C{self.tally.envelopes + 1:03d}"
        amounts = list(range(1, PEOPLE + 1))
        envelope_id = self._patiently(self.world.create_envelope, amounts, cycle=cycle)
        ids = self._patiently(self.world.create_disbursements, envelope_id, amounts)
        self.ids[envelope_id] = set(ids.values())
        self.tally.envelopes += 1
        self.tally.disbursements += len(ids)
        if self.random.random() < 0.3:
            self._kill_bank()
        self._until(lambda: self._is_in(envelope_id, "shipped", "reconciled"))
        self._ask_for_statement()
        self._until(lambda: self._is_in(envelope_id, "reconciled"))

    def _kill_bank(self):
        self.bank.kill9()
        self.bank.start()
        self.tally.hits[BANK_KILLED] += 1

    def _finish(self):
        """Let what is still under way come to its end, from which nothing is kept any more."""
        for envelope_id in self.ids:
            self._until(lambda wanted=envelope_id: self._is_in(wanted, "reconciled"))
            self.tally.recovered += 1

    def _judge(self):
        """Count what the bank's books and the bridge's own counters say."""
        booked = dict(self.world.booked())
        expected = set().union(*self.ids.values())
        self.tally.double = sum(count - 1 for count in booked.values())
        self.tally.double += len(set(booked) - expected)
        self.tally.lost = len(expected - set(booked))
        for envelope_id, ids in self.ids.items():
            status = self._patiently(self.world.status, envelope_id)
            for name in ("received", "shipped", "reconciled"):
                self.tally.wrong_counters += status[f"number_of_disbursements_{name}"] != len(ids)
        self.tally.wrong_counters += self.bridge.value(COUNTERS)
        [(book, paid)] = self.bank.sql(BOOKS)
        self.tally.wrong_counters += book != paid

    # Patience

    def _until(self, holds, seconds=240):
        """Do what a server's supervisor and the clock do, until it holds."""
        deadline = time.monotonic() + seconds
        while True:
            self._note_hits()
            if not self.bridge.is_running():
                self.bridge.kill9()
                self._start_bridge()
            if holds():
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"no end in sight: {self._state()}")
            self._time_passes()
            time.sleep(1)

    def _time_passes(self):
        """The hourly actions run, and a quarter of an hour is over for what has no worker."""
        for table in ("bank_batch", "funds_step", "mapper_batch", "statement"):
            self.bridge.sql(AGE.format(table=f"g2p_bridge_{table}"))
        self.bank.sql(
            "UPDATE g2p_bridge_example_bank_statement SET next_attempt_at = NULL"
            " WHERE delivery_state = 'failed'"
        )
        for server, models in (
            (self.bridge, [f"g2p.bridge.{name}" for name in CRONS]),
            (
                self.bank,
                ["g2p.bridge.example.bank.payment.batch", "g2p.bridge.example.bank.statement"],
            ),
        ):
            self._run_crons(server, models)
            # The runner looks after dead jobs whenever something calls it, or once a minute.
            server.sql("NOTIFY queue_job, 'look'")

    def _run_crons(self, server, models):
        crons = server.sql(
            "SELECT c.id FROM ir_cron c JOIN ir_act_server a ON a.id = c.ir_actions_server_id"
            " JOIN ir_model m ON m.id = a.model_id WHERE m.model = ANY(%s) ORDER BY c.id",
            [models],
        )
        for (cron,) in crons:
            try:
                server.call("ir.cron", "method_direct_trigger", [[cron]])
            except (OdooCallError, requests.RequestException):
                return  # it died meanwhile; it will run again

    def _patiently(self, call, *args, **kwargs):
        """Call as a sender does: again, if no answer came."""
        result = []

        def works():
            try:
                result[:] = [call(*args, **kwargs)]
            except (OdooCallError, requests.RequestException):
                return False
            return True

        self._until(works)
        return result[0]

    # Helpers

    def _start_bridge(self):
        base = self.bridge.run.base_conf.read_text()
        paths = next(line for line in base.splitlines() if line.startswith("addons_path"))
        options = {
            "addons_path": f"{paths.partition('=')[2].strip()},{REPO / 'tests' / 'crash'}",
            "server_wide_modules": "base,rpc,web,queue_job,g2p_bridge_crash",
        }
        self.bridge.start(workers=3, options=options, env={"G2P_CRASH_PLAN": str(self.plan)})

    def _armed(self):
        return json.loads(self.plan.read_text()) if self.plan.exists() else []

    def _disarm(self):
        self.plan.unlink(missing_ok=True)

    def _note_hits(self):
        if not self.reached.exists():
            return
        lines = self.reached.read_text().splitlines()
        for line in lines[self.seen :]:
            model, method, phase, action = json.loads(line)
            self.tally.hits[ACTIONS[action][0]] += 1
            self.tally.points[model, method, phase] += 1
            if action == "kill_server":
                self.bridge.wait_for_end()
        self.seen = len(lines)

    def _ask_for_statement(self):
        self._patiently(self.world.generate_statement)

    def _is_in(self, envelope_id, *states):
        return self.world.state(envelope_id) in states

    def _state(self):
        return {
            "envelopes": self.bridge.sql(
                "SELECT disbursement_envelope_id, state FROM g2p_bridge_envelope"
            ),
            "batches": self.bridge.sql(
                "SELECT state, attempts, latest_error_code FROM g2p_bridge_bank_batch"
                " WHERE state <> 'done'"
            ),
            "steps": self.bridge.sql(
                "SELECT kind, state, attempts, latest_error_code FROM g2p_bridge_funds_step"
                " WHERE state <> 'done'"
            ),
            "statements": self.bank.sql(
                "SELECT number, state, delivery_state, last_error"
                " FROM g2p_bridge_example_bank_statement"
            ),
            "still armed": self._armed(),
        }
