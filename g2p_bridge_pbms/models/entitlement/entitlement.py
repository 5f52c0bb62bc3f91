# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..pbms_states import BRIDGE_STATE, COUNTS, PAYABLE_STATES, PAYMENT_STATES

#: Why an entitlement can't be handed to the bank. Found anew in each round of its cycle.
PROBLEMS = [
    ("disabled", "Registrant is disabled or archived"),
    ("wrong_currency", "Other currency than the program's account"),
    ("zero_amount", "Amount is not above zero"),
    ("too_many_decimals", "Amount has more decimals than the currency"),
    ("too_large", "The amount is too large"),
    ("disabled_head", "Head of the group is disabled or archived"),
    ("no_head", "Group has no head"),
    ("several_heads", "Group has several heads"),
    ("no_id", "No usable ID"),
    ("invalid_id", "ID is marked as invalid"),
    ("expired_id", "ID has expired"),
    ("several_ids", "Several different IDs"),
    ("several_accounts", "Several different bank accounts"),
    ("several_phones", "Several different phone numbers"),
    ("long_id", "The ID is too long"),
    ("lost_digits", "ID or account is what a spreadsheet has made of it"),
    ("no_name", "No usable name"),
    ("still_paid", "The bridge knows its last payment as paid or on its way"),
    ("no_fund", "The program's fund does not cover it"),
    ("not_approved", "Not let through by the approval of PBMS"),
]

#: They look after payments. PBMS lets them read and write entitlements, but gives the screens to
#: other groups alone.
FINANCE = "g2p_programs.g2p_finance_validator"

#: What an entitlement pays, and whether: who writes one of these has a part in its payment.
MONEY = {"state", "initial_amount", "transfer_fee", "partner_id", "cycle_id"}

RECORD = """
    UPDATE g2p_entitlement
       SET bridge_approved_by_id = %s, bridge_approved_amount = initial_amount,
           bridge_changed_by_id = NULL
     WHERE id = ANY(%s)
"""


class Entitlement(models.Model):
    """What somebody is entitled to in a cycle, who approved it, and how far its payment is.

    **Currency**: PBMS takes it from the journal, and a journal without a currency of its own is in
    its company's, which is the usual case. Without a journal it is that of the program's company.

    **Approval**: who approved it, and by what amount, kept by the bridge as for its cycle. Whatever
    is written to it afterwards takes the approval away.
    """

    _name = "g2p.entitlement"
    _inherit = ["g2p.entitlement", "g2p.bridge.pbms.fields"]

    # === Fields ===

    bridge_problem = fields.Selection(
        PROBLEMS,
        "Why Not Payable",
        readonly=True,
        copy=False,
        help="What keeps the bridge from paying this. Correct it and prepare payments again.",
    )
    bridge_payment_state = fields.Selection(
        PAYMENT_STATES,
        "Payment",
        compute="_compute_bridge_payment_state",
        search="_search_bridge_payment_state",
        compute_sudo=True,
    )
    bridge_failure_reason = fields.Char(
        "Reason",
        compute="_compute_bridge_payment_state",
        compute_sudo=True,
        help="Why the payment was not made or came back.",
    )
    bridge_currency_id = fields.Many2one(
        "res.currency",
        "Currency of the Amount",
        compute="_compute_bridge_currency_id",
        search="_search_bridge_currency_id",
        compute_sudo=True,
    )
    bridge_approved_by_id = fields.Many2one(
        "res.users",
        "Approved in PBMS by",
        readonly=True,
        copy=False,
        help="Who had PBMS's entitlement manager approve it, within the fund. Empty if it was "
        "written past the approval, or after it: then it is not paid by itself.",
    )
    bridge_approved_amount = fields.Monetary("Amount Approved", readonly=True, copy=False)
    bridge_changed_by_id = fields.Many2one(
        "res.users", "Changed by Hand by", readonly=True, copy=False
    )

    # === Constraints ===

    _bridge_problem_index = models.Index("(cycle_id) WHERE bridge_problem IS NOT NULL")

    # === Compute ===

    @api.depends("payment_ids.status", "payment_ids.bridge_failure_reason")
    def _compute_bridge_payment_state(self):
        latest = {}
        if self.ids:
            self.env["g2p.payment"].flush_model()
            self.env.cr.execute(
                f"SELECT p.entitlement_id, {BRIDGE_STATE}, p.bridge_failure_reason"
                f" FROM g2p_payment p WHERE p.entitlement_id = ANY(%s) AND {COUNTS}",
                [self.ids],
            )
            latest = {row[0]: row[1:] for row in self.env.cr.fetchall()}
        for entitlement in self:
            state, reason = latest.get(entitlement.id, ("not_sent", None))
            entitlement.bridge_payment_state = state
            entitlement.bridge_failure_reason = reason if state == "failed" else False

    def _search_bridge_payment_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._bridge_state_domain(state) for state in value)

    @api.depends(
        "journal_id.currency_id",
        "journal_id.company_id.currency_id",
        "cycle_id.program_id.company_id.currency_id",
    )
    def _compute_bridge_currency_id(self):
        for entitlement in self:
            journal = entitlement.journal_id
            company = journal.company_id or entitlement.cycle_id.program_id.company_id
            entitlement.bridge_currency_id = journal.currency_id or company.currency_id

    def _search_bridge_currency_id(self, operator, value):
        """The same as a domain. Nobody who looks for entitlements needs to see journals."""
        if operator != "in":
            return NotImplemented
        currencies = [one for one in value if one]
        if not currencies:
            return Domain.FALSE
        company = [("company_id.currency_id", "in", currencies)]
        journal = Domain("currency_id", "in", currencies) | Domain("currency_id", "=", False) & (
            Domain(company)
        )
        return Domain("journal_id", "any!", journal) | (
            Domain("journal_id", "=", False)
            & Domain("cycle_id", "any!", [("program_id", "any", company)])
        )

    # === CRUD ===

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Finance validators see the entitlements whose payments they look after."""
        if self.env.user.has_group(FINANCE):
            self = self.with_user(SUPERUSER_ID)
        return super()._get_view(view_id, view_type, **options)

    @api.model_create_multi
    def create(self, vals_list):
        """A late approval lets the cycle go on, and who makes an entitlement has a part in it."""
        entitlements = super().create(vals_list)
        entitlements.filtered(lambda one: one.state == "approved").cycle_id._bridge_soon()
        entitlements.cycle_id._bridge_add_maker()
        return entitlements

    def write(self, vals):
        """The end of the last open one lets the cycle go on; an approval ends with each change."""
        touched = MONEY & vals.keys()
        cycles = self.cycle_id if touched else self.env["g2p.cycle"]
        result = super().write(vals)
        if "state" in vals:
            self.cycle_id._bridge_soon()
        if touched:
            (cycles | self.cycle_id)._bridge_add_maker()
        # Of expired ones nothing is paid that nobody asks for, and then only within the fund.
        if touched and (touched != {"state"} or vals["state"] != "expired"):
            self.sudo().write(
                {
                    "bridge_approved_by_id": False,
                    "bridge_approved_amount": False,
                    "bridge_changed_by_id": self.env.uid,
                }
            )
        return result

    # === Helpers ===

    @api.model
    def _bridge_owed_domain(self):
        """Entitlements that somebody is, or was, to be paid for.

        PBMS lets approved ones expire, whatever became of their payments: who was handed to the
        bridge before stays in sight.
        """
        handed_over = Domain("payment_ids", "any", [("bridge_envelope_id", "!=", False)])
        return Domain("state", "in", PAYABLE_STATES) | (
            Domain("state", "=", "expired") & handed_over
        )

    @api.model
    def _bridge_payable_domain(self, asked):
        """Entitlements that a round may look at.

        :param asked: a person has asked for it: also those that expired after their payment had
            failed
        """
        approved = Domain("state", "=", "approved")
        if not asked:
            return approved
        return approved | Domain("state", "=", "expired") & self._bridge_owed_domain()

    @api.model
    def _bridge_state_domain(self, state):
        """Entitlements whose payment is in one of ``PAYMENT_STATES``."""
        live = Domain("payment_ids", "any", [("status", "!=", "failed")])
        if state == "paid":
            return Domain("payment_ids", "any", [("status", "=", "paid")])
        if state == "in_flight":
            return Domain("payment_ids", "any", [("status", "=", False)])
        if state == "failed":
            return ~live & Domain("payment_ids", "any", [("status", "=", "failed")])
        return Domain("payment_ids", "=", False) if state == "not_sent" else Domain.FALSE

    def _bridge_record_approval(self):
        """PBMS's entitlement manager has just approved these."""
        self.flush_recordset()
        self.env.cr.execute(SQL(RECORD, self.env.uid, self.ids))
        self.invalidate_recordset(
            ["bridge_approved_by_id", "bridge_approved_amount", "bridge_changed_by_id"]
        )
