# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of an envelope's screens share: windows, tracking, and the queue at rest."""

from ..access.access_common import AccessCase


class EnvelopeCase(AccessCase):
    """Officers, approvers and the others at an envelope."""

    def as_officer(self):
        """From now on the officer declares and sends."""
        self.service = self.service.with_user(self.users["officer"]).sudo()

    def to_approve(self, **values):
        """A complete envelope that the officer made and an approver has to release."""
        self.program.write({"own_policies": True, "approval": "other"})
        self.as_officer()
        values = {"disbursement_schedule_date": self.today(7), **values}
        envelope = self.filled_envelope(**values)
        self.assertEqual(envelope.state, "to_approve")
        return envelope

    def confirm(self, name, action, **values):
        """Fill in and confirm the window that a button has opened, as the web client does."""
        given = {
            key.removeprefix("default_"): value
            for key, value in action["context"].items()
            if key.startswith("default_")
        }
        model = action["res_model"]
        if "envelope_ids" in given:
            given["envelope_ids"] = [(6, 0, given["envelope_ids"])]
            given |= self.rpc_model(
                name, model, "default_get", ["revisions"], context=action["context"]
            )
        wizard = self.rpc_model(name, model, "create", {**given, **values})
        return self.rpc(name, self.env[model].browse(wizard), "action_confirm")

    def amend(self, envelope, **values):
        self.service.amend_disbursement_envelope(
            {
                "disbursement_envelope_id": envelope.disbursement_envelope_id,
                "number_of_beneficiaries": 3,
                "number_of_disbursements": 3,
                "total_disbursement_amount": "60.75",
                "disbursement_schedule_date": self.today(9),
                **values,
            }
        )

    def flush_tracking(self):
        """What the end of the request would do: keep what has changed as messages."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    def said(self, envelope):
        """Everything that the envelope's history says, in one text."""
        return " ".join(envelope.message_ids.mapped("body"))

    def asked(self, envelope, activity_type):
        """Who has a to-do of this type."""
        return envelope.activity_search([activity_type]).user_id
