# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import models
from odoo.service.model import retrying

from ...locks import with_locks


class DurableMixin(models.AbstractModel):
    """Work in a job that is committed part by part.

    The job's own transaction only carries an advisory lock that says "alive"; it is never
    committed by us, because that would drop the job runner's lock on the job.
    """

    _name = "g2p.bridge.durable.mixin"
    _description = "Work Committed Part by Part"

    def _stay_alive(self):
        """Hold the lock that tells other jobs of this record that it has a living worker.

        :return: False if another one holds it
        """
        self.env.cr.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)", [self._table, self.id]
        )
        return self.env.cr.fetchone()[0]

    def _in_own_transaction(self, method, *args):
        """Run a method of this record in a transaction of its own and commit it.

        Conflicts with other transactions are repeated, and locks are waited for. The result
        must be plain values.
        """
        with self.env.registry.cursor() as cr:
            twin = self.with_env(self.env(cr=cr))
            work = partial(getattr(twin, method), *args)
            return retrying(partial(with_locks, twin.env, work, patience=None), twin.env)
