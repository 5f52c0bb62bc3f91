# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytz
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.g2p_bridge.models.envelope.envelope_states import LIVE
from odoo.addons.g2p_bridge.services.wire import FREQUENCY_NAMES

from ...lib.schedule import schedule_date
from ...lib.template import render
from ..entitlement.fund_sql import LEFT, NOT_COVERED
from ..pbms_states import IS_LIVE
from .payment_manager import CYCLE_PLACEHOLDERS

#: Columns of a payment that repeat what its entitlement or its cycle says, where PBMS stores
#: them; they are filled as the ORM would have filled them.
REPEATED = ("cycle_id", "program_id", "partner_id", "journal_id", "currency_id")

NO_CHATTER = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}


class PaymentManagerRound(models.Model):
    """One round of a cycle: whatever is payable becomes one envelope, and payments of PBMS.

    A round is one transaction. It leaves everything as it was, or an envelope whose control
    totals are exactly the sum of the payments that were written with it. Two rounds of a
    cycle at once: both write the cycle's row, so one of them starts over and finds nothing
    left to pay; and the database takes no second live payment of an entitlement.
    """

    _inherit = "g2p.program.payment.manager.g2p.bridge"

    def _hand_over(self, cycle, entitlements=None, asked=False):
        """Carry a round out.

        :param entitlements: look at these alone
        :param asked: a person has asked for it: also pay those again whose payments have all
            failed, and those whom PBMS's own approval did not let through
        :return: the envelope; no record if nothing is payable
        :raises UserError: the round is refused, in words; the caller undoes what was begun
        """
        self._check_ready(cycle)
        self = self.sudo().with_company(self.bridge_program_id.company_id)
        cycle = cycle.with_env(self.env)
        self._look(cycle, self._chosen(cycle, entitlements, asked), by_itself=not asked)
        count, beneficiaries, total = self._totals()
        if not count:
            return self.env["g2p.bridge.envelope"]
        envelope = self._declare(cycle, count, beneficiaries, total)
        batches = self._create_batches(cycle, envelope, count)
        self._create_payments(cycle, envelope, batches)
        self.env["queue.job"]._enqueue_once(envelope._bridge_fill_jobs())
        return envelope

    def _check_ready(self, cycle):
        """:raises UserError: what is missing before any cycle of the program can be paid"""
        program = cycle.program_id
        problems = list(self._missing())
        if program != self.program_id:
            problems.append(
                self.env._(
                    "The payment manager chosen in the program %(program)s is that of %(other)s. "
                    "Choose one of its own.",
                    program=program.name,
                    other=self.program_id.name,
                )
            )
        if not program.active or program.state != "active":
            problems.append(self.env._("The program %s is not active.", program.name))
        if problems:
            raise UserError("\n".join(problems))

    def _chosen(self, cycle, entitlements, asked):
        """The query of the entitlements that this round looks at."""
        payable = self.env["g2p.entitlement"]._bridge_payable_domain(asked)
        domain = [("cycle_id", "=", cycle.id), *payable]
        if entitlements is not None:
            domain.append(("id", "in", entitlements.ids))
        query = self.env["g2p.entitlement"]._search(domain)
        # Any payment stands in the way of a round that nobody asked for.
        standing = SQL(f"AND {IS_LIVE}") if asked else SQL()
        query.add_where(
            SQL(
                "NOT EXISTS (SELECT FROM g2p_payment p WHERE p.entitlement_id = %s %s)",
                SQL.identifier(query.table, "id"),
                standing,
            )
        )
        return query

    def _look(self, cycle, chosen, by_itself):
        """Find out whom this round can pay, keep it, and say on the others why not."""
        self.env.flush_all()
        cr = self.env.cr
        # PostgreSQL takes the round for thousands of times as large as it is, and would compile
        # for longer than it then works; with its usual memory, a large round would go by the disk.
        cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '256MB'")
        self._keep("g2p_bridge_pbms_chosen", self._chosen_query(chosen, cycle))
        self._keep("g2p_bridge_pbms_round", self._candidates(cycle, by_itself))
        if not by_itself:
            self._look_at_fund(cycle)
        # PostgreSQL writes no row whose problem has not changed.
        cr.execute(
            "UPDATE g2p_entitlement e SET bridge_problem = r.problem"
            " FROM g2p_bridge_pbms_round r WHERE e.id = r.entitlement_id"
            " AND e.bridge_problem IS DISTINCT FROM r.problem"
        )
        self.env["g2p.entitlement"].invalidate_model(["bridge_problem"])

    def _keep(self, table, query):
        """Keep the rows of a query until this transaction ends, and how many they are."""
        name = SQL.identifier(table)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", name))
        self.env.cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", name, query))
        self.env.cr.execute(SQL("ANALYZE %s", name))

    def _totals(self):
        """What this round pays: number of payments, of beneficiaries, Decimal total."""
        self.env.cr.execute(
            "SELECT COUNT(*), COUNT(DISTINCT beneficiary), COALESCE(SUM(amount), 0)::text"
            " FROM g2p_bridge_pbms_round WHERE problem IS NULL"
        )
        count, beneficiaries, total = self.env.cr.fetchone()
        return count, beneficiaries, Decimal(total)

    def _declare(self, cycle, count, beneficiaries, total):
        """The envelope of this round."""
        benefit = self.bridge_program_id
        answer = self.env["g2p.bridge.service"].create_disbursement_envelope(
            {
                "benefit_program_mnemonic": benefit.benefit_program_mnemonic,
                "disbursement_frequency": FREQUENCY_NAMES[benefit.default_frequency or "ondemand"],
                "cycle_code_mnemonic": self._cycle_code(cycle),
                "number_of_beneficiaries": beneficiaries,
                "number_of_disbursements": count,
                "total_disbursement_amount": total,
                "disbursement_currency_code": benefit.currency_id.name,
                "disbursement_schedule_date": self._schedule_date(cycle).isoformat(),
            }
        )
        envelope = self.env["g2p.bridge.service"]._envelope(answer["disbursement_envelope_id"])
        past_approval, makers = self._round_makers()
        envelope._add_maker(cycle.bridge_maker_ids | self.env["res.users"].browse(makers))
        envelope.write(
            {
                "pbms_cycle_id": cycle.id,
                "pbms_by_hand": self.automatic_start == "manual",
                "pbms_past_approval": past_approval,
            }
        )
        return envelope

    def _round_makers(self):
        """Whether PBMS's own approval did not let all of this round through, and the record IDs
        of who made and who approved its entitlements."""
        self.env.cr.execute(
            "SELECT bool_or(NOT r.let_through), array_agg(DISTINCT u.id)"
            "  FROM g2p_bridge_pbms_round r JOIN g2p_entitlement e ON e.id = r.entitlement_id"
            " CROSS JOIN LATERAL (VALUES (e.create_uid), (e.bridge_approved_by_id)) AS v(id)"
            "  JOIN res_users u ON u.id = v.id WHERE r.problem IS NULL"
        )
        past_approval, makers = self.env.cr.fetchone()
        return bool(past_approval), makers or []

    def _cycle_code(self, cycle):
        """What this round is called: the cycle's own name, and a number from the second on.

        :raises UserError: another cycle goes by this name
        """
        parts = self._parse("cycle_code_template", CYCLE_PLACEHOLDERS)
        code = render(parts, self._cycle_values(cycle)).strip()
        envelopes = self.env["g2p.bridge.envelope"]
        rounds = envelopes.search_count([("pbms_cycle_id", "=", cycle.id)])
        if rounds:
            code = f"{code}-{rounds + 1}"
        taken = envelopes.search(
            [
                ("program_id", "=", self.bridge_program_id.id),
                ("cycle_code_mnemonic", "=", code),
                *LIVE.domain(),
            ]
        )
        if taken:
            raise UserError(
                self.env._(
                    "The cycle code %(code)s is taken by the envelope %(envelope)s of "
                    "%(benefit)s. Give this cycle another name, or put more into the cycle "
                    "code of the payment manager.",
                    code=code,
                    envelope=taken.disbursement_envelope_id,
                    benefit=self.bridge_program_id.benefit_program_name,
                )
            )
        return code

    def _schedule_date(self, cycle):
        """The schedule date: of the rule where one is to be kept, otherwise today."""
        benefit = self.bridge_program_id
        today = benefit.company_id._g2p_bridge_today()
        earliest = today + timedelta(days=benefit._policy().disbursement_sla_days)
        if self.automatic_start != "schedule":
            return earliest
        return schedule_date(
            self.schedule_rule,
            cycle.start_date,
            self._approval_day(cycle) or today,
            self.schedule_days,
            int(self.schedule_weekday or 0),
            earliest,
        )

    def _approval_day(self, cycle):
        """The day that the cycle was approved on, in its company's calendar."""
        moment = fields.Datetime.to_datetime(cycle.approved_date)
        if not moment or cycle._fields["approved_date"].type == "date":
            return moment and moment.date()
        zone = self.bridge_program_id.company_id._g2p_bridge_zone()
        return pytz.utc.localize(moment).astimezone(zone).date()

    def _create_batches(self, cycle, envelope, count):
        number = -(-count // self.batch_size)
        batches = self.env["g2p.payment.batch"].with_context(**NO_CHATTER)
        reference = envelope.disbursement_envelope_id
        return batches.create(
            [
                {
                    # PBMS's own default is one name for all batches of a process.
                    "name": str(uuid4()),
                    "stats_datetime": fields.Datetime.now(),
                    "cycle_id": cycle.id,
                    "external_batch_ref": f"{reference}/{position}",
                    "bridge_envelope_id": envelope.id,
                    "batch_has_started": not envelope.pbms_by_hand,
                }
                for position in range(1, number + 1)
            ]
        )

    def _create_payments(self, cycle, envelope, batches):
        """One payment for each payable entitlement, in one statement."""
        now = fields.Datetime.now()
        columns = {
            **self._default_columns(),
            **self._repeated_columns(cycle),
            "name": SQL("gen_random_uuid()::text"),
            "entitlement_id": SQL("e.id"),
            "batch_id": SQL("(%s::int[])[(r.position - 1) / %s + 1]", batches.ids, self.batch_size),
            "state": SQL("'issued'"),
            "amount_issued": SQL("r.amount"),
            "issuance_date": SQL("%s", now),
            "bridge_envelope_id": SQL("%s", envelope.id),
            "bridge_head_id": SQL("r.head"),
            "bridge_fee": SQL("r.fee"),
            "account_number": SQL("r.line ->> 'beneficiary_account'"),
            "bridge_line": SQL("r.line"),
            "create_uid": SQL("%s", self.env.uid),
            "create_date": SQL("%s", now),
            "write_uid": SQL("%s", self.env.uid),
            "write_date": SQL("%s", now),
        }
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO g2p_payment (%s)
                SELECT %s
                  FROM (SELECT *, row_number() OVER (ORDER BY entitlement_id) AS position
                          FROM g2p_bridge_pbms_round WHERE problem IS NULL) r
                  JOIN g2p_entitlement e ON e.id = r.entitlement_id
                 ORDER BY r.position
                """,
                SQL(", ").join(SQL.identifier(name) for name in columns),
                SQL(", ").join(columns.values()),
            )
        )
        self._relate_batches(envelope)
        self.env["g2p.payment"].invalidate_model()
        batches.invalidate_recordset()
        self.env["g2p.entitlement"].invalidate_model(["payment_ids"])

    def _relate_batches(self, envelope):
        """PBMS keeps the payments of a batch in a relation of their own as well."""
        field = self.env["g2p.payment.batch"]._fields["payment_ids"]
        if field.type != "many2many":
            return
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s, %s) SELECT batch_id, id FROM g2p_payment"
                " WHERE bridge_envelope_id = %s",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                envelope.id,
            )
        )

    def _default_columns(self):
        """{column of a payment: SQL value} of all that has a default: other addons of PBMS put
        fields of their own on payments, and require some of them."""
        payments = self.env["g2p.payment"]
        names = [
            name for name, field in payments._fields.items() if field.store and field.column_type
        ]
        values = payments._convert_to_write(payments.default_get(names))
        return {
            name: SQL("%s", payments._fields[name].convert_to_column_insert(value, payments))
            for name, value in values.items()
        }

    def _repeated_columns(self, cycle):
        """{column of a payment: SQL value} for what PBMS stores twice."""
        payment = self.env["g2p.payment"]._fields
        entitlement = self.env["g2p.entitlement"]._fields
        columns = {}
        for name in REPEATED:
            if name in entitlement and entitlement[name].store:
                columns[name] = SQL.identifier("e", name)
            elif name in cycle._fields:
                columns[name] = SQL("%s", cycle[name].id or None)
        columns["cycle_id"] = SQL("%s", cycle.id)
        # That of a cycle and of an entitlement is whichever was at hand when it was made.
        columns["company_id"] = SQL("%s", self.bridge_program_id.company_id.id or None)
        columns["payment_fee"] = SQL.identifier("e", "transfer_fee")
        return {
            name: value
            for name, value in columns.items()
            if name in payment and payment[name].store
        }

    def _look_at_fund(self, cycle):
        """Leave out of a round who has expired and is not covered.

        What expired is not held in the fund any more: it is paid again as far as the fund goes.
        """
        self.env.cr.execute(
            "SELECT EXISTS (SELECT FROM g2p_bridge_pbms_round r JOIN g2p_entitlement e"
            " ON e.id = r.entitlement_id WHERE e.state = 'expired' AND r.problem IS NULL)"
        )
        if not self.env.cr.fetchone()[0]:
            return
        program = cycle.program_id
        company = program.company_id or self.bridge_program_id.company_id
        self.env.cr.execute(LEFT, {"program": program.id, "company": company.id, "ours": True})
        self.env.cr.execute(NOT_COVERED, [Decimal(self.env.cr.fetchone()[0])])
