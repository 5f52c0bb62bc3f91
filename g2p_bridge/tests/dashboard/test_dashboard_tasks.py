# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What waits for a person: each number, its list, and who is asked to deal with it."""

from ast import literal_eval
from datetime import timedelta

from odoo import Command

from ...models.dashboard.dashboard_tasks import TASKS
from .test_dashboard import DashboardCase


class TestDashboardTasks(DashboardCase):
    def assertTask(self, key, value, name="officer", **expected):
        """The number is this, and its list holds as many rows."""
        task = self.task(key, self.read(name))
        self.assertEqual(task["value"], value, key)
        self.assertEqual(len(self.rows_of(task["link"], name)), value, key)
        for item, wanted in expected.items():
            self.assertEqual(task[item], wanted, (key, item))
        return task

    def to_approve(self, approval="other", **values):
        self.program.write({"own_policies": True, "approval": approval})
        return self.filled_envelope(**values)

    def test_nothing_waits_where_nothing_is(self):
        for name in self.users.keys() - {"stranger"}:
            for task in self.read(name)["tasks"]:
                self.assertEqual((task["value"], task["mine"], task["verb"]), (0, 0, False))

    def test_approvals_wait_for_approvers(self):
        envelope = self.to_approve()
        self.assertTask("approve", 1, mine=0, verb=False)
        task = self.assertTask("approve", 1, "approver", mine=1, verb="Approve")
        self.assertEqual(self.rows_of(task["my_link"], "approver"), envelope)

    def test_an_approver_is_not_asked_to_approve_what_is_their_own(self):
        own = self.to_approve(cycle_code_mnemonic="A")
        other = self.to_approve(cycle_code_mnemonic="B")
        own.maker_ids = [Command.link(self.users["approver"].id)]
        task = self.assertTask("approve", 2, "approver", mine=1)
        self.assertEqual(self.rows_of(task["my_link"], "approver"), other)
        self.assertIn("another approver", task["hint"])
        self.approve("approver", other)
        self.assertForbidden(self.rpc, "approver", own, "action_approve")
        self.assertTask("approve", 1, "approver", mine=0, verb=False)

    def test_where_anybody_may_approve_makers_are_asked_too(self):
        own = self.to_approve("any")
        own.maker_ids = [Command.link(self.users["approver"].id)]
        self.assertTask("approve", 1, "approver", mine=1)
        self.approve("approver", own)

    def test_the_policy_of_settings_decides_where_a_program_has_none(self):
        own = self.to_approve("any")
        own.maker_ids = [Command.link(self.users["approver"].id)]
        self.program.own_policies = False
        for approval, mine in (("other", 0), ("any", 1)):
            self.env["ir.config_parameter"].set_param("g2p_bridge.approval", approval)
            self.assertTask("approve", 1, "approver", mine=mine)

    def test_envelopes_that_are_started_by_hand_wait_for_officers(self):
        self.program.write({"own_policies": True, "start": "manual"})
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(envelope.state, "scheduled")
        self.assertTask("start", 1, mine=1, verb="Start")
        self.assertTask("start", 1, "approver", mine=0, verb=False)
        self.rpc("officer", envelope, "action_start")
        self.assertTask("start", 0)

    def test_what_is_not_due_needs_nobody_today(self):
        self.program.write({"own_policies": True, "start": "manual"})
        self.later_filled()
        self.run_jobs()
        self.assertTask("start", 0)
        self.program.process_future_dated = True
        self.assertTask("start", 1)

    def test_envelopes_past_their_date(self):
        envelope = self.create_envelope()
        self.assertTask("overdue", 0)
        envelope.disbursement_schedule_date = self.today(-1)
        self.assertTask("overdue", 1, mine=1)

    def test_uncertain_batches_and_funds_steps_wait_for_finance(self):
        envelope = self.shipped().envelope_id
        envelope.bank_batch_ids.state = "uncertain"
        envelope._funds_step("block").state = "uncertain"
        for key in ("uncertain_bank", "uncertain_funds"):
            self.assertTask(key, 1, mine=0, verb=False)
            self.assertTask(key, 1, "finance", mine=1, verb="Decide")

    def test_failed_steps_wait_for_officers(self):
        self.make_program("MAPPED", id_mapper_resolution_required=True, mapper_id=self.mapper.id)
        envelope = self.filled_envelope(benefit_program_mnemonic="MAPPED")
        self.run_jobs()
        steps = {
            "failed_mapper": envelope.mapper_batch_ids,
            "failed_bank": envelope.bank_batch_ids,
            "failed_funds": envelope._funds_step("check"),
        }
        for key, step in steps.items():
            self.assertTask(key, 0)
            step.state = "failed"
            self.assertTask(key, 1, mine=1, verb="Try again")
            self.assertTask(key, 1, "finance", mine=0)

    def test_unresolved_beneficiaries_until_somebody_has_decided(self):
        self.make_program(
            "MAPPED",
            id_mapper_resolution_required=True,
            mapper_id=self.mapper.id,
            own_policies=True,
            unresolved="hold",
        )
        self.mapper_script.unknown = {"ID1", "ID2"}
        envelope = self.filled_envelope(benefit_program_mnemonic="MAPPED")
        self.run_jobs()
        task = self.assertTask("unresolved", 2, mine=2, verb="Resolve")
        action = self.env["ir.actions.actions"]._for_xml_id("g2p_bridge.unresolved_action")
        queue = envelope.disbursement_ids.search(literal_eval(action["domain"]))
        self.assertEqual(self.rows_of(task["link"]), queue)
        queue[0]._leave_out("Moved away")
        self.assertTask("unresolved", 1)

    def test_unmatched_entries_and_odd_statements_wait_for_finance(self):
        statement = self.process(self.entry("D", self.shipped()[0]), self.entry("D", "NOSUCH"))
        self.assertTask("unmatched", 1, "finance", mine=1, verb="Match", every_program=True)
        self.assertTask("odd_statement", 1, "finance", mine=1)
        statement.upload_timestamp -= timedelta(days=40)
        self.assertTask("odd_statement", 0, "finance")
        self.assertTask("unmatched", 1, "finance")

    def test_reissued_and_paid_again_is_the_first_task_of_finance(self):
        line = self.shipped()[0]
        self.process(self.entry("D", line), self.entry("C", line))
        envelope = self.create_envelope(
            cycle_code_mnemonic="AGAIN",
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        (row,) = self.rows(envelope, "10.00")
        self.service.create_disbursements([{**row, "reissue_of": line.disbursement_id}])
        self.run_jobs()
        self.process(self.entry("D", line), **self.following())
        task = self.assertTask(
            "paid_again", 1, "finance", mine=1, verb="Decide", tone="danger", every_program=True
        )
        self.assertEqual(self.read("finance")["tasks"][0]["key"], task["key"])
        self.assertTask("unmatched", 0, "finance")

    def test_failed_statements_wait_for_finance(self):
        statement = self.process(self.entry("D", self.shipped()[0]))
        self.assertTask("failed_statement", 0)
        statement.state = "failed"
        self.assertTask("failed_statement", 1, "finance", mine=1, verb="Try again")

    def test_failed_jobs_are_for_administrators(self):
        self.users["officer"].group_ids |= self.env.ref("queue_job.group_queue_job_manager")
        job = self.create_envelope().with_delay()._job_advance()
        self.assertTask("failed_job", 0, "admin")
        job.db_record().sudo().write({"state": "failed"})
        self.assertTask("failed_job", 1, "admin", mine=1)
        self.assertFalse(self.task("failed_job", self.read("officer")))

    def test_a_chosen_program_leaves_the_others_out(self):
        food = self.make_program("FOOD")
        self.to_approve()
        for program, count in ((self.program, 1), (food, 0)):
            task = self.task("approve", self.read("approver", "month", program.id))
            self.assertEqual((task["value"], len(self.rows_of(task["link"]))), (count, count))

    def test_auditors_see_numbers_and_are_asked_for_nothing(self):
        self.to_approve()
        statement = self.process(self.entry("D", "NOSUCH"))
        self.assertTrue(statement.has_warnings or statement.error_count)
        tasks = self.read("auditor")["tasks"]
        self.assertTrue(sum(task["value"] for task in tasks))
        self.assertEqual({(task["mine"], task["verb"]) for task in tasks}, {(0, False)})

    def test_lists_of_all_kinds_of_work_can_be_opened_by_all_who_see_them(self):
        self.assertEqual(len({task.key for task in TASKS}), len(TASKS))
        for name in self.users.keys() - {"stranger"}:
            for task in self.read(name)["tasks"]:
                self.assertFalse(self.rows_of(task["link"], name))


class TestDashboardOnboarding(DashboardCase):
    """The first steps, until the first statement proves a payment."""

    def steps(self, name="officer"):
        return {step["key"]: step for step in self.read(name)["onboarding"] or []}

    def done(self):
        return [key for key, step in self.steps().items() if step["done"]]

    def test_steps_are_marked_as_they_are_done(self):
        selection = self.env["g2p.bridge.sponsor.bank"]._fields["connector"].get_values(self.env)
        if selection:
            self.bank.connector = selection[0]
        configured = (["bank"] if selection else []) + ["mapper", "program", "people"]
        self.assertEqual(self.done(), configured)
        envelope = self.create_envelope()
        self.assertEqual(self.done(), [*configured, "envelope"])
        self.service.create_disbursements(self.rows(envelope, "10.00", "20.00", "30.75"))
        self.assertEqual(self.done(), [*configured, "envelope", "disbursements"])
        self.run_jobs()
        self.process(self.entry("D", "UNKNOWN"))
        self.assertEqual(self.done(), [*configured, "envelope", "disbursements"])
        self.process(self.entry("D", envelope.disbursement_ids[0]), **self.following())
        self.assertFalse(self.steps())

    def test_a_disabled_bank_or_mapper_is_not_enough(self):
        self.bank.environment = self.mapper.environment = "disabled"
        self.assertEqual(self.done(), ["program", "people"])

    def test_the_mapper_is_optional_unless_a_program_needs_one(self):
        self.assertTrue(self.steps()["mapper"]["optional"])
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.assertFalse(self.steps()["mapper"]["optional"])

    def test_everybody_may_do_their_own_steps(self):
        for name, own in (
            ("admin", {"bank", "mapper", "program", "statement"}),
            ("officer", {"envelope", "disbursements"}),
            ("finance", {"statement"}),
        ):
            steps = self.steps(name)
            self.assertEqual({key for key, step in steps.items() if step["verb"]}, own)
            self.assertTrue(all(step["who"] for step in steps.values()))

    def test_somebody_has_to_be_an_officer(self):
        self.env.ref("g2p_bridge_base.group_officer").user_ids = False
        self.assertFalse(self.steps("admin")["people"]["done"])

    def test_users_are_opened_by_who_manages_them(self):
        self.assertFalse(self.steps("admin")["people"]["verb"])
        self.users["admin"].group_ids += self.env.ref("base.group_erp_manager")
        self.assertTrue(self.steps("admin")["people"]["verb"])

    def test_who_has_no_part_in_it_is_not_shown_it(self):
        self.assertFalse(self.read("auditor")["onboarding"])
        self.assertFalse(self.read("approver")["onboarding"])

    def test_a_form_where_there_is_nothing_yet_and_else_the_list(self):
        self.assertEqual(self.steps("admin")["program"]["link"]["view"], "list")
        self.move("admin")
        self.assertEqual(self.steps("admin")["program"]["link"]["view"], "form")

    def test_the_file_goes_into_the_envelope_that_receives(self):
        envelope = self.create_envelope()
        link = self.steps()["disbursements"]["link"]
        self.assertEqual(link["context"], {"default_envelope_id": envelope.id})
