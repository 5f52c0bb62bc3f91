# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..lib.frequencies import FREQUENCIES
from ..models.disbursement.disbursement_states import MAY_BE_REISSUED
from ..models.envelope.envelope_approval import FORMER
from ..services.wire import ADDRESS, FREQUENCY_NAMES

#: Each payment to reissue: what it says, whether it may be, and what stands in its place already.
FACTS = """
    SELECT d.id, d.disbursement_id, d.beneficiary_id, d.beneficiary_name, d.narrative,
           d.disbursement_amount::text, e.id, e.program_id, e.currency_id, d.state,
           {may}, r.disbursement_id, {address}
      FROM g2p_bridge_disbursement d
      JOIN g2p_bridge_envelope e ON e.id = d.envelope_id
      JOIN g2p_bridge_bank_batch b ON b.id = d.bank_batch_id
      LEFT JOIN LATERAL (
           SELECT disbursement_id FROM g2p_bridge_disbursement_all
            WHERE reissue_of_id = d.id LIMIT 1) r ON TRUE
     WHERE d.id = ANY(%s) ORDER BY d.id
""".format(
    may=MAY_BE_REISSUED.sql("d", bank_batch_id="b"),
    address=", ".join(f"d.{column}" for column in ADDRESS.values()),
)
GROUPS = ("group_officer", "group_finance")


class Reissue(models.TransientModel):
    """A window in which payments that were not made, or came back, are made anew.

    They go into an envelope of their own, which is approved, funded and shipped like any
    other. The database keeps that nobody is reissued twice.
    """

    _name = "g2p.bridge.reissue"
    _description = "Reissue Disbursements"

    res_ids = fields.Char(required=True, readonly=True)
    program_id = fields.Many2one("g2p.bridge.program", "Benefit Program", readonly=True)
    currency_id = fields.Many2one(related="program_id.currency_id")
    number_of_disbursements = fields.Integer("Payments", readonly=True)
    number_of_beneficiaries = fields.Integer("Beneficiaries", readonly=True)
    total_disbursement_amount = fields.Char("Total Amount", readonly=True)
    mapped = fields.Boolean(related="program_id.id_mapper_resolution_required")
    needs_approval = fields.Boolean(compute="_compute_needs_approval", compute_sudo=True)
    cycle_code_mnemonic = fields.Char(
        "Cycle",
        required=True,
        help="The cycle code of the new envelope. A program has one live envelope per cycle.",
    )
    disbursement_frequency = fields.Selection(FREQUENCIES, "Frequency", required=True)
    disbursement_schedule_date = fields.Date("Schedule Date", required=True)
    reason = fields.Text(required=True)

    @api.depends("program_id", "res_ids")
    def _compute_needs_approval(self):
        for wizard in self:
            program = wizard.program_id
            strict = program and program._policy().approval != "none"
            wizard.needs_approval = strict or wizard._pays_again()

    def _pays_again(self):
        """Whether an approver has to release the reissue whatever the policy says."""
        self.env.flush_all()
        self.env.cr.execute(FORMER, {"ids": _numbers(self.res_ids)})
        return self.env.cr.fetchone()[0]

    @api.model
    def _open(self, lines):
        """:return: the action that asks how these disbursements are reissued"""
        self._check_operator()
        lines.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reissue"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_res_ids": ",".join(map(str, lines.ids))},
        }

    @api.model
    def default_get(self, fields_list):
        """Propose an envelope for what is to be reissued."""
        values = super().default_get(fields_list)
        if values.get("res_ids"):
            rows = self._rows(values["res_ids"])
            program = self.env["g2p.bridge.program"].browse(rows[0]["program"])
            newest = self.env["g2p.bridge.envelope"].browse(max(row["envelope"] for row in rows))
            values.update(
                program_id=program.id,
                disbursement_frequency="ondemand",
                disbursement_schedule_date=program.sudo()._earliest_schedule_date(),
                cycle_code_mnemonic=program.sudo()._free_cycle_code(newest.sudo()),
                **self._totals(rows),
            )
        return values

    def action_reissue(self):
        """Create the envelope with exact totals and all of its disbursements, and open it."""
        self.ensure_one()
        self._check_operator()
        reason = self.env["g2p.bridge.audit"]._given_reason(self.reason)
        rows = self._rows(self.res_ids)
        formers = self.env["g2p.bridge.envelope"].browse({row["envelope"] for row in rows})
        formers.sudo()._check_at_hand()
        program = self.env["g2p.bridge.program"].browse(rows[0]["program"])
        envelope = self._create_envelope(program, rows)
        lines = self.env["g2p.bridge.disbursement"].browse([row["id"] for row in rows]).sudo()
        lines._follow_reissue()
        self._note(envelope, lines, reason)
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.envelope_action")
        return {**action, "views": [(False, "form")], "res_id": envelope.id}

    def _create_envelope(self, program, rows):
        """Through the operations, which check everything that they check of a PBMS."""
        service = self.env["g2p.bridge.service"].sudo().with_company(program.company_id)
        taken = (
            self.env["g2p.bridge.envelope"]
            .sudo()
            .search_count(
                [
                    ("program_id", "=", program.id),
                    ("cycle_code_mnemonic", "=", self.cycle_code_mnemonic),
                    ("cancellation_status", "=", "not_cancelled"),
                ]
            )
        )
        if taken:
            raise UserError(
                self.env._(
                    "The cycle %s has a live envelope already. Name another cycle.",
                    self.cycle_code_mnemonic,
                )
            )
        reply = service.create_disbursement_envelope(
            {
                "benefit_program_mnemonic": program.benefit_program_mnemonic,
                "disbursement_frequency": FREQUENCY_NAMES.get(self.disbursement_frequency),
                "cycle_code_mnemonic": self.cycle_code_mnemonic,
                **self._totals(rows),
                "disbursement_currency_code": program.currency_id.name,
                "disbursement_schedule_date": self.disbursement_schedule_date,
            }
        )
        envelope_id = reply["disbursement_envelope_id"]
        service.create_disbursements([_sent(row, envelope_id) for row in rows])
        return service._find_envelope(envelope_id)

    @api.model
    def _rows(self, res_ids):
        """What is reissued, as dicts.

        :raises UserError: one of them can't be, or they are of several programs or currencies
        """
        ids = _numbers(res_ids)
        self.env["g2p.bridge.disbursement"].browse(ids).exists().check_access("read")
        self.env.flush_all()
        self.env.cr.execute(FACTS, [ids])
        names = (
            *("id", "disbursement_id", "beneficiary_id", "beneficiary_name", "narrative"),
            *("disbursement_amount", "envelope", "program", "currency", "state", "may", "reissue"),
            *ADDRESS,
        )
        rows = [dict(zip(names, row, strict=True)) for row in self.env.cr.fetchall()]
        self._check_rows(rows)
        return rows

    @api.model
    def _check_rows(self, rows):
        if not rows:
            raise UserError(self.env._("Choose the disbursements to reissue."))
        for row in rows:
            if row["reissue"]:
                raise UserError(
                    self.env._(
                        "%(line)s was reissued already, as %(new)s. Leave it out.",
                        line=row["disbursement_id"],
                        new=row["reissue"],
                    )
                )
            if not row["may"]:
                line = self.env["g2p.bridge.disbursement"].browse(row["id"])
                raise UserError(
                    self.env._(
                        "%(line)s is %(state)s. Only what came back, was rejected or cancelled, or "
                        "was left out of a batch that has been shipped is reissued; all else is "
                        "paid, or may still be.",
                        line=row["disbursement_id"],
                        state=line._state_label().lower(),
                    )
                )
        if len({row["program"] for row in rows}) > 1:
            raise UserError(self.env._("Choose disbursements of one benefit program."))
        if len({row["currency"] for row in rows}) > 1:
            raise UserError(self.env._("Choose disbursements of one currency."))

    @api.model
    def _totals(self, rows):
        """The control totals of the new envelope, exact."""
        return {
            "number_of_disbursements": len(rows),
            "number_of_beneficiaries": len({row["beneficiary_id"] for row in rows}),
            "total_disbursement_amount": str(
                sum(Decimal(row["disbursement_amount"]) for row in rows)
            ),
        }

    @api.model
    def _check_operator(self):
        groups = [f"g2p_bridge_base.{group}" for group in GROUPS]
        if not self.env.su and not any(map(self.env.user.has_group, groups)):
            raise AccessError(self.env._("Only officers and finance may reissue disbursements."))

    def _note(self, envelope, lines, reason):
        """Link the envelopes with each other in their histories."""
        formers = lines.envelope_id
        links = Markup(", ").join(former._get_html_link() for former in formers)
        body = Markup("<p>%s</p>") % self.env._(
            "Reissues payments of %(envelopes)s (%(count)s): %(reason)s",
            count=len(lines),
            envelopes=links,
            reason=reason,
        )
        envelope._log_decision(
            "reissue", body, reason=reason, lines=lines.mapped("disbursement_id")
        )
        for former in formers:
            own = lines.filtered(lambda line, former=former: line.envelope_id == former)
            title = self.env._(
                "Payments reissued in %(envelope)s (%(count)s): %(reason)s",
                count=len(own),
                envelope=envelope._get_html_link(),
                reason=reason,
            )
            former._log_decision(
                "reissue",
                own._note(title),
                what=title,
                reason=reason,
                lines=own.mapped("disbursement_id"),
            )


def _numbers(text):
    """The record IDs in a text like ``1,2,3``."""
    return [int(number) for number in (text or "").split(",") if number.isdigit()]


def _sent(row, envelope_id):
    """A row for the operation; the former disbursement's ID is the key of the new one."""
    sent = ("beneficiary_id", "beneficiary_name", "narrative", "disbursement_amount", *ADDRESS)
    return {
        **{name: row[name] for name in sent},
        "disbursement_envelope_id": envelope_id,
        "mis_reference_number": row["disbursement_id"],
        "reissue_of": row["disbursement_id"],
    }
