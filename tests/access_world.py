# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A record of every model, and users of every group: what the tests of access start from."""

import base64

from access_matrix import MODELS, SEVERAL_ROLES
from odoo.fields import Datetime
from odoo.tests import new_test_user
from odoo.tools import SQL

from odoo.addons.g2p_bridge.tests.archive.archive_common import ArchiveCase
from odoo.addons.g2p_bridge_base.tests.signing import private_key, public_pem

ADDONS = "odoo.addons.g2p_bridge"
NOW = "2026-11-25 12:00:00"
ACCOUNT = "9988776655"


def own_models(env):
    """Every model that one of the product's addons has brought."""
    names = env["ir.model.data"].search(
        [("model", "=", "ir.model"), ("module", "=like", "g2p\\_bridge%")]
    )
    models = env["ir.model"].browse(names.mapped("res_id")).mapped("model")
    return {name for name in models if name in env and _first_module(env, name)}


def _first_module(env, name):
    """Whether an addon of the product has made this model, and not only extended it."""
    origin = [
        part.__module__
        for part in type(env[name]).mro()
        if getattr(part, "_name", None) == name and part.__module__.startswith("odoo.addons.")
    ]
    return bool(origin) and origin[-1].startswith(ADDONS)


class EveryModelCase(ArchiveCase):
    """Users of every group and of none, and one record of each model in the first company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["portal"] = new_test_user(cls.env, "bridge_portal", groups="base.group_portal")
        cls.users["system"] = new_test_user(cls.env, "bridge_system", groups="base.group_system")
        cls.users["erp"] = new_test_user(cls.env, "bridge_erp", groups="base.group_erp_manager")
        for name, roles in SEVERAL_ROLES.items():
            groups = ",".join(f"g2p_bridge_base.group_{role}" for role in roles)
            cls.users[name] = new_test_user(cls.env, f"bridge_{name}", groups=groups)
        cls.users["public"] = cls.env.ref("base.public_user")
        cls.users["superuser"] = cls.env.user

    def setUp(self):
        super().setUp()
        self.world = {}
        self.make_flow()
        self.make_archive()
        self.waiting = self.later_filled(cycle_code_mnemonic="LATER")
        self.make_import()
        self.make_partner()
        self.make_example_bank()
        self.make_rest()
        self.make_change()
        self.env.flush_all()
        self.env.invalidate_all()

    def keep(self, *records):
        for record in records:
            self.assertTrue(record, record._name)
            self.world[record._name] = record[0]

    def make_flow(self):
        """Envelopes from their declaration to the statement that proves them."""
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        envelope = self.filled_envelope()
        self.run_jobs()
        line = envelope.disbursement_ids[0]
        secret = {"raw": f":61:{ACCOUNT}", "narratives": ["PERSON, A", ACCOUNT]}
        statement = self.process(self.entry("D", line, **secret), self.entry("D", "NOSUCH"))
        self.env["g2p.bridge.audit.seal"]._seal(everything=True)
        seals = self.env["g2p.bridge.audit.seal"].search(
            [("audit_id.company_id", "=", self.env.company.id)], limit=1
        )
        self.keep(
            self.program,
            self.bank,
            self.mapper,
            envelope,
            line,
            envelope.mapper_batch_ids,
            envelope.bank_batch_ids,
            envelope.funds_step_ids,
            statement,
            statement.file_id,
            statement.entry_ids,
            statement.total_ids,
            self.env["g2p.bridge.statement.part"].create({"statement_id": statement.id}),
            seals.audit_id,
            seals,
        )

    def make_archive(self):
        """A settled envelope whose rows lie in the archive."""
        old = self.settled("5.00", "6.00", number=2, cycle_code_mnemonic="OLD")
        of_old = [("envelope_id", "=", old.id)]
        self.keep(
            self.archive(old),
            self.env["g2p.bridge.disbursement.archive"].search(of_old),
            self.env["g2p.bridge.statement.entry.archive"].search([]),
        )

    def make_import(self):
        record = self.env["g2p.bridge.import"].create(self.import_values())
        error = self.env["g2p.bridge.import.error"].create({"import_id": record.id})
        stall = self.env["g2p.bridge.stall"].create(
            {"kind": "uncertain", "res_model": "g2p.bridge.bank.batch"}
            | {"company_id": self.env.company.id}
        )
        self.keep(record, error, stall)

    def import_values(self):
        content = base64.b64encode(b"beneficiary_id\n")
        return {"envelope_id": self.waiting.id, "file": content, "file_name": "people.csv"}

    def make_partner(self):
        partner = self.env["g2p.bridge.partner"].create(
            {"name": "Ministry", "code": "MINISTRY", "all_programs": True}
        )
        self.env["g2p.bridge.partner.key.add"].create(
            {"partner_id": partner.id, "text": public_pem(private_key("RS256"))}
        ).action_add()
        webhook = self.env["g2p.bridge.webhook"].create(self.webhook_values(partner))
        event = self.env["g2p.bridge.event"].search(
            [("envelope_id", "=", self.world["g2p.bridge.envelope"].id)], limit=1
        )
        of_partner = {"partner_id": partner.id}
        self.keep(
            partner,
            partner.key_ids,
            webhook,
            event,
            self.env["g2p.bridge.webhook.delivery"].create(
                {"webhook_id": webhook.id, "event_id": event.id, "number": 1, "state": "failed"}
            ),
            self.env["g2p.bridge.partner.message"].create({**of_partner, "received_at": NOW}),
            self.env["g2p.bridge.signed.message"].create(
                {
                    **of_partner,
                    "digest": "0" * 64,
                    "operation": "create_disbursements",
                    "done_at": NOW,
                }
            ),
            self.env["g2p.bridge.sender.id"].create(
                {**of_partner, "kind": "envelope", "sender_id": "S", "bridge_id": "B"}
            ),
            self.env["g2p.bridge.api.call"].create(
                {"called_at": NOW, "result": "done", "company_id": self.env.company.id}
            ),
        )

    def webhook_values(self, partner):
        return {"name": "Hook", "partner_id": partner.id, "base_url": "https://hook.example.org"}

    def make_example_bank(self):
        bank = "g2p.bridge.example.bank"
        account = self.env[f"{bank}.account"].create(self.account_values("BOOKS"))
        of_account = {"account_id": account.id}
        block = self.env[f"{bank}.block"].create(
            {**of_account, "block_reference": "BLOCK", "amount": 10}
        )
        batch = self.env[f"{bank}.payment.batch"].create(
            {**of_account, "reference": "BATCH", "block_id": block.id}
        )
        statement = self.env[f"{bank}.statement"].create({**of_account, "reference": "STATEMENT"})
        day = {"value_date": "2026-11-20", "entry_date": "2026-11-20"}
        self.keep(
            account,
            block,
            batch,
            statement,
            self.env[f"{bank}.fault"].create({**of_account, "kind": "refuse"}),
            self.env[f"{bank}.funds.lock"].create({**of_account, "version": 1}),
            self.env[f"{bank}.log"].create({**of_account, "mark": "D", "amount": 1, **day}),
            self.env[f"{bank}.payment"].create(
                {**of_account, "batch_id": batch.id, "payment_reference_number": "P"}
                | {"payment_amount": 1, "beneficiary_account": ACCOUNT}
            ),
        )

    def account_values(self, number):
        return {
            "account_number": number,
            "holder_name": "Benefit Program",
            "opening_balance": 1000,
            "currency_id": self.currency.id,
        }

    def make_change(self):
        """A change that another administrator than the one of these tests has proposed."""
        somebody = self.env.ref("base.user_admin")
        self.bank.with_user(somebody).write({"base_url": "https://other.example.org"})
        change = self.env["g2p.bridge.change"]._waiting(self.bank)
        self.keep(change, change.line_ids)

    def make_rest(self):
        pbms_program = self.env["g2p.program"].create(
            {
                "name": "Grant",
                "company_id": self.env.company.id,
            }
        )
        days = {"start_date": "2026-11-01", "end_date": "2026-11-30"}
        cycle = self.env["g2p.cycle"].create(
            {"name": "November", "program_id": pbms_program.id, **days}
        )
        entitlement = self.env["g2p.entitlement"].create(
            {"cycle_id": cycle.id, "partner_id": self.env.user.partner_id.id, "initial_amount": 1}
        )
        self.keep(
            cycle,
            entitlement,
            self.env["g2p.payment"].create({"entitlement_id": entitlement.id, "amount_issued": 1}),
            self.env["g2p.payment.batch"].create({"cycle_id": cycle.id}),
            self.env.company,
            self.env["res.config.settings"].create({}),
            self.env["queue.job"].search([("channel", "=like", "root.g2p\\_bridge%")], limit=1),
            self.env["queue.job.channel"].search([], limit=1),
            self.env["g2p.bridge.signing.key"].create({"name": "Key"}),
            self.env["g2p.bridge.example.mapper.entry"].create({"id_value": "1", "fa": "a:b"}),
            self.env["g2p.bridge.example.mapper.behaviour"].search([]),
            self.env["g2p.bridge.event.counter"].search([]),
            self.env["g2p.bridge.event.kind"].search([]),
            self.env["g2p.bridge.operation"].search([]),
            self.env["g2p.program.payment.manager.g2p.bridge"].create(
                {"program_id": pbms_program.id, "bridge_program_id": self.program.id}
            ),
        )

    # What people may really make and change

    def new_values(self):
        """{model: values by which somebody who may makes a record of it}"""
        program, envelope = self.program, self.waiting
        line = self.world["g2p.bridge.disbursement"]
        entry = self.world["g2p.bridge.statement"].entry_ids.filtered("error_reason")
        account = self.world["g2p.bridge.example.bank.account"]
        partner = self.world["g2p.bridge.partner"]
        decision = {
            "kind": "cancel_envelope",
            "res_model": envelope._name,
            "res_ids": str(envelope.id),
            "reason": "Because",
        }
        return {
            "g2p.bridge.program": {
                "benefit_program_mnemonic": "NEW",
                "benefit_program_name": "New",
                "sponsor_bank_id": self.bank.id,
                "sponsor_bank_account_number": "1",
                "currency_id": self.currency.id,
            },
            "g2p.bridge.sponsor.bank": {"name": "New", "code": "NEW"},
            "g2p.bridge.mapper": {"name": "New"},
            "g2p.bridge.signing.key": {"name": "New"},
            "g2p.bridge.import": self.import_values(),
            "g2p.bridge.partner": {"name": "New", "code": "NEW"},
            "g2p.bridge.webhook": self.webhook_values(partner),
            "g2p.bridge.example.bank.account": self.account_values("NEW"),
            "g2p.bridge.example.bank.fault": {"account_id": account.id, "kind": "slow"},
            "g2p.bridge.example.bank.deposit": {"account_id": account.id, "amount": 1},
            "g2p.bridge.envelope.create": {
                "program_id": program.id,
                "disbursement_frequency": "monthly",
                "cycle_code_mnemonic": "NEW",
                "number_of_beneficiaries": 1,
                "number_of_disbursements": 1,
                "total_disbursement_amount": "1",
                "disbursement_schedule_date": self.today(),
            },
            "g2p.bridge.envelope.amend": {
                "envelope_id": envelope.id,
                "number_of_beneficiaries": 3,
                "number_of_disbursements": 3,
                "total_disbursement_amount": "70",
                "disbursement_schedule_date": self.today(8),
            },
            "g2p.bridge.envelope.review": {"kind": "approve"},
            "g2p.bridge.decision": decision,
            "g2p.bridge.decision.line": {
                "decision_id": {"g2p.bridge.decision": decision},
                "res_id": envelope.id,
            },
            "g2p.bridge.entry.match": {"entry_id": entry.id, "reason": "Because"},
            "g2p.bridge.entry.match.suggestion": {
                "match_id": {"g2p.bridge.entry.match": {"entry_id": entry.id}},
            },
            "g2p.bridge.reissue": {
                "res_ids": str(line.id),
                "program_id": program.id,
                "cycle_code_mnemonic": "AGAIN",
                "disbursement_frequency": "monthly",
                "disbursement_schedule_date": self.today(),
                "reason": "Because",
            },
            "g2p.bridge.beneficiary.correct": {"reason": "Because"},
            "g2p.bridge.beneficiary.correct.line": {
                "correct_id": {"g2p.bridge.beneficiary.correct": {"reason": "Because"}},
                "disbursement_id": line.id,
            },
            "g2p.bridge.mapper.test": {"mapper_id": self.mapper.id},
            "g2p.bridge.restore.confirm": {"reason": "Because"},
            "g2p.bridge.partner.key.add": {
                "partner_id": partner.id,
                "text": "x",
                "valid_from": Datetime.now(),
            },
            "g2p.bridge.signature.check": {"partner_id": partner.id},
            "g2p.bridge.webhook.replay": {"reason": "Because"},
            "g2p.bridge.example.mapper.entry": {"id_value": "NEW", "fa": "a:new"},
            "g2p.bridge.example.mapper.fill": {"first": 1, "count": 1, "digits": 1}
            | {"id_pattern": "{number}", "fa_pattern": "a:{number}"},
            "g2p.bridge.audit.verify": {},
            "g2p.bridge.change.refuse": {
                "change_id": self.world["g2p.bridge.change"].id,
                "reason": "Because",
            },
            "g2p.bridge.statement.upload": {},
            "g2p.bridge.statement.upload.result": {
                "upload_id": {"g2p.bridge.statement.upload": {}},
            },
        }

    #: {model: (field, value) that somebody who may changes on it}
    CHANGES = {
        "g2p.bridge.program": {"funding_org_name": "Treasury"},
        "g2p.bridge.sponsor.bank": {"name": "Changed"},
        "g2p.bridge.mapper": {"name": "Changed"},
        "g2p.bridge.signing.key": {"name": "Changed"},
        "g2p.bridge.import": {"file_name": "changed.csv"},
        "g2p.bridge.partner": {"rate_limit": 99},
        "g2p.bridge.partner.key": {"valid_until": "2030-01-01 00:00:00"},
        "g2p.bridge.webhook": {"name": "Changed"},
        "g2p.bridge.example.bank.account": {"holder_name": "Changed"},
        "g2p.bridge.example.bank.fault": {"sequence": 7},
    }

    def make_new(self, name, model, values):
        """Create a record over RPC as this user; what it belongs to is made first."""
        values = {
            field: self.make_new(name, *next(iter(value.items())))
            if isinstance(value, dict)
            else value
            for field, value in values.items()
        }
        return self.rpc_model(name, model, "create", values)

    def give(self, window, user):
        """As if the bridge had opened this window for that user."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET create_uid = %s WHERE id = %s",
                SQL.identifier(window._table),
                self.users[user].id,
                window.id,
            )
        )
        window.invalidate_recordset()

    def tables(self):
        """The models whose records stay."""
        return [model for model, (_rights, whose) in MODELS.items() if whose != "window"]

    def is_window(self, model):
        return MODELS[model][1] == "window"
