from odoo import api, fields, models

from ...approval_floor import approval_floor
from ...lib.policy import DEFAULTS, NAMES, STRICTNESS

APPROVAL = [
    ("none", "Not needed"),
    ("any", "By an approver"),
    ("other", "By an approver who did not create the envelope"),
]
UNRESOLVED = [
    ("leave_out", "Leave them out, pay the others"),
    ("hold", "Hold the whole envelope"),
]
ODD_ACCOUNTS = [
    ("pay", "Pay them"),
    ("shared", "Hold accounts that several people share"),
    ("changed", "Hold these, and accounts that are others than in the earlier cycle"),
]
START = [("automatic", "On the schedule date"), ("manual", "When an officer starts it")]


class PolicyMixin(models.AbstractModel):
    """The policies as fields, once for programs."""

    _name = "g2p.bridge.policy.mixin"
    _description = "Disbursement Policies"

    disbursement_sla_days = fields.Integer(
        "Days of Notice",
        default=DEFAULTS.disbursement_sla_days,
        help="The schedule date must be at least this many days after the envelope arrives. "
        "Zero: it may be paid on the day of its arrival.",
    )
    mapper_batch_size = fields.Integer(
        "IDs per Mapper Batch",
        default=DEFAULTS.mapper_batch_size,
        help="How many beneficiaries the ID mapper is asked for in one call. Larger batches mean "
        "fewer calls, but a mapper may have a limit.",
    )
    bank_batch_size = fields.Integer(
        "Payments per Bank Batch",
        default=DEFAULTS.bank_batch_size,
        help="How many payments are handed to the bank in one call. Ask the bank for its limit.",
    )
    resolve_attempts = fields.Integer(
        default=DEFAULTS.resolve_attempts,
        help="How often the bridge asks the ID mapper for the same batch "
        "before it gives up and a person has to look.",
    )
    check_attempts = fields.Integer(
        "Funds Check Attempts",
        default=DEFAULTS.check_attempts,
        help="How often the bridge asks the bank whether the money is there "
        "before it gives up and a person has to look.",
    )
    block_attempts = fields.Integer(
        "Funds Block Attempts",
        default=DEFAULTS.block_attempts,
        help="How often the bridge asks the bank to set the money aside "
        "before it gives up and a person has to look.",
    )
    ship_attempts = fields.Integer(
        default=DEFAULTS.ship_attempts,
        help="How often the bridge tries to hand a batch to the bank "
        "before it gives up and a person has to look.",
    )
    release_attempts = fields.Integer(
        default=DEFAULTS.release_attempts,
        help="How often the bridge asks the bank to give back what is left "
        "before it gives up and a person has to look.",
    )
    resolve_delay = fields.Integer(
        "Resolve Delay (min)",
        default=DEFAULTS.resolve_delay,
        help="Minutes between two attempts.",
    )
    check_delay = fields.Integer(
        "Funds Check Delay (min)",
        default=DEFAULTS.check_delay,
        help="Minutes between two attempts.",
    )
    block_delay = fields.Integer(
        "Funds Block Delay (min)",
        default=DEFAULTS.block_delay,
        help="Minutes between two attempts.",
    )
    ship_delay = fields.Integer(
        "Ship Delay (min)",
        default=DEFAULTS.ship_delay,
        help="Minutes between two attempts.",
    )
    release_delay = fields.Integer(
        "Release Delay (min)",
        default=DEFAULTS.release_delay,
        help="Minutes between two attempts.",
    )
    approval = fields.Selection(
        APPROVAL,
        default=DEFAULTS.approval,
        help="Whether somebody has to release a complete envelope before its money is touched.",
    )
    approval_floor_words = fields.Char("At Least", compute="_compute_approval_floor_words")
    unresolved = fields.Selection(
        UNRESOLVED,
        string="Unresolved Beneficiaries",
        default=DEFAULTS.unresolved,
        help="What becomes of an envelope in which the ID mapper does not know everybody.",
    )
    odd_accounts = fields.Selection(
        ODD_ACCOUNTS,
        string="Found out after the Approval",
        default=DEFAULTS.odd_accounts,
        help="What becomes of payments whose account the ID mapper tells only after an approver "
        "has released them. What is held waits until an approver releases it.",
    )
    start = fields.Selection(
        START,
        default=DEFAULTS.start,
        help="When the work on a complete and approved envelope begins.",
    )
    process_future_dated = fields.Boolean(
        "Pay before the Schedule Date",
        default=DEFAULTS.process_future_dated,
        help="Start as soon as the envelope is complete, even if its schedule date is later.",
    )

    _policy_positive = models.Constraint(
        "CHECK(disbursement_sla_days >= 0 AND mapper_batch_size > 0 AND bank_batch_size > 0"
        " AND LEAST(resolve_attempts, check_attempts, block_attempts, ship_attempts,"
        " release_attempts) > 0 AND LEAST(resolve_delay, check_delay, block_delay,"
        " ship_delay, release_delay) >= 0)",
        "Batch sizes and attempts are at least 1; delays and days of notice at least 0.",
    )

    @api.depends_context("lang")
    def _compute_approval_floor_words(self):
        self.approval_floor_words = floor_words(self.env)

    @api.model
    def default_get(self, fields_list):
        """A new program starts from what Settings say."""
        values = super().default_get(fields_list)
        policy = self.env["g2p.bridge.program"]._default_policy()
        values.update({name: getattr(policy, name) for name in NAMES if name in fields_list})
        return values


def floor_words(env):
    """What the server's configuration asks for at least, for people; False if nothing."""
    floor = approval_floor()
    if floor == STRICTNESS[0]:
        return False
    words = dict(env["g2p.bridge.program"]._fields["approval"]._description_selection(env))
    return env._(
        'The server\'s configuration asks for at least "%s": a milder choice has no effect.',
        words[floor],
    )
