# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, Phase, given, reject, seed, settings
from jsonschema_rs import Draft202012Validator
from odoo.tests import tagged
from schemathesis import GenerationMode

from ...lib.json_text import parse
from ...lib.messages.openapi import document
from ...lib.messages.operations import OPERATIONS
from ...lib.messages.reading import read_head, read_message
from ...lib.refusal import Malformed
from ..common import ROOT, ApiCase

FOLDER = Path(__file__).parent / "openapi"
UPSTREAM = sorted(FOLDER.glob("*.json"))
CALM = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.explicit, Phase.generate],
}


def operations(raw):
    """The operations of an OpenAPI document that take JSON."""
    schema = schemathesis.openapi.from_dict(raw)
    for found in schema.get_all_operations():
        operation = found.ok()
        name = operation.path.strip("/")
        if name in OPERATIONS and not OPERATIONS[name].is_upload:
            yield name, operation


@tagged("-at_install", "post_install")
class TestOpenApi(ApiCase):
    """The document says what the endpoints do, and what clients of OpenG2P's bridge know."""

    def test_document_is_served(self):
        answer = self.url_open(f"{ROOT}/openapi.json")
        self.assertEqual(answer.headers["Content-Type"].partition(";")[0], "application/json")
        self.assertEqual(answer.json(), json.loads(json.dumps(document(ROOT))))

    def test_every_operation_of_upstream_is_there(self):
        self.assertEqual(len(UPSTREAM), 2)
        paths = document(ROOT)["paths"]
        for path in UPSTREAM:
            self.assertLessEqual(set(json.loads(path.read_text())["paths"]), set(paths))

    def test_every_schema_is_sound(self):
        components = document(ROOT)["components"]
        for schema in components["schemas"].values():
            Draft202012Validator({**schema, "components": components})

    def test_requests_of_upstream_are_understood(self):
        """Whatever OpenG2P's documents allow is read as a message."""
        for path in UPSTREAM:
            for name, operation in operations(json.loads(path.read_text())):
                with self.subTest(name, document=path.stem):
                    self.check_understood(name, operation)

    def check_understood(self, name, operation):
        @seed(1)
        @settings(max_examples=15, **CALM)
        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        def check(case):
            self.read(name, parse(json.dumps(case.body).encode()))

        check()

    def read(self, name, body):
        operation = OPERATIONS[name]
        if body.keys() & {"request_header", "request_body"}:
            reject()  # a member that its document does not know, and the newer messages do
        try:
            head = read_head(operation, body)
        except Malformed as refusal:
            # Names that the database can't keep are the one thing that is asked in addition.
            if "without NUL" in refusal.message:
                reject()
            raise
        self.assertEqual(head.message_id, body["header"]["message_id"])
        read_message(operation.forms[head.dialect], body, 10_000)

    def test_requests_of_upstream_are_answered(self):
        """They get a reply that upstream's document allows, over HTTP too."""
        raw = json.loads(UPSTREAM[-1].read_text())
        for name, operation in operations(raw):
            reply = raw["paths"][f"/{name}"]["post"]["responses"]["200"]
            schema = reply["content"]["application/json"]["schema"]
            validator = Draft202012Validator({**schema, "components": raw["components"]})
            with self.subTest(name):
                self.check_answered(name, operation, validator)

    def check_answered(self, name, operation, validator):
        @seed(1)
        @settings(max_examples=8, **CALM)
        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        def check(case):
            case.body["header"].update(sender_id="PBMS", message_id="M", action=name)
            case.body["header"].update(version="1.0.0", message_ts="2027-01-01T00:00:00Z")
            answer = self.post(name, case.body)
            self.assertEqual(answer.status_code, 200, answer.text)
            validator.validate(answer.json())

        check()
