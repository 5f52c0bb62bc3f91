# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...direction import SWITCHES, check_stays, reconsider
from ..step.step_states import ENDED, TO_ASK


class Mapper(models.Model):
    """An ID mapper: knows where each beneficiary wants the money.

    Some take questions and answer later; how such a call-back arrives, and proves itself, is the
    affair of the addon with the connector.
    """

    _name = "g2p.bridge.mapper"
    _description = "ID Mapper"
    _inherit = ["g2p.bridge.endpoint"]
    _order = "name"
    _check_company_auto = True

    # === Fields ===

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    connector = fields.Selection(
        [],
        tracking=True,
        help="How the bridge speaks to this mapper. Other addons may add entries.",
    )
    read_timeout = fields.Integer(
        help="After this many seconds without an answer, the batch is asked again later."
    )
    sign_requests = fields.Boolean(
        default=lambda self: bool(self.env["g2p.bridge.signing.key"]._current(self.env.company))
    )
    parallel_batches = fields.Integer(
        "Batches at the Same Time",
        default=4,
        required=True,
        help="How many batches this mapper is asked for at once, by all workers together. More "
        "makes a large envelope quicker, until the mapper can't keep up.",
    )
    program_ids = fields.One2many(
        "g2p.bridge.program", "mapper_id", help="Programs that are set to ask this mapper."
    )
    program_count = fields.Integer("Number of Programs", compute="_compute_program_count")
    waiting_envelope_count = fields.Integer(
        "Waiting Envelopes",
        compute="_compute_waiting_envelope_count",
        help="Envelopes with beneficiaries that the mapper has still to be asked for.",
    )
    calls_back = fields.Boolean(compute="_compute_calls_back")
    call_back_minutes = fields.Integer(
        "Wait for the Answer (min)",
        default=60,
        required=True,
        help="After this time without a call-back, the mapper is asked for the batch again.",
    )
    last_call_back_at = fields.Datetime("Last Call-Back", readonly=True, copy=False)

    # === Constraints ===

    _parallel_batches_range = models.Constraint(
        "CHECK(parallel_batches BETWEEN 1 AND 100)",
        "A mapper is asked for 1 to 100 batches at the same time.",
    )
    _name_company_uniq = models.Constraint(
        "UNIQUE(name, company_id)", "Another ID mapper of this company has this name."
    )
    _call_back_minutes_positive = models.Constraint(
        "CHECK(call_back_minutes > 0)", "The wait for an answer is at least one minute."
    )

    @api.constrains("company_id")
    def _check_company_of_users(self):
        for mapper in self:
            check_stays(mapper, "mapper_id")

    # === Compute ===

    def _compute_program_count(self):
        counts = dict(
            self.env["g2p.bridge.program"]._read_group(
                [("mapper_id", "in", self.ids), ("id_mapper_resolution_required", "=", True)],
                ["mapper_id"],
                ["__count"],
            )
        )
        for mapper in self:
            mapper.program_count = counts.get(mapper, 0)

    def _compute_waiting_envelope_count(self):
        counts = dict(
            self.env["g2p.bridge.envelope"]._read_group(
                self._waiting_envelopes(), ["mapper_id"], ["__count"]
            )
        )
        for mapper in self:
            mapper.waiting_envelope_count = counts.get(mapper, 0)

    @api.depends("connector")
    def _compute_calls_back(self):
        for mapper in self:
            model = f"g2p.bridge.mapper.connector.{mapper.connector}"
            mapper.calls_back = model in self.env and self.env[model]._calls_back

    # === Actions ===

    def action_open_programs(self):
        """Open the programs that ask this mapper."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.program_action")
        return {
            **action,
            "domain": [
                ("mapper_id", "=", self.id),
                ("id_mapper_resolution_required", "=", True),
            ],
            "context": {
                "default_mapper_id": self.id,
                "default_id_mapper_resolution_required": True,
            },
        }

    def action_open_waiting_envelopes(self):
        """Open the envelopes that wait for this mapper."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.envelope_action")
        return {**action, "domain": self._waiting_envelopes(), "context": {}}

    def action_test(self):
        """Open the window in which one ID can be tried."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Test %s with One ID", self.name),
            "res_model": "g2p.bridge.mapper.test",
            "view_mode": "form",
            "target": "new",
            "context": {"default_mapper_id": self.id},
        }

    # === Helpers ===

    def _direction_changed(self, names):
        super()._direction_changed(names)
        # Who is resolved already is paid as the approver has seen it.
        to_come = Domain(
            "mapper_batch_ids", "any", ~ENDED.domain() | Domain("undecided_count", ">", 0)
        )
        domain = [("mapper_id", "in", self.ids)]
        reconsider(self, domain, names - SWITCHES, to_come)
        self.env["g2p.bridge.envelope"]._unfinished(domain)._enqueue_advance()

    def _get_connector(self):
        """:return: the connector model of this mapper, bound to this record

        :raises UserError: its addon is not installed
        """
        self.ensure_one()
        model = f"g2p.bridge.mapper.connector.{self.connector}"
        if not self.connector or model not in self.env:
            raise UserError(
                self.env._(
                    "%(mapper)s has no usable connector. Choose one on the ID mapper, "
                    "or install the addon that brings it.",
                    mapper=self.name,
                )
            )
        return self.env[model].with_context(bridge_mapper_id=self.id)

    def _take_slot(self, cr):
        """Hold one of this mapper's slots until the transaction of ``cr`` ends.

        :return: False if all are taken
        """
        cr.execute(
            "SELECT slot FROM generate_series(1, %s) AS slot"
            " WHERE pg_try_advisory_xact_lock(hashtext('g2p_bridge_mapper_slot'), %s + slot)"
            " LIMIT 1",
            [self.parallel_batches, self.id * 1000],
        )
        return bool(cr.fetchone())

    def _waiting_envelopes(self):
        return [
            ("mapper_id", "in", self.ids),
            ("cancellation_status", "=", "not_cancelled"),
            *TO_ASK.domain("mapper_batch_ids."),
        ]

    def _unaudited_names(self):
        return super()._unaudited_names() | {"last_call_back_at"}

    def _take_call_back(self, body):
        """Record what the mapper answers.

        :param body: decoded from JSON
        :return: tuple (transaction_id, what became of it): ``taken``, ``partial``, ``late``
            (nobody waits for it any more) or ``unknown`` (it is not about a batch of this
            mapper)
        :raises ValueError: it is no call-back, and nothing was changed
        """
        self.ensure_one()
        connector = self._get_connector()
        transaction = connector.call_back_transaction(body)
        batch = self.env["g2p.bridge.mapper.batch"]._asked(self, transaction)
        if batch:
            result = batch._take_call_back(connector, body)
        else:
            connector.read_call_back(body, [])
            result = "unknown"
        self._note_call_back()
        return transaction, result

    def _note_call_back(self):
        """Keep when the mapper last called back, to the minute.

        Call-backs of many batches arrive at once: none of them waits for, or fails because
        of, this row.
        """
        self.env.cr.execute(
            """
            UPDATE g2p_bridge_mapper SET last_call_back_at = now() AT TIME ZONE 'UTC'
             WHERE id IN (SELECT id FROM g2p_bridge_mapper WHERE id = %s
                             AND COALESCE(last_call_back_at, '-infinity')
                                 < now() AT TIME ZONE 'UTC' - interval '1 minute'
                             FOR NO KEY UPDATE SKIP LOCKED)
            """,
            [self.id],
        )
        self.invalidate_recordset(["last_call_back_at"])
