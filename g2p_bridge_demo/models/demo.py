# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import secrets

from odoo import api, models

#: Beneficiaries of a demo cycle; the mapper knows all of them but the last.
BENEFICIARIES = 1002
#: The addresses of the demo's beneficiaries: most are with other banks, which may refuse.
ADDRESSES = "account_number:{number}.branch_code:BR0042.bank_code:OTHER_BANK.fa_type:BANK_ACCOUNT"


class Demo(models.AbstractModel):
    """Builds the demo world. Everything that it does, a person could click."""

    _name = "g2p.bridge.demo"
    _description = "Demo World"

    @api.model
    def _prepare(self, base_url):
        """Point bank, mapper and statements at this server; fill the mapper once.

        :param str base_url: this server's own address, without a path
        """
        bank, account = self._get("bank"), self._get("account")
        if not bank.statement_token:
            bank.statement_token = secrets.token_urlsafe(32)
        bank.base_url = f"{base_url}/g2p_bridge_example_bank"
        account.write(
            {
                "callback_url": f"{base_url}/g2p_bridge_mt940/upload_mt940",
                "callback_token": bank.statement_token,
            }
        )
        self._get("mapper").base_url = f"{base_url}/g2p_bridge_example_mapper"
        self.env["g2p.bridge.example.mapper.fill"].create(
            {"count": BENEFICIARIES - 1, "id_pattern": "DEMO{number}", "fa_pattern": ADDRESSES}
        ).action_fill()

    @api.model
    def _declare(self, amounts):
        """Declare the next demo cycle, as the demo's officer.

        :param list amounts: of the disbursements, whole units
        :return: the envelope
        """
        program = self._get("program")
        cycle = f"DEMO-{program.envelope_count + 1:03d}"
        service = self.env["g2p.bridge.service"].with_user(self._get("user_officer"))
        reply = service.create_disbursement_envelope(
            {
                "benefit_program_mnemonic": program.benefit_program_mnemonic,
                "disbursement_frequency": "Monthly",
                "cycle_code_mnemonic": cycle,
                "number_of_beneficiaries": len(amounts),
                "number_of_disbursements": len(amounts),
                "total_disbursement_amount": sum(amounts),
                "disbursement_currency_code": program.currency_id.name,
                "disbursement_schedule_date": program.company_id._g2p_bridge_today(),
            }
        )
        return self.env["g2p.bridge.envelope"].search(
            [("disbursement_envelope_id", "=", reply["disbursement_envelope_id"])]
        )

    @api.model
    def _send(self, envelope, amounts, first):
        """Send a part of the disbursements, as the demo's officer; repeating it is harmless.

        :param list amounts: of this part
        :param int first: running number of its first disbursement, from 1
        """
        self.env["g2p.bridge.service"].with_user(self._get("user_officer")).create_disbursements(
            [
                {
                    "disbursement_envelope_id": envelope.disbursement_envelope_id,
                    "mis_reference_number": f"{envelope.cycle_code_mnemonic}-{number:06d}",
                    "beneficiary_id": f"DEMO{number:010d}",
                    "beneficiary_name": f"Person {number}",
                    "disbursement_amount": amount,
                    "narrative": f"Cash transfer {envelope.cycle_code_mnemonic}",
                }
                for number, amount in enumerate(amounts, first)
            ]
        )

    @api.model
    def _get(self, name):
        return self.env.ref(f"g2p_bridge_demo.{name}")
