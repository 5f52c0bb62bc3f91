# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What can go wrong while a job runs, and the errors of the machine itself."""

from dataclasses import dataclass

from hypothesis import strategies as st

#: Transactions of a step, and the moments of each at which a worker may die.
POINTS = ("_step_claim", "_step_prepare", "_step_begin", "_step_record", "_step_continue")
MOMENTS = ("before", "uncommitted", "after")
#: What may become of a call to the bank. "late": it arrives after its sender has given up.
CALLS = (
    "refuse",
    "refuse_lost",
    "unavailable",
    "lost_before",
    "lost_after",
    "late",
    "odd",
    "died_before",
    "died_after",
    "died_late",
    "partial",
    "partial_lost",
    "poor",
)
#: Which call, or which step that makes it, a fault is for: most of them where money leaves.
TARGETS = (
    "resolve",
    "check_funds",
    "block_funds",
    *["initiate_payment"] * 4,
    "get_payment_status",
    "release_funds",
    "statement",
)
#: What may happen elsewhere while a job is under way.
MEANWHILE = (
    "cancel",
    "cancel_lines",
    "pause",
    "resume",
    "job",
    "same",
    "statement",
    "release_hold",
    "settle",
)
#: Jobs that may have read while others, who do not see that they have begun, change what they read.
CROSSED = ("advance", "step")


class WorkerDied(BaseException):
    """The process is gone: nothing that it would have done after this happens."""


class InvariantBroken(AssertionError):
    """The bridge did what it must never do.

    :param name: which invariant, see ``invariants``
    """

    def __init__(self, name, text):
        super().__init__(f"{name}: {text}")
        self.name = name


@dataclass
class Fault:
    """One thing that goes wrong during one job.

    :param target: one of TARGETS, or of CROSSED
    :param kind: one of CALLS, "die" (at a point of the protocol), "meanwhile", or "crossed"
    :param point: at which transaction of the step, or at "call"
    :param moment: one of MOMENTS
    :param what: for "meanwhile" and "crossed": one of MEANWHILE
    :param pick: chooses among what there is (payments, envelopes, jobs)
    """

    target: str
    kind: str
    point: str = "call"
    moment: str = "before"
    what: str = ""
    pick: int = 0

    @property
    def words(self):
        """What the tally calls it."""
        if self.kind == "die":
            return f"{self.target}: worker died {self.moment} {self.point.strip('_')}"
        what = self.what if self.kind == "meanwhile" else self.kind
        during = f"{self.kind} " if self.kind in ("meanwhile", "crossed") else ""
        return f"{self.target}: {during}{what.replace('_', ' ')}"


PICKS = st.integers(0, 50)
AIM = st.sampled_from(TARGETS)
FAULT = st.one_of(
    st.builds(Fault, target=AIM, kind=st.sampled_from(CALLS), pick=PICKS),
    st.builds(Fault, target=AIM, kind=st.sampled_from(CALLS), pick=PICKS),
    st.builds(
        Fault,
        target=AIM,
        kind=st.just("die"),
        point=st.sampled_from([*POINTS, "_reconcile_file"]),
        moment=st.sampled_from(MOMENTS),
    ),
    st.builds(
        Fault,
        target=AIM,
        kind=st.just("meanwhile"),
        point=st.sampled_from(["call", "_step_claim", "_step_begin", "_step_record"]),
        moment=st.sampled_from(["before", "after"]),
        what=st.sampled_from(MEANWHILE),
        pick=PICKS,
    ),
    st.builds(
        Fault,
        target=st.sampled_from(CROSSED),
        kind=st.just("crossed"),
        what=st.sampled_from(MEANWHILE),
        pick=PICKS,
    ),
)
FAULTS = st.lists(FAULT, max_size=3)
