# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The matrix of access, tried out: each group, each model, each way."""

from contextlib import suppress

from access_matrix import (
    ABSTRACT,
    GROUPS,
    MODELS,
    OUTSIDERS,
    SEVERAL_ROLES,
    SYSTEM,
    WITHOUT_ROLE,
)
from access_world import ACCOUNT, EveryModelCase, own_models
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

QUIET = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model", "odoo.sql_db")


class _Undo(Exception):
    """Roll the savepoint back: what one user did must not be in the way of the next."""


class TestMatrix(EveryModelCase):
    """What the table says is what the server does, over the calls of the web client."""

    def test_every_model_is_in_the_table(self):
        self.assertEqual(own_models(self.env), {*MODELS, *ABSTRACT})
        abstract = {name for name in own_models(self.env) if self.env[name]._abstract}
        self.assertEqual(abstract, set(ABSTRACT))
        windows = {name for name in MODELS if self.env[name]._transient}
        self.assertEqual(windows, {name for name in MODELS if self.is_window(name)})

    def test_rights_are_those_of_the_table(self):
        new = self.new_values()
        for model, (rights, _whose) in MODELS.items():
            for user in (*GROUPS, *OUTSIDERS, *WITHOUT_ROLE, *SEVERAL_ROLES):
                with self.subTest(model, user=user):
                    found = self.rights(user, model, new.get(model, {}))
                    self.assertEqual(found, self.expected(user, model, rights))

    def expected(self, user, model, rights):
        """The letters of a user; of who has several roles, those of all of them."""
        if user == "system":
            return SYSTEM.get(model, "-")
        roles = SEVERAL_ROLES.get(user, (user,))
        letters = {letter for role in roles for letter in rights.get(role, "-")}
        return "".join(letter for letter in "rwcd" if letter in letters) or "-"

    def test_models_without_records_give_nobody_anything(self):
        """But for the window that shows a new secret: it is allowed to open, and is empty."""
        for model in ABSTRACT:
            for user in (*GROUPS, *OUTSIDERS, *WITHOUT_ROLE):
                for method, arguments in (("search", [[]]), ("create", [{}])):
                    with self.subTest(model, user=user, method=method):
                        with mute_logger(*QUIET), self.assertRaises(Exception) as caught:
                            with self.env.cr.savepoint():
                                self.rpc_model(user, model, method, *arguments)
                        if model != "g2p.bridge.secret.show":
                            self.assertIsInstance(caught.exception, AccessError)

    def test_windows_are_those_of_their_users(self):
        """A colleague of the same group neither reads nor confirms what another has typed."""
        for model, values in self.new_values().items():
            if not self.is_window(model) or set(MODELS[model][0].values()) == {"-"}:
                continue
            user = next(name for name in GROUPS if "c" in MODELS[model][0][name])
            window = self.env[model].browse(self.make_new(user, model, values))
            self.users["colleague"] = self.users[user].copy({"login": f"colleague_{model}"})
            with self.subTest(model):
                self.assertForbidden(self.rpc, "colleague", window, "read")
                self.assertForbidden(self.rpc, "colleague", window, "write", {})

    # Trying

    def rights(self, user, model, values):
        """What this user can do with records of a model, as letters."""
        attempts = {
            "r": lambda: self.read(user, model, values),
            "w": lambda: self.change(user, model, values),
            "c": lambda: self.make_new(user, model, values),
            "d": lambda: self.delete(user, model, values),
        }
        return "".join(name for name, attempt in attempts.items() if self.allows(attempt)) or "-"

    def allows(self, attempt):
        """Whether a call is carried out, and not refused in words."""
        try:
            with mute_logger(*QUIET), self.env.cr.savepoint():
                attempt()
                self.env.flush_all()
                raise _Undo
        except _Undo:
            return True
        except UserError:
            return False

    def record_for(self, user, model, values):
        """The record of a table; of a window, one that the user has opened if that is allowed."""
        if not self.is_window(model):
            return self.world[model]
        with suppress(AccessError):
            return self.env[model].browse(self.make_new(user, model, values))
        record = self.env[model].browse(self.make_new("superuser", model, values))
        self.give(record, user)
        return record

    def read(self, user, model, values):
        record = self.record_for(user, model, values)
        found = self.rpc_model(user, model, "search_read", [("id", "=", record.id)], ["id"])
        if not found:
            raise AccessError("It is not found.")
        self.rpc(user, record, "read")

    def change(self, user, model, values):
        changed = self.CHANGES.get(model, {})
        self.rpc(user, self.record_for(user, model, values), "write", changed)

    def delete(self, user, model, values):
        """What is of use already may not be deleted by anybody: a new one is tried."""
        record = self.record_for(user, model, values)
        if values and not self.is_window(model):
            record = self.env[model].browse(self.make_new("superuser", model, values))
        self.rpc(user, record, "unlink")


class TestOtherCompanies(EveryModelCase):
    """No way of reading shows a record of another company to anybody."""

    def setUp(self):
        super().setUp()
        company = self.env["res.company"].create({"name": "Other Ministry"})
        for name in GROUPS:
            self.users[name].write(
                {"company_ids": [Command.set(company.ids)], "company_id": company.id}
            )
        self.env.flush_all()
        self.env.invalidate_all()

    def owned(self):
        """(model, record, users who read such records of their own company)"""
        for model in self.tables():
            rights, whose = MODELS[model]
            if not whose.startswith("none: "):
                record = self.world[model]
                self.assertEqual(record.mapped(whose), self.env.company, model)
                yield model, record, [user for user in GROUPS if "r" in rights[user]]

    def test_every_table_is_of_a_company_or_says_why_not(self):
        for model in self.tables():
            whose = MODELS[model][1]
            with self.subTest(model):
                if whose.startswith("none: "):
                    self.assertNotIn("company_id", self.env[model]._fields)
                else:
                    self.assertEqual(self.world[model].mapped(whose)._name, "res.company")

    def test_not_found_in_any_way(self):
        for model, record, users in self.owned():
            domain = [("id", "=", record.id)]
            for user in users:
                ways = {
                    "search": self.rpc_model(user, model, "search", domain),
                    "search_count": self.rpc_model(user, model, "search_count", domain),
                    "search_read": self.rpc_model(user, model, "search_read", domain, ["id"]),
                    "web_search_read": self.rpc_model(
                        user, model, "web_search_read", domain, {"id": {}}
                    )["length"],
                    "name_search": self.rpc_model(user, model, "name_search", "", domain),
                    "formatted_read_group": sum(
                        group["__count"]
                        for group in self.rpc_model(
                            user, model, "formatted_read_group", domain, [], ["__count"]
                        )
                    ),
                    "web_read_group": self.rpc_model(
                        user, model, "web_read_group", domain, ["id"], ["__count"]
                    )["length"],
                }
                for way, found in ways.items():
                    with self.subTest(model, user=user, way=way):
                        self.assertFalse(found)

    def test_not_read_and_not_written(self):
        for model, record, users in self.owned():
            for user in users:
                with self.subTest(model, user=user):
                    self.assertForbidden(self.rpc, user, record, "read", ["id"])
                    self.assertForbidden(self.rpc, user, record, "export_data", ["display_name"])
                    self.assertForbidden(self.rpc, user, record, "write", {})
                    self.assertForbidden(self.rpc, user, record, "unlink")

    def test_not_named_from_the_archive(self):
        """The place of an archived payment is empty: no field of it leads past the rules."""
        archived = self.world["g2p.bridge.disbursement.archive"]
        place = self.env["g2p.bridge.disbursement"].browse(archived.id)
        self.assertFalse(place.exists())
        self.assertEqual(place.display_name, archived.disbursement_id)
        self.env.invalidate_all()
        for name, field in place._fields.items():
            for user in () if field.store else GROUPS:
                with self.subTest(name, user=user):
                    self.assertNotIn(archived.disbursement_id, self.told(user, place, name))

    def told(self, user, record, name):
        """What reading a field tells, as text; nothing if it is refused."""
        try:
            with mute_logger(*QUIET):
                return str(self.rpc(user, record, "read", [name]))
        except UserError:
            return ""

    def test_not_counted_from_a_record_that_all_share(self):
        """Neither through a user nor through a currency that both companies know."""
        for domain in (
            [("program_id.responsible_id", "=", self.env.uid)],
            [("currency_id", "=", self.currency.id)],
            [("maker_ids", "in", [self.env.uid])],
        ):
            for user in GROUPS:
                with self.subTest(domain, user=user):
                    found = self.rpc_model(user, "g2p.bridge.envelope", "search_count", domain)
                    self.assertFalse(found)

    def test_files_of_records_are_not_downloaded(self):
        files = self.env["ir.attachment"].search(
            [("res_model", "in", self.tables()), ("res_field", "!=", False)]
        )
        self.assertTrue(
            {"g2p.bridge.import", "g2p.bridge.statement.file"} <= set(files.mapped("res_model"))
        )
        for file in files:
            for user in GROUPS:
                with self.subTest(file.res_model, user=user):
                    self.assertForbidden(self.rpc, user, file, "read", ["raw"])


class TestAccountNumbersEverywhere(EveryModelCase):
    """Whatever officers, approvers and auditors read, of any model: no full account in it."""

    MASKED = ("officer", "approver", "auditor")

    def test_nothing_that_is_read_holds_an_account(self):
        for model in self.tables():
            for user in self.MASKED:
                if "r" not in MODELS[model][0][user]:
                    continue
                with self.subTest(model, user=user):
                    ids = self.rpc_model(user, model, "search", [])
                    text = str(self.rpc(user, self.env[model].browse(ids), "read"))
                    self.assertNotIn(ACCOUNT, text)
                    self.assertNotIn("CASH-ACCOUNT", text)
                    self.assertNotIn("ACCID1", text)

    def test_no_account_is_guessed_by_asking(self):
        """Every stored text that some can't read: neither searched, sorted nor grouped by them."""
        for model in self.tables():
            for name, field in self.env[model]._fields.items():
                hidden = field.groups and field.store and field.type in ("char", "text")
                for user in self.MASKED if hidden else ():
                    if self.env[model].with_user(self.users[user])._has_field_access(field, "read"):
                        continue
                    with self.subTest(model, field=name, user=user):
                        for arguments in (
                            {"domain": [(name, "=like", "9%")]},
                            {"domain": [(name, "ilike", "9")]},
                            {"domain": [(name, ">", "9")]},
                            {"domain": [], "order": name},
                            {"domain": [], "order": f"{name} desc"},
                        ):
                            self.assertForbidden(self.rpc_model, user, model, "search", **arguments)
                        for group in (
                            {"groupby": [name], "aggregates": ["__count"]},
                            {"groupby": [], "aggregates": [f"{name}:count_distinct"]},
                            {"groupby": [], "aggregates": [f"{name}:array_agg"]},
                        ):
                            self.assertForbidden(
                                self.rpc_model,
                                user,
                                model,
                                "formatted_read_group",
                                domain=[],
                                **group,
                            )
