# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of events and webhooks share."""

from odoo.addons.g2p_bridge.tests.statement.statement_common import StatementCase
from odoo.addons.g2p_bridge_bank_connector.lib.values import Acknowledgement


class EventCase(StatementCase):
    """A partner, and everything that happened since the test began."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["g2p.bridge.partner"].create(
            {
                "name": "Ministry",
                "code": "MINISTRY",
                "company_id": cls.env.company.id,
                "all_programs": True,
            }
        )
        cls.events = cls.env["g2p.bridge.event"]

    def limit_partner(self, programs):
        """From now on no other programs exist for the partner."""
        self.partner.write({"all_programs": False, "program_ids": [(6, 0, programs.ids)]})
        # list_changes reads in a transaction of its own.
        self.env.flush_all()

    def emitted(self, envelope, *only):
        """The kinds of the envelope's events in the order in which they were written."""
        self.env.flush_all()
        events = self.events.search([("envelope_id", "=", envelope.id)], order="id")
        return [event.kind for event in events if not only or event.kind in only]

    def event(self, envelope, kind):
        """The newest event of this kind."""
        events = self.events.search([("envelope_id", "=", envelope.id), ("kind", "=", kind)])
        self.assertTrue(events, f"no {kind}")
        return events[0]

    def rejecting(self, *references):
        """The bank takes the next batch, but for these payments."""
        self.bank_script.script["initiate_payment"] = [
            Acknowledgement(dict.fromkeys(references, "ACCOUNT_CLOSED"))
        ]

    def listed(self, envelope, **values):
        """Every page of an envelope's disbursements."""
        pages, cursor = [], None
        while not pages or cursor:
            reply = self.service.list_disbursements(
                {
                    "disbursement_envelope_id": envelope.disbursement_envelope_id,
                    "cursor": cursor,
                    **values,
                }
            )
            pages.append(reply["disbursements"])
            cursor = reply["next_cursor"]
        return pages

    def changes(self, cursor, **values):
        """Everything that changed since a cursor, read page by page.

        :return: (events, disbursements, the cursor to go on with)
        """
        events, disbursements = [], []
        while True:
            reply = self.service.list_changes({"cursor": cursor, **values})
            events += reply["events"]
            disbursements += reply["disbursements"]
            cursor = reply["next_cursor"]
            if not reply["has_more"]:
                return events, disbursements, cursor

    def now(self):
        """The cursor of a reader who begins now."""
        return self.service.list_changes({})["next_cursor"]
