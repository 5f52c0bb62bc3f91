# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Approval by another is the default, and the server's configuration has a floor for it."""

import logging
from unittest.mock import patch

from odoo.tests import Form

from ... import approval_floor as module
from ...lib.policy import STRICTNESS, Policy
from ..access.access_common import AccessCase

PARAMETER = "g2p_bridge.approval"


class TestApprovalFloor(AccessCase):
    """No screen, parameter or program lets money out with less than odoo.conf asks for."""

    def setUp(self):
        super().setUp()
        self.addCleanup(module.approval_floor.cache_clear)

    def floor(self, text):
        module.approval_floor.cache_clear()
        options = {} if text is None else {"approval_floor": text}
        self.startPatcher(patch.object(module, "server_options", lambda: options))
        self.program.invalidate_recordset()

    def test_another_approves_unless_somebody_says_otherwise(self):
        self.env["ir.config_parameter"].set_param(PARAMETER, False)
        self.assertEqual(Policy().approval, "other")
        program = self.make_program("PLAIN")
        self.assertEqual((program.approval, program._policy().approval), ("other", "other"))
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.g2p_bridge_approval, "other")
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual((envelope.state, envelope.approval), ("to_approve", "other"))
        self.assertFalse(self.bank_script.calls)

    def test_what_no_policy_can_be_read_from_asks_for_the_most(self):
        self.env["ir.config_parameter"].set_param(PARAMETER, "whatever")
        self.assertEqual(self.program._policy().approval, "other")
        self.program.write({"own_policies": True, "approval": False})
        self.assertEqual(self.program._policy().approval, "other")

    def test_nothing_undercuts_the_floor(self):
        self.floor("other")
        envelope = self.filled_envelope()
        self.users["approver"].group_ids += self.env.ref("g2p_bridge_base.group_officer")
        envelope.maker_ids += self.users["approver"]
        self.env["ir.config_parameter"].set_param(PARAMETER, "none")
        for values in ({"own_policies": True, "approval": "none"}, {"own_policies": False}):
            with self.subTest(values):
                self.rpc("admin", self.program, "write", values)
                envelope._advance()
                self.run_jobs()
                self.assertEqual(envelope.state, "to_approve")
                self.assertForbidden(self.rpc, "approver", envelope, "action_approve")
                mine = envelope.with_user(self.users["approver"])._waits_for_me_domain()
                self.assertNotIn(envelope, envelope.search(mine))
        self.assertFalse(self.bank_script.calls)

    def test_it_holds_for_what_was_declared_before(self):
        envelope = self.later_filled()
        self.assertEqual(envelope.state, "scheduled")
        self.floor("any")
        envelope._advance()
        self.assertEqual(envelope.state, "to_approve")
        self.approve("approver", envelope)
        self.assertEqual(envelope.state, "scheduled")

    def test_one_rule_in_python_and_as_a_domain(self):
        """Whom an approver may release an envelope for: the domain finds what the record says."""
        maker = self.users["approver"]
        maker.group_ids += self.env.ref("g2p_bridge_base.group_officer")
        self.service = self.service.with_user(maker)
        for own in STRICTNESS:
            self.floor(None)
            self.program.write({"own_policies": True, "approval": own})
            envelope = self.later_filled(cycle_code_mnemonic=own)
            for floor in (None, *STRICTNESS):
                self.floor(floor)
                with self.subTest(own=own, floor=floor):
                    mild = envelope.with_user(maker)._anyone_approves_domain()
                    found = self.env["g2p.bridge.envelope"].search(mild)
                    self.assertEqual(envelope in found, envelope._approval() != "other")
                    self.assertEqual(
                        envelope._approval(),
                        max((own, floor or "none"), key=STRICTNESS.index),
                    )

    def test_the_screens_say_so(self):
        self.floor("other")
        words = "By an approver who did not create the envelope"
        form = Form(self.program.with_user(self.users["admin"]))
        self.assertIn(words, form.approval_floor_words)
        settings = self.env["res.config.settings"].create({})
        self.assertIn(words, settings.g2p_bridge_approval_floor_words)
        self.assertIn(words, self.program.policy_words)
        self.floor(None)
        self.assertFalse(self.program.approval_floor_words)

    def test_a_slip_of_the_pen_is_the_strictest_and_is_logged(self):
        with self.assertLogs(module.__name__, logging.ERROR) as logged:
            self.floor("othr")
            self.assertEqual(self.program._policy().approval, "other")
        self.assertIn("othr", logged.output[0])
