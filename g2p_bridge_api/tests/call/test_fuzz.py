# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from odoo.tests import tagged
from schemathesis import GenerationMode
from schemathesis.checks import negative_data_rejection

from ...lib.messages.openapi import document
from ...lib.messages.values import is_name
from ..common import ROOT, ApiCase

EXAMPLES = 12
MOMENT = "2027-01-01T10:00:00Z"


@tagged("-at_install", "post_install")
class TestFuzz(ApiCase):
    """schemathesis holds the endpoints against their own document, within and outside of it."""

    def test_endpoints_are_what_the_document_says(self):
        raw = document(ROOT)
        for path in raw["paths"].values():
            # Who may call is not what is tested here.
            path.get("post", {}).pop("security", None)
        schema = schemathesis.openapi.from_dict(raw)
        for found in schema.get_all_operations():
            operation = found.ok()
            for mode in GenerationMode.POSITIVE, GenerationMode.NEGATIVE:
                if operation.body or mode == GenerationMode.POSITIVE:
                    with self.subTest(operation.label, mode=mode.name):
                        self.check(operation, mode)

    def check(self, operation, mode):
        """No example makes a 500, a wrong type is refused, and each answer is as described."""

        @seed(1)
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def run(case):
            _make_known(case.body, mode == GenerationMode.POSITIVE)
            case.call_and_validate(
                base_url=self.base_url() + ROOT,
                session=self.opener,
                # In a multipart body everything is text: nothing has a wrong type.
                excluded_checks=[negative_data_rejection] if "upload" in operation.path else [],
                timeout=60,
            )

        run()


def _make_known(body, is_sound):
    """Let a header be of a partner; and a sound one such that the operation sees the message."""
    for member, name, values in (
        ("header", "sender_id", {"message_ts": MOMENT, "message_id": "", "total_count": 1}),
        ("request_header", "sender_app_mnemonic", {"request_timestamp": MOMENT, "request_id": ""}),
    ):
        header = body.get(member) if isinstance(body, dict) else None
        if isinstance(header, dict) and isinstance(header.get(name), str) and is_name(header[name]):
            header[name] = "PBMS"
            if is_sound:
                header.update(values, version="1.0.0", action="")
