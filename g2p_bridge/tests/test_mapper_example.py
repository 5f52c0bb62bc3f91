from contextlib import contextmanager

from odoo.tests import HttpCase, tagged

from .mapper_contract import MapperContract

ENTRY = "g2p.bridge.example.mapper.entry"


@tagged("post_install", "-at_install")
class TestExampleMapper(MapperContract, HttpCase):
    """The SPAR connector against the example mapper, where that addon is installed."""

    contract_failures = ("down", "error")

    def setUp(self):
        super().setUp()
        if ENTRY not in self.env:
            self.skipTest("g2p_bridge_example_mapper is not installed")
        self.behaviour = self.env["g2p.bridge.example.mapper.behaviour"]._current()
        self.behaviour.write({"fault": "none", "signature_required": False})
        self.mapper = self.env["g2p.bridge.mapper"].create(
            {
                "name": "Example",
                "base_url": self.base_url() + "/g2p_bridge_example_mapper",
                "environment": "test",
                "read_timeout": 5,
            }
        )

    def contract_mapper(self):
        return self.mapper

    def contract_link(self, addresses):
        self.env[ENTRY].create([{"id_value": key, "fa": fa} for key, fa in addresses.items()])
        self.env.flush_all()

    def contract_calls(self):
        return self.allow_requests(all_requests=True)

    @contextmanager
    def contract_failure(self, kind):
        if kind == "error":
            self.behaviour.fault = "error_500"
        else:
            root = "http://127.0.0.1:9" if kind == "down" else self.mapper.base_url
            self.mapper.base_url = f"{root}/nowhere"
        self.env.flush_all()
        yield

    def resolve(self, fault, **values):
        self.contract_link({f"ID-{n}": f"account_number:{n}.fa_type:BANK" for n in range(6)})
        self.behaviour.write({"fault": fault, **values})
        self.env.flush_all()
        return self._ask(*((f"ref-{n}", f"ID-{n}") for n in range(6)))

    def test_another_order_changes_nothing(self):
        answers = self.resolve("swapped")
        for n in range(6):
            self.assertEqual(answers[f"ref-{n}"].fa, f"account_number:{n}.fa_type:BANK")

    def test_missing_answers_are_told_from_unknown_ids(self):
        answers = self.resolve("missing", fault_every=3)
        self.assertEqual([n for n in range(6) if not answers[f"ref-{n}"].answered], [2, 5])

    def test_unreadable_addresses_are_for_the_parser(self):
        answers = self.resolve("malformed", fault_every=1)
        self.assertEqual(len({answer.fa for answer in answers.values()}), 1)
