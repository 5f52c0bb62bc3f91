# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Values that nobody may give, given all the same: written, created with, and as defaults."""

from contextlib import contextmanager

from access_matrix import MODELS
from access_world import NOW, EveryModelCase
from odoo import Command
from odoo.exceptions import UserError
from odoo.fields import Datetime
from odoo.tools import mute_logger
from psycopg2 import Error as DatabaseError

#: What a person may really give, per model that a person writes at all.
GIVEN = {
    "g2p.bridge.program": """
        account_spellings active approval bank_batch_size benefit_program_mnemonic
        benefit_program_name
        block_attempts block_delay check_attempts check_delay company_id currency_id
        default_frequency disbursement_sla_days funding_org_code funding_org_name
        id_mapper_resolution_required mapper_batch_size mapper_id odd_accounts own_policies
        process_future_dated release_attempts release_delay resolve_attempts resolve_delay
        responsible_id ship_attempts ship_delay sponsor_bank_account_number
        sponsor_bank_branch_code sponsor_bank_id start unresolved
    """,
    "g2p.bridge.sponsor.bank": """
        active base_url can_query_payment_status can_release_funds code company_id
        connect_timeout connector credential_input environment has_idempotent_block
        lacks_idempotent_block lacks_payment_status lacks_release_funds name program_ids
        proof_business_days read_timeout sign_requests statement_encoding statement_numbering
        statement_token_input
    """,
    "g2p.bridge.mapper": """
        active address_entry_separator address_keys address_pair_separator address_templates
        base_url call_back_minutes company_id connect_timeout connector credential_input
        environment name parallel_batches program_ids public_keys read_timeout receiver_id
        sender_id sign_requests
    """,
    "g2p.bridge.signing.key": """
        algorithm company_id name overlap_days private_key_input use_from
    """,
    "g2p.bridge.import": "envelope_id file file_name",
    "g2p.bridge.partner": """
        active all_programs api_key_days caller_networks code company_id cycle_codes_repeat
        exact_bytes kind name operation_ids program_ids proof rate_burst rate_limit
        speaks_g2p_connect speaks_gen_2 sponsor_bank_ids strict_header
    """,
    "g2p.bridge.partner.key": "algorithm valid_from valid_until",
    "g2p.bridge.webhook": """
        active base_url connect_timeout credential_input environment kind_ids name partner_id
        program_ids read_timeout responsible_id sign_requests
    """,
    "g2p.bridge.example.bank.account": """
        account_number callback_token_input callback_url company_id currency_id fault_ids
        has_whole_batches holder_name opening_balance returns_as reversal_rate seed
        statement_delivery statement_max_lines statement_when_booked
    """,
    "g2p.bridge.example.bank.fault": """
        account_id calls kind operation probability seconds seed sequence share
    """,
    "g2p.bridge.example.bank.statement": "",
}
#: What Odoo notes at each change, and keeps on every record that people discuss.
NOTED = (
    "write_uid",
    "write_date",
    "message_",
    "activity_",
    "my_activity_",
    "website_message_",
    "rating_",
)


class _Undo(Exception):
    """Roll the savepoint back, with what was found in it."""


class TestMassAssignment(EveryModelCase):
    """Every field of every model that somebody writes: given, or refused, or passed over."""

    def setUp(self):
        super().setUp()
        self.env["res.company"].create({"name": "Newest Ministry"})

    def users_who(self, right, model):
        rights = MODELS[model][0]
        return [user for user in ("admin", "officer", "finance") if right in rights[user]]

    def test_each_model_that_is_written_says_what_may_be_given(self):
        written = {model for model in self.tables() if self.users_who("w", model)}
        self.assertEqual(written, set(GIVEN))

    def test_written(self):
        for model, user, field in self.fields_to_try("w"):
            record = self.world[model]
            before = self.kept(record, field)
            with self.subTest(model, field=field.name, user=user), self.undone():
                self.rpc(user, record, "write", {field.name: self.forged(record, field)})
                self.assertEqual(self.kept(record, field), before)

    def test_created_with(self):
        new = self.new_values()
        for model, user, field in self.fields_to_try("c"):
            given = self.forged(self.env[model], field)
            for way, values, context in (
                ("given", {**new[model], field.name: given}, {}),
                ("default", new[model], {f"default_{field.name}": given}),
            ):
                with self.subTest(model, field=field.name, user=user, way=way), self.undone():
                    made = self.rpc_model(user, model, "create", values, context=context)
                    record = self.env[model].browse(made)
                    self.assertNotEqual(self.kept(record, field), self.as_kept(field, given))

    def test_nobody_plants_a_record_on_another_company(self):
        """A webhook of another company's partner would be told of that company's payments."""
        company = self.env["res.company"].create({"name": "Other Ministry"})
        partner = self.env["g2p.bridge.partner"].create(
            {"name": "Theirs", "code": "THEIRS", "company_id": company.id}
        )
        bank = self.env["g2p.bridge.sponsor.bank"].create({"name": "Free", "code": "FREE"})
        key = self.env["g2p.bridge.signing.key"].create({"name": "Free"})
        for record, values in (
            (self.world["g2p.bridge.webhook"], {"partner_id": partner.id}),
            (bank, {"company_id": company.id}),
            (key, {"company_id": company.id}),
            (self.env["g2p.bridge.mapper"].create({"name": "Free"}), {"company_id": company.id}),
            (self.world["g2p.bridge.partner"], {"company_id": company.id}),
            (self.world["g2p.bridge.program"], {"company_id": company.id}),
            (self.world["g2p.bridge.example.bank.account"], {"company_id": company.id}),
        ):
            with self.subTest(record._name):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    self.rpc("admin", record, "write", values)
        values = self.webhook_values(partner)
        self.assertForbidden(self.rpc_model, "admin", "g2p.bridge.webhook", "create", values)

    def test_through_another_record(self):
        """Commands of a list are writes of what the list holds."""
        envelope = self.world["g2p.bridge.envelope"]
        webhook, delivery = (
            self.world["g2p.bridge.webhook"],
            self.world["g2p.bridge.webhook.delivery"],
        )
        for record, name, command in (
            (self.program, "envelope_ids", Command.update(envelope.id, {"state": "shipped"})),
            (self.program, "envelope_ids", Command.delete(envelope.id)),
            (self.program, "envelope_ids", Command.unlink(envelope.id)),
            (self.program, "envelope_ids", Command.clear()),
            (self.make_program("OTHER"), "envelope_ids", Command.link(envelope.id)),
            (webhook, "delivery_ids", Command.update(delivery.id, {"state": "delivered"})),
            (webhook, "delivery_ids", Command.create({"number": 2, "state": "delivered"})),
            (
                self.world["g2p.bridge.partner"],
                "key_ids",
                Command.create({"pem": "x", "kind": "RSA", "fingerprint": "x"}),
            ),
        ):
            with self.subTest(record._name, command=command):
                with self.assertRaises(UserError), mute_logger("odoo.models", "odoo.sql_db"):
                    with self.env.cr.savepoint():
                        self.rpc("admin", record, "write", {name: [command]})

    # Trying

    def fields_to_try(self, right):
        """(model, user, field that is not one to give)"""
        for model, given in GIVEN.items():
            for name, field in self.env[model]._fields.items():
                kept = field.store or field.inverse
                if kept and name not in given.split() and not name.startswith(NOTED):
                    for user in self.users_who(right, model):
                        yield model, user, field

    @contextmanager
    def undone(self):
        """What happens within is undone; a refusal of the server changes nothing anyway.

        It is one in words, of rights, or of a value that the field does not take.
        """
        try:
            with mute_logger("odoo.sql_db", "odoo.models"), self.env.cr.savepoint():
                yield
                raise _Undo
        except (_Undo, UserError, ValueError, DatabaseError):
            self.env.invalidate_all()

    def kept(self, record, field):
        """What is in a field, as the bridge itself reads it."""
        self.env.flush_all()
        record.invalidate_recordset()
        value = record[field.name]
        return value.ids if field.relational else value

    def as_kept(self, field, given):
        """What there would be if the field had taken a forged value."""
        if field.relational:
            return given[0][2] if isinstance(given, list) else [given]
        return Datetime.to_datetime(given) if field.type == "datetime" else given

    def forged(self, record, field):
        """Another value than there is, of the right kind."""
        if field.type == "selection":
            names = field.get_values(self.env)
            now = record[field.name] if record else record.default_get([field.name]).get(field.name)
            return next((name for name in names if name != now), names and names[0])
        if field.type == "many2one":
            return self.env[field.comodel_name].search([], order="id desc", limit=1).id
        if field.type in ("one2many", "many2many"):
            some = self.env[field.comodel_name].search([], order="id desc", limit=1)
            return [Command.set(some.ids)]
        values = {"integer": 77, "many2one_reference": 77, "float": 7.7, "monetary": 7.7}
        values |= {"datetime": NOW, "date": NOW[:10], "binary": "Rk9SR0VE", "json": {"a": 1}}
        if field.type == "boolean":
            return not (record and record[field.name])
        return values.get(field.type, "FORGED")
