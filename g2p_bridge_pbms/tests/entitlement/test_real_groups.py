# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..bank_batch.report_back_common import ReportBackCase

#: What the people of each group of PBMS may do, as CONFIGURE promises it. Everybody of them is an
#: internal user besides. ``y``: it works; ``-``: refused, or there is nothing to open.
TABLE = """
                 cycle entitlement payment batch manager prepare send_cycle send_batch envelope
admin            y     y           y       y     y       y       y          y          y
manager          y     y           y       y     y       y       y          y          y
approver         y     y           y       y     y       -       -          -          -
validator        y     y           y       y     y       -       -          -          -
finance          y     y           y       y     y       -       y          y          y
registrar        -     y           y       y     -       -       -          -          -
"""
#: Who approves a cycle together with its entitlements, as CONFIGURE says it.
APPROVERS = """
approver                    -
approver invoice            -
approver finance            -
approver finance invoice    y
approver manager invoice    y
approver admin invoice      y
manager invoice             -
admin invoice               -
"""
GROUPS = {
    "invoice": "account.group_account_invoice",
    "admin": "g2p_registry_base.group_g2p_admin",
    "manager": "g2p_program_manager",
    "approver": "g2p_program_cycle_approver",
    "validator": "g2p_program_validator",
    "finance": "g2p_finance_validator",
    "registrar": "g2p_registry_base.group_g2p_registrar",
}


@tagged("post_install", "-at_install")
class TestRealGroups(ReportBackCase):
    """People of each group of PBMS, with nothing but that group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.automatic_start = "manual"
        cls.people_of = {
            name: cls.make_user(f"only_{name}", group) for name, group in GROUPS.items()
        }

    def setUp(self):
        super().setUp()
        self.cycle = self.paid_cycle("10.00", "20.00")
        self.cycle.with_user(self.manager_user).prepare_payment()
        self.run_jobs()
        self.left = self.make_entitlements(self.cycle, self.make_people(1, start=7), ["5.00"])

    def attempts(self):
        """{column of the table: what a user does}"""
        batch, payment = self.cycle.payment_batch_ids, self.payments(self.cycle)[0]
        envelope = self.cycle.bridge_envelope_ids
        return {
            "cycle": lambda env: self.look(env, self.cycle),
            "entitlement": lambda env: self.look(env, self.cycle.entitlement_ids[0]),
            "payment": lambda env: self.look(env, payment),
            "batch": lambda env: self.look(env, batch),
            "manager": lambda env: self.look(env, self.manager),
            "prepare": lambda env: self.cycle.with_env(env).prepare_payment(),
            "send_cycle": lambda env: self.cycle.with_env(env).send_payment(),
            "send_batch": lambda env: batch.with_env(env).send_payment(),
            "envelope": lambda env: self.look(env, envelope),
        }

    def look(self, env, record):
        """Open the list and the form of a record, as the web client does."""
        record = record.with_env(env)
        self.env.registry.clear_cache("templates")  # nobody has opened it before
        views = record.get_views([(False, "list"), (False, "form")])
        self.assertTrue(views["views"]["list"]["arch"])
        record.search([("id", "=", record.id)]).ensure_one()
        Form(record)

    def works(self, user, attempt):
        """Whether an attempt is carried out; nothing stays of it."""
        self.env.flush_all()
        savepoint = self.env.cr.savepoint()
        try:
            answer = attempt(self.env(user=user.id))
            self.env.flush_all()
        except (AccessError, ValidationError, AssertionError):
            return "-"
        finally:
            savepoint.rollback()
            self.env.invalidate_all()
        if isinstance(answer, dict) and answer["params"]["type"] != "success":
            return answer["params"]["message"]
        return "y"

    def test_what_each_group_may_do(self):
        columns, *rows = TABLE.strip().splitlines()
        for row in rows:
            name, *wanted = row.split()
            attempts = self.attempts()
            for column, want in zip(columns.split(), wanted, strict=True):
                with self.subTest(name, does=column):
                    self.assertEqual(self.works(self.people_of[name], attempts[column]), want)

    def test_who_approves_with_entitlements(self):
        for row in APPROVERS.strip().splitlines():
            *names, want = row.split()
            user = self.make_user("_".join(names), *(GROUPS[name] for name in names))
            cycle = self.make_cycle(self.make_people(1, start=9), name=row)
            with self.subTest(row):
                approve = self.works(user, lambda env, cycle=cycle: cycle.with_env(env).approve())
                self.assertEqual(approve, want)
