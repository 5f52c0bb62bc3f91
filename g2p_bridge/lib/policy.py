# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a program is run: the policies, their defaults and where their values come from."""

from dataclasses import dataclass, fields, replace

PARAMETER_PREFIX = "g2p_bridge."
#: How a release may be asked for, the mildest first: not at all, of an approver, of another one
#: than those who had a part in it.
STRICTNESS = ("none", "any", "other")


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules that one program is run by. Delays are in minutes.

    The defaults are the product's; Settings change them for all programs, a program with
    its own policies for itself.
    """

    disbursement_sla_days: int = 0
    mapper_batch_size: int = 1000
    bank_batch_size: int = 5000
    resolve_attempts: int = 3
    check_attempts: int = 3
    block_attempts: int = 3
    ship_attempts: int = 3
    release_attempts: int = 3
    resolve_delay: int = 10
    check_delay: int = 60
    block_delay: int = 10
    ship_delay: int = 10
    release_delay: int = 10
    approval: str = "other"
    unresolved: str = "leave_out"
    odd_accounts: str = "shared"
    start: str = "automatic"
    process_future_dated: bool = False

    def at_least(self, floor):
        """:return: this policy, with no milder approval than ``floor``"""
        approval = self.approval if self.approval in STRICTNESS else DEFAULTS.approval
        return replace(self, approval=strictest(approval, floor))


NAMES = tuple(field.name for field in fields(Policy))
#: The policies that say who has to agree and when, and not how the work is cut.
CONTROLS = (
    "disbursement_sla_days",
    "approval",
    "unresolved",
    "odd_accounts",
    "start",
    "process_future_dated",
)
DEFAULTS = Policy()


def strictest(*approvals):
    """:return: the strictest of these ways to ask for a release; an empty one is the mildest"""
    return max((one or STRICTNESS[0] for one in approvals), key=STRICTNESS.index)


def from_parameters(get_param):
    """Build the policy of Settings.

    :param get_param: reads a configuration parameter by its full name: text or False
    """
    values = {}
    for field in fields(Policy):
        text = get_param(PARAMETER_PREFIX + field.name)
        if text in (False, None, ""):
            continue
        values[field.name] = text == "True" if field.type is bool else field.type(text)
    return Policy(**values)
