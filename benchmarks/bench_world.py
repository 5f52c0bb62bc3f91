# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A program, its bank and its mapper; the bank and the mapper answer at once."""

from contextlib import closing, contextmanager
from decimal import Decimal
from unittest.mock import patch

import odoo.api
import psycopg2

from odoo.addons.g2p_bridge.lib.financial_address import FinancialAddress
from odoo.addons.g2p_bridge.lib.mapper_answer import Resolution
from odoo.addons.g2p_bridge_bank_connector.lib.values import (
    Acknowledgement,
    FundsBlock,
    FundsCheck,
)

ACCOUNT = "BENCHMARK-ACCOUNT"


class Bank:
    """A bank that takes everything without a word on the wire."""

    def check_funds(self, account_number, currency, amount):
        return FundsCheck(True)

    def block_funds(self, account_number, currency, amount, reference):
        return FundsBlock("HOLD")

    def initiate_payment(self, batch_reference, payments):
        return Acknowledgement()


class Mapper:
    """A mapper that knows everybody."""

    def resolve(self, transaction_id, requests):
        return {
            reference: Resolution(
                FinancialAddress(
                    "BANK_ACCOUNT", account_number=identity, branch_code="BR1", bank_code="BANK1"
                )
            )
            for reference, identity in requests
        }


class World:
    """One program whose beneficiaries are found by a mapper, and an officer."""

    def __init__(self, registry):
        self.registry = registry
        self.cycles = 0
        with self.transaction(odoo.api.SUPERUSER_ID) as env:
            self._create(env)

    @contextmanager
    def transaction(self, user=None):
        """An environment of the officer's, committed at the end."""
        with self.registry.cursor() as cr:
            yield odoo.api.Environment(cr, user or self.officer_id, {})

    def at_once(self):
        """Within it, bank and mapper answer in this process."""
        return at_once(self.registry)

    def vacuum(self):
        """What autovacuum does sooner or later, now: it must not fall into a measurement."""
        self._outside("VACUUM ANALYZE")

    def empty(self, tables):
        """Empty tables and all that refers to them, which the database allows to nobody else."""
        self._outside(
            "SELECT set_config('g2p_bridge.archiving', 'benchmark', TRUE);"
            f" TRUNCATE {tables} CASCADE"
        )

    @contextmanager
    def made_up(self):
        """Within it rows are written as no operation would: the database refuses that elsewhere."""
        self._switch_triggers("DISABLE")
        try:
            yield
        finally:
            self._switch_triggers("ENABLE")

    def _switch_triggers(self, how):
        tables = {model._table for model in self.registry.values() if hasattr(model, "_frozen")}
        tables = [table for table in tables if table.startswith("g2p_bridge_")]
        kept = self.rows(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s)", tables
        )
        self._outside("; ".join(f"ALTER TABLE {table} {how} TRIGGER USER" for (table,) in kept))

    def declare(self, rows):
        """Declare an envelope for these rows and put its ID into them; returns its ID."""
        self.cycles += 1
        with self.transaction() as env:
            reply = env["g2p.bridge.service"].create_disbursement_envelope(
                {
                    "benefit_program_mnemonic": "CASH",
                    "disbursement_frequency": "Monthly",
                    "cycle_code_mnemonic": f"CYCLE-{self.cycles}",
                    "number_of_beneficiaries": len(rows),
                    "number_of_disbursements": len(rows),
                    "total_disbursement_amount": sum(
                        Decimal(row["disbursement_amount"]) for row in rows
                    ),
                    "disbursement_currency_code": "USD",
                    "disbursement_schedule_date": env.company._g2p_bridge_today().isoformat(),
                }
            )
        for row in rows:
            row["disbursement_envelope_id"] = reply["disbursement_envelope_id"]
        return reply["disbursement_envelope_id"]

    def complete_envelope(self, rows):
        """An envelope that has all its disbursements.

        :return: its record ID
        """
        reference = self.declare(rows)
        with self.transaction() as env:
            env["g2p.bridge.service"].create_disbursements(rows)
        (envelope_id,) = self.row(
            "SELECT id FROM g2p_bridge_envelope WHERE disbursement_envelope_id = %s", reference
        )
        return envelope_id

    def funded_envelope(self, lines):
        """An envelope that is ready to be shipped: resolved, its funds blocked.

        :return: its record ID
        """
        envelope_id = self.complete_envelope(make_rows(lines))
        with self.at_once():
            self.run_steps("g2p.bridge.mapper.batch", envelope_id)
            self.run_steps("g2p.bridge.funds.step", envelope_id)
        return envelope_id

    def run_steps(self, model, envelope_id):
        """Carry out the steps of one kind of an envelope, each as its own job would."""
        for step_id in self.steps(model, envelope_id):
            run_step(self.registry, self.officer_id, model, step_id)

    # What the database holds

    def steps(self, model, envelope_id):
        """IDs of an envelope's steps of one kind, in their order."""
        table = self.registry[model]._table
        rows = self.rows(f"SELECT id FROM {table} WHERE envelope_id = %s ORDER BY id", envelope_id)
        return [row[0] for row in rows]

    def states(self, envelope_id):
        """{state: number of disbursements of an envelope}"""
        return dict(
            self.rows(
                "SELECT state, COUNT(*) FROM g2p_bridge_disbursement"
                " WHERE envelope_id = %s GROUP BY state",
                envelope_id,
            )
        )

    def rows(self, query, *arguments):
        with self.registry.cursor() as cr:
            cr.execute(query, arguments)
            return cr.fetchall()

    def row(self, query, *arguments):
        """A query's only row."""
        (row,) = self.rows(query, *arguments)
        return row

    def _outside(self, statement):
        """Run what can't run, or should not be seen, in a transaction of Odoo's."""
        with closing(psycopg2.connect(dbname=self.registry.db_name)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)

    def _create(self, env):
        groups = ("group_officer", "group_finance")
        self.officer_id = (
            env["res.users"]
            .create(
                {
                    "name": "Officer",
                    "login": "benchmark_officer",
                    "group_ids": [(4, env.ref(f"g2p_bridge_base.{group}").id) for group in groups],
                }
            )
            .id
        )
        bank = env["g2p.bridge.sponsor.bank"].create(
            {
                "name": "Bank",
                "code": "BENCHMARK",
                "connector": "example_bank",
                "environment": "test",
            }
        )
        mapper = env["g2p.bridge.mapper"].create({"name": "Mapper", "environment": "test"})
        env["g2p.bridge.program"].create(
            {
                "benefit_program_mnemonic": "CASH",
                "benefit_program_name": "Cash Transfer",
                "sponsor_bank_id": bank.id,
                "sponsor_bank_account_number": ACCOUNT,
                "currency_id": env.ref("base.USD").id,
                "id_mapper_resolution_required": True,
                "mapper_id": mapper.id,
                "own_policies": True,
                "approval": "none",
            }
        )


@contextmanager
def at_once(registry):
    """Within it, bank and mapper answer in this process."""
    bank, mapper = Bank(), Mapper()
    with (
        patch.object(registry["g2p.bridge.sponsor.bank"], "_get_connector", lambda record: bank),
        patch.object(registry["g2p.bridge.mapper"], "_get_connector", lambda record: mapper),
    ):
        yield


def run_step(registry, user, model, step_id):
    """Carry out one step as its job would."""
    with registry.cursor() as cr:
        odoo.api.Environment(cr, user, {})[model].browse(step_id)._job_step()


def make_rows(lines):
    """Disbursements as a PBMS sends them, without their envelope."""
    return [
        {
            "mis_reference_number": f"CYCLE/{number:09d}",
            "beneficiary_id": f"P{number:010d}",
            "beneficiary_name": f"Beneficiary Number {number}",
            "disbursement_amount": f"{20 + number % 480}.{number % 100:02d}",
            "narrative": "Cash transfer of the month",
        }
        for number in range(1, lines + 1)
    ]
