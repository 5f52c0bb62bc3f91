# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The page for integrators is true: its commands run, and what it shows is what comes."""

import json
import os
import re
import runpy
import shutil
import subprocess
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import import_key

from odoo.addons.g2p_bridge_api.lib.call import G2P_CONNECT, GEN_2
from odoo.addons.g2p_bridge_api.lib.messages.operations import OPERATIONS
from odoo.addons.g2p_bridge_base.tests.peer import Peer

REPO = Path(__file__).resolve().parent.parent
PAGE = (REPO / "docs" / "integrators.md").read_text()
ADDRESS = "https://bridge.example.org/g2p-bridge"
#: Kind and text of each block of code, in their order.
BLOCKS = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL).findall(PAGE)
#: What stands for something that is different each time.
ANY = "…"
#: Public keys that the page's commands make → the partner that they are given to.
KEYS = {"pbms-public.pem": "PBMS", "pbms-2-public.pem": "PBMS", "bank-public.pem": "BANK"}
#: Longer than what joserfc takes unless it is told otherwise.
LONG = b'{"events": [' + b'"event", ' * 10_000 + b"0]}"

PROGRAM = """
bank = env["g2p.bridge.sponsor.bank"].create({"name": "Bank", "code": "BANK"})
env["g2p.bridge.program"].create({
    "benefit_program_mnemonic": "CASH", "benefit_program_name": "Cash",
    "sponsor_bank_id": bank.id, "sponsor_bank_account_number": "1234567890",
    "currency_id": env.ref("base.USD").id,
})
env["g2p.bridge.partner"].create([
    {"name": "PBMS", "code": "PBMS", "proof": "either", "all_programs": True, "operation_ids":
        env["g2p.bridge.operation"].search([("kind", "=", "pbms")]).ids},
    {"name": "Bank", "code": "BANK", "kind": "bank", "sponsor_bank_ids": bank.ids},
])[1].action_usual_operations()
env["ir.config_parameter"].set_param("g2p_bridge.approval", "none")
env.cr.commit()
"""


class Bridge:
    """A running bridge, whose administrator does what the page says that one does."""

    def __init__(self, server):
        self.server = server
        server.shell(PROGRAM)
        server.start(jobs=False)
        self.partners = {
            code: server.call("g2p.bridge.partner", "search", [[("code", "=", code)]])
            for code in ("PBMS", "BANK")
        }
        key = server.call("g2p.bridge.signing.key", "create", [{"algorithm": "ES256"}])
        server.call("g2p.bridge.signing.key", "action_generate", [[key]])
        server.call("g2p.bridge.signing.key", "action_use", [[key]])

    @property
    def address(self):
        return f"{self.server.url}/g2p-bridge"

    def new_api_key(self):
        shown = self.server.call(
            "g2p.bridge.partner", "action_new_api_key", [self.partners["PBMS"]]
        )
        return shown["context"]["default_secret"]

    def take_key(self, code, pem):
        add = "g2p.bridge.partner.key.add"
        (partner,) = self.partners[code]
        self.server.call(
            add,
            "action_add",
            [[self.server.call(add, "create", [{"partner_id": partner, "text": pem}])]],
        )


class Shell:
    """One bash in which the page's commands are run, as an integrator would."""

    END = "--- end of the block ---"

    def __init__(self, folder, **variables):
        self.folder = folder
        self._errors = (folder / "stderr").open("w+")
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env={**os.environ, "NO_PROXY": "*", "no_proxy": "*", **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        self.run("set -o pipefail\n")

    def run(self, commands):
        """:return: what the commands print"""
        self._process.stdin.write(f"{commands}echo; echo '{self.END}' $?\n")
        self._process.stdin.flush()
        lines = []
        for line in self._process.stdout:
            if line.startswith(self.END):
                break
            lines.append(line)
        else:
            raise AssertionError(f"bash ended in:\n{commands}\n{self._told()}")
        return "".join(lines).strip()

    def close(self):
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()
        self._errors.close()

    def _told(self):
        self._errors.seek(0)
        return self._errors.read()


@pytest.fixture
def bridge(odoo_servers):
    return Bridge(odoo_servers())


@pytest.fixture
def bash(tmp_path):
    """A function that starts bash with these variables."""
    missing = [name for name in ("bash", "curl", "openssl") if not shutil.which(name)]
    assert not missing, "setup/test installs these"
    shells = []

    def start(**variables):
        shells.append(Shell(tmp_path, **variables))
        return shells[-1]

    yield start
    for shell in shells:
        shell.close()


def test_commands_answer_as_the_page_shows(bridge, bash):
    shell = bash(API_KEY=bridge.new_api_key())
    keys, ran = dict(KEYS), 0
    for (kind, commands), (answer_kind, shown) in _pairs():
        if kind != "sh":
            continue
        came = shell.run(commands.replace(ADDRESS, bridge.address))
        if answer_kind in ("json", "text"):
            assert _fits(answer_kind, came, shown), f"{commands}\ngives\n{came}\nnot\n{shown}"
        for name in [name for name in keys if (shell.folder / name).exists()]:
            bridge.take_key(keys.pop(name), (shell.folder / name).read_text())
        ran += 1
    assert not keys
    assert ran == sum(kind == "sh" for kind, _text in BLOCKS) > 25


def test_page_shows_each_operation_in_each_dialect():
    commands = [text for kind, text in BLOCKS if kind == "sh"]
    shown = {
        (name, GEN_2 if "request_header" in text else G2P_CONNECT)
        for text in commands
        for name in re.findall(r'"\$BRIDGE/(\w+)"', text)
    }
    for name, operation in OPERATIONS.items():
        for dialect in operation.forms or [G2P_CONNECT]:
            assert (name, dialect) in shown


def test_worked_example_is_a_signature(bash):
    """By what others have written, so that the page does not merely agree with itself."""
    shell = bash()
    commands = [text for kind, text in BLOCKS if kind == "sh"]
    first = next(index for index, text in enumerate(commands) if "example.pem" in text)
    for text in commands[first : first + 6]:
        detached = shell.run(text)
    key = import_key((shell.folder / "example-public.pem").read_text(), "OKP")
    body = (shell.folder / "body.json").read_bytes()
    found = jws.deserialize_compact(detached, key, ["EdDSA"], payload=body)
    assert found.protected == {"alg": "EdDSA", "kid": "example"}
    with pytest.raises(JoseError):
        jws.deserialize_compact(detached, key, ["EdDSA"], payload=body + b" ")


def test_python_signs_as_the_commands_do(bash):
    shell = bash()
    commands = [text for kind, text in BLOCKS if kind == "sh"]
    for wanted in ("-out pbms.pem", "base64url()", "sign()"):
        shell.run(next(text for text in commands if wanted in text))
    sign = _python("def sign(")["sign"]
    pem = (shell.folder / "pbms.pem").read_text()
    for body in (b'{"header": {}}', LONG):
        (shell.folder / "request.json").write_bytes(body)
        assert sign(body, pem) == shell.run("sign request.json\n")


def test_python_believes_the_bridge_and_nobody_else(bridge, bash, receiver):
    jwks = json.loads(bash().run(f"curl -sS {bridge.address}/.well-known/jwks.json\n"))
    call = bridge.server.call
    webhook = {
        "name": "PBMS",
        "partner_id": bridge.partners["PBMS"][0],
        "base_url": f"http://127.0.0.1:{receiver.server_port}/events",
    }
    webhook_id = call("g2p.bridge.webhook", "create", [webhook])
    call("g2p.bridge.webhook", "action_test_connection", [[webhook_id]])
    (((signature, target), body),) = receiver.came
    message_of = _python("def message_of(")["message_of"]
    assert message_of(signature, body, jwks)["test"] is True
    with pytest.raises(JoseError):
        message_of(signature, body.replace(b"true", b"null"), jwks)
    is_for = _python("def is_for(")["is_for"]
    assert is_for(target, body, jwks, webhook["base_url"])
    assert not is_for(target, body, jwks, webhook["base_url"] + "/other")
    assert not is_for(target, body + b" ", jwks, webhook["base_url"])


def test_page_has_every_code_with_its_cause_and_remedy():
    assert PAGE.partition("<!-- codes -->")[2].strip() == _tables().strip()


class Receiver(Peer):
    """A server that keeps the signatures and the body of what it is sent."""

    def __init__(self):
        self.came = []
        super().__init__()

    def respond(self, request):
        signed = request.headers["Signature"], request.headers["Signature-Target"]
        self.came.append((signed, request.body))
        return (200,)


@pytest.fixture
def receiver():
    with closing(Receiver()) as server:
        yield server


def _pairs():
    """Each block with the one after it."""
    return zip(BLOCKS, [*BLOCKS[1:], ("", "")], strict=True)


def _python(definition):
    """What the page's Python that holds this defines."""
    found = {}
    exec(next(text for kind, text in BLOCKS if kind == "python" and definition in text), found)
    return found


def _fits(kind, came, shown):
    if kind == "text":
        return _same_text(came, shown.strip())
    return _same(_exact(came), _exact(shown))


def _same(came, shown):
    """Whether two JSON values are the same, but for what is different each time."""
    if isinstance(shown, dict):
        return (
            isinstance(came, dict)
            and came.keys() == shown.keys()
            and all(_same(came[name], shown[name]) for name in shown)
        )
    if isinstance(shown, list):
        return isinstance(came, list) and len(came) == len(shown) and all(map(_same, came, shown))
    if isinstance(shown, str) and isinstance(came, str):
        return _same_text(came, shown)
    return type(came) is type(shown) and came == shown


def _same_text(came, shown):
    return re.fullmatch(".+".join(map(re.escape, shown.split(ANY))), came, re.DOTALL) is not None


def _exact(text):
    try:
        return json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except ValueError:
        return text


def _tables():
    """The tables of all codes, as they have to stand at the end of the page."""
    codes = runpy.run_path(str(REPO / "g2p_bridge_api" / "lib" / "codes.py"))
    groups = {
        "Requests that are no message": "REQUEST_CODES",
        "The header and the proof": "HEADER_CODES",
        "Operations": "OPERATION_CODES",
        "Rows": "ROW_CODES",
    }
    return "\n".join(
        f"### {title}\n\n| code | cause | remedy |\n|---|---|---|\n"
        + "".join(
            f"| `{code}` | {cause} | {remedy} |\n" for code, (cause, remedy) in codes[name].items()
        )
        for title, name in groups.items()
    )
