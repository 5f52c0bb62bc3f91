# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.translate import LazyGettext, LazyTranslate

from odoo.addons.g2p_bridge_base.keys import one_person

from ..disbursement.account_seen import HELD
from ..envelope.envelope_states import GOES_ON
from ..statement import statement_entry_states, statement_states

_lt = LazyTranslate(__name__)

#: Tasks of disbursements, and the field of their mapper batches that counts them.
COUNTED = {"unresolved": "undecided_count", "held": "held_count"}
#: Tasks of statements and of their lines, and the rule that holds for what waits.
OF_STATEMENTS = {
    "paid_again": statement_entry_states.PAID_AGAIN,
    "unconfirmed": statement_entry_states.WAITS_FOR_SECOND,
    "unmatched": statement_entry_states.WAITS_FOR_MATCHING,
    "failed_statement": statement_states.COULD_NOT_BE_READ,
    "undecided_statement": statement_states.WAITS_FOR_DECISION,
    "unknown_account": statement_states.WAITS_FOR_ACCOUNT,
}


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of work that waits for a person.

    ``tone`` is ``danger`` where money or people are stuck, else ``warning`` or ``info``;
    ``role`` deals with it and is told ``verb``; statements belong to accounts, which
    programs may share, so what comes of them is of ``every_program``.
    """

    key: str
    tone: str
    role: str
    model: str
    action: str
    title: LazyGettext
    hint: LazyGettext
    verb: LazyGettext
    every_program: bool = False


#: In the order in which people read them.
TASKS = [
    Task(
        "paid_again",
        "danger",
        "finance",
        "g2p.bridge.statement.entry",
        "open_entry_action",
        _lt("Reissued payments that were paid again"),
        _lt("These people may have the money twice: ask the bank."),
        _lt("Decide"),
        every_program=True,
    ),
    Task(
        "differing_statement",
        "danger",
        "finance",
        "g2p.bridge.statement",
        "statement_action",
        _lt("Statements that differ from the bank's"),
        _lt("A person handed in something else than the bank itself delivered: ask the bank."),
        _lt("Look into it"),
        every_program=True,
    ),
    Task(
        "approve",
        "info",
        "approver",
        "g2p.bridge.envelope",
        "envelope_action",
        _lt("Envelopes to approve"),
        _lt("Complete; an approver has to release them."),
        _lt("Approve"),
    ),
    Task(
        "start",
        "info",
        "officer",
        "g2p.bridge.envelope",
        "envelope_action",
        _lt("Envelopes to start"),
        _lt("Complete and due; their programs are started by hand."),
        _lt("Start"),
    ),
    Task(
        "uncertain_bank",
        "danger",
        "finance",
        "g2p.bridge.bank.batch",
        "uncertain_bank_batch_action",
        _lt("Bank batches with an unknown outcome"),
        _lt("Ask the bank whether it took them: they are not sent again before."),
        _lt("Decide"),
    ),
    Task(
        "uncertain_funds",
        "danger",
        "finance",
        "g2p.bridge.funds.step",
        "uncertain_funds_step_action",
        _lt("Funds steps with an unknown outcome"),
        _lt("Ask the bank whether it blocked the money, or gave it back."),
        _lt("Decide"),
    ),
    Task(
        "failed_mapper",
        "danger",
        "officer",
        "g2p.bridge.mapper.batch",
        "mapper_batch_action",
        _lt("Failed mapper batches"),
        _lt("Nobody knows yet where their beneficiaries want the money."),
        _lt("Try again"),
    ),
    Task(
        "failed_funds",
        "danger",
        "officer",
        "g2p.bridge.funds.step",
        "funds_step_action",
        _lt("Failed funds steps"),
        _lt("The money could not be checked, blocked or given back."),
        _lt("Try again"),
    ),
    Task(
        "failed_bank",
        "danger",
        "officer",
        "g2p.bridge.bank.batch",
        "bank_batch_action",
        _lt("Failed bank batches"),
        _lt("The bank refused them or could not be reached."),
        _lt("Try again"),
    ),
    Task(
        "unresolved",
        "warning",
        "officer",
        "g2p.bridge.disbursement",
        "unresolved_action",
        _lt("Unresolved beneficiaries"),
        _lt("The mapper does not know them, or gave no usable address."),
        _lt("Resolve"),
    ),
    Task(
        "held",
        "warning",
        "approver",
        "g2p.bridge.disbursement",
        "unresolved_action",
        _lt("Held payments"),
        _lt("Nobody has approved their account: release them, or have an officer leave them out."),
        _lt("Look at them"),
    ),
    Task(
        "overdue",
        "warning",
        "officer",
        "g2p.bridge.envelope",
        "envelope_action",
        _lt("Envelopes past their schedule date"),
        _lt("Their payments have not all been handed to the bank."),
        _lt("Look into it"),
    ),
    Task(
        "unproved",
        "warning",
        "finance",
        "g2p.bridge.disbursement",
        "disbursement_action",
        _lt("Payments not proved in time"),
        _lt("Handed to the bank, and on no statement: ask the bank what became of them."),
        _lt("Look into it"),
    ),
    Task(
        "unconfirmed",
        "warning",
        "finance",
        "g2p.bridge.statement.entry",
        "open_entry_action",
        _lt("Returns that wait for a second person"),
        _lt("One person says that money is back: another of finance confirms it, or the bank."),
        _lt("Confirm"),
        every_program=True,
    ),
    Task(
        "unmatched",
        "warning",
        "finance",
        "g2p.bridge.statement.entry",
        "open_entry_action",
        _lt("Unmatched statement entries"),
        _lt("They name no payment of ours, or do not agree with it."),
        _lt("Match"),
        every_program=True,
    ),
    Task(
        "failed_statement",
        "danger",
        "finance",
        "g2p.bridge.statement",
        "statement_action",
        _lt("Statements that could not be processed"),
        _lt("What they prove is not known to the bridge yet."),
        _lt("Try again"),
        every_program=True,
    ),
    Task(
        "undecided_statement",
        "danger",
        "finance",
        "g2p.bridge.statement",
        "statement_action",
        _lt("Statements that wait for a decision"),
        _lt("They have the number of another one and other content: nothing of them counts yet."),
        _lt("Decide"),
        every_program=True,
    ),
    Task(
        "unknown_account",
        "danger",
        "finance",
        "g2p.bridge.statement",
        "statement_action",
        _lt("Statements of unknown accounts"),
        _lt("They are processed by themselves as soon as a program has the account."),
        _lt("Find the account"),
        every_program=True,
    ),
    Task(
        "missing_statement",
        "warning",
        "finance",
        "g2p.bridge.statement",
        "statement_action",
        _lt("Missing statements"),
        _lt("Before each of these one is missing: ask the bank for it, and upload it."),
        _lt("Look into it"),
        every_program=True,
    ),
    Task(
        "odd_statement",
        "warning",
        "finance",
        "g2p.bridge.statement",
        "statement_action",
        _lt("Statements with warnings or errors"),
        _lt("Received in the chosen period."),
        _lt("Check"),
        every_program=True,
    ),
    Task(
        "stalled",
        "danger",
        "officer",
        "g2p.bridge.stall",
        "stall_action",
        _lt("Things that stand still"),
        _lt("They do not go on by themselves: the page Health says why."),
        _lt("Look into it"),
        every_program=True,
    ),
    Task(
        "change",
        "warning",
        "admin",
        "g2p.bridge.change",
        "g2p_bridge_base.change_action",
        _lt("Changes that wait for confirmation"),
        _lt("They direct money, and have no effect before another administrator confirms."),
        _lt("Confirm or refuse"),
        every_program=True,
    ),
    Task(
        "failed_job",
        "danger",
        "admin",
        "queue.job",
        "failed_job_action",
        _lt("Failed jobs"),
        _lt("Work in the background that ended unexpectedly."),
        _lt("Look into it"),
        every_program=True,
    ),
]


class DashboardTasks(models.AbstractModel):
    """What needs a person today."""

    _inherit = "g2p.bridge.dashboard"

    @api.model
    def _tasks(self, scope, roles):
        """Every kind of work that may wait, also those of which none waits.

        :return: list of dicts: ``value`` is how many there are, ``mine`` how many of them
            this user deals with, ``verb`` what the user does (False: only look), ``amounts``
            what they come to by currency, where that is told
        """
        domains = {
            **self._envelope_domains(scope),
            **self._step_domains(scope),
            **self._statement_domains(scope),
            "unproved": self.env["g2p.bridge.disbursement"]._overdue_domain(
                *scope.of_program("envelope_id.program_id")
            ),
            "stalled": [],
        }
        tasks = []
        for task in TASKS:
            if task.key == "change":
                tasks += self._change_task(task, roles)
            elif task.key != "failed_job":
                tasks.append(self._task(task, domains[task.key], roles))
            elif "admin" in roles and self.env["queue.job"].has_access("read"):
                domain = [("state", "=", "failed"), ("channel", "=like", "root.g2p\\_bridge%")]
                tasks.append(self._task(task, domain, roles))
        return tasks

    @api.model
    def _task(self, task, domain, roles):
        amounts = self._amounts(task, domain)
        value = self._count(task, domain, amounts)
        title, mine = self.env._(task.title), value if task.role in roles else 0
        values = {
            "key": task.key,
            "tone": task.tone,
            "title": title,
            "hint": self.env._(task.hint),
            "value": value,
            "amounts": amounts,
            "every_program": task.every_program,
            "link": self._link(task.action, title, domain),
        }
        if task.key == "approve" and mine:
            mine = self._add_my_approvals(values, domain)
        return {**values, "mine": mine, "verb": self.env._(task.verb) if mine else False}

    @api.model
    def _change_task(self, task, roles):
        """What waits for an administrator; those who proposed it can't confirm it."""
        changes = self.env[task.model]
        if not changes.has_access("read"):
            return []
        waiting = [("state", "=", "waiting")]
        values = self._task(task, waiting, roles)
        if values["mine"] and not one_person():
            mine = [*waiting, ("maker_ids", "not in", [self.env.uid])]
            values["mine"] = changes.search_count(mine)
            values["my_link"] = self._link(task.action, values["title"], mine)
            if not values["mine"]:
                values["verb"] = False
        return [values]

    @api.model
    def _amounts(self, task, domain):
        """What the rows of this task come to, as ``_overdue_sums`` has it; empty: not told."""
        if task.key != "unproved":
            return []
        return self.env[task.model]._overdue_sums(domain)

    @api.model
    def _count(self, task, domain, amounts):
        """How many rows the list of this task has."""
        if task.key == "unproved":
            return sum(row["count"] for row in amounts)
        if task.key not in COUNTED:
            return self.env[task.model].search_count(domain)
        # The batches know it: nobody has to look at a million disbursements.
        _batch, _any, batches = domain[-1]
        groups = self.env["g2p.bridge.mapper.batch"]._read_group(
            batches, [], [f"{COUNTED[task.key]}:sum"]
        )
        return groups[0][0] or 0

    @api.model
    def _add_my_approvals(self, values, waiting):
        """An approver who had a part in an envelope is not the one who may release it.

        :return: how many envelopes this approver may release
        """
        envelopes = self.env["g2p.bridge.envelope"]
        others = Domain("maker_ids", "not in", [self.env.uid])
        allowed = Domain(waiting) & (others | envelopes._anyone_approves_domain())
        mine = envelopes.search_count(allowed)
        values["my_link"] = self._link("envelope_action", values["title"], allowed)
        if mine < values["value"]:
            values["hint"] = self.env._(
                "%(mine)s for you. You had a part in making the others, so another approver "
                "has to release them.",
                mine=mine,
            )
        return mine

    @api.model
    def _envelope_domains(self, scope):
        program, envelopes = scope.of_program(), self.env["g2p.bridge.envelope"]
        to_start = envelopes._awaits_start_domain() & GOES_ON.domain()
        return {
            "approve": [("state", "=", "to_approve"), *program],
            "start": [*to_start, *envelopes._due_domain(self.env.companies), *program],
            "overdue": [*envelopes._overdue_domain(), *program],
        }

    @api.model
    def _step_domains(self, scope):
        """Steps, and the unresolved about whom nobody has decided: the queue of that name."""
        program = scope.of_program("envelope_id.program_id")
        uncertain = [("state", "=", "uncertain"), *program]
        failed = [("state", "=", "failed"), *program]
        undecided = [("undecided_count", ">", 0), *program]
        held = [("held_count", ">", 0), *program]
        return {
            "uncertain_bank": uncertain,
            "uncertain_funds": uncertain,
            "failed_mapper": failed,
            "failed_funds": failed,
            "failed_bank": failed,
            "unresolved": [
                ("state", "=", "unresolved"),
                ("left_out", "=", False),
                ("reissue_ids", "=", False),
                ("mapper_batch_id", "any", undecided),
            ],
            "held": [
                ("state", "=", "unresolved"),
                ("reason_code", "in", HELD),
                ("left_out", "=", False),
                ("reissue_ids", "=", False),
                ("mapper_batch_id", "any", held),
            ],
        }

    @api.model
    def _statement_domains(self, scope):
        odd = ["|", ("has_warnings", "=", True), ("error_count", ">", 0)]
        return {
            **{key: list(rule.domain()) for key, rule in OF_STATEMENTS.items()},
            "differing_statement": [("differs_from_id", "!=", False)],
            "missing_statement": [("is_gap_before", "=", True)],
            "odd_statement": [*odd, *scope.from_day("upload_timestamp")],
        }
