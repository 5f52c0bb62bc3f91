# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a row of the database says that a person decided, and the record that belongs to it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """A column that names a decision, and the action under which the audit trail has it.

    Conditions are SQL: over ``t``, the row, and ``a``, a record of the audit trail about it.

    :param model: whose rows tell of it
    :param column: what tells of it, for people; a stored field of the model
    :param actions: keys of the audit trail's actions, one of which it was
    :param when: condition over ``t`` under which it was decided
    :param who: column with the user who decided; empty: nobody is named
    :param at: column with the moment; empty: it is not kept
    :param about: what the records are about, by model and column of ``t``; else the row itself
    :param record: further condition over ``t`` and ``a``
    :param undone: condition over ``w``, a later record, under which it takes the decision back
    """

    model: str
    column: str
    actions: tuple[str, ...] = ()
    when: str = ""
    who: str = ""
    at: str = ""
    about: tuple[str, str] = ()
    record: str = "TRUE"
    undone: str = "FALSE"

    @property
    def subject(self) -> tuple[str, str]:
        """Model and column of what the records are about."""
        return self.about or (self.model, "id")
