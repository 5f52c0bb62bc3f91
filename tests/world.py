# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A ministry, its bank and its mapper on real servers, built as people would: by RPC.

Bridge and bank may be the same server or two; only HTTP runs between them either way.
"""

import base64
from datetime import UTC, datetime, timedelta

import requests

ACCOUNT = "PROGRAM-ACCOUNT-1"
TOKEN = "statement-token-of-the-tests"
ADDRESS = "account_number:{number}.branch_code:BR1.bank_code:OTHER_BANK.fa_type:BANK_ACCOUNT"


class World:
    """One program of one ministry.

    :param bridge: server that runs the bridge
    :param bank: server that runs the example bank
    :param mapper: server that runs the example mapper; that of the bridge if not given
    :param people: how many IDs (P0000000001 …) the mapper knows
    :param opening_balance: of the ministry's account
    :param policies: of the program; delays are zero so that tests never wait for them
    """

    def __init__(
        self,
        bridge,
        bank=None,
        people=10,
        reversal_rate=30,
        opening_balance=1_000_000,
        mapper=None,
        **policies,
    ):
        self.bridge, self.bank, self.mapper = bridge, bank or bridge, mapper or bridge
        self.opening_balance = opening_balance
        self.account_id = self.create_account(ACCOUNT, reversal_rate)
        self.link_people(people)
        self._create_bank()
        self.mapper_id = self.create_mapper("Example Mapper")
        self.program_id = self.create_program("CASH", ACCOUNT, policies)
        self.create_user("officer", "group_officer")

    def create_account(self, number, reversal_rate=30, **values):
        """Open an account of the ministry; returns its record ID.

        :param values: of the account, beside those of all
        """
        return self.bank.call(
            "g2p.bridge.example.bank.account",
            "create",
            [
                {
                    "account_number": number,
                    "holder_name": "Ministry",
                    "currency_id": self._ref(self.bank, "base.USD"),
                    "opening_balance": self.opening_balance,
                    "reversal_rate": reversal_rate,
                    "statement_delivery": "callback",
                    "callback_url": f"{self.bridge.url}/g2p_bridge_mt940/upload_mt940",
                    "callback_token_input": TOKEN,
                    **values,
                }
            ],
        )

    def link_people(self, people):
        """Let the mapper know the first so many IDs."""
        fill = self.mapper.call(
            "g2p.bridge.example.mapper.fill",
            "create",
            [{"count": people, "id_pattern": "P{number}", "fa_pattern": ADDRESS}],
        )
        self.mapper.call("g2p.bridge.example.mapper.fill", "action_fill", [[fill]])

    def _create_bank(self):
        self.bank_id = self.bridge.call(
            "g2p.bridge.sponsor.bank",
            "create",
            [
                {
                    "name": "Example Bank",
                    "code": "EXAMPLE",
                    "connector": "example_bank",
                    "environment": "test",
                    "base_url": f"{self.bank.url}/g2p_bridge_example_bank",
                    "connect_timeout": 2,
                    "read_timeout": 3,
                    "statement_token_input": TOKEN,
                }
            ],
        )

    def create_mapper(self, name, **values):
        """Let the bridge know the example mapper; returns the record ID."""
        return self.bridge.call(
            "g2p.bridge.mapper",
            "create",
            [
                {
                    "name": name,
                    "environment": "test",
                    "base_url": f"{self.mapper.url}/g2p_bridge_example_mapper",
                    **values,
                }
            ],
        )

    def create_program(self, mnemonic, account_number, policies=None):
        """Create a program that pays from an account; returns its record ID."""
        delays = {f"{step}_delay": 0 for step in ("resolve", "check", "block", "ship", "release")}
        return self.bridge.call(
            "g2p.bridge.program",
            "create",
            [
                {
                    "benefit_program_mnemonic": mnemonic,
                    "benefit_program_name": "Cash Transfer",
                    "sponsor_bank_id": self.bank_id,
                    "sponsor_bank_account_number": account_number,
                    "currency_id": self._ref(self.bridge, "base.USD"),
                    "id_mapper_resolution_required": True,
                    "mapper_id": self.mapper_id,
                    "own_policies": True,
                    "approval": "none",
                    **delays,
                    **(policies or {}),
                }
            ],
        )

    def create_user(self, login, *groups):
        """Create a user in groups of the bridge; the password is the login."""
        xmlids = [f"g2p_bridge_base.{group}" for group in groups]
        self.bridge.call(
            "res.users",
            "create",
            [
                {
                    "name": login.capitalize(),
                    "login": login,
                    "password": login,
                    "group_ids": [(4, self._ref(self.bridge, xmlid)) for xmlid in xmlids],
                }
            ],
        )

    def _ref(self, server, xmlid):
        module, name = xmlid.split(".")
        return server.value(
            "SELECT res_id FROM ir_model_data WHERE module = %s AND name = %s", [module, name]
        )

    # The operations, as the officer

    def operation(self, name, *args):
        return self.bridge.call("g2p.bridge.service", name, args, user="officer")

    def create_envelope(self, amounts, days=0, cycle="2026-11", program="CASH"):
        """Declare an envelope for these amounts; returns its ID."""
        reply = self.operation(
            "create_disbursement_envelope",
            {
                "benefit_program_mnemonic": program,
                "disbursement_frequency": "Monthly",
                "cycle_code_mnemonic": cycle,
                "number_of_beneficiaries": len(amounts),
                "number_of_disbursements": len(amounts),
                "total_disbursement_amount": sum(amounts),
                "disbursement_currency_code": "USD",
                "disbursement_schedule_date": day(days),
            },
        )
        return reply["disbursement_envelope_id"]

    def create_disbursements(self, envelope_id, amounts):
        """Send one disbursement per amount; returns {amount: disbursement_id}."""
        replies = self.operation("create_disbursements", rows_of(envelope_id, amounts))
        return {reply["disbursement_amount"]: reply["disbursement_id"] for reply in replies}

    def cancel_disbursements(self, ids):
        self.operation("cancel_disbursements", [{"disbursement_id": key} for key in sorted(ids)])

    def amend_to_received(self, envelope_id):
        """Declare what has been received as all there is, to be paid today."""
        received = self.status(envelope_id)
        count = received["number_of_disbursements_received"]
        self.operation(
            "amend_disbursement_envelope",
            {
                "disbursement_envelope_id": envelope_id,
                "number_of_beneficiaries": count,
                "number_of_disbursements": count,
                "total_disbursement_amount": received["total_disbursement_amount_received"],
                "disbursement_schedule_date": day(),
            },
        )

    def cancel_envelope(self, envelope_id, reason):
        self.operation(
            "cancel_disbursement_envelope", {"disbursement_envelope_id": envelope_id}, reason
        )

    def create_import(self, envelope_id, amounts):
        """Upload one disbursement per amount as a file; returns the import's record ID."""
        rows = [
            "mis_reference_number,beneficiary_id,beneficiary_name,disbursement_amount,narrative"
        ]
        rows += [f"MIS-{n},P{n:010d},Person {n},{n},Grant of {n}" for n in amounts]
        envelope = self.bridge.value(
            "SELECT id FROM g2p_bridge_envelope WHERE disbursement_envelope_id = %s", [envelope_id]
        )
        file = base64.b64encode("\n".join(rows).encode()).decode()
        values = {"envelope_id": envelope, "file": file, "file_name": "cycle.csv"}
        return self.bridge.call("g2p.bridge.import", "create", [values], user="officer")

    def start_import(self, import_id):
        self.bridge.call("g2p.bridge.import", "action_import", [[import_id]], user="officer")

    # What the bridge's database says

    def import_state(self, import_id):
        return self.bridge.value("SELECT state FROM g2p_bridge_import WHERE id = %s", [import_id])

    def disbursement_ids(self, envelope_id, state=None):
        """The IDs of an envelope's disbursements, of one state or of all."""
        rows = self.bridge.sql(
            "SELECT d.disbursement_id FROM g2p_bridge_disbursement d"
            " JOIN g2p_bridge_envelope e ON e.id = d.envelope_id"
            " WHERE e.disbursement_envelope_id = %s AND (%s IS NULL OR d.state = %s)",
            [envelope_id, state, state],
        )
        return {key for (key,) in rows}

    def funds_state(self, envelope_id, kind):
        """The state of a funds step; None where there is no such step."""
        return self.bridge.value(
            "SELECT s.state FROM g2p_bridge_funds_step s"
            " JOIN g2p_bridge_envelope e ON e.id = s.envelope_id"
            " WHERE e.disbursement_envelope_id = %s AND s.kind = %s",
            [envelope_id, kind],
        )

    def schedule_date(self, envelope_id):
        return self.bridge.value(
            "SELECT disbursement_schedule_date::text FROM g2p_bridge_envelope"
            " WHERE disbursement_envelope_id = %s",
            [envelope_id],
        )

    def status(self, envelope_id):
        return self.operation("get_disbursement_envelope_status", envelope_id)

    def state(self, envelope_id):
        return self.bridge.value(
            "SELECT state FROM g2p_bridge_envelope WHERE disbursement_envelope_id = %s",
            [envelope_id],
        )

    def wait_for_state(self, envelope_id, state, seconds=180):
        self.bridge.wait_for(
            "SELECT state FROM g2p_bridge_envelope WHERE disbursement_envelope_id = %s",
            [envelope_id],
            expected=state,
            seconds=seconds,
        )

    # The bank

    def add_fault(self, kind, operation="initiate_payment", account_id=None, **values):
        """Let the next call of an operation go wrong, or the next booking or statement."""
        values["account_id"] = account_id or self.account_id
        self.bank.call(
            "g2p.bridge.example.bank.fault",
            "create",
            [{"kind": kind, "operation": operation, **values}],
        )

    def end_faults(self):
        """Let the bank do everything right from now on."""
        self.bank.sql("UPDATE g2p_bridge_example_bank_fault SET calls = 0")

    def wait_until_booked(self, payments):
        """Wait until the bank has booked this many debits."""
        self.bank.wait_for(
            "SELECT count(*) FROM g2p_bridge_example_bank_log WHERE mark = 'D'", expected=payments
        )

    def booked(self):
        """[(disbursement ID, number of debits)] of everything that the bank has paid."""
        return self.bank.sql(
            "SELECT customer_reference, count(*) FROM g2p_bridge_example_bank_log"
            " WHERE mark = 'D' GROUP BY 1 ORDER BY 1"
        )

    def generate_statement(self, account_number=ACCOUNT):
        answer = requests.post(
            f"{self.bank.url}/g2p_bridge_example_bank/generate_account_statement",
            json={"program_account_number": account_number},
            timeout=60,
        )
        assert answer.json()["status"] == "success", answer.text

    def upload(self, text):
        """Post a statement file as the bank does; returns the answer."""
        answer = requests.post(
            f"{self.bridge.url}/g2p_bridge_mt940/upload_mt940",
            files={"statement_file": ("statement.sta", text.encode())},
            headers={"Authorization": f"Bearer {TOKEN}"},
            timeout=60,
        )
        assert answer.status_code == 200, answer.text
        return answer.json()


def rows_of(envelope_id, amounts):
    """One disbursement per amount, as a sender sends them; each person has an amount of his own."""
    return [
        {
            "disbursement_envelope_id": envelope_id,
            "mis_reference_number": f"MIS-{amount}",
            "beneficiary_id": f"P{amount:010d}",
            "beneficiary_name": f"Person {amount}",
            "disbursement_amount": amount,
            "narrative": f"Grant of {amount}",
        }
        for amount in amounts
    ]


def register_webhook(bridge, url, partner=None):
    """Have a bridge tell an address of its events, signed by a new key; returns the record ID.

    :param partner: whose; a new one's if not given
    """
    values = {"name": "Key", "algorithm": "ES256"}
    key = bridge.call("g2p.bridge.signing.key", "create", [values])
    bridge.call("g2p.bridge.signing.key", "action_generate", [[key]])
    bridge.call("g2p.bridge.signing.key", "action_use", [[key]])
    if not partner:
        values = {"name": "PBMS", "code": "PBMS", "all_programs": True}
        partner = bridge.call("g2p.bridge.partner", "create", [values])
    values = {"name": "PBMS", "partner_id": partner, "base_url": url, "environment": "enabled"}
    return bridge.call("g2p.bridge.webhook", "create", [values])


def day(days=0):
    """Today, or some days later, as the server's companies without a time zone see it."""
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()
