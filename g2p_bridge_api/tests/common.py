# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A PBMS and a bank that speak to the bridge over real HTTP."""

import json
from datetime import timedelta
from itertools import count

from odoo.tests import HttpCase

ROOT = "/g2p-bridge"
NUMBERS = count(1)


class ApiCase(HttpCase):
    """A program with a sponsor bank, and a partner that may speak of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("g2p_bridge_api.unsigned", "True")
        cls.env["ir.config_parameter"].set_param("g2p_bridge.approval", "none")
        cls.company = cls.env["res.company"].create({"name": "Ministry"})
        cls.bank = cls.env["g2p.bridge.sponsor.bank"].create(
            {
                "name": "Scripted Bank",
                "code": "SCRIPTED",
                # Nothing leaves here, and beside a bank that pays nobody gets in without proof.
                "environment": "disabled",
                "company_id": cls.company.id,
            }
        )
        cls.program = cls.make_program("CASH")
        cls.partner = cls.make_partner("PBMS", cls.program)

    @classmethod
    def make_program(cls, mnemonic, **vals):
        return cls.env["g2p.bridge.program"].create(
            {
                "benefit_program_mnemonic": mnemonic,
                "benefit_program_name": mnemonic.title(),
                "sponsor_bank_id": cls.bank.id,
                "sponsor_bank_account_number": f"{mnemonic}-ACCOUNT",
                "currency_id": cls.env.ref("base.USD").id,
                "company_id": cls.company.id,
                **vals,
            }
        )

    @classmethod
    def make_partner(cls, code, programs, company=None, **vals):
        """A partner that may ask everything; who proves itself how is tested elsewhere."""
        return cls.env["g2p.bridge.partner"].create(
            {
                "name": f"The {code}",
                "code": code,
                "company_id": (company or cls.company).id,
                "all_programs": False,
                "program_ids": programs.ids,
                "operation_ids": cls.env["g2p.bridge.operation"]
                .search([("kind", "=", vals.get("kind", "pbms"))])
                .ids,
                "strict_header": False,
                "rate_limit": 100_000,
                "rate_burst": 100_000,
                **vals,
            }
        )

    def day(self, days=7):
        return (self.company._g2p_bridge_today() + timedelta(days=days)).isoformat()

    # What a PBMS of OpenG2P's bridge 1.x sends

    def request(self, operation, message, **header):
        return {
            "signature": "",
            "header": {
                "version": "1.0.0",
                "message_id": f"M{next(NUMBERS)}",
                "message_ts": "2027-01-01T10:00:00.000Z",
                "action": operation,
                "sender_id": "PBMS",
                "sender_uri": "",
                "receiver_id": "",
                "total_count": len(message) if isinstance(message, list) else 1,
                "is_msg_encrypted": False,
                **header,
            },
            "message": message,
        }

    def post(self, operation, body, **kw):
        """POST a body, as JSON unless it is bytes."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        kw.setdefault("headers", {"Content-Type": "application/json"})
        return self.url_open(f"{ROOT}/{operation}", data=data, method="POST", **kw)

    def call(self, operation, message, **header):
        answer = self.post(operation, self.request(operation, message, **header))
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()

    def done(self, operation, message, **header):
        """:return: the message of a reply that says that it was done"""
        reply = self.call(operation, message, **header)
        self.assertEqual(reply["header"]["status"], "succ", reply)
        return reply["message"]

    def rejected(self, code, operation, message, **header):
        """:return: the message of a reply that rejects with this code, and says why"""
        reply = self.call(operation, message, **header)
        found = reply["header"]
        self.assertEqual((found["status"], found["status_reason_message"]), ("rjct", code))
        self.assertTrue(found["meta"]["explanation"])
        return reply["message"]

    def malformed(self, operation, body, text, **kw):
        answer = self.post(operation, body, **kw)
        self.assertEqual(answer.status_code, 400, answer.text)
        errors = answer.json()["errors"]
        self.assertEqual({error["code"] for error in errors}, {"G2P-REQ-102"})
        self.assertRegex(errors[0]["message"], text)
        return errors

    def envelope(self, **values):
        return {
            "benefit_program_mnemonic": "CASH",
            "disbursement_frequency": "Monthly",
            "cycle_code_mnemonic": "2027-01",
            "number_of_beneficiaries": 3,
            "number_of_disbursements": 3,
            "total_disbursement_amount": 60.75,
            "disbursement_currency_code": "USD",
            "disbursement_schedule_date": self.day(),
            **values,
        }

    def new_envelope(self, **values):
        message = self.done("create_disbursement_envelope", self.envelope(**values))
        return message["disbursement_envelope_id"]

    def rows(self, envelope_id, *amounts, **values):
        return [
            {
                "disbursement_envelope_id": envelope_id,
                "mis_reference_number": f"MIS{number}",
                "beneficiary_id": f"ID{number}",
                "beneficiary_name": f"Person {number}",
                "disbursement_amount": amount,
                "narrative": f"Grant {number}",
                **values,
            }
            for number, amount in enumerate(amounts or (10, 20.5, 30.25), 1)
        ]

    def filled_envelope(self, **values):
        """:return: (envelope ID, disbursement IDs)"""
        envelope_id = self.new_envelope(**values)
        rows = self.done("create_disbursements", self.rows(envelope_id))
        return envelope_id, [row["disbursement_id"] for row in rows]

    # What the newer PBMS sends

    def request_2(self, payload, **header):
        return {
            "request_header": {
                "sender_app_mnemonic": "PBMS",
                "sender_app_url": "http://pbms.example.org",
                "request_id": f"M{next(NUMBERS)}",
                "request_timestamp": "2027-01-01T10:00:00.000Z",
                "instance_id": None,
                **header,
            },
            "request_body": {"pagination_request": None, "request_payload": payload},
        }

    def call_2(self, operation, payload, **header):
        answer = self.post(operation, self.request_2(payload, **header))
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()

    def done_2(self, operation, payload, **header):
        reply = self.call_2(operation, payload, **header)
        self.assertEqual(reply["response_header"]["response_status"], "SUCCESS", reply)
        return reply["response_body"]["response_payload"]

    def rejected_2(self, code, operation, payload, **header):
        reply = self.call_2(operation, payload, **header)
        found = reply["response_header"]
        self.assertEqual((found["response_status"], found["response_error_code"]), ("ERROR", code))
        self.assertTrue(found["response_error_message"])
        return reply["response_body"]["response_payload"]

    def records(self, **values):
        """The records of calls that have these values."""
        domain = [(name, "=", value) for name, value in values.items()]
        return self.env["g2p.bridge.api.call"].search(domain)
