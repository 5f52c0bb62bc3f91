# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from odoo.addons.g2p_bridge.lib.reasons import reason_words
from odoo.addons.g2p_bridge_base.links import LooseLink
from odoo.addons.queue_job.job import Job

from ...lib.event_kinds import KINDS

EMIT = """
    INSERT INTO g2p_bridge_event (event_id, kind, happened_at, company_id, program_id,
                                  envelope_id, %(names)s)
    SELECT gen_random_uuid()::text, %(kind)s, clock_timestamp() AT TIME ZONE 'UTC',
           e.company_id, e.program_id, e.id, %(values)s
      FROM %(source)s
"""


class Event(models.Model):
    """Something that has happened to an envelope: one row per event, never per payment.

    It is written in the transaction of what it is about, so it exists if and only if that
    is so. Writing it locks nothing that others want: links have no foreign key, and its
    place in the order that readers see is given later (``event_number.py``).
    """

    _name = "g2p.bridge.event"
    _description = "Event"
    _order = "id desc"
    _log_access = False

    # === Fields ===

    event_id = fields.Char("Event ID", required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    happened_at = fields.Datetime(required=True, readonly=True)
    company_id = LooseLink("res.company", required=True, readonly=True)
    program_id = LooseLink("g2p.bridge.program", "Benefit Program", required=True, readonly=True)
    envelope_id = LooseLink("g2p.bridge.envelope", required=True, readonly=True, index=True)
    bank_batch_id = LooseLink("g2p.bridge.bank.batch", readonly=True)
    mapper_batch_id = LooseLink("g2p.bridge.mapper.batch", readonly=True)
    statement_id = LooseLink("g2p.bridge.statement", readonly=True)
    # Which disbursements, or which lines of the statement, it is about.
    first_id = fields.Integer(readonly=True)
    last_id = fields.Integer(readonly=True)
    currency_id = fields.Many2one(related="envelope_id.currency_id")
    line_count = fields.Integer(
        "Disbursements",
        readonly=True,
        help="Of a mapper batch those that were resolved, of a bank batch those that were "
        "shipped, of a statement those that it proves, else all that it is about.",
    )
    amount = fields.Monetary(readonly=True)
    failed_count = fields.Integer(
        "Failed",
        readonly=True,
        help="Of a mapper batch those that were not resolved, of a bank batch those that were "
        "rejected, of a statement those that came back.",
    )
    failed_amount = fields.Monetary(readonly=True)
    reason_code = fields.Char(readonly=True)
    reason_text = fields.Char("Reason", compute="_compute_reason_text")

    # === Constraints ===

    _event_id_uniq = models.Constraint("UNIQUE(event_id)", "This event is recorded already.")

    # === Compute ===

    @api.depends("kind", "happened_at")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            event.display_name = kinds.get(event.kind, event.kind)

    @api.depends("reason_code")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for event in self:
            event.reason_text = reason_words(self.env, event.reason_code)

    # === Helpers ===

    @api.model
    def _emit(self, kind, source, **columns):
        """Record one event for each row of a query, in this transaction.

        :param str kind: one of ``KINDS``
        :param SQL source: what follows FROM; the envelope is ``e`` there
        :param columns: column of the event → trusted SQL expression over the source, or a
            value wrapped in :class:`SQL`
        """
        self.env.flush_all()
        values = [SQL(value) if isinstance(value, str) else value for value in columns.values()]
        self.env.cr.execute(
            SQL(
                EMIT,
                names=SQL(", ").join(map(SQL.identifier, columns)),
                kind=kind,
                values=SQL(", ").join(values),
                source=source,
            )
        )
        if self.env.cr.rowcount:
            self._wake()

    def _wake(self):
        """Let webhooks hear of it, once this transaction is committed."""
        if not self.env["g2p.bridge.webhook"]._listening():
            return
        job = Job(
            self.with_env(self.env(user=SUPERUSER_ID, context={})).browse()._job_dispatch,
            identity_key="g2p.bridge.event-dispatch",
            description=self.env._("Hand new events to the webhooks"),
        )
        self.env["queue.job"]._enqueue_once([job])
