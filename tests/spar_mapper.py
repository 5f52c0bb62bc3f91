# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The real SPAR mapper 1.1.0 from the package index, and a key manager that really verifies.

The mapper is installed once into a venv below G2P_BRIDGE_HOME; its database lies in the test
run's own cluster. In place of the key manager that it insists on stands a small server of the
test's, which checks each signature with the public keys that were registered for the sender.
"""

import base64
import json
import os
import shutil
import signal
import subprocess
from datetime import datetime, timezone
from pathlib import Path

import requests
from odoo_run import free_port, wait_until
from peer_venv import clean_environment, python_of

from odoo.addons.g2p_bridge_base.lib import jose
from odoo.addons.g2p_bridge_base.tests.peer import Peer

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "spar-requirements.txt"
#: Who links IDs in these tests.
REGISTRAR = "registrar"


class SparMapper:
    """One real mapper on a free port, with a database and a key manager of its own."""

    def __init__(self, run):
        self.run = run
        self.db = run.new_name()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = run.folder / "servers" / f"{self.db}.log"
        self._pid_file = run.folder / "servers" / f"{self.db}.pid"
        self._process = None
        self._registrar = jose.generate_private_key("ES256")
        self.key_manager = KeyManager()
        self.key_manager.register(REGISTRAR, jose.public_pem(self._registrar))

    def start(self):
        """Installs the mapper where it is not yet, and returns itself once it answers.

        :raises IndexUnreachable: it is not installed, and can't be now
        """
        python = python_of("spar", REQUIREMENTS)
        self.run.admin(f'CREATE DATABASE "{self.db}"')
        # Started from the run's folder, which marks the process as its own.
        script = self.run.folder / "servers" / f"{self.db}.py"
        shutil.copy(HERE / "spar_main.py", script)
        command = [python, script]
        with self.log.open("ab") as log:
            given = {"env": self._environment(), "stdout": log, "stderr": subprocess.STDOUT}
            subprocess.run([*command, "migrate"], check=True, timeout=120, **given)
            self._process = subprocess.Popen(
                [*command, "run"],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                **given,
            )
        self._pid_file.write_text(f"{self._process.pid}\n")
        wait_until(self._answers, 60, f"the SPAR mapper to answer; its log is {self.log}")
        return self

    def stop(self):
        """Ends the mapper and its key manager, and drops its database."""
        self.key_manager.close()
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(30)
            self._pid_file.unlink(missing_ok=True)
        self.run.drop(self.db)

    def link(self, addresses):
        """Tell the mapper {ID: financial address as text}."""
        now = datetime.now(timezone.utc).replace(tzinfo=None).isoformat(timespec="milliseconds")
        items = [
            {"reference_id": f"r{number}", "timestamp": now, "id": key, "fa": address}
            for number, (key, address) in enumerate(addresses.items())
        ]
        header = {
            "message_id": "link",
            "message_ts": now,
            "action": "link",
            "sender_id": REGISTRAR,
            "total_count": len(items),
        }
        message = {"transaction_id": "link", "link_request": items}
        body = json.dumps({"header": header, "message": message}, separators=(",", ":")).encode()
        answer = requests.post(
            f"{self.url}/sync/link",
            data=body,
            headers={
                "Content-Type": "application/json",
                "Signature": jose.sign_detached(self._registrar, "ES256", REGISTRAR, body),
            },
            timeout=120,
        )
        assert answer.json()["header"]["completed_count"] == len(items), answer.text

    def _environment(self):
        database = {
            "HOSTNAME": os.environ["PGHOST"],
            "PORT": os.environ["PGPORT"],
            "USERNAME": os.environ["PGUSER"],
            "PASSWORD": os.environ["PGPASSWORD"],
            "DBNAME": self.db,
        }
        own = {
            **{f"DB_{name}": value for name, value in database.items()},
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "OAUTH_TOKEN_URL": f"{self.key_manager.url}/token",
            "JWT_VERIFY_URL": f"{self.key_manager.url}/jwtVerify",
        }
        return {
            **clean_environment(),
            **{f"SPAR_MAPPER_{name}": value for name, value in own.items()},
        }

    def _answers(self):
        if self._process.poll() is not None:
            raise RuntimeError(f"the SPAR mapper ended by itself:\n{self.log.read_text()[-3000:]}")
        try:
            return requests.get(f"{self.url}/ping", timeout=10).ok
        except requests.RequestException:
            return False


class KeyManager(Peer):
    """Gives the mapper its token and verifies signatures with the senders' public keys."""

    def __init__(self):
        self.keys = {}
        super().__init__()

    def respond(self, request):
        if request.path == "/token":
            return 200, {"access_token": "token", "token_type": "Bearer", "expires_in": 900}
        valid = self.holds(json.loads(request.body)["request"])
        return 200, {"response": {"signatureValid": valid}, "errors": []}

    def register(self, sender, public_keys):
        """Know a sender by these keys (PEM or JWKS) and no others."""
        self.keys[f"PARTNER_{sender.replace('-', '_').upper()}"] = public_keys

    def holds(self, request):
        """Whether the signature that a request of the mapper's shows is the sender's own."""
        keys = self.keys.get(request["referenceId"])
        if not keys:
            return False
        data = request["actualData"]
        message = base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))
        signature = request["jwtSignatureData"]
        return jose.verify_detached(signature, message, jose.read_public_keys(keys))
