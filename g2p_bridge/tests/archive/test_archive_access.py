# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who archives and brings back, and what others see of the archive."""

from .archive_common import ArchiveCase


class TestArchiveAccess(ArchiveCase):
    def setUp(self):
        super().setUp()
        self.envelope = self.settled()

    def test_administrators_archive_and_bring_back(self):
        def press(button):
            return lambda name: self.rpc(name, self.envelope, button)

        def decide(kind):
            return lambda name: self.decide(name, kind)

        self.assertOnly(("admin",), press("action_archive_rows"))
        self.assertOnly(("admin",), decide("archive_envelope"))
        self.decide("admin", "archive_envelope")
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(self.envelope.archive_state, "archived")
        self.assertEqual(self.envelope.archive_run_ids.user_id, self.users["admin"])
        self.assertOnly(("admin",), press("action_bring_back"))
        self.assertOnly(("admin",), decide("bring_back_envelope"))

    def decide(self, name, kind):
        wizard = self.rpc_model(
            name,
            "g2p.bridge.decision",
            "create",
            {
                "kind": kind,
                "res_model": self.envelope._name,
                "res_ids": str(self.envelope.id),
                "reason": "Old",
            },
        )
        return self.rpc(name, self.env["g2p.bridge.decision"].browse(wizard), "action_confirm")

    def test_accounts_are_masked_as_ever_and_companies_apart(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        envelope = self.settled(number=2, cycle_code_mnemonic="MAPPED")
        self.archive(envelope)
        archive = self.env["g2p.bridge.disbursement.archive"].search(
            [("envelope_id", "=", envelope.id)]
        )
        for name in ("officer", "auditor"):
            line = archive.with_user(self.users[name])[0]
            self.assertEqual(line.financial_address[-7:-4], "•••")
            self.assertForbidden(self.rpc, name, archive, "read", ["account_number"])
        self.assertTrue(self.rpc("finance", archive, "read", ["account_number"])[0])
        place = self.env["g2p.bridge.disbursement"].browse(archive.ids)
        names = [
            row["display_name"] for row in self.rpc("officer", place, "read", ["display_name"])
        ]
        self.assertEqual(names, archive.mapped("disbursement_id"))
        stranger = self.env["res.company"].create({"name": "Elsewhere"})
        user = self.users["finance"]
        user.write({"company_ids": [(6, 0, stranger.ids)], "company_id": stranger.id})
        self.assertFalse(archive.with_user(user).search_count([]))
