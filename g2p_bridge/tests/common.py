# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Builders and a scripted bank and mapper: what every test of the bridge starts from."""

from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import TransactionCase

from odoo.addons.g2p_bridge_bank_connector.lib.values import (
    Acknowledgement,
    BatchState,
    Capabilities,
    FundsBlock,
    FundsCheck,
    PaymentStatus,
)
from odoo.addons.g2p_bridge_bank_connector.models.sponsor_bank import CAPABILITIES
from odoo.addons.queue_job.job import Job

from ..lib.financial_address import FinancialAddress
from ..lib.mapper_answer import NO_ANSWER, NOT_LINKED, Resolution

#: Everything that a bank may be able to do.
OFFERED = list(CAPABILITIES.values())


class ScriptedBank:
    """A bank in memory that remembers what it was asked and answers as told.

    Put an exception or a value for the next calls of an operation into ``script``.
    """

    is_simulation = False

    def __init__(self):
        self.calls = []
        self.script = {}
        self.payments = {}

    def capabilities(self):
        return Capabilities(release_funds=True, payment_status=True, idempotent_block=True)

    def _answer(self, operation, default, *args):
        self.calls.append((operation, *args))
        waiting = self.script.get(operation)
        answer = waiting.pop(0) if waiting else default
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def check_funds(self, account_number, currency, amount):
        return self._answer("check_funds", FundsCheck(True), account_number, currency, amount)

    def block_funds(self, account_number, currency, amount, reference):
        return self._answer("block_funds", FundsBlock("HOLD1"), amount, reference)

    def release_funds(self, block_reference, reference):
        return self._answer("release_funds", Decimal(0), block_reference, reference)

    def initiate_payment(self, batch_reference, payments):
        answer = self._answer("initiate_payment", Acknowledgement(), batch_reference, payments)
        self.payments[batch_reference] = payments
        return answer

    def get_payment_status(self, batch_reference):
        return self._answer(
            "get_payment_status", PaymentStatus(BatchState.UNKNOWN), batch_reference
        )

    def retrieve_disbursement_id(self, entry):
        return "" if entry.customer_reference == "NONREF" else entry.customer_reference

    def retrieve_batch_reference(self, entry):
        return entry.batch_reference

    def retrieve_beneficiary_name(self, entry):
        return entry.narratives[0] if entry.narratives else ""

    def retrieve_reversal_reason(self, entry):
        return entry.narratives[1] if len(entry.narratives) > 1 else ""


class ScriptedMapper:
    """A mapper in memory: knows every ID but those in ``unknown``."""

    def __init__(self):
        self.unknown = set()
        self.silent = set()
        self.script = []
        self.calls = []

    def resolve(self, transaction_id, requests):
        self.calls.append((transaction_id, requests))
        if self.script:
            raise self.script.pop(0)
        return {reference: self._answer(identity) for reference, identity in requests}

    def _answer(self, identity):
        if identity in self.unknown:
            return Resolution(None, reason_code=NOT_LINKED)
        if identity in self.silent:
            return Resolution(None, reason_code=NO_ANSWER)
        return Resolution(address_of(f"ACC{identity}"))


def address_of(account_number):
    """A bank account as a mapper knows it."""
    return FinancialAddress("BANK_ACCOUNT", account_number=account_number, bank_code="B1")


class BridgeCase(TransactionCase):
    """A company with one program, paid by a scripted bank."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Who releases what is the subject of some tests, which say so; the others do without.
        cls.env["ir.config_parameter"].set_param("g2p_bridge.approval", "none")
        cls.bank_script, cls.mapper_script = ScriptedBank(), ScriptedMapper()
        cls.bank = cls.env["g2p.bridge.sponsor.bank"].create(
            {"name": "Scripted Bank", "code": "SCRIPTED", "environment": "test"}
        )
        cls.mapper = cls.env["g2p.bridge.mapper"].create(
            {"name": "Scripted Mapper", "environment": "test"}
        )
        cls.currency = cls.env.ref("base.USD")
        cls.program = cls.make_program("CASH")
        cls.service = cls.env["g2p.bridge.service"]

    def setUp(self):
        super().setUp()
        self.bank_script.__init__()
        self.mapper_script.__init__()
        bank_model = type(self.env["g2p.bridge.sponsor.bank"])
        mapper_model = type(self.env["g2p.bridge.mapper"])
        self.startPatcher(patch.object(bank_model, "_get_connector", lambda bank: self.bank_script))
        self.startPatcher(patch.object(bank_model, "_offered", lambda bank: OFFERED))
        self.startPatcher(
            patch.object(mapper_model, "_get_connector", lambda mapper: self.mapper_script)
        )
        self.enterContext(self.enter_registry_test_mode())

    @classmethod
    def make_program(cls, mnemonic, **vals):
        return cls.env["g2p.bridge.program"].create(
            {
                "benefit_program_mnemonic": mnemonic,
                "benefit_program_name": mnemonic.title(),
                "sponsor_bank_id": cls.bank.id,
                "sponsor_bank_account_number": f"{mnemonic}-ACCOUNT",
                "currency_id": cls.currency.id,
                **vals,
            }
        )

    def today(self, days=0):
        return (self.env.company._g2p_bridge_today() + timedelta(days=days)).isoformat()

    def envelope_values(self, **values):
        return {
            "benefit_program_mnemonic": "CASH",
            "disbursement_frequency": "Monthly",
            "cycle_code_mnemonic": "2026-11",
            "number_of_beneficiaries": 3,
            "number_of_disbursements": 3,
            "total_disbursement_amount": "60.75",
            "disbursement_currency_code": "USD",
            "disbursement_schedule_date": self.today(),
            **values,
        }

    def create_envelope(self, **values):
        reply = self.service.create_disbursement_envelope(self.envelope_values(**values))
        return self.find_envelope(reply["disbursement_envelope_id"])

    def find_envelope(self, envelope_id):
        return self.env["g2p.bridge.envelope"].search(
            [("disbursement_envelope_id", "=", envelope_id)]
        )

    def rows(self, envelope, *amounts, start=1, **values):
        return [
            {
                "disbursement_envelope_id": envelope.disbursement_envelope_id,
                "mis_reference_number": f"MIS{number}",
                "beneficiary_id": f"ID{number}",
                "beneficiary_name": f"Person {number}",
                "disbursement_amount": amount,
                "narrative": f"Grant {number}",
                **values,
            }
            for number, amount in enumerate(amounts, start)
        ]

    def filled_envelope(self, *amounts, **values):
        """An envelope with all of its disbursements, declared by what they add up to."""
        amounts = amounts or ("10.00", "20.00", "30.75")
        envelope = self.create_envelope(
            number_of_beneficiaries=len(amounts),
            number_of_disbursements=len(amounts),
            total_disbursement_amount=sum(map(Decimal, amounts)),
            **values,
        )
        self.service.create_disbursements(self.rows(envelope, *amounts))
        return envelope

    def due_jobs(self):
        """:return: records of the jobs that are due, in the order in which they run"""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["queue.job"].search(
            [("state", "=", "pending"), "|", ("eta", "=", False), ("eta", "<=", "now")],
            order="date_created, id",
        )

    def due_job(self):
        """:return: the job that is due first, None if there is none"""
        due = self.due_jobs()[:1]
        return Job.load(self.env, due.uuid) if due else None

    def run_jobs(self, limit=500):
        """Carry out every job that is due, and those that they enqueue, in their order."""
        for _number in range(limit):
            job = self.due_job()
            if not job:
                return
            job.set_started()
            job.perform()
            job.set_done()
            job.store()
        self.fail(f"more than {limit} jobs")

    def assertRefused(self, code, function, *args, **kwargs):
        """The operation is refused with this code, in words, and changes nothing."""
        from ..exceptions import BridgeError

        with self.assertRaises(BridgeError) as caught, self.env.cr.savepoint():
            function(*args, **kwargs)
        self.assertEqual(caught.exception.code, code)
        self.assertTrue(str(caught.exception))
        return caught.exception
