# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.g2p_bridge.direction import user_elsewhere
from odoo.addons.g2p_bridge.models.disbursement.disbursement_states import CANCELLED
from odoo.addons.g2p_bridge.services.checks import is_text
from odoo.addons.g2p_bridge_base.unique_text import unique_text

from ...lib.call import G2P_CONNECT, GEN_2

#: Dialect of a call → the field that allows it.
DIALECTS = {G2P_CONNECT: "speaks_g2p_connect", GEN_2: "speaks_gen_2"}

#: What says who may send payments, of which programs, and by what proof: two people agree to it,
#: and until then a partner is a stranger.
DIRECTING = {
    "accepted_api_keys",
    "active",
    "address_digest",
    "all_programs",
    "api_key_days",
    "caller_networks",
    "code",
    "company_id",
    "cycle_codes_repeat",
    "exact_bytes",
    "kind",
    "operation_ids",
    "program_ids",
    "proof",
    "speaks_g2p_connect",
    "speaks_gen_2",
    "sponsor_bank_ids",
    "strict_header",
}

#: The keys of payments in envelopes that this partner has declared before: its technical user has
#: made these.
REMEMBER_FORMER = f"""
    INSERT INTO g2p_bridge_sender_id (partner_id, kind, sender_id, bridge_id)
    SELECT DISTINCT ON (d.mis_reference_number)
           %(partner)s, 'payment', d.mis_reference_number, d.disbursement_id
      FROM g2p_bridge_disbursement_all d
     WHERE d.mis_reference_number IS NOT NULL AND d.envelope_id = ANY(%(envelopes)s)
     ORDER BY d.mis_reference_number, {CANCELLED.sql("d")}, d.id DESC
    ON CONFLICT (partner_id, kind, sender_id) DO NOTHING
"""


def check_stays(record, model, field):
    """:raises ValidationError: a partner of another company would reach this record"""
    other = user_elsewhere(record, model, field)
    if other:
        raise ValidationError(
            record.env._(
                "%(record)s can't move to another company: it is chosen for %(partner)s of "
                "%(company)s. Take it out there first.",
                record=record.display_name,
                partner=other.display_name,
                company=other.company_id.display_name,
            )
        )


class Partner(models.Model):
    """A system outside that may call the bridge: a PBMS, or a bank that sends statements."""

    _name = "g2p.bridge.partner"
    _description = "Bridge Partner"
    _inherit = [
        "g2p.bridge.two.person.mixin",
        "mail.thread",
        "g2p.bridge.own.fields",
        "g2p.bridge.audited.mixin",
    ]
    _order = "name"
    _check_company_auto = True

    # === Fields ===

    name = fields.Char(required=True, tracking=True, help="What people call this system.")
    code = fields.Char(
        required=True,
        tracking=True,
        help="The sender_id (sender_app_mnemonic in newer messages) that this system puts into "
        "its messages, written exactly as there. It names one partner in the whole database.",
    )
    active = fields.Boolean(
        default=True,
        tracking=True,
        help="An archived partner is a stranger: all of its calls are refused.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        tracking=True,
        help="Whose programs it may speak of. What belongs to others does not exist for it.",
    )
    kind = fields.Selection(
        [("pbms", "PBMS"), ("bank", "Bank")],
        default="pbms",
        required=True,
        tracking=True,
        help="A PBMS sends envelopes and disbursements and asks for their state. A bank sends "
        "statements and nothing else.",
    )
    all_programs = fields.Boolean(
        "All Programs of the Company",
        tracking=True,
        help="Also those that are yet to come. Otherwise choose the programs; a new partner has "
        "none.",
    )
    program_ids = fields.Many2many(
        "g2p.bridge.program",
        string="Programs",
        check_company=True,
        tracking=True,
        help="The only programs that exist for this partner.",
    )
    sponsor_bank_ids = fields.Many2many(
        "g2p.bridge.sponsor.bank",
        string="Sponsor Banks",
        check_company=True,
        tracking=True,
        help="It may send statements of accounts at these banks.",
    )
    operation_ids = fields.Many2many(
        "g2p.bridge.operation",
        string="Operations",
        compute="_compute_operation_ids",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="What this partner may ask. Everything else is refused; a new partner may ask "
        "nothing.",
    )
    speaks_g2p_connect = fields.Boolean(
        "Messages with header and message",
        default=True,
        tracking=True,
        help="As in G2P Connect and in OpenG2P's G2P Bridge 1.x.",
    )
    speaks_gen_2 = fields.Boolean(
        "Messages with request_header and request_body",
        default=True,
        tracking=True,
        help="As in newer OpenG2P PBMS.",
    )
    proof = fields.Selection(
        [
            ("signature", "A signature"),
            ("api_key", "An API key"),
            ("both", "A signature and an API key"),
            ("either", "A signature or an API key"),
        ],
        "Proves Itself by",
        default="signature",
        required=True,
        tracking=True,
        help="A signature proves who wrote a message and that nobody changed it since. An API "
        "key proves less: whoever has seen it can use it.",
    )
    exact_bytes = fields.Boolean(
        "Signs the Exact Bytes",
        tracking=True,
        help="Only a signature over the very bytes of the body counts. Otherwise one over the "
        "same JSON without blanks, and with its members in their order or sorted, counts too: "
        "OpenG2P's own systems sign so.",
    )
    strict_header = fields.Boolean(
        "Insist on a Complete Header",
        default=True,
        tracking=True,
        help="Each message needs an ID of its own, a time, the name of the operation as its "
        "action and the exact number of its items. Otherwise the placeholders that OpenG2P's own "
        "systems send are let pass: a signed message without a time may then be delivered late "
        "by whoever held it back, though never twice. Whatever they do give is checked "
        "nevertheless.",
    )
    rate_limit = fields.Integer(
        "Calls per Minute",
        default=600,
        required=True,
        tracking=True,
        help="What comes on top is told to wait (HTTP status 429).",
    )
    rate_burst = fields.Integer(
        "Calls per Second",
        default=50,
        required=True,
        tracking=True,
        help="How many of them may come within one second.",
    )
    key_ids = fields.One2many("g2p.bridge.partner.key", "partner_id", "Keys")
    last_call_at = fields.Datetime(
        "Last Call",
        compute="_compute_last_call_at",
        compute_sudo=True,
        help="When it last proved itself, if that is not longer ago than messages are remembered.",
    )
    cycle_codes_repeat = fields.Boolean(
        "Cycle Codes Come Again",
        tracking=True,
        help="This system gives the same code to every cycle, as OpenG2P's PBMS 17 does. Cycles "
        "are then told apart by their schedule dates; and of one date, a cycle whose payments are "
        "all there is another one than the next. Each payment needs a key of its own "
        "(mis_reference_number), and a key stands for one payment in all cycles.",
    )

    # === Constraints ===

    _code_uniq = models.UniqueIndex(
        "(lower(code))", "Another partner has this code, be it in other capitals."
    )
    _rates_positive = models.Constraint(
        "CHECK(rate_limit > 0 AND rate_burst > 0)", "Calls per minute and per second start at one."
    )

    @api.constrains("code")
    def _check_code(self):
        for partner in self:
            if not is_text(partner.code) or partner.code != partner.code.strip():
                raise ValidationError(
                    self.env._(
                        "The code of %s begins or ends with a blank, or has characters that no "
                        "message can carry. Copy it from the other system's configuration.",
                        partner.name,
                    )
                )

    @api.constrains("kind", "operation_ids")
    def _check_operations(self):
        for partner in self:
            own = partner.operation_ids.filtered_domain([("kind", "=", partner.kind)])
            foreign = partner.operation_ids - own
            if foreign:
                raise ValidationError(
                    self.env._(
                        "%(partner)s can't be allowed to ask this: %(operations)s. It is for "
                        "another kind of partner.",
                        partner=partner.name,
                        operations=", ".join(foreign.mapped("name")),
                    )
                )

    @api.constrains("all_programs", "program_ids")
    def _check_programs(self):
        for partner in self:
            if partner.all_programs and partner.program_ids:
                raise ValidationError(
                    self.env._(
                        "%(partner)s is to have all programs, and also only these: %(programs)s. "
                        "Choose the one or the other.",
                        partner=partner.name,
                        programs=", ".join(partner.program_ids.mapped("benefit_program_name")),
                    )
                )

    # === Compute ===

    @api.onchange("all_programs")
    def _onchange_all_programs(self):
        if self.all_programs:
            self.program_ids = False

    @api.depends("kind")
    def _compute_operation_ids(self):
        """What the other kind of partner may ask goes; nothing comes by itself."""
        for partner in self:
            partner.operation_ids = partner.operation_ids.filtered_domain(
                [("kind", "=", partner.kind)]
            )

    def _compute_last_call_at(self):
        groups = self.env["g2p.bridge.partner.message"]._read_group(
            [("partner_id", "in", self.ids)], ["partner_id"], ["received_at:max"]
        )
        found = {partner.id: moment for partner, moment in groups}
        for partner in self:
            moment = found.get(partner.id)
            partner.last_call_at = moment and moment.replace(microsecond=0)

    # === CRUD ===

    def copy_data(self, default=None):
        """A copy is another system: it has another code, and no keys."""
        copies = super().copy_data(default)
        given = default or {}
        for partner, values in zip(self, copies, strict=True):
            for name, form in (("code", "%s-COPY"), ("name", self.env._("%s (copy)"))):
                if name not in given:
                    values[name] = unique_text(partner, name, form)
        return copies

    # === Actions ===

    def action_usual_operations(self):
        """Let these partners ask what partners of their kind usually ask."""
        self.check_access("write")
        usual = self.env["g2p.bridge.operation"].search([("is_usual", "=", True)])
        for kind, partners in self.grouped("kind").items():
            partners.write(
                {
                    "operation_ids": [
                        fields.Command.link(one.id) for one in usual if one.kind == kind
                    ]
                }
            )

    def action_add_keys(self):
        """Open the window that takes public keys."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add Keys of %s", self.name),
            "res_model": "g2p.bridge.partner.key.add",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": self.id},
        }

    def action_check_signature(self):
        """Open the window that tells why a signed request would be refused."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check a Sample Signature"),
            "res_model": "g2p.bridge.signature.check",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": self.id},
        }

    # === Helpers ===

    def _programs(self):
        """:return: the programs that exist for this partner, archived ones too"""
        self.ensure_one()
        if self.kind == "pbms" and not self.all_programs:
            return self.with_context(active_test=False).program_ids
        domain = [("company_id", "=", self.company_id.id)]
        if self.kind == "bank":
            domain.append(("sponsor_bank_id", "in", self.sponsor_bank_ids.ids))
        return self.env["g2p.bridge.program"].with_context(active_test=False).search(domain)

    def _service(self, call):
        """:return: the operations as this partner may use them, for carrying out its call"""
        self.ensure_one()
        service = self.env["g2p.bridge.service"].with_user(self.user_id)
        return service.with_company(self.company_id).with_context(
            allowed_company_ids=self.company_id.ids, bridge_partner_id=self.id
        )

    def _two_person_names(self):
        return super()._two_person_names() | DIRECTING

    def _direction_changed(self, names):
        super()._direction_changed(names)
        if "cycle_codes_repeat" in names:
            self.filtered("cycle_codes_repeat")._remember_former_keys()
        if "accepted_api_keys" in names:
            self._open_accepted_api_keys()

    def _remember_former_keys(self):
        """From now on a key stands for one payment: also those that were sent before."""
        self.env.flush_all()
        for partner in self.sudo():
            declared = [
                ("program_id", "in", partner._programs().ids),
                ("maker_ids", "in", partner.user_id.ids),
            ]
            envelopes = self.env["g2p.bridge.envelope"].sudo().search(declared)
            self.env.cr.execute(
                REMEMBER_FORMER, {"partner": partner.id, "envelopes": envelopes.ids}
            )
