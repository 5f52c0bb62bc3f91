# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""States of a cycle and kinds of managers, with the values that PBMS gives them."""

STATE_DRAFT = "draft"
STATE_TO_APPROVE = "to_approve"
STATE_APPROVED = "approved"
STATE_DISTRIBUTED = "distributed"
STATE_ENDED = "ended"
STATE_CANCELLED = "cancelled"

MANAGER_ELIGIBILITY = 1
MANAGER_CYCLE = 2
MANAGER_PROGRAM = 3
MANAGER_ENTITLEMENT = 4
MANAGER_DEDUPLICATION = 5
MANAGER_NOTIFICATION = 6
MANAGER_PAYMENT = 7

#: Field of the program -> (model of the manager record, model of its default).
MANAGER_MODELS = {
    "program_managers": ("g2p.program.manager", "g2p.program.manager.default"),
    "cycle_managers": ("g2p.cycle.manager", "g2p.cycle.manager.default"),
    "entitlement_managers": (
        "g2p.program.entitlement.manager",
        "g2p.program.entitlement.manager.default",
    ),
    "payment_managers": ("g2p.program.payment.manager", "g2p.program.payment.manager.default"),
}
MANAGER_FIELDS = {
    MANAGER_PROGRAM: "program_managers",
    MANAGER_CYCLE: "cycle_managers",
    MANAGER_ENTITLEMENT: "entitlement_managers",
    MANAGER_PAYMENT: "payment_managers",
}
#: What each new program has from the beginning; a wizard adds the others.
FROM_THE_BEGINNING = (MANAGER_PROGRAM, MANAGER_PAYMENT)


def notification(title, message, kind="success", sticky=False):
    """The client action by which a button of PBMS says what happened."""
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "title": title,
            "message": message,
            "type": kind,
            "sticky": sticky,
            "next": {"type": "ir.actions.act_window_close"},
        },
    }
