# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a campaign lets servers die: the points of an envelope's way, and what happens there."""

from dataclasses import dataclass

STEP = ("_step_claim", "_step_prepare", "_step_begin", "_step_record", "_step_continue")
FUNDS, SERVICE = "g2p.bridge.funds.step", "g2p.bridge.service"
BANK_CALLS = "g2p.bridge.bank.connector.example_bank"
MAPPER_CALLS = "g2p.bridge.mapper.connector."
#: What happens at a point: words for it, and how often it is drawn.
ACTIONS = {
    "kill_worker": ("worker killed", 8),
    "kill_server": ("whole server killed", 3),
    "cut": ("connection cut, so that the commit fails", 4),
    "cut_job": ("connection of the job cut", 2),
    "cut_all": ("all connections to PostgreSQL cut", 1),
    "crash_postgres": ("PostgreSQL crashed, and recovered", 3),
    "restart_postgres": ("PostgreSQL restarted in order", 2),
}
#: Of the points of a stage with calls, the share that is before or after a call.
CALLS = 0.4


@dataclass(frozen=True)
class Stage:
    """A part of the way.

    ``commits`` are pairs (model, method) that are hit before they begin, before they are
    committed and after that; ``calls`` are hit before they leave and after the answer.
    """

    commits: tuple = ()
    calls: tuple = ()

    def draw(self, random):
        """:return: a point for the plan of tests/crash: [model, method, phase, action]"""
        weights = [weight for _words, weight in ACTIONS.values()]
        [action] = random.choices(list(ACTIONS), weights)
        if self.calls and random.random() < CALLS:
            # Between acceptance and our commit, more often than before the call.
            phase = random.choice(("before", "answered", "answered"))
            return [*random.choice(self.calls), phase, action]
        phase = random.choice(("before", "uncommitted", "after"))
        return [*random.choice(self.commits), phase, action]


def _step(model, *calls):
    return Stage(tuple((model, method) for method in STEP), calls)


def _request(*methods, model=SERVICE):
    return Stage(tuple((model, method) for method in methods))


CHECK = _step(f"{FUNDS} check", (BANK_CALLS, "check_funds"))
BLOCK = _step(f"{FUNDS} block", (BANK_CALLS, "block_funds"))
RELEASE = _step(f"{FUNDS} release", (BANK_CALLS, "release_funds"))
SHIP = _step("g2p.bridge.bank.batch", (BANK_CALLS, "initiate_payment"))
RESOLVE = _step("g2p.bridge.mapper.batch", (f"{MAPPER_CALLS}spar_1", "resolve"))
ASK = _step("g2p.bridge.mapper.batch", (f"{MAPPER_CALLS}spar_1_async", "resolve"))
CALL_BACK = _request("_take_call_back", model="g2p.bridge.mapper")
INTAKE = _request("_create_envelope", "_create_disbursements")
IMPORT = Stage(
    (
        ("g2p.bridge.import", "_import"),
        ("g2p.bridge.import", "_write_shown"),
        (SERVICE, "_create_disbursements"),
    )
)
CORRECTION = _request("_cancel_disbursements", "_amend_envelope")
STOP = _request("_cancel_envelope")
UPLOAD = _request("_upload")
STATEMENT = _step("g2p.bridge.statement")
ADVANCE = _request("_job_advance", model="g2p.bridge.envelope")
EVENTS = Stage(
    (("g2p.bridge.webhook", "_take_request"), ("g2p.bridge.webhook", "_record_answer")),
    (("g2p.bridge.webhook.client", "events"),),
)
#: The ways that envelopes go, see ``Campaign._send_…``, and where each is hit.
WAYS = {
    "message": (INTAKE, RESOLVE, BLOCK, SHIP, ADVANCE, RELEASE, UPLOAD, EVENTS),
    "file": (IMPORT, ASK, CALL_BACK, CHECK, SHIP, STATEMENT),
    "corrected": (INTAKE, CORRECTION, RESOLVE, BLOCK, SHIP, STATEMENT),
    "stopped": (BLOCK, SHIP, STOP, RELEASE),
}
