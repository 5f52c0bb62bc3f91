# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Handing an approved cycle of PBMS over, and its results back, beside their own bare SQL."""

from contextlib import contextmanager

from harness import Benchmark

MANAGER = "g2p.program.payment.manager.g2p.bridge"
#: PBMS keeps the payments of a batch here, too.
RELATION = "g2p_payment_g2p_payment_batch_rel"
#: Its own bare SQL: the same rows from the same tables, nothing looked at, in one go.
BARE_HAND_OVER = (
    """
    INSERT INTO g2p_bridge_disbursement (disbursement_id, bank_batch_id, mapper_batch_id,
           mis_reference_number, disbursement_amount, envelope_id, receipt_time_stamp, state,
           beneficiary_id, beneficiary_name, narrative)
    SELECT lpad(e.id::text, 19, '0'),
           (%(bank)s)[(e.place - 1) * cardinality(%(bank)s) / %(lines)s + 1],
           (%(mapper)s)[(e.place - 1) * cardinality(%(mapper)s) / %(lines)s + 1],
           gen_random_uuid()::text, e.initial_amount, %(envelope)s, now(), 'received', r.value,
           p.name, e.code
      FROM (SELECT *, row_number() OVER (ORDER BY id) AS place FROM g2p_entitlement
             WHERE cycle_id = %(cycle)s) e
      JOIN res_partner p ON p.id = e.partner_id JOIN g2p_reg_id r ON r.partner_id = p.id
     ORDER BY e.id
    """,
    """
    INSERT INTO g2p_payment (name, entitlement_id, batch_id, state, amount_issued, issuance_date,
           bridge_envelope_id, bridge_disbursement_id, dispatch_status, create_uid, create_date,
           write_uid, write_date)
    SELECT d.mis_reference_number, e.id,
           (%(batch)s)[(e.place - 1) * cardinality(%(batch)s) / %(lines)s + 1],
           'issued', e.initial_amount, now(), %(envelope)s, d.id, 'pending', 1, now(), 1, now()
      FROM (SELECT *, row_number() OVER (ORDER BY id) AS place FROM g2p_entitlement
             WHERE cycle_id = %(cycle)s) e
      JOIN g2p_bridge_disbursement d ON d.narrative = e.code
     ORDER BY e.id
    """,
    f"""
    INSERT INTO {RELATION} (g2p_payment_batch_id, g2p_payment_id)
    SELECT batch_id, id FROM g2p_payment WHERE bridge_envelope_id = %(envelope)s
    """,
)
PEOPLE = """
    WITH people AS (
        INSERT INTO res_partner (name, complete_name, is_registrant, active, type, company_id,
                                 autopost_bills)
        SELECT 'Person ' || n, 'Person ' || n, TRUE, TRUE, 'contact', %(company)s, 'ask'
          FROM generate_series(1, %(lines)s) n
        RETURNING id
    )
    INSERT INTO g2p_reg_id (partner_id, id_type, value)
    SELECT id, %(kind)s, 'P' || lpad((row_number() OVER (ORDER BY id))::text, 10, '0')
      FROM people
"""
ENTITLEMENTS = """
    INSERT INTO g2p_entitlement (code, partner_id, cycle_id, company_id, journal_id,
                                 initial_amount, transfer_fee, state,
                                 bridge_approved_by_id, bridge_approved_amount)
    SELECT 'E' || c.id || '-' || r.partner_id, r.partner_id, c.id, %(company)s, p.journal_id,
           a.amount, 0, 'approved', 1, a.amount
      FROM g2p_reg_id r, g2p_cycle c JOIN g2p_program p ON p.id = c.program_id,
           LATERAL (SELECT 20 + r.partner_id %% 480 + (r.partner_id %% 100) / 100.0 AS amount) a
     WHERE c.id = %(cycle)s
"""


class Cycles:
    """A program of PBMS with so many people, and approved cycles of all of them."""

    def __init__(self, world, lines):
        self.world, self.lines, self.number = world, lines, 0
        with world.transaction(1) as env:
            kind = env["g2p.id.type"].create({"name": "National ID"})
            bridge = env["g2p.bridge.program"].search(
                [("benefit_program_mnemonic", "=", "CASH")], limit=1
            )
            # As most journals it names no currency: it is in its company's.
            journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
            program = env["g2p.program"].create({"name": "Child Grant", "journal_id": journal.id})
            manager = env[MANAGER].create(
                {
                    "program_id": program.id,
                    "bridge_program_id": bridge.id,
                    "id_type_id": kind.id,
                    "automatic_start": "approval",
                }
            )
            program.payment_managers.manager_ref_id = f"{MANAGER},{manager.id}"
            values = {"lines": lines, "kind": kind.id, "company": env.company.id}
            env.cr.execute(PEOPLE, values)
            self.program_id, self.company_id = program.id, env.company.id

    def approved(self):
        """:return: record ID of a new cycle whose entitlements are all approved"""
        self.number += 1
        with self.world.transaction(1) as env:
            today = env.company._g2p_bridge_today()
            cycle = env["g2p.cycle"].create(
                {
                    "name": f"Benchmark {self.number}",
                    "program_id": self.program_id,
                    "start_date": today,
                    "end_date": today,
                    "state": "approved",
                    "approved_date": env.cr.now(),
                    "approved_by": self.world.officer_id,
                    "bridge_approved_by_id": self.world.officer_id,
                    "bridge_approved_at": env.cr.now(),
                }
            )
            env.cr.execute(ENTITLEMENTS, {"cycle": cycle.id, "company": self.company_id})
            cycle_id = cycle.id
        self.world.vacuum()
        return cycle_id

    def hand_over(self, cycle_id):
        """What the jobs do: one round, then batch after batch."""
        with self._user() as env:
            env["g2p.cycle"].browse(cycle_id)._job_bridge_hand_over()
        for (batch_id,) in self.world.rows(
            "SELECT id FROM g2p_payment_batch WHERE cycle_id = %s ORDER BY id", cycle_id
        ):
            with self._user() as env:
                env["g2p.payment.batch"].browse(batch_id)._job_bridge_fill()

    @contextmanager
    def _user(self):
        with self.world.transaction() as env:
            yield env(su=True)


class PbmsBenchmark(Benchmark):
    def before_step(self):
        if not hasattr(self.world, "pbms"):
            self.world.pbms = Cycles(self.world, self.lines)
        self.cycles = self.world.pbms
        self.cycle_id = self.cycles.approved()


class HandOver(PbmsBenchmark):
    """An approved cycle to a complete envelope: who is payable, payments, disbursements, links.

    The limit makes the same payments, their places in PBMS's batches and disbursements of the
    same people: three statements for the whole cycle, which look at nothing and ask nobody.
    """

    name = "PBMS hand-over"
    limit_name = "INSERT of the same rows from the same tables"
    aim = 2.0

    def step(self):
        self.cycles.hand_over(self.cycle_id)

    def after_step(self):
        totals = self.world.row(
            "SELECT COUNT(*), COUNT(DISTINCT p.bridge_disbursement_id),"
            " SUM(p.amount_issued) = (SELECT SUM(initial_amount) FROM g2p_entitlement"
            " WHERE cycle_id = %s), MAX(v.state) FROM g2p_payment p"
            " JOIN g2p_bridge_envelope v ON v.id = p.bridge_envelope_id"
            " WHERE v.pbms_cycle_id = %s",
            self.cycle_id,
            self.cycle_id,
        )
        assert totals == (self.lines, self.lines, True, "scheduled"), totals
        (envelope_id,) = self.world.row(
            "SELECT id FROM g2p_bridge_envelope WHERE pbms_cycle_id = %s", self.cycle_id
        )
        payment_batches = self.world.rows(
            "SELECT id FROM g2p_payment_batch WHERE cycle_id = %s ORDER BY id", self.cycle_id
        )
        self.values = {
            "cycle": self.cycle_id,
            "envelope": envelope_id,
            "lines": self.lines,
            "bank": self.world.steps("g2p.bridge.bank.batch", envelope_id),
            "mapper": self.world.steps("g2p.bridge.mapper.batch", envelope_id),
            "batch": [row[0] for row in payment_batches],
        }

    def before_limit(self):
        # The step's own rows make place for themselves.
        self.world.empty(f"g2p_bridge_disbursement, g2p_payment, {RELATION}")
        self.world.vacuum()

    def limit(self):
        with self.world.registry.cursor() as cr:
            for statement in BARE_HAND_OVER:
                cr.execute(statement, self.values)
                assert cr.rowcount == self.lines, cr.rowcount
            cr.rollback()


class ResultsBack(PbmsBenchmark):
    """Results of a whole cycle back to its payments and entitlements, a bank batch at a time.

    The limit sets the same columns of the same rows, knowing what to write.
    """

    name = "PBMS results back"
    limit_name = "UPDATE of the same rows"
    aim = 2.0

    def before_step(self):
        super().before_step()
        self.cycles.hand_over(self.cycle_id)
        self._write("UPDATE g2p_bridge_bank_batch SET state = 'done' WHERE id = ANY(%s)")
        self._write(
            "UPDATE g2p_bridge_disbursement SET state = 'reconciled' WHERE bank_batch_id = ANY(%s)"
        )
        self.world.vacuum()

    def step(self):
        for batch_id in self._batches():
            with self.world.transaction(1) as env:
                env["g2p.bridge.bank.batch"].browse(batch_id)._job_report_back()

    def after_step(self):
        totals = self.world.row(
            "SELECT COUNT(*), SUM(p.amount_paid) = SUM(e.initial_amount)"
            " FROM g2p_payment p JOIN g2p_entitlement e ON e.id = p.entitlement_id"
            " WHERE e.cycle_id = %s AND p.status = 'paid' AND e.state = 'rdpd2ben'",
            self.cycle_id,
        )
        assert totals == (self.lines, True), totals

    def before_limit(self):
        self.world.vacuum()

    def limit(self):
        for batch_id in self._batches():
            with self.world.registry.cursor() as cr:
                cr.execute(
                    "UPDATE g2p_payment p SET state = 'sent', status = NULL, amount_paid = 0,"
                    " payment_datetime = NULL, write_date = now() FROM g2p_bridge_disbursement d"
                    " WHERE d.id = p.bridge_disbursement_id AND d.bank_batch_id = %s"
                    " RETURNING p.entitlement_id",
                    [batch_id],
                )
                ids = [row[0] for row in cr.fetchall()]
                cr.execute(
                    "UPDATE g2p_entitlement SET state = 'trans2FSP', write_date = now()"
                    " WHERE id = ANY(%s)",
                    [ids],
                )

    def _batches(self):
        (envelope_id,) = self.world.row(
            "SELECT id FROM g2p_bridge_envelope WHERE pbms_cycle_id = %s", self.cycle_id
        )
        return self.world.steps("g2p.bridge.bank.batch", envelope_id)

    def _write(self, query):
        with self.world.registry.cursor() as cr:
            cr.execute(query, [self._batches()])
