# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Builders of the glue: a program of PBMS that is paid by a scripted bank."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.g2p_bridge.tests.common import BridgeCase

MANAGER = "g2p.program.payment.manager.g2p.bridge"


class PbmsCase(BridgeCase):
    """A program of PBMS, its people, and the bridge as its payment manager.

    The program is paid from the benefit program CASH without an ID mapper; cycles start on
    approval. Entitlements are approved together with their cycle.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.id_type = cls.env["g2p.id.type"].create({"name": "National ID"})
        cls.head_kind = cls.env.ref("g2p_registry_membership.group_membership_kind_head")
        # Approving takes more than the group of approvers: writing entitlements, and accounting.
        cls.approver = cls.make_user(
            "cycle_approver",
            "g2p_program_cycle_approver",
            "g2p_finance_validator",
            "account.group_account_invoice",
        )
        cls.manager_user = cls.make_user("program_manager", "g2p_program_manager")
        cls.pbms_program, cls.manager = cls.make_pbms_program("Child Grant", cls.program)

    def setUp(self):
        """What the new programs have started is over: each test's own jobs come first."""
        super().setUp()
        self.run_jobs()

    @classmethod
    def make_journal(cls, currency=None, company=None):
        """A journal that programs are paid from; without a currency it is in its company's."""
        journals = cls.env["account.journal"].with_context(active_test=False)
        company = company or cls.env.company
        number = journals.search_count([("company_id", "=", company.id), ("type", "=", "cash")])
        return journals.create(
            {
                "name": f"Benefits {number}",
                "code": f"BN{number}",
                "type": "cash",
                "company_id": company.id,
                "currency_id": currency and currency.id,
                "beneficiary_disb": True,
            }
        )

    @classmethod
    def make_user(cls, login, *groups):
        """An internal user in these groups of PBMS, none of which makes anybody internal."""
        names = [name if "." in name else f"g2p_programs.{name}" for name in groups]
        return new_test_user(cls.env, login, ",".join(["base.group_user", *names]))

    @classmethod
    def make_pbms_program(cls, name, bridge_program, **vals):
        """A program whose payment manager is the bridge.

        :param vals: of the payment manager
        :return: the program and its payment manager
        """
        window = cls.env["g2p.program.create.wizard"].with_company(bridge_program.company_id)
        approvers = cls.env.ref("g2p_programs.g2p_program_cycle_approver")
        made = window.create(
            {
                "name": name,
                "target_type": "individual",
                "currency_id": cls.currency.id,
                "approver_group_id": approvers.id,
                "auto_approve_entitlements": True,
                "amount_per_cycle": 10,
            }
        ).create_program()
        program = cls.env["g2p.program"].browse(made["res_id"])
        cls.make_fund(program)
        company = program.company_id
        if not company.transfer_account_id:  # a company without a chart of accounts
            company.transfer_account_id = (
                cls.env["account.account"]
                .with_company(company)
                .create({"name": "Transfers", "code": "TRANSFER", "account_type": "asset_current"})
            )
        manager = cls.env[MANAGER].create(
            {
                "program_id": program.id,
                "bridge_program_id": bridge_program.id,
                "id_type_id": cls.id_type.id,
                "automatic_start": "approval",
                **vals,
            }
        )
        # As if it had been configured long ago: approvals have whole seconds.
        manager.automatic_since = fields.Datetime.now() - timedelta(days=30)
        program.payment_managers.unlink()
        program.payment_managers = [
            Command.create(
                {"program_id": program.id, "manager_ref_id": f"{manager._name},{manager.id}"}
            )
        ]
        return program, manager

    @classmethod
    def make_fund(cls, program, amount="1000000000000000.00"):
        """A posted fund that the program may spend; without an amount, as much as it likes."""
        fund = cls.env["g2p.program.fund"].create(
            {"program_id": program.id, "company_id": program.company_id.id, "amount": amount}
        )
        fund.post_fund()
        return fund

    @classmethod
    def make_person(cls, number, phones=(), **vals):
        """A registrant with the ID ``ID<number>``, unless ``reg_ids`` says otherwise.

        :param phones: numbers, as an API gives them: the partner's own phone stays empty
        """
        ids = [Command.create({"id_type": cls.id_type.id, "value": f"ID{number}"})]
        numbers = [Command.create({"phone_no": phone}) for phone in phones]
        return cls.env["res.partner"].create(
            {
                "name": f"Person {number}",
                "is_registrant": True,
                "reg_ids": ids,
                "phone_number_ids": numbers,
                **vals,
            }
        )

    @classmethod
    def make_people(cls, count, start=1):
        """So many registrants, in one go."""
        return cls.env["res.partner"].create(
            [
                {
                    "name": f"Person {number}",
                    "is_registrant": True,
                    "reg_ids": [
                        Command.create({"id_type": cls.id_type.id, "value": f"ID{number}"})
                    ],
                }
                for number in range(start, start + count)
            ]
        )

    @classmethod
    def make_group(cls, name, *heads, members=()):
        """A group with these heads and other members, of the company of the first."""
        company = [*heads, *members][0].company_id
        group = cls.env["res.partner"].create(
            {"name": name, "is_registrant": True, "is_group": True, "company_id": company.id}
        )
        memberships = [
            {"group": group.id, "individual": one.id, "kind": [Command.link(cls.head_kind.id)]}
            for one in heads
        ]
        memberships += [{"group": group.id, "individual": one.id} for one in members]
        cls.env["g2p.group.membership"].create(memberships)
        return group

    def assertAskedAsOften(self, word):
        """PBMS's approval of ten entitlements has as many statements with a word as of one."""
        manager = self.pbms_program.get_manager(4).with_user(self.approver)
        counts = []
        for number, size in enumerate((1, 10)):
            people = self.make_people(size, 100)
            cycle = self.make_cycle(people, "1.00", name=f"Counted {number}")
            with self.assertLogs("odoo.sql_db", level="DEBUG") as logs:
                manager.approve_entitlements(cycle.entitlement_ids)
            counts.append(sum(word in line for line in logs.output))
        self.assertEqual(counts[0], counts[1])

    @classmethod
    def make_cycle(cls, people, amount="10.00", name="Cycle 1", program=None, **vals):
        """A cycle that waits for approval, with one open entitlement for each of the people.

        :param amount: of each entitlement, or a list with one amount for each
        """
        program = program or cls.pbms_program
        today = fields.Date.today()
        cycle = cls.env["g2p.cycle"].create(
            {
                "name": name,
                "program_id": program.id,
                "start_date": today,
                "end_date": today + timedelta(days=30),
                "state": "to_approve",
                **vals,
            }
        )
        amounts = amount if isinstance(amount, list) else [amount] * len(people)
        cls.make_entitlements(cycle, people, amounts, state="pending_validation")
        return cycle

    @classmethod
    def make_entitlements(cls, cycle, people, amounts, state="approved"):
        return cls.env["g2p.entitlement"].create(
            [
                {
                    "cycle_id": cycle.id,
                    "company_id": cycle.company_id.id,
                    "partner_id": person.id,
                    "initial_amount": amount,
                    "is_cash_entitlement": True,
                    "state": state,
                }
                for person, amount in zip(people, amounts, strict=True)
            ]
        )

    def disable(self, registrant):
        """What the registry's window does."""
        self.env["g2p.disable.registrant.wizard"].create(
            {"partner_id": registrant.id, "disabled_reason": "Has died"}
        ).disable_registrant()

    def approve(self, cycle, jobs=True):
        """Approve a cycle as its approver, commit, and run the jobs of that."""
        answer = cycle.with_user(self.approver).approve()
        self.commit()
        if jobs:
            self.run_jobs()
        return answer

    def commit(self):
        """What a commit does before it: flush, and what transactions do at their end."""
        self.env.cr.flush()

    def due_jobs(self):
        """Those of the bridge and of PBMS: the registry has jobs of its own."""
        return super().due_jobs().filtered(lambda job: job.model_name.startswith("g2p."))

    def run_jobs(self, limit=500):
        """Carry out every job, each as a transaction of its own would."""
        self.commit()
        for _number in range(limit):
            if not self.run_job():
                return
        self.fail(f"more than {limit} jobs")

    def run_jobs_to_death(self):
        """As :meth:`run_jobs`, up to a job that dies: it leaves nothing, the earlier ones stay."""
        try:
            self.run_jobs()
        except RuntimeError:
            return
        self.fail("no job has died")

    def run_job(self):
        """Carry out the job that is due first.

        :return: False if there is none
        """
        job = self.due_job()
        if not job:
            return False
        job.set_started()
        try:
            with self.env.cr.savepoint():
                job.perform()
                self.commit()
        except Exception as error:
            job.set_failed(exc_name=type(error).__name__)
            job.store()
            raise
        job.set_done()
        job.store()
        job.enqueue_waiting()
        self.commit()
        return True

    def jobs(self, method, states=("pending",)):
        """Jobs of this method that are in one of these states."""
        return self.env["queue.job"].search([("method_name", "=", method), ("state", "in", states)])

    def heartbeat(self):
        self.env["g2p.cycle"]._cron_bridge_heartbeat()
        self.commit()

    def payments(self, cycle):
        return self.env["g2p.payment"].search([("cycle_id", "=", cycle.id)], order="id")

    def envelopes(self, cycle):
        return self.env["g2p.bridge.envelope"].search(
            [("pbms_cycle_id", "=", cycle.id)], order="id"
        )

    def disbursements(self, cycle):
        """The disbursements of all envelopes of a cycle, in the order that they came in."""
        return self.env["g2p.bridge.disbursement"].search(
            [("envelope_id", "in", self.envelopes(cycle).ids)], order="id"
        )
