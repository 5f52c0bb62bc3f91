# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Secrets and account numbers, planted everywhere and then looked for where they must not be."""

import re
from base64 import b64encode
from contextlib import closing

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from odoo_server import OdooCallError
from world import ACCOUNT, TOKEN, World

from odoo.addons.g2p_bridge_base.tests.peer import Peer

AMOUNTS = list(range(1, 6))
#: Beneficiaries' accounts begin so, and nothing else does.
ACCOUNT_START = "77400000"
#: Everything at debug level but SQL, as Odoo itself has it for ``--log-level=debug``.
DEBUG = {"log_handler": ":DEBUG,odoo.sql_db:INFO"}
#: What a screen of Odoo asks a model for before anything is entered.
MODELS = (
    "g2p.bridge.sponsor.bank",
    "g2p.bridge.mapper",
    "g2p.bridge.webhook",
    "g2p.bridge.signing.key",
    "g2p.bridge.example.bank.account",
)


class Gossip(Peer):
    """A server that quotes the whole request in its answer, each time with another status."""

    def __init__(self):
        self.statuses = []
        super().__init__("/gossip")

    def respond(self, request):
        quoted = f"{request.headers['Authorization']} {request.body.decode()}"
        status = self.statuses.pop(0) if self.statuses else 401
        answer = {"errors": [{"code": "NO", "message": quoted}], "status": quoted}
        elsewhere = f"http://127.0.0.1/{quoted[:40]}".replace(" ", "-")
        return status, answer, [("Location", elsewhere)]


@pytest.fixture
def gossip():
    with closing(Gossip()) as server:
        yield server


class Plants:
    """Secrets of every kind, as administrators give them; and all that the server answered."""

    def __init__(self, world, gossip):
        self.world, self.bridge, self.gossip = world, world.bridge, gossip
        self.secrets, self.answers = {"statement token": TOKEN}, []
        self.records = {
            "g2p.bridge.sponsor.bank": world.bank_id,
            "g2p.bridge.mapper": world.mapper_id,
            "g2p.bridge.example.bank.account": world.account_id,
        }
        for model in ("g2p.bridge.sponsor.bank", "g2p.bridge.mapper"):
            self.call(model, "write", {"credential_input": self.new(model)})
        self._plant_key()
        self._plant_webhook()
        self._plant_tokens()

    def new(self, name):
        secret = f"pl4nted-{re.sub('[^a-z]+', '-', name)}-s3cret"
        self.secrets[name] = secret
        return secret

    def call(self, model, method, *args):
        """Call a method of the planted record; errors are kept as answers are."""
        return self.ask(model, method, [[self.records[model]], *args])

    def ask(self, model, method, args):
        try:
            answer = self.bridge.call(model, method, args)
        except OdooCallError as error:
            self.answers.append(f"{model}.{method}: {error} {error.debug}")
            return None
        self.answers.append(f"{model}.{method}: {answer}")
        return answer

    def _plant_key(self):
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        self.secrets["private key"] = pem.decode().splitlines()[1]
        model = "g2p.bridge.signing.key"
        self.records[model] = self.ask(
            model,
            "create",
            [{"name": "K", "algorithm": "ES256", "private_key_input": pem.decode()}],
        )
        self.call(model, "action_use")

    def _plant_webhook(self):
        partner = self.ask("g2p.bridge.partner", "create", [{"name": "PBMS", "code": "PBMS"}])
        self.records["g2p.bridge.partner"] = partner
        self.records["g2p.bridge.webhook"] = self.ask(
            "g2p.bridge.webhook",
            "create",
            [
                {
                    "name": "PBMS",
                    "partner_id": partner,
                    "base_url": self.gossip.url,
                    "environment": "enabled",
                    "credential_input": self.new("webhook"),
                }
            ],
        )

    def _plant_tokens(self):
        """Those that the server makes and shows once, and one that it shows to nobody."""
        company = self.bridge.value("SELECT min(id) FROM res_company")
        for name, model, method, record in (
            ("metrics", "res.company", "action_g2p_bridge_new_metrics_token", company),
            ("api key", "g2p.bridge.partner", "action_new_api_key", None),
        ):
            record = record or self.records[model]
            shown = self.bridge.call(model, method, [[record]])
            self.secrets[name] = shown["context"]["default_secret"]
        self._plant_address()
        self.secrets["call-back"] = self.bridge.shell(
            f"print(env['g2p.bridge.mapper'].browse({self.records['g2p.bridge.mapper']})"
            ".sudo().call_back_token)"
        ).strip()

    def _plant_address(self):
        """A partner that an address of its own proves, with a secret in its path."""
        self.records["by address"] = self.ask(
            "g2p.bridge.partner",
            "create",
            [
                {
                    "name": "By address",
                    "code": "ADDRESS",
                    "proof": "address",
                    "caller_networks": "127.0.0.0/8",
                }
            ],
        )
        shown = self.bridge.call(
            "g2p.bridge.partner", "action_new_secret_address", [[self.records["by address"]]]
        )
        self.address = shown["context"]["default_secret"]
        self.secrets["address"] = self.address.rpartition("/")[2]

    # What is done with them

    def look_everywhere(self):
        """Ask as screens, exports and copies do."""
        for model in MODELS:
            fields = self.ask(model, "fields_get", [[], ["type"]])
            names = [name for name in fields if not name.startswith(("message_", "activity_"))]
            self.call(model, "read", names)
            self.call(model, "export_data", names)
            self.ask(model, "default_get", [names])
            copy = self.call(model, "copy") or []
            self.ask(model, "read", [copy, names])
            self.call(model, "search_read", [["credential", "like", "pl4nted"]])

    def fail_to_write(self):
        """Have the database refuse whole rows that hold secrets, old ones and new ones."""
        for model in ("g2p.bridge.sponsor.bank", "g2p.bridge.mapper", "g2p.bridge.webhook"):
            self.call(model, "write", {"connect_timeout": 0})
            broken = {"connect_timeout": 0, "credential_input": self.new(f"broken {model}")}
            self.call(model, "write", broken)
            self.call(model, "write", {"credential_input": self.new(f"odd {model}"), "no": 1})

    def gossip_about(self, statuses=(200, 302, 401, 500, 503)):
        """Call somebody who repeats what it is told, as Test Connection and as steps do."""
        for model in ("g2p.bridge.sponsor.bank", "g2p.bridge.mapper"):
            # Another server gets no credential of the former one: it is given its own.
            given = {"base_url": self.gossip.url, "credential_input": self.new(f"gossip {model}")}
            self.call(model, "write", given)
        for status in statuses:
            self.gossip.statuses = [status] * 3
            self.call("g2p.bridge.sponsor.bank", "action_test_connection")
            window = self.ask(
                "g2p.bridge.mapper.test",
                "create",
                [{"mapper_id": self.records["g2p.bridge.mapper"], "beneficiary_id": "P1"}],
            )
            self.ask("g2p.bridge.mapper.test", "action_resolve", [[window]])
            self.ask("g2p.bridge.mapper.test", "read", [[window]])
            self.call("g2p.bridge.webhook", "action_send_test")
        self.gossip.statuses = []

    def knock(self):
        """Call every door that a token opens, with the right one and nonsense behind it."""
        url = self.bridge.url
        for name, path in (
            ("metrics", "/g2p_bridge/metrics"),
            ("metrics", "/g2p_bridge/health"),
            ("statement token", "/g2p_bridge_mt940/upload_mt940"),
        ):
            headers = {"Authorization": f"Bearer {self.secrets[name]}"}
            for method in ("GET", "POST"):
                self._knock(method, f"{url}{path}", headers)
        self._knock("POST", f"{url}/g2p_bridge/mapper/{self.secrets['call-back']}/on-resolve", {})
        address = f"{url}/g2p-bridge/by-secret/{self.secrets['address']}"
        for path in ("get_disbursement_status", "nothing", "create_disbursements/x?y=z", "ping"):
            for method in ("GET", "POST"):
                self._knock(method, f"{address}/{path}", {}, json={"header": {}, "message": []})
        headers = {"X-API-Key": self.secrets["api key"]}
        for body in ({"header": {"sender_id": "PBMS"}, "message": {}}, [], "x"):
            path = f"{url}/g2p-bridge/get_disbursement_status"
            self._knock("POST", path, headers, json=body)

    def _knock(self, method, address, headers, **options):
        answer = requests.request(method, address, headers=headers, timeout=60, **options)
        self.answers.append(answer.text)

    # Where they must not be

    def assert_nowhere(self, folder):
        found = {
            (name, place)
            for name, secret in self.secrets.items()
            for form in _forms(secret)
            for place in (*self._in_database(form), *self._in_files(folder, form))
        }
        assert found == set()
        text = "\n".join(self.answers)
        assert [name for name, secret in self.secrets.items() if secret in text] == []

    def _in_database(self, form):
        """Names of tables with a row in which the text is, in a column of whatever type."""
        tables = self.bridge.sql(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace"
        )
        parts = " UNION ALL ".join(
            f"""SELECT '{table}' WHERE EXISTS (SELECT FROM "{table}" t
                WHERE position(%(form)s IN t::text) > 0)"""
            for (table,) in tables
        )
        return [place for (place,) in self.bridge.sql(parts, {"form": form})]

    def _in_files(self, folder, form):
        """Names of files: the log of the server, and everything attached."""
        files = [self.bridge.log, *folder.rglob("*")]
        return [
            path.name for path in files if path.is_file() and form.encode() in path.read_bytes()
        ]


def _forms(secret):
    """A secret as it may be written: itself, as base64, and as PostgreSQL shows bytes."""
    return secret, b64encode(secret.encode()).decode().rstrip("=")[:-1], secret.encode().hex()


def test_planted_secrets_and_account_numbers_are_found_nowhere(
    odoo_servers, gossip, test_run, monkeypatch
):
    monkeypatch.setattr(
        "world.ADDRESS",
        "account_number:7740{number}.branch_code:BR1.bank_code:OTHER_BANK.fa_type:BANK_ACCOUNT",
    )
    bridge = odoo_servers().start(options=DEBUG)
    world = World(bridge, people=len(AMOUNTS), reversal_rate=0)
    plants = Plants(world, gossip)
    assert len(plants.secrets) == 9
    _carry_a_cycle_through(world)
    plants.look_everywhere()
    plants.fail_to_write()
    plants.knock()
    plants.gossip_about()
    envelope_id = world.create_envelope(AMOUNTS, cycle="2026-12")
    world.create_disbursements(envelope_id, AMOUNTS)
    bridge.wait_for_jobs()

    plants.assert_nowhere(test_run.filestore(bridge.db))
    _check_account_numbers(bridge)
    # The search itself finds what is there.
    bridge.call("ir.config_parameter", "set_param", ["x", f"look: {plants.secrets['metrics']}"])
    assert plants._in_database(plants.secrets["metrics"]) == ["ir_config_parameter"]


def _carry_a_cycle_through(world):
    envelope_id = world.create_envelope(AMOUNTS)
    world.create_disbursements(envelope_id, AMOUNTS)
    world.wait_for_state(envelope_id, "shipped")
    world.wait_until_booked(len(AMOUNTS))
    world.generate_statement()
    world.wait_for_state(envelope_id, "reconciled")


def _check_account_numbers(bridge):
    """Disbursements hold full account numbers; the log of what was done with them does not."""
    held = bridge.value(
        "SELECT count(*) FROM g2p_bridge_disbursement WHERE starts_with(account_number, %s)",
        [ACCOUNT_START],
    )
    assert held == len(AMOUNTS)
    log = bridge.log.read_text()
    assert " DEBUG " in log and "Failing row contains (…)" in log
    assert re.findall(rf".*(?:{ACCOUNT_START}|{ACCOUNT}).*", log) == []
    jobs = bridge.sql("SELECT records, args, kwargs, exc_info, result FROM queue_job")
    assert jobs and ACCOUNT_START not in str(jobs)
