# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a program is run: the policies, their defaults and where their values come from."""

from dataclasses import dataclass, field, fields, replace

PARAMETER_PREFIX = "g2p_bridge."
#: How a release may be asked for, the mildest first: not at all, of an approver, of another one
#: than those who had a part in it.
APPROVAL = [
    ("none", "Not needed"),
    ("any", "By an approver"),
    ("other", "By an approver who did not create the envelope"),
]
STRICTNESS = tuple(key for key, _words in APPROVAL)


def _policy(default, label, text, *, least=None, choices=None, directs=False):
    """One policy: everything that fields, settings and checks say of it.

    :param least: the smallest number that it may be
    :param choices: [(key, words)] of a choice
    :param directs: whether it says who has to agree and when, and not how the work is cut
    """
    more = {"label": label, "help": text, "least": least, "choices": choices, "directs": directs}
    return field(default=default, metadata=more)


def _attempts(label, what):
    text = f"How often the bridge {what} before it gives up and a person has to look."
    return _policy(3, label, text, least=1)


def _delay(default, label):
    return _policy(default, label, "Minutes between two attempts.", least=0)


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules that one program is run by, said once. Delays are in minutes.

    The defaults are the product's; Settings change them for all programs, a program with
    its own policies for itself.
    """

    disbursement_sla_days: int = _policy(
        0,
        "Days of Notice",
        "The schedule date must be at least this many days after the envelope arrives. "
        "Zero: it may be paid on the day of its arrival.",
        least=0,
        directs=True,
    )
    mapper_batch_size: int = _policy(
        1000,
        "IDs per Mapper Batch",
        "How many beneficiaries the ID mapper is asked for in one call. Larger batches mean "
        "fewer calls, but a mapper may have a limit.",
        least=1,
    )
    bank_batch_size: int = _policy(
        5000,
        "Payments per Bank Batch",
        "How many payments are handed to the bank in one call. Ask the bank for its limit.",
        least=1,
    )
    resolve_attempts: int = _attempts("Resolve Attempts", "asks the ID mapper for the same batch")
    check_attempts: int = _attempts(
        "Funds Check Attempts", "asks the bank whether the money is there"
    )
    block_attempts: int = _attempts("Funds Block Attempts", "asks the bank to set the money aside")
    ship_attempts: int = _attempts("Ship Attempts", "tries to hand a batch to the bank")
    release_attempts: int = _attempts("Release Attempts", "asks the bank to give back what is left")
    resolve_delay: int = _delay(10, "Resolve Delay (min)")
    check_delay: int = _delay(60, "Funds Check Delay (min)")
    block_delay: int = _delay(10, "Funds Block Delay (min)")
    ship_delay: int = _delay(10, "Ship Delay (min)")
    release_delay: int = _delay(10, "Release Delay (min)")
    approval: str = _policy(
        "other",
        "Approval",
        "Whether somebody has to release a complete envelope before its money is touched.",
        choices=APPROVAL,
        directs=True,
    )
    unresolved: str = _policy(
        "leave_out",
        "Unresolved Beneficiaries",
        "What becomes of an envelope in which the ID mapper does not know everybody.",
        choices=[
            ("leave_out", "Leave them out, pay the others"),
            ("hold", "Hold the whole envelope"),
        ],
        directs=True,
    )
    odd_accounts: str = _policy(
        "shared",
        "Found out after the Approval",
        "What becomes of payments whose account the ID mapper tells only after an approver "
        "has released them. What is held waits until an approver releases it.",
        choices=[
            ("pay", "Pay them"),
            ("shared", "Hold accounts that several people share"),
            ("changed", "Hold these, and accounts that are others than in the earlier cycle"),
        ],
        directs=True,
    )
    start: str = _policy(
        "automatic",
        "Start",
        "When the work on a complete and approved envelope begins.",
        choices=[("automatic", "On the schedule date"), ("manual", "When an officer starts it")],
        directs=True,
    )
    process_future_dated: bool = _policy(
        False,
        "Pay before the Schedule Date",
        "Start as soon as the envelope is complete, even if its schedule date is later.",
        directs=True,
    )

    def at_least(self, floor):
        """:return: this policy, with no milder approval than ``floor``"""
        approval = self.approval if self.approval in STRICTNESS else DEFAULTS.approval
        return replace(self, approval=strictest(approval, floor))


#: What is said of each policy, by its name: a field of :class:`Policy`.
POLICIES = {one.name: one for one in fields(Policy)}
NAMES = tuple(POLICIES)
#: The policies that say who has to agree and when.
CONTROLS = tuple(name for name, one in POLICIES.items() if one.metadata["directs"])
#: The others: how the work is cut, and how often it is tried.
CUTS = tuple(name for name in NAMES if name not in CONTROLS)
#: The least that a number may be.
LEAST = {
    name: one.metadata["least"]
    for name, one in POLICIES.items()
    if one.metadata["least"] is not None
}
DEFAULTS = Policy()


def strictest(*approvals):
    """:return: the strictest of these ways to ask for a release; an empty one is the mildest"""
    return max((one or STRICTNESS[0] for one in approvals), key=STRICTNESS.index)


def from_parameters(get_param):
    """Build the policy of Settings.

    :param get_param: reads a configuration parameter by its full name: text or False
    """
    values = {}
    for name, one in POLICIES.items():
        text = get_param(PARAMETER_PREFIX + name)
        if text in (False, None, ""):
            continue
        values[name] = text == "True" if one.type is bool else one.type(text)
    return Policy(**values)
