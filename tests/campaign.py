# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A seeded campaign: servers die at chosen points while money is on its way.

Bridge and bank are two real servers with worker processes and job runners, and the bridge
has a PostgreSQL of its own. Crash points (tests/crash) kill a worker, kill the whole server,
cut connections to PostgreSQL or crash PostgreSQL itself in the middle of a step; now and then
the bank dies, too. Nobody helps: only the scheduled actions run, as they do by themselves,
whoever gets no answer asks again, and the clock is moved on so that nobody waits an hour. At
the end the bank's own books say whether everybody was paid exactly once (tests/judgement.py).
"""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle

from campaign_points import ACTIONS, WAYS
from judgement import Judge, Sent, Verdict
from patience import CrashPoints, Patience
from webhook_receiver import WebhookReceiver
from world import ACCOUNT, World, day

PEOPLE = 12
AMOUNTS = list(range(1, PEOPLE + 1))
BATCH = 4
#: Wide enough that no step runs out of attempts: a campaign is unkinder than life.
ATTEMPTS = 50
STEPS = ("resolve", "check", "block", "ship", "release")
BANK_KILLED = "bank's server killed"
#: An account whose batches are booked as one and whose returns are new credits, and the share
#: (%) of its payments that comes back, high enough that one always does; programs paid from it.
BULK_ACCOUNT, BULK_REVERSAL_RATE = "PROGRAM-ACCOUNT-2", 75
PROGRAMS = {False: ("CASH", "ASYNC"), True: ("BULK", "BULK-ASYNC")}
UNTOLD = """
    SELECT (SELECT count(*) FROM g2p_bridge_webhook_delivery WHERE state = 'pending')
         + (SELECT count(*) FROM g2p_bridge_event WHERE number IS NULL)
"""


@dataclass
class Tally:
    """What a campaign did and found."""

    seed: int
    planned: int
    hits: Counter = field(default_factory=Counter)
    points: Counter = field(default_factory=Counter)
    ways: Counter = field(default_factory=Counter)
    disbursements: int = 0
    recovered: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    seconds: int = 0

    @property
    def kills(self):
        return sum(self.hits.values())

    @property
    def envelopes(self):
        return sum(self.ways.values())

    def rows(self):
        """[(what, how many)], as people read it."""
        return [
            ("kills, cuts and restarts together", self.kills),
            *sorted(self.hits.items()),
            ("different points of the code", len(self.points)),
            ("envelopes under way", self.envelopes),
            *((f"of them: {way}", count) for way, count in sorted(self.ways.items())),
            ("envelopes that came to their end without a decision of a person", self.recovered),
            ("disbursements", self.disbursements),
            ("of them cancelled on the way, and never paid", self.verdict.cancelled),
            ("of them rejected by the bank, and never paid", self.verdict.rejected),
            ("of them paid, and sent back by the bank as a new credit", self.verdict.returned),
            ("holds whose rest was given back, once", self.verdict.released),
            ("double payments", len(self.verdict.double)),
            ("lost payments", len(self.verdict.lost)),
            ("wrong states, counters, holds, entries or events", len(self.verdict.wrong)),
            ("seconds", self.seconds),
        ]

    def lines(self):
        """The tally in words, one line each."""
        yield f"seed {self.seed}"
        for words, count in self.rows():
            yield f"  {count:5} × {words}"


class Campaign(Patience):
    """One campaign of so many kills.

    :param bridge: server whose PostgreSQL may be crashed
    :param bank: the world outside: bank and mapper
    :param postgres: the bridge's :class:`OwnPostgres`
    :param int kills: how many points are chosen
    :param int seed: the same seed chooses the same points
    """

    def __init__(self, bridge, bank, postgres, kills, seed):
        super().__init__(bridge, bank, CrashPoints(bridge, postgres))
        self.random = random.Random(seed)
        self.tally = Tally(seed, kills)
        self.receiver = WebhookReceiver()
        self.sent = []

    def run(self):
        """:return: the :class:`Tally`"""
        begun = time.monotonic()
        self.points.start_bridge()
        self.bank.start()
        self._make_world()
        for way, points in self._chosen():
            self.points.arm(points)
            self._send(way)
        self.points.disarm()
        self._finish()
        for *point, action in self.points.hits:
            self.tally.hits[ACTIONS[action][0]] += 1
            self.tally.points[tuple(point)] += 1
        self.tally.verdict = self.judge().verdict()
        self.tally.seconds = round(time.monotonic() - begun)
        return self.tally

    def judge(self, bridge=None, bank=None):
        """What judges, by these databases instead of the real ones if they are given."""
        return Judge(bridge or self.bridge, bank or self.bank, self.sent, self.answers, self.heard)

    def close(self):
        self.receiver.close()

    # What happens

    def _make_world(self):
        attempts = {f"{step}_attempts": ATTEMPTS for step in STEPS}
        policies = {**attempts, "bank_batch_size": BATCH}
        self.world = World(
            self.bridge, self.bank, mapper=self.bank, people=PEOPLE, reversal_rate=0, **policies
        )
        patient = self.world.create_mapper("Mapper that Calls Back", connector="spar_1_async")
        self.bridge.call(
            "ir.config_parameter", "set_param", ["g2p_bridge.own_url", self.bridge.url]
        )
        asynchronous = {**policies, "mapper_id": patient}
        self.world.create_program("ASYNC", ACCOUNT, asynchronous)
        self.bulk_account_id = self.world.create_account(
            BULK_ACCOUNT, BULK_REVERSAL_RATE, has_whole_batches=True, returns_as="C"
        )
        self.world.create_program("BULK", BULK_ACCOUNT, policies)
        self.world.create_program("BULK-ASYNC", BULK_ACCOUNT, asynchronous)
        self.receiver.listen_to(self.bridge)

    def _chosen(self):
        """:return: generator of (way of an envelope, its points)"""
        left = self.tally.planned
        for way in cycle(WAYS):
            if left <= 0:
                return
            points = [stage.draw(self.random) for stage in WAYS[way]]
            yield way, points[:left]
            left -= len(points)

    def _send(self, way):
        """Send an envelope, let it run into its points, and see it through them.

        Every third is paid from the account whose batches are booked as one.
        """
        number = self.tally.envelopes + 1
        self.is_bulk = number % 3 == 1
        self.tally.ways[way] += 1
        sent = getattr(self, f"_send_{way}")(f"C{number:03d}")
        self.sent.append(sent)
        self.tally.disbursements += len(sent.ids)
        if self.random.random() < 0.2:
            self._kill_bank()
        if sent.due:
            self.until(lambda: self._is_in(sent, "shipped", "reconciled"))
            self.patiently(self.world.generate_statement, BULK_ACCOUNT if self.is_bulk else ACCOUNT)
        self.until(lambda: self._has_ended(sent))
        self.world.end_faults()

    def _send_message(self, name):
        """By messages; the bank rejects a payment of each batch, so that a rest is released."""
        self._add_fault("reject_payments", calls=PEOPLE // BATCH, share=0.01)
        return self._declare_and_fill("message", name)

    def _send_file(self, name):
        """By a file, and the mapper calls back."""
        envelope_id = self.patiently(self.world.create_envelope, AMOUNTS, 0, name, self._program(1))
        record = self.patiently(self.world.create_import, envelope_id, AMOUNTS)
        self.achieve(
            lambda: self.world.start_import(record),
            lambda: self.world.import_state(record) == "done",
        )
        return Sent("file", envelope_id, self.world.disbursement_ids(envelope_id))

    def _send_corrected(self, name):
        """Some are cancelled before the date, and what is left is declared anew, for today."""
        sent = self._declare_and_fill("corrected", name, days=2)
        sent.cancelled = set(sorted(sent.ids)[:2])
        self.achieve(
            lambda: self.world.cancel_disbursements(sent.cancelled),
            lambda: self.world.disbursement_ids(sent.envelope_id, "cancelled") == sent.cancelled,
        )
        self.achieve(
            lambda: self.world.amend_to_received(sent.envelope_id),
            lambda: self.world.schedule_date(sent.envelope_id) == day(),
        )
        return sent

    def _send_stopped(self, name):
        """The bank takes no batch, and an officer cancels the envelope while it is tried."""
        self._add_fault("refuse", calls=1000)
        sent = self._declare_and_fill("stopped", name)
        sent.cancelled = sent.ids
        self.until(lambda: self.world.funds_state(sent.envelope_id, "block") == "done")
        self.achieve(
            lambda: self.world.cancel_envelope(sent.envelope_id, "Not to be paid after all"),
            lambda: self._is_in(sent, "cancelled"),
        )
        return sent

    def _declare_and_fill(self, way, name, days=0):
        envelope_id = self.patiently(
            self.world.create_envelope, AMOUNTS, days, name, self._program(0)
        )
        ids = self.patiently(self.world.create_disbursements, envelope_id, AMOUNTS)
        return Sent(way, envelope_id, set(ids.values()))

    def _program(self, kind):
        """:param kind: 0 for one whose mapper answers at once, 1 for one that is called back"""
        return PROGRAMS[self.is_bulk][kind]

    def _add_fault(self, kind, **values):
        account_id = self.bulk_account_id if self.is_bulk else self.world.account_id
        self.world.add_fault(kind, account_id=account_id, **values)

    def _kill_bank(self):
        self.bank.kill9()
        self.bank.start()
        self.tally.hits[BANK_KILLED] += 1

    def _finish(self):
        """Let what is still under way come to its end, from which nothing is kept any more."""
        for sent in self.sent:
            self.until(lambda sent=sent: self._has_ended(sent))
            self.tally.recovered += 1
        self.until(lambda: not self.bridge.value(UNTOLD))
        self.heard = [event["sequence"] for event in self.receiver.events()]
        self.answers = {
            sent.envelope_id: self.patiently(self.world.status, sent.envelope_id)
            for sent in self.sent
        }

    # Helpers

    def _is_in(self, sent, *states):
        return self.world.state(sent.envelope_id) in states

    def _has_ended(self, sent):
        """Whether nothing of it is under way any more, on either side."""
        released = self.world.funds_state(sent.envelope_id, "release") in (None, "done")
        return released and self._is_in(sent, "cancelled" if not sent.due else "reconciled")

    def state(self):
        return {**super().state(), "events not told": self.bridge.value(UNTOLD)}
