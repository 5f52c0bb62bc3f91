# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The world of one example: clock, job runner, bank, mapper, and what the sender sent."""

from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.g2p_bridge_bank_connector.models.sponsor_bank import CAPABILITIES
from odoo.addons.g2p_bridge_base.models.queue_job import QueueJob
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job

from ...models.mapper.mapper import Mapper
from ...models.res_company import ResCompany
from ...models.step.durable_mixin import DurableMixin
from .bank import ModelBank
from .faults import WorkerDied
from .mapper import ModelMapper
from .paper import Paper

STEPS = (
    "g2p.bridge.funds.step",
    "g2p.bridge.mapper.batch",
    "g2p.bridge.bank.batch",
    "g2p.bridge.statement",
)
#: What a fault calls the jobs that may be crossed.
CROSSING = {"_job_advance": "advance", "_job_step": "step"}
START = datetime(2026, 11, 20, 10)
DUE = """
    SELECT uuid FROM queue_job WHERE state = 'pending' AND (eta IS NULL OR eta <= %s) ORDER BY id
"""


@dataclass
class Sent:
    """What the sender knows of a disbursement that was taken."""

    envelope: int
    amount: Decimal
    row: dict
    cancelled: bool = False


class World:
    """Everything around the bridge. One job runs at a time, but a job may meet others."""

    def __init__(self, case, capabilities):
        self.case, self.env, self.tally = case, case.env, case.tally
        self.now = START
        self.bank, self.mapper = ModelBank(self, capabilities), ModelMapper(self)
        self.paper = Paper(self)
        self.sent = {}  # disbursement_id → Sent
        self.declared = {}  # envelope → the rows that belong to it and were not sent yet
        self.armed = {}  # target → faults that are to happen there
        self.picked = 0
        self.alive = set()
        self.former_job = 0  # the last job that was there before the transaction under way
        self.cycles = Counter()
        self._stack = ExitStack()
        # What one example did must not be in the way of the next.
        savepoint = self.env.cr.savepoint(flush=True)
        self._stack.callback(self._undo, savepoint)
        for patcher in self._patchers():
            self._stack.enter_context(patcher)

    def enter(self, patcher):
        """Have something else stand in a place as long as this world is there."""
        self._stack.enter_context(patcher)

    def close(self):
        self._stack.close()

    def _undo(self, savepoint):
        self.env.invalidate_all(flush=False)
        savepoint.close(rollback=True)
        self.env.invalidate_all(flush=False)

    def _patchers(self):
        """What stands in the place of clock, connectors, processes and file formats."""
        env = self.env
        bank, mapper = type(env["g2p.bridge.sponsor.bank"]), type(env["g2p.bridge.mapper"])
        statement = type(env["g2p.bridge.statement"])
        commit = DurableMixin._in_own_transaction

        def in_transaction(step, method, *args):
            with self.transaction():
                return commit(step, method, *args)

        now = staticmethod(lambda *_args: self.now)
        yield patch.object(fields.Datetime, "now", now)
        yield patch.object(ResCompany, "_g2p_bridge_today", lambda _company: self.now.date())
        yield patch.object(bank, "_get_connector", lambda _bank: self.bank)
        yield patch.object(bank, "_offered", lambda _bank: self._offered())
        yield patch.object(mapper, "_get_connector", lambda _mapper: self.mapper)
        # A real lock would be one of the connection that all workers of this test share.
        yield patch.object(Mapper, "_take_slot", lambda _mapper, _cr: True)
        yield patch.object(DurableMixin, "_stay_alive", lambda step: self._stay_alive(step))
        yield patch.object(
            DurableMixin,
            "_in_own_transaction",
            lambda step, method, *args: self._commit(in_transaction, step, method, *args),
        )
        yield patch.object(statement, "_format_model", lambda _statement, _code: self.paper)
        # All transactions of a life are really one.
        own = patch.object(
            QueueJob,
            "_made_by_this_transaction",
            lambda _jobs: SQL("id > %s", self.former_job),
        )
        yield own

    @contextmanager
    def transaction(self):
        """What is made in here is committed together: until then, nobody else runs its jobs."""
        self.env.cr.execute("SELECT COALESCE(MAX(id), 0) FROM queue_job")
        before, (self.former_job,) = self.former_job, self.env.cr.fetchone()
        try:
            yield
        finally:
            self.former_job = before

    # Time

    def later(self, **much):
        """Let time pass. What was on its way arrives; a new day is found by the heartbeats."""
        day = self.now.date()
        self.now += timedelta(**much)
        self.bank.deliver(self.now)
        if self.now.date() > day:
            self.beat()

    def beat(self):
        """Run the scheduled actions."""
        for model in ("g2p.bridge.envelope", "g2p.bridge.statement"):
            with self.transaction():
                self.env[model]._cron_heartbeat()
        self.settle_caches()

    def latest_arrival(self):
        """When a message of now may still reach the bank, at the latest."""
        return self.now + timedelta(seconds=self.case.bank._call_timeout() - 1)

    # Jobs

    def due_jobs(self):
        """:return: list of the uuids of the jobs that may run now, oldest first"""
        self.settle_caches()
        self.env.cr.execute(DUE, [self.now])
        return [row[0] for row in self.env.cr.fetchall()]

    def run_job(self, uuid):
        """Carry one job out, as the job runner does; a job that dies is brought back."""
        job = Job.load(self.env, uuid)
        crossed = self._armed(CROSSING.get(job.method_name))
        if crossed:
            self._met(crossed)
        # Whoever crosses it sees the queue as it was before the job began.
        job.set_enqueued() if crossed else job.set_started()
        job.store()
        self.settle_caches()
        try:
            died = self.run(job.perform, job.method_name)
        except RetryableJobError as later:
            died, job.eta = True, self.now + timedelta(seconds=later.seconds)
        if crossed:
            self.case.meanwhile(self, crossed)
        job.set_pending(reset_retry=False) if died else job.set_done()
        job.store()
        self.settle_caches()

    def run_step(self, step):
        """Carry a step out, whether it is its turn or not."""
        self.run(step._job_step, "_job_step")
        self.settle_caches()

    def run(self, work, name):
        """:return: whether the worker died"""
        alive = set(self.alive)
        try:
            if name == "_job_step":
                # It commits part by part; its own transaction holds nothing but a lock.
                work()
            else:
                with self.transaction(), self.env.cr.savepoint():
                    work()
        except WorkerDied:
            self.env.invalidate_all(flush=False)
            return True
        finally:
            self.alive = alive
        return False

    def run_all(self, limit=300):
        """Carry out whatever is due, and what comes of it."""
        for _number in range(limit):
            due = self.due_jobs()
            if not due:
                return
            self.run_job(due[0])
        raise AssertionError(f"more than {limit} jobs")

    def attempt(self, work, *args, **kwargs):
        """One request of a person or a system: all of it or, where it is refused, nothing.

        :return: what it answers, None if it was refused
        """
        self.settle_caches()
        try:
            with self.transaction(), self.env.cr.savepoint():
                answer = work(*args, **kwargs)
                self.env.flush_all()
        except (UserError, AccessError):
            self.tally.refused += 1
            answer = None
        self.env.invalidate_all()
        return answer

    def settle_caches(self):
        self.env.flush_all()
        self.env.invalidate_all()

    # Faults

    def arm(self, *faults):
        """Let these go wrong, one after the other, as soon as their targets come so far."""
        for fault in faults:
            self.armed.setdefault(fault.target, []).append(fault)

    def _armed(self, target):
        waiting = self.armed.get(target)
        return waiting[0] if waiting else None

    def fault_of_call(self, operation):
        """What goes wrong with this call: a kind of CALLS, None if nothing does."""
        fault = self._armed(operation)
        if not fault or fault.kind == "die":
            return None
        if fault.kind != "meanwhile":
            return self._met(fault).kind
        if (fault.point, fault.moment) == ("call", "before"):
            self._meanwhile(fault)
        return None

    def after_call(self, operation):
        fault = self._armed(operation)
        if fault and (fault.kind, fault.point, fault.moment) == ("meanwhile", "call", "after"):
            self._meanwhile(fault)

    def _met(self, fault):
        self.armed[fault.target].remove(fault)
        self.picked = fault.pick
        self.tally.faults[fault.words] += 1
        return fault

    def _meanwhile(self, fault):
        self.case.meanwhile(self, self._met(fault))

    def _offered(self):
        return [name for name in CAPABILITIES.values() if getattr(self.bank.can, name)]

    def _stay_alive(self, step):
        key = (step._name, step.id)
        if key in self.alive:
            return False
        self.alive.add(key)
        return True

    def _commit(self, commit, step, method, *args):
        """A transaction of a step, at which the worker may die or something else may happen."""
        armed = filter(None, map(self._armed, _targets(step)))
        fault = next((one for one in armed if one.point == method), None)
        if not fault:
            return commit(step, method, *args)
        if fault.kind == "meanwhile" and fault.moment == "before":
            self._meanwhile(fault)
            return self._commit(commit, step, method, *args)
        if fault.kind == "meanwhile":
            answer = commit(step, method, *args)
            self._meanwhile(fault)
            return answer
        self._met(fault)
        if fault.moment == "uncommitted":
            self._roll_back(step, method, *args)
        elif fault.moment == "after":
            commit(step, method, *args)
        raise WorkerDied

    def _roll_back(self, step, method, *args):
        """Do it all, and lose it before the commit."""
        with self.env.registry.cursor() as cr:
            twin = step.with_env(step.env(cr=cr))
            getattr(twin, method)(*args)
            twin.env.flush_all()
            raise WorkerDied


def _targets(step):
    """The names by which a fault may mean this step."""
    if step._name == "g2p.bridge.funds.step":
        return (f"{step.kind}_funds",)
    return {
        "g2p.bridge.mapper.batch": ("resolve",),
        "g2p.bridge.bank.batch": ("initiate_payment", "get_payment_status"),
        "g2p.bridge.statement": ("statement",),
    }[step._name]
