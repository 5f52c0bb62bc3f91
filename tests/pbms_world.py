# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A ministry with a PBMS: its program, people and cycles, beside the bridge's world."""

import json

from world import ACCOUNT, World

MANAGER = "g2p.program.payment.manager.g2p.bridge"
SETUP = """
import json
options = json.loads({options!r})
kind = env["g2p.id.type"].search([], limit=1) or env["g2p.id.type"].create(
    {{"name": "National ID"}})
bridge = env["g2p.bridge.program"].browse(options["bridge_program_id"])
made = env["g2p.program.create.wizard"].create(
    {{"name": options["name"], "target_type": "individual", "currency_id": bridge.currency_id.id,
      "approver_group_id": env.ref("g2p_programs.g2p_program_cycle_approver").id,
      "auto_approve_entitlements": True, "amount_per_cycle": options["amount"]}}).create_program()
program = env["g2p.program"].browse(made["res_id"])
fund = env["g2p.program.fund"].create({{"program_id": program.id, "amount": 1000000}})
fund.post_fund()
manager = env[{manager!r}].create(
    {{"program_id": program.id, "bridge_program_id": bridge.id, "id_type_id": kind.id,
      "cycle_code_template": "{{program.name}} {{cycle.name}}", **options["manager"]}})
program.payment_managers.manager_ref_id = f"{{manager._name}},{{manager.id}}"
people = env["res.partner"].create([
    {{"name": f"Person {{number}}", "is_registrant": True,
      "reg_ids": [(0, 0, {{"id_type": kind.id, "value": f"P{{number:010d}}"}})]}}
    for number in range(1, options["people"] + 1)])
env["g2p.program_membership"].create([
    {{"program_id": program.id, "partner_id": one.id, "state": "enrolled"}} for one in people])
env.cr.commit()
"""
CYCLE = """
import json
options = json.loads({options!r})
program = env["g2p.program"].search([("name", "=", options["program"])])
manager = program.get_manager(program.MANAGER_CYCLE)
cycle = manager.new_cycle(options["name"], env.company._g2p_bridge_today(), options["sequence"])
members = program.get_beneficiaries("enrolled", order="id").partner_id[: options["people"]]
manager._add_beneficiaries(cycle, members.ids, "enrolled")
manager._prepare_entitlements(cycle)
cycle.write({{"state": "to_approve"}})
env.cr.commit()
"""


class PbmsWorld(World):
    """A bridge's world with programs of PBMS, and an officer who may approve their cycles.

    The bank never reverses and makes its statements by itself, so that an approval is all
    that a cycle needs.
    """

    def __init__(self, server, people, **policies):
        super().__init__(server, people=people, reversal_rate=0, **policies)
        server.call(
            "g2p.bridge.example.bank.account",
            "write",
            [[self.account_id], {"statement_when_booked": True}],
        )
        groups = (
            "g2p_programs.g2p_program_manager",
            "g2p_programs.g2p_program_cycle_approver",
            "account.group_account_invoice",
        )
        server.call(
            "res.users",
            "create",
            [
                {
                    "name": "Program Officer",
                    "login": "program_officer",
                    "password": "program_officer",
                    "group_ids": [(4, self._ref(server, group)) for group in groups],
                }
            ],
        )

    def create_pbms_program(self, name, people, amount=10, bridge_program_id=None, **manager):
        """A program of PBMS with so many people, P0000000001 and on, paid by the bridge."""
        self._run(
            SETUP,
            name=name,
            people=people,
            amount=amount,
            bridge_program_id=bridge_program_id or self.program_id,
            manager={"automatic_start": "approval", **manager},
        )

    def create_second_bridge_program(self, mnemonic):
        """Another benefit program that is paid from the same account; returns its ID."""
        return self.bridge.call(
            "g2p.bridge.program",
            "copy",
            [[self.program_id]],
            {
                "default": {
                    "benefit_program_mnemonic": mnemonic,
                    "sponsor_bank_account_number": ACCOUNT,
                }
            },
        )[0]

    def create_cycle(self, program, name, people, sequence=1):
        """A cycle of the first so many people, waiting for approval; returns its ID."""
        self._run(CYCLE, program=program, name=name, people=people, sequence=sequence)
        return self.bridge.value(
            "SELECT c.id FROM g2p_cycle c JOIN g2p_program p ON p.id = c.program_id"
            " WHERE c.name = %s AND p.name = %s",
            [name, program],
        )

    def approve(self, cycle_id):
        self.bridge.call("g2p.cycle", "approve", [[cycle_id]], user="program_officer")

    def wait_for_cycle(self, cycle_id, state, seconds=180):
        self.bridge.wait_for(
            "SELECT state FROM g2p_cycle WHERE id = %s", [cycle_id], expected=state, seconds=seconds
        )

    def payments(self, cycle_id):
        """{(state, status, whether a reason is given): (number of payments, amount paid)}"""
        rows = self.bridge.sql(
            "SELECT p.state, p.status, p.bridge_failure_reason IS NOT NULL, count(*),"
            " sum(p.amount_paid) FROM g2p_payment p JOIN g2p_entitlement e"
            " ON e.id = p.entitlement_id WHERE e.cycle_id = %s GROUP BY 1, 2, 3",
            [cycle_id],
        )
        return {tuple(row[:3]): tuple(row[3:]) for row in rows}

    def entitlements(self, cycle_id):
        """{state: number of entitlements}"""
        return dict(
            self.bridge.sql(
                "SELECT state, count(*) FROM g2p_entitlement WHERE cycle_id = %s GROUP BY 1",
                [cycle_id],
            )
        )

    def _run(self, code, **options):
        self.bridge.shell(code.format(options=json.dumps(options), manager=MANAGER))
