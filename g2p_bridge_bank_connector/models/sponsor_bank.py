# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from odoo.addons.g2p_bridge_base.unique_text import unique_text

_lt = LazyTranslate(__name__)

#: What a bank may be able to do, as a field of its record → as its connector calls it.
CAPABILITIES = {
    "can_release_funds": "release_funds",
    "can_query_payment_status": "payment_status",
    "has_idempotent_block": "idempotent_block",
}


class SponsorBank(models.Model):
    """A bank that holds program money and pays it out for us."""

    _name = "g2p.bridge.sponsor.bank"
    _description = "Sponsor Bank"
    _inherit = ["g2p.bridge.endpoint"]
    _order = "name"
    _check_company_auto = True

    # === Fields ===

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(
        required=True, tracking=True, help="Short unique code of the bank, e.g. its BIC."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    connector = fields.Selection(
        [],
        tracking=True,
        help="How the bridge speaks to this bank. Each connector addon adds one entry.",
    )
    can_release_funds = fields.Boolean(
        "Gives Back What Is Left",
        compute="_compute_capabilities",
        inverse="_inverse_can_release_funds",
        help="The bank releases the part of a hold that an envelope did not use. Otherwise the "
        "money stays held until the bank lets it go by itself.",
    )
    can_query_payment_status = fields.Boolean(
        "Tells What Became of a Batch",
        compute="_compute_capabilities",
        inverse="_inverse_can_query_payment_status",
        help="After a lost answer, the bridge asks the bank by the batch's reference. Otherwise "
        "a person has to find out.",
    )
    has_idempotent_block = fields.Boolean(
        "Never Holds Twice",
        compute="_compute_capabilities",
        inverse="_inverse_has_idempotent_block",
        help="The same request to hold money again gives the same hold, so that the bridge may "
        "repeat it after a lost answer. Otherwise a person has to find out.",
    )
    lacks_release_funds = fields.Boolean("Does Not Give Back What Is Left", tracking=True)
    lacks_payment_status = fields.Boolean("Does Not Tell What Became of a Batch", tracking=True)
    lacks_idempotent_block = fields.Boolean("May Hold Twice", tracking=True)
    offered_capabilities = fields.Char(
        compute="_compute_capabilities",
        help="What banks with this connector can do at most, as the connector calls it.",
    )

    # === Constraints ===

    _code_company_uniq = models.Constraint(
        "UNIQUE(code, company_id)", "Another sponsor bank of this company has this code."
    )

    # === Compute ===

    @api.depends("connector", *(f"lacks_{name}" for name in CAPABILITIES.values()))
    def _compute_capabilities(self):
        """What this very bank can do: what its connector can, less what a person says it lacks."""
        for bank in self:
            offered = bank._offered()
            bank.offered_capabilities = " ".join(offered)
            for field, name in CAPABILITIES.items():
                bank[field] = name in offered and not bank[f"lacks_{name}"]

    def _inverse_can_release_funds(self):
        self._say_capability("can_release_funds")

    def _inverse_can_query_payment_status(self):
        self._say_capability("can_query_payment_status")

    def _inverse_has_idempotent_block(self):
        self._say_capability("has_idempotent_block")

    # === CRUD ===

    def copy_data(self, default=None):
        copies = super().copy_data(default)
        for bank, values in zip(self, copies, strict=True):
            if "code" not in (default or {}):
                values["code"] = unique_text(bank, "code", "%s-COPY")
        return copies

    # === Helpers ===

    def _say_capability(self, field):
        """Keep what a person says that these banks can or can't do.

        :raises UserError: the connector can't do it, whatever the bank can
        """
        name = CAPABILITIES[field]
        for bank in self:
            can, offered = bank[field], name in bank._offered()
            if can and not offered:
                raise UserError(
                    self.env._(
                        '"%(capability)s" can\'t be said of %(bank)s: its connector has no way '
                        "to ask for it. Leave it unticked.",
                        capability=self._fields[field]._description_string(self.env),
                        bank=bank.name,
                    )
                )
            bank[f"lacks_{name}"] = offered and not can

    def _offered(self):
        """:return: list of what the connector can do at most"""
        if not self.connector:
            return []
        given = self._get_connector().capabilities()
        return [name for name in CAPABILITIES.values() if getattr(given, name)]

    def _two_person_names(self):
        """Also under which code others name it, and what it is asked for after a lost answer."""
        lacks = {f"lacks_{name}" for name in CAPABILITIES.values()}
        return super()._two_person_names() | {"code"} | lacks

    @api.model
    def _test_advice(self):
        return {
            **super()._test_advice(),
            "capabilities": _lt(
                "The bank answers, but can't do all that its record says: see its answer. Untick "
                'that under "What the Bank Can Do", so that it is never asked for it, and test '
                "again."
            ),
        }

    @api.model
    def _tested_names(self):
        return super()._tested_names() | {f"lacks_{name}" for name in CAPABILITIES.values()}

    def _get_connector(self):
        """:return: the connector model of this bank, bound to this record

        :raises UserError: no connector is chosen, or its addon is not installed
        """
        self.ensure_one()
        model = f"g2p.bridge.bank.connector.{self.connector}"
        if not self.connector or model not in self.env:
            raise UserError(
                self.env._(
                    "%(bank)s has no usable connector. Choose one on the sponsor bank, "
                    "or install the addon that brings it.",
                    bank=self.name,
                )
            )
        return self.env[model].with_context(sponsor_bank_id=self.id)

    def _is_simulated(self):
        """Whether no real money moves, whatever this bank is asked."""
        self.ensure_one()
        try:
            return self._get_connector().is_simulation
        except UserError:
            return False  # nobody knows what it will be
