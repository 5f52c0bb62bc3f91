# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from psycopg2.errors import SerializationFailure

from odoo.addons.g2p_bridge_base.lib.frozen import Frozen

from ...lib.account_masking import FULL_ACCOUNT_GROUPS, masked
from ...lib.frequencies import FREQUENCIES
from ...lib.policy import APPROVAL
from ...locks import LockTaken, take_locks
from ..disbursement.account_seen import IS_HELD
from ..disbursement.disbursement_states import ADDRESSED, LEFT, LIVE, PROVED, UNRESOLVED
from ..step.step_states import FAILED, UNCERTAIN
from .envelope_states import STATES

#: Parts of an envelope that people open: action, domain on that action's model.
PARTS = {
    "received": ("disbursement_action", LIVE.domain()),
    "resolved": ("disbursement_action", ADDRESSED.domain()),
    "unresolved": ("disbursement_action", UNRESOLVED.domain()),
    "held": ("disbursement_action", IS_HELD.domain()),
    "shipped": ("disbursement_action", LEFT.domain()),
    "rejected": ("disbursement_action", [("state", "=", "rejected")]),
    "reconciled": ("disbursement_action", PROVED.domain()),
    "reversed": ("disbursement_action", [("state", "=", "reversed")]),
    "funds": ("funds_step_action", []),
    "mapper_failed": ("mapper_batch_action", FAILED.domain()),
    "bank_failed": ("bank_batch_action", FAILED.domain()),
    "bank_uncertain": ("bank_batch_action", UNCERTAIN.domain()),
    "mapper_batches": ("mapper_batch_action", []),
    "bank_batches": ("bank_batch_action", []),
}
# Lines that prove something are counted by the totals; of the others, open ones name a payment.
SPEAKING_STATEMENTS = """
    SELECT statement_id FROM g2p_bridge_statement_total WHERE envelope_id = ANY(%(envelopes)s)
    UNION
    SELECT e.statement_id FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_disbursement d ON d.id = e.disbursement_id
     WHERE e.outcome = 'error' AND d.envelope_id = ANY(%(envelopes)s)
"""


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

    # === Fields ===

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
        STATES,
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
    statement_count = fields.Integer("Statements", compute="_compute_statement_count")

    pipeline = fields.Json(compute="_compute_pipeline")
    timeline = fields.Json(compute="_compute_timeline")

    # === Constraints ===

    _envelope_id_uniq = models.Constraint(
        "UNIQUE(disbursement_envelope_id)", "An envelope with this ID exists already."
    )

    _one_live_per_cycle = models.UniqueIndex(
        "(program_id, cycle_code_mnemonic) WHERE cancellation_status = 'not_cancelled'",
        "This program has a live envelope for this cycle already. Cancel it first.",
    )

    # === Compute ===

    @api.depends("sponsor_bank_account_number")
    def _compute_account_masked(self):
        for envelope in self:
            number = envelope.sponsor_bank_account_number
            envelope.sponsor_bank_account_masked = masked(number)

    def _compute_statement_count(self):
        counts = dict(
            self.env["g2p.bridge.statement.total"]._read_group(
                [("envelope_id", "in", self.ids)], ["envelope_id"], ["__count"]
            )
        )
        for envelope in self:
            envelope.statement_count = counts.get(envelope, 0)

    def _compute_pipeline(self):
        for envelope in self:
            own = envelope.sudo()
            screen = own.env["g2p.bridge.envelope.pipeline"]
            envelope.pipeline = screen._of(own) if envelope.id else False

    def _compute_timeline(self):
        for envelope in self:
            own = envelope.sudo()
            screen = own.env["g2p.bridge.envelope.timeline"]
            envelope.timeline = screen._of(own) if envelope.id else False

    # === Actions ===

    def action_preview(self):
        """Open the preview of this envelope."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id("g2p_bridge.envelope_preview_action")
        return {
            **action,
            "name": self.env._("Preview of %s", self.display_name),
            "context": {"active_id": self.id, "active_model": self._name},
        }

    @api.readonly
    def preview_release(self, ratio=None, compare_with=None):
        """What would be shipped, and the findings that deserve a look before.

        :param ratio: text of a number above 1: from how many times more or less on the amount
            of a beneficiary is a finding
        :param compare_with: record ID of an earlier envelope of the program; by default the
            last one of the same frequency
        :return: dict of texts and links for the screen
        :raises AccessError: the user may not read the envelope or disbursements
        :raises UserError: the ratio is no number above 1
        """
        self.ensure_one()
        return self.env["g2p.bridge.envelope.preview"]._of(self, ratio, compare_with)

    def action_export_csv(self):
        """Download the disbursements of this envelope as a CSV file."""
        return self._export_action("csv")

    def action_export_xlsx(self):
        """Download the disbursements of this envelope as a workbook."""
        return self._export_action("xlsx")

    def action_open_part(self, part):
        """Open the list of one part of these envelopes.

        :param part: a key of ``PARTS``
        """
        xmlid, domain = PARTS[part]
        return self._open(f"g2p_bridge.{xmlid}", domain)

    def action_open_disbursements(self):
        return self._open("g2p_bridge.disbursement_action")

    def action_open_unresolved(self):
        return self.action_open_part("unresolved")

    def action_open_rejected(self):
        return self.action_open_part("rejected")

    def action_open_reversed(self):
        return self.action_open_part("reversed")

    def action_open_mapper_batches(self):
        return self._open("g2p_bridge.mapper_batch_action")

    def action_open_bank_batches(self):
        return self._open("g2p_bridge.bank_batch_action")

    def action_open_statements(self):
        statements = (
            self.env["g2p.bridge.statement.total"]
            .search([("envelope_id", "in", self.ids)])
            .statement_id
        )
        action = self._open("g2p_bridge.statement_action")
        return {**action, "domain": [("id", "in", statements.ids)]}

    def action_open_entries(self):
        action = self._open("g2p_bridge.statement_entry_action")
        # Which statements it can be is known: nobody has to look through all the others.
        domain = [
            ("statement_id", "in", self._speaking_statements()),
            ("disbursement_id.envelope_id", "in", self.ids),
        ]
        return {**action, "domain": domain}

    def action_open_audit(self):
        """Open what was decided about these envelopes."""
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge_base.audit_action")
        return {
            **action,
            "domain": [("model", "=", self._name), ("res_id", "in", self.ids)],
            "context": {},
        }

    # === Helpers ===

    def _responsible_user(self):
        return self.program_id.responsible_id or self.create_uid

    def _add_maker(self, users=None):
        """Remember that people had a part in what the envelopes would pay.

        :param users: by default the user
        """
        users = self.env.user if users is None else users
        for envelope in self:
            new = users - envelope.maker_ids
            if new:
                envelope.maker_ids = [fields.Command.link(user.id) for user in new]

    def _lock_for_change(self):
        """Let nobody else decide about these envelopes until this transaction ends.

        Operations read totals that others change. Writing the envelope and its funds steps
        turns every overlap with a job into a serialization conflict, which is repeated, so
        that the totals that were checked are the totals that are committed.

        :raises LockTaken: somebody does, or has done so since this transaction began
        """
        locks = take_locks(self.env.cr, self._table, self.ids)
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
            raise LockTaken(locks) from error
        self.invalidate_recordset()
        self.funds_step_ids.invalidate_recordset()

    def _lock_as_maker(self):
        """Lock these envelopes to change what they would pay: the user becomes a maker."""
        self._lock_for_change()
        self._add_maker()

    def _export_action(self, kind):
        if len(self) != 1:
            raise UserError(self.env._("Choose one envelope: a file holds one envelope."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/g2p_bridge/export_disbursements/{self.id}/{kind}",
            "target": "self",
        }

    def _speaking_statements(self):
        """:return: list of the record IDs of all statements with a line about these envelopes"""
        self.env.flush_all()
        rows = self.env.execute_query(SQL(SPEAKING_STATEMENTS, envelopes=self.ids))
        return [statement_id for (statement_id,) in rows]

    def _open(self, xmlid, domain=()):
        xmlid = self._list_of(xmlid)
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {
            **action,
            "domain": [("envelope_id", "in", self.ids), *domain],
            "context": {"create": False, "hide_envelope": len(self) == 1},
        }
