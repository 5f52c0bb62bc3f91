# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

#: People of the demo program in PBMS: so many that their entitlements are approved by jobs.
PEOPLE = 250
#: The mapper knows all but the last of them, and the very last has no ID at all.
UNMAPPED = 3
AMOUNT = 120
#: What the program may spend: enough for many cycles.
FUND = 100 * PEOPLE * AMOUNT
MANAGER = "g2p.program.payment.manager.g2p.bridge"


class DemoPbms(models.AbstractModel):
    """A program in PBMS whose cycles pay by themselves: approving one is all it takes."""

    _inherit = "g2p.bridge.demo"

    @api.model
    def _prepare_pbms(self, base_url):
        """Point the second account at this server and see that a cycle waits for approval.

        :param str base_url: this server's own address, without a path
        :return: the cycle
        """
        self._get("account_pbms").write(
            {
                "callback_url": f"{base_url}/g2p_bridge_mt940/upload_mt940",
                "callback_token": self._get("bank").statement_token,
            }
        )
        self.env["g2p.bridge.example.mapper.fill"].create(
            {
                "count": PEOPLE - UNMAPPED,
                "id_pattern": "token:{number}@nationalId",
                "fa_pattern": "account_number:{number}.branch_code:BR0042.bank_code:OTHER_BANK"
                ".fa_type:BANK_ACCOUNT",
            }
        ).action_fill()
        return self._waiting_cycle(self._pbms_program())

    @api.model
    def _pbms_program(self):
        """The demo program, made at the first call."""
        name = self.env._("Child Grant (demo)")
        program = self.env["g2p.program"].search([("name", "=", name)], limit=1)
        if program:
            return program
        made = (
            self.env["g2p.program.create.wizard"]
            .create(
                {
                    "name": name,
                    "target_type": "individual",
                    "currency_id": self._get("program_pbms").currency_id.id,
                    "approver_group_id": self.env.ref("g2p_programs.g2p_program_cycle_approver").id,
                    "auto_approve_entitlements": True,
                    "amount_per_cycle": AMOUNT,
                }
            )
            .create_program()
        )
        program = self.env["g2p.program"].browse(made["res_id"])
        self.env["g2p.program.fund"].create({"program_id": program.id, "amount": FUND}).post_fund()
        self._choose_bridge(program)
        self._enrol_people(program)
        return program

    @api.model
    def _choose_bridge(self, program):
        manager = self.env[MANAGER].create(
            {
                "name": self.env._("G2P Bridge"),
                "program_id": program.id,
                "bridge_program_id": self._get("program_pbms").id,
                "beneficiary_id_source": "reg_id",
                "id_type_id": self._get("id_type").id,
                "id_prefix": "token:",
                "id_suffix": "@nationalId",
                "cycle_code_template": "{program.name} {cycle.name}",
                "batch_size": 100,
                "automatic_start": "approval",
            }
        )
        program.payment_managers.manager_ref_id = f"{MANAGER},{manager.id}"

    @api.model
    def _enrol_people(self, program):
        kind = self._get("id_type").id
        people = self.env["res.partner"].create(
            [
                {
                    "name": f"Child {number}",
                    "is_registrant": True,
                    "reg_ids": [(0, 0, {"id_type": kind, "value": f"{number:010d}"})]
                    if number < PEOPLE
                    else [],
                }
                for number in range(1, PEOPLE + 1)
            ]
        )
        self.env["g2p.program_membership"].create(
            [
                {"program_id": program.id, "partner_id": one.id, "state": "enrolled"}
                for one in people
            ]
        )

    @api.model
    def _waiting_cycle(self, program):
        """The cycle that waits for its approval; the next one if the last was approved."""
        cycle = program.cycle_ids.filtered(lambda one: one.state in ("draft", "to_approve"))[:1]
        if cycle:
            return cycle
        last = program.cycle_ids.sorted("sequence")[-1:]
        sequence = last.sequence + 1
        start = self.env.company._g2p_bridge_today()
        manager = program.get_manager(program.MANAGER_CYCLE)
        cycle = manager.new_cycle(f"Cycle {sequence}", start, sequence)
        members = program.get_beneficiaries("enrolled").partner_id
        manager._add_beneficiaries(cycle, members.ids, "enrolled")
        manager._prepare_entitlements(cycle)
        cycle.to_approve()
        return cycle
