# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass, field

from odoo.tools import SQL, mute_logger

from ...models.archive.envelope_archive import SETTLED
from ...models.disbursement import disbursement_states as payment
from ...models.envelope import envelope_states as envelope
from ...models.statement import statement_entry_states as entry
from ...models.statement import statement_states as statement
from ...models.step import step_states as step
from ...rule import Rule, States
from .case import MachineCase
from .faults import InvariantBroken
from .moves import Moves


@dataclass(frozen=True)
class Asked:
    """A rule that is asked in three ways of every record that there is.

    :param name: the rule in words
    :param model: whose records it is asked of
    :param rows: the rows of a query, of which ``one`` are the model's
    :param joined: alias of what the rows have joined for a many2one, by its name
    """

    name: str
    model: str
    rule: Rule
    rows: str
    joined: dict = field(default_factory=dict)


LINES = "g2p_bridge_disbursement one"
IN_BATCHES = "g2p_bridge_disbursement one JOIN g2p_bridge_bank_batch b ON b.id = one.bank_batch_id"
ENVELOPES = "g2p_bridge_envelope one"
STATEMENTS = "g2p_bridge_statement one"
ENTRIES = "g2p_bridge_statement_entry one"
STEPS = {
    "g2p.bridge.funds.step": "g2p_bridge_funds_step one",
    "g2p.bridge.mapper.batch": "g2p_bridge_mapper_batch one",
    "g2p.bridge.bank.batch": "g2p_bridge_bank_batch one",
}

RULES = [
    Asked(
        "the payment has left",
        "g2p.bridge.disbursement",
        payment.HAS_LEFT,
        IN_BATCHES,
        {"bank_batch_id": "b"},
    ),
    Asked(
        "another payment may stand in its place",
        "g2p.bridge.disbursement",
        payment.MAY_BE_REISSUED,
        IN_BATCHES,
        {"bank_batch_id": "b"},
    ),
    *(
        Asked(f"payment: {name}", "g2p.bridge.disbursement", rule, LINES)
        for name, rule in vars(payment).items()
        if isinstance(rule, States)
    ),
    Asked(
        "nothing more becomes of the payment",
        "g2p.bridge.disbursement",
        SETTLED,
        IN_BATCHES,
        {"bank_batch_id": "b"},
    ),
    *(
        Asked(f"statement: {name}", "g2p.bridge.statement", rule, STATEMENTS)
        for name, rule in vars(statement).items()
        if isinstance(rule, Rule)
    ),
    *(
        Asked(f"line: {name}", "g2p.bridge.statement.entry", rule, ENTRIES)
        for name, rule in vars(entry).items()
        if isinstance(rule, Rule) and name not in vars(statement)
    ),
    Asked("it goes on", "g2p.bridge.envelope", envelope.GOES_ON, ENVELOPES),
    Asked("it was sent back", "g2p.bridge.envelope", envelope.SENT_BACK, ENVELOPES),
    Asked("somebody has started it", "g2p.bridge.envelope", envelope.STARTED, ENVELOPES),
    Asked("its money has begun", "g2p.bridge.envelope", envelope.MONEY_BEGUN, ENVELOPES),
    Asked("it needs a person", "g2p.bridge.envelope", envelope.HAS_PROBLEM, ENVELOPES),
    *(
        Asked(f"envelope: {name}", "g2p.bridge.envelope", rule, ENVELOPES)
        for name, rule in vars(envelope).items()
        if isinstance(rule, States) and all(rule is not other for other in vars(step).values())
    ),
    *(
        Asked(f"{model}: {name}", model, rule, rows)
        for model, rows in STEPS.items()
        for name, rule in vars(step).items()
        if isinstance(rule, Rule)
    ),
]

#: What depends on policies or on today: (words, of one envelope, of many as a domain).
METHODS = [
    (
        "a person has to start it",
        lambda one: one.program_id._policy().start == "manual",
        lambda many: many._starts_by_hand_domain(),
    ),
    (
        "its day has come",
        lambda one: (
            one.disbursement_schedule_date <= one._today()
            or one.program_id._policy().process_future_dated
        ),
        lambda many: many._due_domain(),
    ),
    (
        "it is late",
        lambda one: (
            one.state in envelope.NOT_SHIPPED and one.disbursement_schedule_date < one._today()
        ),
        lambda many: many._overdue_domain(),
    ),
    (
        "somebody has to approve it",
        lambda one: one._approval() != "none",
        lambda many: many._needs_approval_domain(),
    ),
    (
        "its money may be asked for",
        lambda one: one.state in envelope.FUNDABLE and not one._funding_refusal(),
        lambda many: many._may_be_funded_domain(),
    ),
    (
        "it waits for a person to start it",
        lambda one: one.state == "scheduled" and not one.started_by_id and one._starts_by_hand(),
        lambda many: many._awaits_start_domain(),
    ),
]


class Rules:
    """Asks every rule in each of its ways, of all that there is, after each move."""

    def __init__(self, world):
        self.env = world.env

    def check(self):
        """:raises InvariantBroken: a rule has two answers"""
        self.env.flush_all()
        self.env.invalidate_all()
        for asked in RULES:
            self._check_rule(asked)
        envelopes = self.env["g2p.bridge.envelope"].search([])
        for name, of_one, of_many in METHODS:
            self._compare(
                name,
                python=envelopes.filtered(of_one),
                domain=envelopes.search(of_many(envelopes)),
            )
        self._check_next_state(envelopes)

    def _check_rule(self, asked):
        records = self.env[asked.model].search([])
        rule = asked.rule
        self.env.cr.execute(
            f"SELECT one.id FROM {asked.rows} WHERE {rule.sql('one', **asked.joined)}"
        )
        in_sql = records.browse(row[0] for row in self.env.cr.fetchall())
        self._compare(
            asked.name,
            python=records.filtered(rule.holds),
            sql=in_sql,
            domain=records.search(rule.domain()),
            filtered=records.filtered_domain(rule.domain()),
        )

    def _check_next_state(self, envelopes):
        needs = envelopes._search(envelopes._needs_approval_domain()).subselect()
        query = (
            f"WITH needs_approval AS (%s) SELECT e.id, {envelope.NEXT_STATE_SQL}"
            f" FROM {envelope.FACTS}"
        )
        in_sql = dict(self.env.execute_query(SQL(query, needs)))
        for one in envelopes:
            state = envelope.next_state(one)
            if in_sql[one.id] != state:
                text = f"{one.display_name} is {state} in Python, {in_sql[one.id]} in SQL"
                raise InvariantBroken("rules", text)

    def _compare(self, name, **answers):
        sets = {way: set(records.ids) for way, records in answers.items()}
        if any(found != sets["python"] for found in sets.values()):
            raise InvariantBroken("rules", f"{name}: {sets}")


class TestRules(MachineCase):
    """Python, SQL and domains give the same answer, whatever has happened."""

    SEED = 7
    checks = (Rules, Moves)

    @mute_logger("odoo.addons.g2p_bridge.models.step.step_mixin")
    def test_a_rule_has_one_answer_and_everything_moves_as_it_may(self):
        self.live(6)
        self.assertGreater(self.tally.ends["reconciled"], 0)
