from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL
from psycopg2.errors import SerializationFailure

from odoo.addons.g2p_bridge_base.lib.frozen import Frozen

from ...turns import TurnTaken, take_turns
from ..program.policy_mixin import APPROVAL
from ..program.program import FREQUENCIES, FULL_ACCOUNT_GROUPS, masked


class Envelope(models.Model):
    """One disbursement of one program for one cycle, declared by its control totals.

    Its disbursements arrive afterwards and must match the totals exactly before any money
    is touched. The funds steps and the batches are rows of their own; this row is written
    only by operations on the envelope itself and by ``_advance``.
    """

    _name = "g2p.bridge.envelope"
    _description = "Disbursement Envelope"
    _inherit = [
        "mail.thread",
        "g2p.bridge.to.do.mixin",
        "g2p.bridge.frozen.mixin",
        "g2p.bridge.audited.mixin",
    ]
    _order = "id desc"
    _rec_name = "disbursement_envelope_id"
    # Nobody writes envelopes by hand, but everybody who sees one may discuss it.
    _mail_post_access = "read"
    _check_company_auto = True
    _undeletable = "g2p_bridge_money_begun(old.id)"
    _frozen = (
        Frozen(
            "identity",
            (
                "disbursement_envelope_id",
                "program_id",
                "company_id",
                "cycle_code_mnemonic",
                "currency_id",
                "sponsor_bank_id",
                "sponsor_bank_account_number",
                "approval",
            ),
        ),
        Frozen("cancelled", ("cancellation_status",), "old.cancellation_status = 'cancelled'"),
        Frozen(
            "declared",
            (
                "number_of_beneficiaries",
                "number_of_disbursements",
                "total_disbursement_amount",
                "disbursement_schedule_date",
            ),
            "g2p_bridge_money_begun(old.id)",
        ),
    )

    disbursement_envelope_id = fields.Char("Envelope ID", readonly=True, copy=False)
    program_id = fields.Many2one(
        "g2p.bridge.program", "Benefit Program", required=True, readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    cycle_code_mnemonic = fields.Char("Cycle", required=True, readonly=True)
    disbursement_frequency = fields.Selection(FREQUENCIES, required=True, readonly=True)
    number_of_beneficiaries = fields.Integer(
        "Beneficiaries", required=True, readonly=True, tracking=True, help="People to be paid."
    )
    number_of_disbursements = fields.Integer(
        "Disbursements",
        required=True,
        readonly=True,
        tracking=True,
        help="Payments that the sender has declared: exactly these have to arrive.",
    )
    total_disbursement_amount = fields.Monetary(
        "Total Amount",
        required=True,
        readonly=True,
        tracking=True,
        help="What all payments together have to come to, to the last decimal.",
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    disbursement_schedule_date = fields.Date(
        "Schedule Date",
        required=True,
        readonly=True,
        tracking=True,
        help="The day on which the bridge starts to ask the bank for the money.",
    )
    receipt_time_stamp = fields.Datetime("Received At", required=True, readonly=True)
    cancellation_status = fields.Selection(
        [("not_cancelled", "Not cancelled"), ("cancelled", "Cancelled")],
        default="not_cancelled",
        required=True,
        readonly=True,
        tracking=True,
    )
    cancellation_time_stamp = fields.Datetime("Cancelled At", readonly=True)
    # The program may be configured anew later: what this envelope is paid from stays.
    sponsor_bank_id = fields.Many2one("g2p.bridge.sponsor.bank", required=True, readonly=True)
    sponsor_bank_account_number = fields.Char(
        "Account Number", required=True, readonly=True, groups=FULL_ACCOUNT_GROUPS
    )
    sponsor_bank_account_masked = fields.Char(
        "Account", compute="_compute_account_masked", compute_sudo=True
    )
    id_mapper_resolution_required = fields.Boolean("Resolve IDs by a Mapper", readonly=True)
    mapper_id = fields.Many2one("g2p.bridge.mapper", "ID Mapper", readonly=True)
    approval = fields.Selection(
        APPROVAL,
        readonly=True,
        help="Who had to release it by the policy under which it was declared. A stricter policy "
        "that came later counts in its place, a milder one doesn't.",
    )
    state = fields.Selection(
        [
            ("receiving", "Receiving"),
            ("to_approve", "To approve"),
            ("scheduled", "Scheduled"),
            ("funding", "Funding"),
            ("shipping", "Shipping"),
            ("shipped", "Shipped"),
            ("reconciled", "Reconciled"),
            ("cancelled", "Cancelled"),
        ],
        default="receiving",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
    )
    needs_attention = fields.Boolean(
        readonly=True, help="A step has failed or its outcome is unknown."
    )
    maker_ids = fields.Many2many(
        "res.users",
        string="Made by",
        readonly=True,
        copy=False,
        help="Everybody who declared it, changed it, or sent or cancelled disbursements.",
    )
    started_by_id = fields.Many2one("res.users", readonly=True, tracking=True, copy=False)
    paused = fields.Boolean(readonly=True, copy=False)
    responsible_id = fields.Many2one(
        related="program_id.responsible_id",
        help="Gets the to-dos when something of this envelope needs a person.",
    )
    disbursement_ids = fields.One2many("g2p.bridge.disbursement", "envelope_id")
    mapper_batch_ids = fields.One2many("g2p.bridge.mapper.batch", "envelope_id")
    bank_batch_ids = fields.One2many("g2p.bridge.bank.batch", "envelope_id")
    funds_step_ids = fields.One2many("g2p.bridge.funds.step", "envelope_id")
    statement_total_ids = fields.One2many("g2p.bridge.statement.total", "envelope_id")

    _envelope_id_uniq = models.Constraint(
        "UNIQUE(disbursement_envelope_id)", "An envelope with this ID exists already."
    )
    _one_live_per_cycle = models.UniqueIndex(
        "(program_id, cycle_code_mnemonic) WHERE cancellation_status = 'not_cancelled'",
        "This program has a live envelope for this cycle already. Cancel it first.",
    )

    @api.depends("sponsor_bank_account_number")
    def _compute_account_masked(self):
        for envelope in self:
            number = envelope.sponsor_bank_account_number
            envelope.sponsor_bank_account_masked = masked(number)

    # Helpers

    def _check_group(self, name):
        """:raises AccessError: the user is not in this group of the bridge"""
        xmlid = f"g2p_bridge_base.{name}"
        if not (self.env.su or self.env.user.has_group(xmlid)):
            group = self.env.ref(xmlid).sudo().name
            raise AccessError(
                self.env._("Only a member of the group %s may do this. Ask one.", group)
            )

    def _responsible_user(self):
        return self.program_id.responsible_id or self.create_uid

    def _add_maker(self, users=None):
        """Remember that people had a part in what the envelopes would pay.

        :param users: by default whoever does this now
        """
        users = self.env.user if users is None else users
        for envelope in self:
            new = users - envelope.maker_ids
            if new:
                envelope.maker_ids = [fields.Command.link(user.id) for user in new]

    def _take_turn(self):
        """Let nobody else decide about these envelopes until this transaction ends.

        Operations read totals that others change. Writing the envelope and its funds steps
        turns every overlap with a job into a serialization conflict, which is repeated, so
        that the totals that were checked are the totals that are committed.

        :raises TurnTaken: somebody does, or has done so since this transaction began
        """
        turns = take_turns(self.env.cr, self._table, self.ids)
        try:
            for table, key in ((self._table, "id"), ("g2p_bridge_funds_step", "envelope_id")):
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET write_date = clock_timestamp() WHERE %s = ANY(%s)",
                        SQL.identifier(table),
                        SQL.identifier(key),
                        self.ids,
                    )
                )
        except SerializationFailure as error:
            raise TurnTaken(turns) from error
        self.invalidate_recordset()
        self.funds_step_ids.invalidate_recordset()

    def _touch(self):
        """Take the turn for changing what the envelopes would pay: that makes a maker."""
        self._take_turn()
        self._add_maker()
