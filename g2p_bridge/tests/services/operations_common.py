# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of the operations share: a refusal leaves no trace."""

from odoo.tools import SQL

from ...exceptions import BridgeError
from ..common import BridgeCase

TABLES = (
    "g2p_bridge_envelope",
    "g2p_bridge_disbursement",
    "g2p_bridge_bank_batch",
    "g2p_bridge_mapper_batch",
    "g2p_bridge_funds_step",
    "g2p_bridge_statement",
    "g2p_bridge_statement_entry",
    "g2p_bridge_statement_total",
    "queue_job",
    "mail_message",
)

#: Values that are an amount in no currency with two decimals, whatever the sender meant.
NO_AMOUNTS = (
    None,
    "",
    " ",
    "ten",
    "1e5",
    "1,000.00",
    "10.001",
    " 10",
    "NaN",
    "Infinity",
    "-Infinity",
    float("nan"),
    float("inf"),
    0.1 + 0.2,
    True,
    False,
    [],
    {},
    ["10"],
    b"10",
    "٣",
    "1" * 40,
    10**40,
    10**5000,
    0,
    "0.00",
    -1,
    "-10.00",
    "10\0",
)


class OperationsCase(BridgeCase):
    """Senders are told by a code what is wrong; nobody has to roll anything back."""

    def snapshot(self):
        """All rows that an operation may touch, but for who touched them last."""
        self.env.flush_all()
        rows = {}
        for table in TABLES:
            self.env.cr.execute(
                SQL(
                    "SELECT to_jsonb(t) - 'write_date' - 'write_uid' FROM %s t ORDER BY id",
                    SQL.identifier(table),
                )
            )
            rows[table] = self.env.cr.fetchall()
        return rows

    def assertRefused(self, code, function, *args, **kwargs):
        """The operation is refused with this code, in words, and leaves everything as it was.

        No savepoint here: a caller that turns the refusal into an answer commits.
        """
        before = self.snapshot()
        refusal = None
        try:
            function(*args, **kwargs)
        except BridgeError as error:
            refusal = error
        self.assertIsNotNone(refusal, f"{code} was expected, but nothing was refused")
        self.assertEqual(refusal.code, code)
        self.assertTrue(str(refusal))
        self.assertEqual(self.snapshot(), before)
        return refusal

    def assertSameAgain(self, function, *args):
        """The operation answers the same when it is called once more, and changes nothing."""
        reply = function(*args)
        before = self.snapshot()
        self.assertEqual(function(*args), reply)
        self.assertEqual(self.snapshot(), before)
        return reply

    def later(self, **values):
        """An envelope that is due in a week, so that it may still be changed."""
        return self.create_envelope(**{"disbursement_schedule_date": self.today(7), **values})

    def later_filled(self, *amounts, **values):
        return self.filled_envelope(*amounts, disbursement_schedule_date=self.today(7), **values)

    def other_company_service(self):
        """The service as another company of the same database sees it."""
        company = self.env["res.company"].create({"name": "Other Ministry"})
        self.env.user.company_ids |= company
        return self.service.with_company(company)

    def total_of(self, envelope):
        """The stored total of an envelope, exactly as the database has it."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT total_disbursement_amount::text FROM g2p_bridge_envelope WHERE id = %s",
            [envelope.id],
        )
        return self.env.cr.fetchone()[0]
