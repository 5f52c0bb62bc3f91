# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What can stand still, and the words and roles that go with it. No Odoo records here."""

from dataclasses import dataclass
from typing import Any

#: Minutes without progress after which a step is looked after, and told of if that is in vain.
DEFAULT_MINUTES = 15
#: Minutes by which a heartbeat or a job may be late before it is told of.
LATE_MINUTES = 10
#: Minutes for which seals of the audit trail may be unknown outside of the database.
BEHIND_MINUTES = 30
#: So many failed jobs of one step, and it is not started again by itself.
MOST_FAILED_JOBS = 3
#: Kinds that say that the machinery itself does not run, and no longer one payment only.
SYSTEM_KINDS = ("late_heartbeat", "jobs_not_run")


@dataclass(frozen=True, slots=True)
class Stall:
    """Something that stands still: one line for all that is alike about one record.

    ``model`` and ``res_id`` name the record (an envelope, a statement, a bank, a mapper, a
    scheduled action; 0 for the queue of jobs); ``since`` is a datetime, and ``amount`` exact
    text, None where no money is concerned.
    """

    kind: str
    model: str
    res_id: int
    company_id: int | None
    count: int
    since: Any
    amount: str | None = None
    currency_id: int | None = None

    @property
    def key(self):
        return self.kind, self.model, self.res_id
