# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A country's worth of rows: envelopes in all states, their payments, what the bank told.

Written by a handful of SQL statements, because no job could pay a million people while
somebody waits; the counters agree with the rows, as :meth:`Population.check` makes sure of.
"""

import io
from datetime import timedelta

import population_sql as sql
import population_statements as statements
from psycopg2.extras import execute_values

from odoo.addons.g2p_bridge.lib.reference import make_references, moment_of

PROGRAMS = 20
BATCH = 1000
LOGIN = "benchmark_viewer"
#: States of the envelopes of the last cycles; the earlier ones are reconciled.
UNDER_WAY = ("receiving", "to_approve", "scheduled", "funding", "shipping", "shipped", "cancelled")

STEPS = [
    sql.FINISH_PLAN,
    sql.ENVELOPES,
    sql.MAKERS,
    sql.PLACES,
    sql.MAPPER_BATCHES,
    sql.BANK_BATCHES,
    sql.DISBURSEMENTS,
    sql.COUNT_BANK_BATCHES,
    sql.COUNT_MAPPER_BATCHES,
    sql.DECLARE,
    sql.FUNDS_STEPS,
    statements.STATEMENTS,
    statements.ENTRIES,
    statements.TOTALS,
    statements.COUNTS,
    statements.MESSAGES,
    statements.ACTIVITIES,
]

#: What must not exist: counters that are not the sum of their rows.
DISAGREEMENTS = """
    SELECT e.disbursement_envelope_id FROM g2p_bridge_envelope e
      JOIN (SELECT envelope_id, COUNT(*) FILTER (WHERE state <> 'cancelled') AS live,
                   SUM(disbursement_amount) FILTER (WHERE state <> 'cancelled') AS amount,
                   COUNT(*) FILTER (WHERE state IN ('shipped', 'reconciled', 'reversed')) AS gone,
                   COUNT(*) FILTER (WHERE state IN ('reconciled', 'reversed')) AS debited,
                   COUNT(*) FILTER (WHERE state = 'reversed') AS returned
              FROM g2p_bridge_disbursement GROUP BY envelope_id) d ON d.envelope_id = e.id
      LEFT JOIN (SELECT envelope_id, SUM(line_count) AS lines, SUM(shipped_count) AS shipped
                   FROM g2p_bridge_bank_batch GROUP BY envelope_id) b ON b.envelope_id = e.id
      LEFT JOIN (SELECT envelope_id, SUM(reconciled_count) AS reconciled,
                        SUM(reversed_count) AS reversed
                   FROM g2p_bridge_statement_total GROUP BY envelope_id) t ON t.envelope_id = e.id
     WHERE (d.live, d.gone, d.debited, d.returned) <> (COALESCE(b.lines, 0),
           COALESCE(b.shipped, 0), COALESCE(t.reconciled, 0), COALESCE(t.reversed, 0))
        OR e.state NOT IN ('receiving', 'cancelled')
           AND (e.number_of_disbursements, e.total_disbursement_amount) <> (d.live, d.amount)
"""


class Population:
    """Programs with their envelopes and nothing else; grows by each call of :meth:`grow`."""

    def __init__(self, world):
        self.world = world
        self.programs = []
        self.envelopes = 0
        self.people = 0
        # What other benchmarks have left behind has lost its payments.
        world.empty("g2p_bridge_envelope, g2p_bridge_statement")
        with world.transaction(1) as env:
            self.viewer_id = self._create_viewer(env)

    def grow(self, envelopes, lines):
        """Add programs, and envelopes with so many payments together.

        The two largest, a ninth of the payments each, are the last cycles of one program:
        one has been shipped, the next waits for its approval.
        """
        with self.world.made_up(), self.world.transaction(1) as env:
            self.programs = self._create_programs(env, min(PROGRAMS, max(1, envelopes // 5)))
            cr = env.cr
            cr.execute("SET LOCAL jit = off")
            cr.execute(sql.CREATE_PLAN)
            execute_values(
                cr,
                "INSERT INTO plan (number, program_id, cycle, state, day, lines, first_person,"
                " first_line) VALUES %s",
                self._plan(env.company._g2p_bridge_today(), envelopes, lines),
            )
            arguments = {**self._people_of(env), "size": BATCH, "first": self._marks(cr, lines)}
            for step in STEPS:
                cr.execute(step, arguments)
        self.world.vacuum()

    def check(self):
        """Fail where a counter is not the sum of its rows."""
        wrong = self.world.rows(DISAGREEMENTS)
        assert not wrong, wrong[:5]

    # Helpers

    def _plan(self, today, envelopes, lines):
        """A row per envelope, the earliest first."""
        count = len(self.programs)
        large = lines // 9
        sizes, states = _shares(lines - 2 * large, envelopes - 2), _states(envelopes - 2)
        latest = (envelopes - 1) // count * count  # of the first program
        first_line = 0
        for index in range(envelopes):
            self.envelopes += 1
            if index in (latest, latest - count):
                size, state = large, "to_approve" if index == latest else "shipped"
            else:
                size, state = next(sizes), next(states)
            cycle, last = index // count, (envelopes - 1) // count
            day = today - timedelta(days=30 * (last - cycle) - 3)
            program = self.programs[index % count]
            # A hundredth of the people are new in each cycle.
            person = self.people + index % count * 10**6 + cycle * (size // 100)
            code = f"{day:%Y-%m}-{self.envelopes}"
            yield self.envelopes, program, code, state, day, size, person, first_line
            first_line += size
        self.people += count * 10**6

    def _marks(self, cr, lines):
        """Give every payment its IDs, as the bridge does.

        :return: record ID of the first one
        """
        cr.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM g2p_bridge_disbursement")
        (first,) = cr.fetchone()
        ids = range(first, first + lines)
        references = make_references(ids, moment_of(cr.now()))
        text = "\n".join(map("{}\t{}".format, ids, references))
        cr.execute(sql.CREATE_MARKS)
        cr.copy_expert("COPY marks FROM STDIN", io.BytesIO(text.encode()))
        cr.execute("ANALYZE marks")
        cr.execute("SELECT setval('g2p_bridge_disbursement_id_seq', %s)", [first + lines - 1])
        return first

    def _people_of(self, env):
        return {
            "officer": self.world.officer_id,
            "approver": self.viewer_id,
            "note": env.ref("mail.mt_note").id,
            "todo": env.ref("mail.mail_activity_data_todo").id,
            "model": env["ir.model"]._get_id("g2p.bridge.envelope"),
        }

    def _create_viewer(self, env):
        """Somebody who has every role, and so sees everything that a screen can show."""
        roles = ("officer", "approver", "finance", "admin")
        groups = [env.ref(f"g2p_bridge_base.group_{role}").id for role in roles]
        values = {"name": "Viewer", "login": LOGIN, "password": LOGIN, "group_ids": groups}
        return env["res.users"].create(values).id

    def _create_programs(self, env, count):
        """Programs with an account each, all of which ask for an approval.

        :return: list of record IDs
        """
        first = env["g2p.bridge.program"].search([("benefit_program_mnemonic", "=", "CASH")])
        programs = first.browse()
        for number in range(self.envelopes + 1, self.envelopes + count + 1):
            programs |= first.copy(
                {
                    "benefit_program_mnemonic": f"PROGRAM{number}",
                    "benefit_program_name": f"Benefit Program {number}",
                    "sponsor_bank_account_number": f"BENCHMARK-{number:04d}",
                    "responsible_id": self.world.officer_id,
                    "own_policies": True,
                    "approval": "any",
                }
            )
        return programs.ids


def _shares(whole, parts):
    """Split a whole number into parts that differ by one at most."""
    for part in range(parts):
        yield whole * (part + 1) // parts - whole * part // parts


def _states(envelopes):
    """The state of each envelope, the earliest first; a few of the early ones were cancelled."""
    under_way = max(len(UNDER_WAY), envelopes * 12 // 100)
    for number in range(envelopes - under_way):
        yield "cancelled" if number % 25 == 24 else "reconciled"
    for number in range(under_way):
        yield UNDER_WAY[number % len(UNDER_WAY)]
