# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What managers have in common: expressions, and work of a cycle that is left to jobs."""

from odoo import models
from odoo.tools.safe_eval import datetime, dateutil, safe_eval, time

from odoo.addons.queue_job.delay import group


class BaseManager(models.AbstractModel):
    _name = "base.programs.manager"
    _description = "Base Manager"

    def _get_eval_context(self):
        return {
            "datetime": datetime,
            "dateutil": dateutil,
            "time": time,
            "uid": self.env.uid,
            "user": self.env.user,
        }

    def _safe_eval(self, string, locals_dict=None):
        return safe_eval(string, {**self._get_eval_context(), **(locals_dict or {})})

    def _run_in_jobs(self, cycle, jobs, reason, done):
        """Locks the cycle, lets the delayables in `jobs` run side by side, and then `done`,
        a delayable that unlocks it."""
        cycle.message_post(body=reason)
        cycle.write({"locked": True, "locked_reason": reason})
        main_job = group(*jobs)
        main_job.on_done(done)
        main_job.delay()

    def _unlock(self, cycle, msg):
        """Unlocks the cycle and says in its chatter what has been done."""
        cycle.write({"locked": False, "locked_reason": False})
        cycle.message_post(body=msg)
