# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Buttons and other methods, called as the web client or a script calls them."""

from access_matrix import ABSTRACT, GROUPS, MODELS, OUTSIDERS, SEVERAL_ROLES, WITHOUT_ROLE
from access_methods import METHODS
from access_world import ADDONS, EveryModelCase
from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tools import mute_logger

QUIET = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model", "odoo.sql_db")
#: Models without records that have operations.
OPERATIONS = (
    *("g2p.bridge.service", "g2p.bridge.dashboard", "g2p.bridge.health"),
    "g2p.bridge.second.factor",
)
#: What may be read of the models of others: their own addons' rights.
FOREIGN_READERS = {"g2p.cycle": (), "g2p.payment": (), "g2p.payment.batch": ()}


class _Undo(Exception):
    """Roll the savepoint back: what one user did must not be in the way of the next."""


class TestMethods(EveryModelCase):
    """Each method checks by itself who may call it."""

    def setUp(self):
        super().setUp()
        self.bank_script.test_connection = self.mapper_script.test_connection = lambda: "Fine"
        self.new = self.new_values()

    def reachable(self):
        """(model, method) that the product's addons have brought and a call reaches."""
        for name in self.env.registry:
            model = self.env[name]
            if name in ABSTRACT and name not in OPERATIONS:
                continue  # there is no record whose button it would be
            parts = [part for part in type(model).mro() if part.__module__.startswith(ADDONS)]
            for method in {method for part in parts for method in vars(part)}:
                if method.startswith("_") or not callable(getattr(type(model), method)):
                    continue
                if hasattr(type(self.env["base"]), method) or not self.is_public(model, method):
                    continue
                yield name, method

    def is_public(self, model, method):
        try:
            return bool(get_public_method(model, method))
        except AccessError:
            return False

    def test_every_method_is_in_the_table(self):
        """What is not meant for calls from outside begins with an underscore or is private."""
        # Odoo's and PBMS's own, made stricter.
        stricter = {
            ("g2p.base.cycle.manager", "approve_cycle"),
            ("g2p.cycle.manager.default", "approve_cycle"),
            ("g2p.base.program.entitlement.manager", "check_fund_balance"),
            ("g2p.program.entitlement.manager.default", "check_fund_balance"),
            ("g2p.program.entitlement.manager.default", "approve_entitlements"),
            ("ir.http", "session_info"),
            ("ir.config_parameter", "get_param"),
            ("ir.config_parameter", "set_param"),
        }
        standard = {
            (name, method)
            for name, method in self.reachable()
            if (name, method) in stricter or method == "message_post"
        }
        self.assertEqual(set(self.reachable()) - standard, set(METHODS))

    def test_who_may_call(self):
        for (model, method), who in METHODS.items():
            for user in (*GROUPS, *OUTSIDERS, *WITHOUT_ROLE, *SEVERAL_ROLES):
                roles = set(SEVERAL_ROLES.get(user, (user,)))
                with self.subTest(model, method=method, user=user):
                    if "everybody" in who:
                        self.assertTellsNothing(self.attempt(user, model, method))
                    elif roles & who or ("readers" in who and roles & set(self.readers(model))):
                        self.attempt(user, model, method)
                    else:
                        self.assertForbidden(self.attempt, user, model, method)

    def assertTellsNothing(self, action):
        """It is a page to open, and what is on it is read with the rights of who opens it."""
        self.assertIn(action["type"], ("ir.actions.act_window", "ir.actions.act_url"))

    def readers(self, model):
        if model in FOREIGN_READERS:
            return FOREIGN_READERS[model]
        return [user for user in GROUPS if "r" in MODELS[model][0][user]]

    def attempt(self, user, model, method):
        """Call, and undo it.

        :return: what it answers; None if it refuses for another reason than missing rights
        """
        result = None
        try:
            with mute_logger(*QUIET), self.env.cr.savepoint():
                result = self.call(user, model, method)
                self.env.flush_all()
                raise _Undo
        except _Undo:
            return result
        except AccessError:
            raise
        except UserError:
            return None

    def call(self, user, model, method):
        arguments = self.arguments().get((model, method), [])
        context = {"example_bank_open": "log"}
        of_model = getattr(type(self.env[model]), method)
        if self.env[model]._abstract or getattr(of_model, "_api_model", False):
            return self.rpc_model(user, model, method, *arguments, context=context)
        record = self.record_for(user, model)
        record.invalidate_recordset()
        return self.rpc(user, record, method, *arguments, context=context)

    def record_for(self, user, model):
        if model in self.world:
            return self.world[model]
        try:
            return self.env[model].browse(self.make_new(user, model, self.new[model]))
        except AccessError:
            record = self.env[model].browse(self.make_new("superuser", model, self.new[model]))
            self.give(record, user)
            return record

    def arguments(self):
        envelope = self.waiting
        named = {"disbursement_envelope_id": envelope.disbursement_envelope_id}
        line = envelope.disbursement_ids[0].disbursement_id
        service = "g2p.bridge.service"
        return {
            (service, "create_disbursement_envelope"): [self.envelope_values()],
            (service, "amend_disbursement_envelope"): [named],
            (service, "cancel_disbursement_envelope"): [named],
            (service, "create_disbursements"): [self.rows(envelope, "1")],
            (service, "cancel_disbursements"): [[{"disbursement_id": line}]],
            (service, "get_disbursement_envelope_status"): [envelope.disbursement_envelope_id],
            (service, "get_disbursement_status"): [[line]],
            (service, "list_changes"): [{}],
            (service, "list_disbursements"): [named],
            (service, "upload_mt940"): ["x", "a.sta"],
            ("g2p.bridge.second.factor", "prove"): ["123456"],
            ("g2p.bridge.change", "action_refuse"): ["Because"],
            ("g2p.bridge.envelope", "action_reject"): ["Because"],
            ("g2p.bridge.envelope", "action_open_part"): ["rejected"],
            ("g2p.bridge.example.bank.account", "set_fault"): ["slow"],
            ("g2p.bridge.statement.upload", "receive_files"): [[]],
        }


class TestSettings(EveryModelCase):
    """Settings are saved by those who see them, and not by the methods behind the form."""

    def test_nobody_else_takes_settings_back(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge.approval", "other")
        for user in (*GROUPS, *OUTSIDERS):
            for method, arguments in (("set_values", [[]]), ("get_values", [])):
                with self.subTest(user=user, method=method):
                    self.assertForbidden(
                        self.rpc_model, user, "res.config.settings", method, *arguments
                    )
            given = {"g2p_bridge_approval": "none"}
            self.assertForbidden(self.rpc_model, user, "res.config.settings", "create", given)
        approval = self.env["ir.config_parameter"].get_param("g2p_bridge.approval")
        self.assertEqual(approval, "other")
