# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...approval_floor import approval_floor
from ...lib.policy import LEAST, NAMES, POLICIES, STRICTNESS

_AT_LEAST = " AND ".join(f"{name} >= {least}" for name, least in LEAST.items())


def policy_field(name, **more):
    """The field of a policy, as ``lib.policy`` says it.

    :param name: of the policy
    :param more: further arguments of the field
    """
    policy = POLICIES[name]
    common = {
        "string": policy.metadata["label"],
        "default": policy.default,
        "help": policy.metadata["help"],
        **more,
    }
    if policy.type is bool:
        return fields.Boolean(**common)
    if policy.type is int:
        return fields.Integer(**common)
    return fields.Selection(policy.metadata["choices"], **common)


class PolicyMixin(models.AbstractModel):
    """The policies as fields, once for programs."""

    _name = "g2p.bridge.policy.mixin"
    _description = "Disbursement Policies"

    # === Fields ===

    disbursement_sla_days = policy_field("disbursement_sla_days")
    mapper_batch_size = policy_field("mapper_batch_size")
    bank_batch_size = policy_field("bank_batch_size")
    resolve_attempts = policy_field("resolve_attempts")
    check_attempts = policy_field("check_attempts")
    block_attempts = policy_field("block_attempts")
    ship_attempts = policy_field("ship_attempts")
    release_attempts = policy_field("release_attempts")
    resolve_delay = policy_field("resolve_delay")
    check_delay = policy_field("check_delay")
    block_delay = policy_field("block_delay")
    ship_delay = policy_field("ship_delay")
    release_delay = policy_field("release_delay")
    approval = policy_field("approval")
    approval_floor_words = fields.Char("At Least", compute="_compute_approval_floor_words")
    unresolved = policy_field("unresolved")
    odd_accounts = policy_field("odd_accounts")
    start = policy_field("start")
    process_future_dated = policy_field("process_future_dated")

    # === Constraints ===

    _policy_positive = models.Constraint(
        f"CHECK({_AT_LEAST})",
        "Batch sizes and attempts are at least 1; delays and days of notice at least 0.",
    )

    # === Compute ===

    @api.depends_context("lang")
    def _compute_approval_floor_words(self):
        self.approval_floor_words = floor_words(self.env)

    # === CRUD ===

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
