# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What one person alone tries, in whatever role: nothing that directs money changes by it."""

from contextlib import contextmanager

import test_mass_assignment
from access_matrix import GROUPS, MODELS, OUTSIDERS, WITHOUT_ROLE
from access_world import EveryModelCase
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger
from psycopg2 import Error as DatabaseError

QUIET = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model", "odoo.sql_db")
EVERYBODY = (*GROUPS, *OUTSIDERS, *WITHOUT_ROLE)
#: One person with every role, who also may change users.
POWERFUL = "powerful"
#: What a caller may say of himself without being believed.
CLAIMS = {"g2p_bridge_trial": True, "default_is_confirmed": True, "su": True}


class _Undo(Exception):
    """Roll the savepoint back: what one user did must not be in the way of the next."""


class TestOnePersonAlone(EveryModelCase):
    forged = test_mass_assignment.TestMassAssignment.forged

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        roles = [f"g2p_bridge_base.group_{name}" for name in GROUPS]
        groups = ",".join(["base.group_erp_manager", *roles])
        cls.users[POWERFUL] = new_test_user(cls.env, "bridge_powerful", groups=groups)

    def setUp(self):
        super().setUp()
        self.env["res.company"].create({"name": "Newest Ministry"})

    def directing(self):
        """(record, names of its fields that direct money)"""
        for model, record in self.world.items():
            if hasattr(record, "_two_person_names") and model in MODELS:
                yield record, sorted(record._two_person_names())

    def direction(self, record, names):
        """What directs money by this record, as the bridge itself reads it."""
        self.env.flush_all()
        self.env.invalidate_all()
        record = record.sudo()
        values = {name: record[name] for name in names}
        return {
            name: value.ids if record._fields[name].relational else value
            for name, value in values.items()
        }

    def attempt(self, function, *args, **kwargs):
        """Try; a refusal in words, of rights or by the database is as good as no effect."""
        try:
            with mute_logger(*QUIET, "odoo.models"), self.env.cr.savepoint():
                function(*args, **kwargs)
                self.env.flush_all()
        except (UserError, ValueError, DatabaseError):
            self.env.invalidate_all()

    @contextmanager
    def undone(self):
        """What happens within is taken back."""
        try:
            with self.env.cr.savepoint():
                yield
                raise _Undo
        except _Undo:
            self.env.invalidate_all()

    def test_no_field_that_directs_money(self):
        for record, names in self.directing():
            before = self.direction(record, names)
            for name in names:
                typed = f"{name}_input" if f"{name}_input" in record._fields else name
                value = self.forged(record, record._fields[name])
                if record._stops(name, value):
                    continue
                with self.subTest(record._name, field=name), self.undone():
                    given = ({typed: value}, {})
                    self.attempt(self.rpc, POWERFUL, record, "web_save", *given, context=CLAIMS)
                    self.assertEqual(self.direction(record, names), before)

    def test_one_person_stops_and_starts_nothing(self):
        for model in ("g2p.bridge.sponsor.bank", "g2p.bridge.mapper"):
            record = self.world[model]
            with self.subTest(model), self.undone():
                self.rpc("admin", record, "write", {"environment": "disabled"})
                self.attempt(self.rpc, "admin", record, "write", {"environment": "enabled"})
                self.attempt(self.rpc, "admin", record, "action_enable")
                self.assertEqual(record.sudo().environment, "disabled")

    def test_nobody_gives_himself_a_role(self):
        """By whoever tries, of a group that gives rights in the bridge and that he is not in."""
        roles = self.env["g2p.bridge.group.members"]._bridge_groups()
        for name in EVERYBODY:
            user = self.users[name]
            before = user.all_group_ids & roles
            role = (roles - before)[:1]
            for record, values in (
                (user, {"group_ids": [Command.link(role.id)]}),
                (role, {"user_ids": [Command.link(user.id)]}),
                (user.group_ids[:1], {"implied_ids": [Command.link(role.id)]}),
            ):
                with self.subTest(name, role=role.name, of=record), self.undone():
                    self.attempt(self.rpc, name, record, "write", values)
                    # Where a request is refused, what is remembered of groups goes with it.
                    self.env.invalidate_all()
                    self.env.registry.clear_cache("groups")
                    self.assertEqual(user.all_group_ids & roles, before)

    def test_nobody_confirms_what_is_his_own(self):
        """Neither who proposed it, nor whoever administers no bridge; and no one forges who did."""
        mapper = self.world["g2p.bridge.mapper"]
        before = mapper.sudo().base_url
        for user in ("admin", POWERFUL):
            with self.subTest(user), self.undone():
                self.rpc(user, mapper, "write", {"base_url": "https://mine.example.org"})
                change = self.env["g2p.bridge.change"]._waiting(mapper)
                self.attempt(self.rpc, user, change, "write", {"maker_ids": [Command.clear()]})
                for name in {*EVERYBODY, user} - ({"admin"} - {user}):
                    self.attempt(self.rpc, name, change, "action_confirm")
                    self.attempt(self.rpc, name, change, "write", {"state": "confirmed"})
                self.env.invalidate_all()
                self.assertEqual(change.state, "waiting")
                self.assertEqual(mapper.sudo().base_url, before)

    def test_nobody_changes_settings_beside_the_screen(self):
        for key, value in (
            ("g2p_bridge.approval", "none"),
            ("g2p_bridge.private_networks", "0.0.0.0/0"),
            ("g2p_bridge_api.unsigned", "True"),
        ):
            parameters = self.env["ir.config_parameter"].sudo()
            before = parameters.get_param(key)
            # Beside PBMS everybody has the rights to the model.
            for user in (*EVERYBODY, POWERFUL):
                with self.subTest(key, user=user):
                    self.attempt(
                        self.rpc_model, user, "ir.config_parameter", "set_param", key, value
                    )
                    self.env.invalidate_all()
                    self.assertEqual(parameters.get_param(key), before)

    def test_who_sets_a_login_decides_nothing_with_it(self):
        """Of every role: whoever could sign in as that person now is refused."""
        self.program.write({"own_policies": True, "approval": "other"})
        envelope = self.later_filled(cycle_code_mnemonic="DECIDED")
        approver = self.users["approver"]
        self.rpc("erp", approver, "write", {"password": "taken-over"})
        seen = envelope.content_revisions()
        self.attempt(self.rpc, "approver", envelope, "action_approve", None, seen)
        self.env.invalidate_all()
        self.assertFalse(envelope.approved_by_id)
