# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hmac
import logging
import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.g2p_bridge_base.secret import Secret, SecretUnreadable, secret_input, secret_state

from ...direction import SWITCHES, check_stays, reconsider
from ...identifiers import refusal_of
from ...lib.business_days import first_day_in_time
from ...lib.encodings import ENCODINGS
from ..envelope.envelope_states import NOT_SHIPPED

_logger = logging.getLogger(__name__)

#: What of a bank says how its statements come in, or what it is asked for after a lost answer.
HARMLESS = {
    "code",
    "lacks_idempotent_block",
    "lacks_payment_status",
    "lacks_release_funds",
    "statement_address",
    "statement_numbering",
    "statement_token",
}
NUMBERINGS = [
    ("auto", "Found out by itself"),
    ("consecutive", "Consecutive"),
    ("yearly", "Begins again each year"),
    ("monthly", "Begins again each month"),
    ("none", "None"),
]


class SponsorBank(models.Model):
    """What the bridge adds to a sponsor bank: how its statements come in, when they have to prove a
    payment, and what becomes of its envelopes when it is changed.
    """

    _inherit = "g2p.bridge.sponsor.bank"

    # === Fields ===

    program_ids = fields.One2many(
        "g2p.bridge.program", "sponsor_bank_id", help="Programs that this bank pays."
    )
    program_count = fields.Integer(
        "Number of Programs", compute="_compute_program_count", compute_sudo=True
    )
    account_count = fields.Integer(
        "Number of Accounts",
        compute="_compute_program_count",
        compute_sudo=True,
        help="Different accounts that the programs are paid from.",
    )
    waiting_envelope_count = fields.Integer(
        "Waiting Envelopes",
        compute="_compute_waiting_envelope_count",
        help="Envelopes whose money this bank has still to pay out.",
    )
    statement_encoding = fields.Selection(
        ENCODINGS,
        tracking=True,
        help="In which encoding the bank writes the letters of its statements. Empty: UTF-8 and "
        "Windows-1252 are told apart by themselves. Choose one if names in statements look wrong, "
        "or if a statement can't be read because of its encoding.",
    )
    statement_numbering = fields.Selection(
        NUMBERINGS,
        "Numbering of Statements",
        default="auto",
        required=True,
        tracking=True,
        help="Whether a number tells statements apart, and whether one is missing. Some banks "
        "begin again each year or month; others write 0 or always the same number: None. Left "
        "alone, the bridge finds out from the statements of each account as soon as they show "
        "it.",
    )
    statement_token = Secret("Stored Statement Token")
    statement_token_input = secret_input(
        "statement_token",
        "Statement Token",
        groups="g2p_bridge_base.group_admin",
        help="The bank proves itself by this token when it sends a statement. Have one made, or "
        "enter what was agreed; nobody can read it again.",
    )
    has_statement_token = secret_state("statement_token", "Statement Token Given")
    proof_business_days = fields.Integer(
        "Proof Expected within (Business Days)",
        default=3,
        required=True,
        tracking=True,
        help="A payment that no statement shows within so many days, counted from the day on "
        "which it was handed to the bank, is a task for finance. Business days are Monday to "
        "Friday, in the company's time zone.",
    )

    # === Constraints ===

    _proof_business_days_counted = models.Constraint(
        "CHECK(proof_business_days BETWEEN 1 AND 999)",
        "Give the business days within which the bank's proof is expected: a whole number from 1 "
        "to 999.",
    )

    @api.constrains("company_id")
    def _check_company_of_users(self):
        for bank in self:
            check_stays(bank, "sponsor_bank_id")

    @api.constrains("code")
    def _check_identifiers(self):
        """A program that comes from outside names its bank by this code."""
        for bank in self:
            refusal = refusal_of(self.env, self.env._("The code"), bank.code)
            if refusal:
                raise ValidationError(refusal)

    # === Compute ===

    @api.depends("program_ids.sponsor_bank_account_number")
    def _compute_program_count(self):
        counts = self.env["g2p.bridge.program"]._read_group(
            [("sponsor_bank_id", "in", self.ids)],
            ["sponsor_bank_id"],
            ["__count", "sponsor_bank_account_number:count_distinct"],
        )
        found = {bank.id: numbers for bank, *numbers in counts}
        for bank in self:
            bank.program_count, bank.account_count = found.get(bank.id, (0, 0))

    def _compute_waiting_envelope_count(self):
        counts = dict(
            self.env["g2p.bridge.envelope"]._read_group(
                [("sponsor_bank_id", "in", self.ids), *NOT_SHIPPED.domain()],
                ["sponsor_bank_id"],
                ["__count"],
            )
        )
        for bank in self:
            bank.waiting_envelope_count = counts.get(bank, 0)

    # === CRUD ===

    def write(self, vals):
        """Where numbers say nothing, nothing that waits because of its number waits any more."""
        result = super().write(vals)
        if vals.get("statement_numbering") == "none":
            # Not those where it waits for another administrator.
            banks = self.filtered(lambda bank: bank.statement_numbering == "none")
            self.env["g2p.bridge.statement"].sudo()._take_unnumbered(banks)
        return result

    # === Actions ===

    def action_new_statement_token(self):
        """Make a new token and show it once: the bank needs it, nobody else does."""
        self.ensure_one()
        self.check_access("write")
        self.env["g2p.bridge.second.factor"]._demand(self)
        token = secrets.token_urlsafe(32)
        self._replace_secret("statement_token", token)
        title = self.env._("New Statement Token of %s", self.name)
        return self.env["g2p.bridge.secret.show"]._open(title, token)

    def action_open_waiting_envelopes(self):
        """Open the envelopes that wait for this bank."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.envelope_action")
        domain = [("sponsor_bank_id", "=", self.id), *NOT_SHIPPED.domain()]
        return {**action, "domain": domain, "context": {}}

    def action_open_programs(self):
        """Open the programs that this bank pays."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.program_action")
        return {
            **action,
            "domain": [("sponsor_bank_id", "=", self.id)],
            "context": {"default_sponsor_bank_id": self.id},
        }

    # === Helpers ===

    def _two_person_names(self):
        """Also by what it proves itself when it sends a statement, and which ones count."""
        return super()._two_person_names() | {"statement_numbering", "statement_token"}

    @api.model
    def _from_statement_token(self, token):
        """:return: the bank that proves itself by this token, or no record"""
        return self._proved_by("statement_token", token)

    @api.model
    def _proved_by(self, name, given):
        """:return: the bank whose secret of this name was given, in superuser mode; or no record"""
        given = (given or "").encode("utf-8", "replace")
        confirmed = [(name, "!=", False), ("is_confirmed", "=", True)]
        for bank in self.sudo().search(confirmed):
            try:
                expected = bank[name].encode()
            except SecretUnreadable:
                _logger.error("%s of %s can't be read with this key", name, bank.code)
                continue
            if hmac.compare_digest(expected, given):
                return bank
        return self.browse()

    def _call_timeout(self):
        """Seconds after which a call to this bank can't be under way any more."""
        return self.connect_timeout + self.read_timeout

    def _direction_changed(self, names):
        super()._direction_changed(names)
        domain = [("sponsor_bank_id", "in", self.ids)]
        reconsider(self, domain, names - SWITCHES - HARMLESS)
        self.env["g2p.bridge.envelope"]._unfinished(domain)._enqueue_advance()

    @api.model
    def _first_days_in_time(self):
        """The earliest payment date of each bank whose proof is not late today.

        :return: {bank: date}; today is that of the bank's company
        """
        banks = self.sudo().with_context(active_test=False)
        return {
            bank: first_day_in_time(bank.company_id._g2p_bridge_today(), bank.proof_business_days)
            for bank in banks.search([])
        }
