from odoo import api, models
from odoo.tools import SQL

from odoo.addons.queue_job.exception import RetryableJobError

from .statement_place import PLACE

SECONDS_UNTIL_FREE = 5
#: States in which a statement has still to be processed.
TO_COME = ("pending", "in_progress")

# Of each account of some statements, the one that is to be processed first.
HEADS = f"""
    SELECT head.id
      FROM (SELECT DISTINCT company_id, account_number FROM g2p_bridge_statement
             WHERE id = ANY(%(ids)s)) account,
           LATERAL (
           SELECT id FROM g2p_bridge_statement
            WHERE company_id = account.company_id AND account_number = account.account_number
              AND state IN ('pending', 'in_progress')
            ORDER BY {PLACE} LIMIT 1) head
     ORDER BY head.id
"""
# Of some statements, the first one of each account.
FIRSTS = f"""
    SELECT DISTINCT ON (company_id, account_number) id FROM g2p_bridge_statement
     WHERE id = ANY(%(ids)s) AND state IN ('pending', 'in_progress')
     ORDER BY company_id, account_number, {PLACE}
"""


class StatementQueue(models.Model):
    """Statements of one account are processed one after the other, in their order.

    One of them at a time has a job: N statements take about N jobs. Each that ends gives a job
    to the next one. Nothing is lost between the two: what arrives gets a job itself, without
    regard to what is under way. If that job finds another one of the account at work or before
    it, it leaves it at that, because what it waits for has not ended yet, and sees it when it
    does.
    """

    _inherit = "g2p.bridge.statement"

    _to_come = models.Index(
        f"(company_id, account_number, {PLACE}) WHERE state IN ('pending', 'in_progress')"
    )

    def _job_step(self):
        self = self.exists().sudo()
        if not self:
            return None
        if self._lock_account():
            return super()._job_step()
        words = self.env._("Another statement of the account is being processed.")
        if self.state == "pending" and not self._is_account_at_work():
            # Whoever has the lock is through, and may have looked for the next one before.
            raise RetryableJobError(words, seconds=SECONDS_UNTIL_FREE, ignore_retry=True)
        return words

    def _lock_account(self):
        """Let nobody else process a statement of this account until this transaction ends.

        :return: False if somebody does
        """
        self.env.cr.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext('g2p_bridge_account'), hashtext(%s))",
            [f"{self.company_id.id} {self.account_number or ''}"],
        )
        return self.env.cr.fetchone()[0]

    def _is_account_at_work(self):
        """Whether a statement is being processed that will give a job to the next one."""
        at_work = [
            ("company_id", "=", self.company_id.id),
            ("account_number", "=", self.account_number),
            ("state", "=", "in_progress"),
        ]
        return bool(self.search_count(at_work, limit=1))

    def _step_refusal(self, now):
        refusal = super()._step_refusal(now)
        if not refusal and self._heads() != self:
            refusal = self.env._("An earlier statement of the account comes first.")
        return refusal

    def _step_enqueue(self):
        """A job for the first of these of each account; the others follow one by one.

        The parts of long ones are read before, side by side.
        """
        first = self._find_by(FIRSTS)
        super(StatementQueue, first)._step_enqueue()
        (self - first)._unread_parts()._step_enqueue()

    def _step_continue(self):
        super()._step_continue()
        ended = self.filtered(lambda statement: statement.state not in TO_COME)
        ended._heads().filtered(lambda head: head.state == "pending")._enqueue_open()
        self.total_ids.envelope_id._enqueue_advance()

    @api.model
    def _cron_heartbeat(self):
        running = [("state", "in", TO_COME)]
        self.sudo().search(running)._heads()._enqueue_open()
        self.env["g2p.bridge.statement.part"].sudo().search(running)._enqueue_open()
        self._take_up_all()

    def _heads(self):
        """Of each account of these statements, the one that comes first of all that wait."""
        return self._find_by(HEADS)

    def _find_by(self, query):
        self.env.flush_all()
        rows = self.env.execute_query(SQL(query, ids=self.ids))
        return self.browse([row[0] for row in rows])

    def _order_key(self):
        """(statement number, sequence number), 0 for what is no number."""
        return _number(self.statement_number), _number(self.sequence_number)


def _number(text):
    digits = text and text.isascii() and text.isdigit()
    return int(text) if digits and len(text) < 10 else 0
