# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

import psycopg2
from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ..access.access_common import AccessCase

KEPT = psycopg2.errors.RestrictViolation


class FrozenCase(AccessCase):
    """What is a record of money stays, whoever wants to change or delete it."""

    @contextmanager
    def refused(self, error=KEPT):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(error),
            self.env.cr.savepoint(flush=False),
        ):
            yield

    def sql(self, query, *arguments):
        self.env.flush_all()
        self.env.cr.execute(query, arguments)
        self.env.invalidate_all()

    def assertKept(self, records, values):
        """Neither the server nor the database lets these values in."""
        table = records._table
        for name, value in values.items():
            with self.subTest(records._name, field=name):
                with self.refused(UserError):
                    records.sudo().write({name: value})
                self.env.invalidate_all()
                with self.refused():
                    self.sql(f"UPDATE {table} SET {name} = %s WHERE id = %s", value, records[0].id)

    def assertUndeletable(self, records):
        with self.subTest(records._name):
            with self.refused(UserError):
                records.sudo().unlink()
            with self.refused():
                self.sql(f"DELETE FROM {records._table} WHERE id = %s", records[0].id)
            with self.refused():
                self.sql(f"TRUNCATE {records._table} CASCADE")


class TestShipped(FrozenCase):
    """An envelope whose payments the bank has, and the statement that proves them."""

    def setUp(self):
        super().setUp()
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.envelope = self.filled_envelope()
        self.run_jobs()
        self.line = self.envelope.disbursement_ids[0]
        self.statement = self.process(self.entry("D", self.line))
        self.assertEqual(self.line.state, "reconciled")

    def test_parts_are_not_deleted(self):
        envelope = self.envelope
        self.assertUndeletable(self.line)
        self.assertUndeletable(envelope)
        self.assertUndeletable(envelope.funds_step_ids)
        self.assertUndeletable(envelope.bank_batch_ids)
        self.assertUndeletable(envelope.mapper_batch_ids)
        self.assertUndeletable(self.statement.entry_ids)
        self.assertUndeletable(self.statement)

    def test_declaration(self):
        self.assertKept(
            self.envelope,
            {
                "total_disbursement_amount": 1,
                "number_of_disbursements": 1,
                "number_of_beneficiaries": 1,
                "disbursement_schedule_date": "2020-01-01",
                "disbursement_envelope_id": "OTHER",
                "sponsor_bank_account_number": "OTHER",
                "cycle_code_mnemonic": "OTHER",
                "program_id": self.make_program("OTHER").id,
                "currency_id": self.env.ref("base.EUR").id,
            },
        )

    def test_payment(self):
        self.assertKept(
            self.line,
            {
                "disbursement_amount": 1,
                "disbursement_id": "OTHER",
                "mis_reference_number": "OTHER",
                "beneficiary_id": "OTHER",
                "beneficiary_name": "OTHER",
                "narrative": "OTHER",
                "account_number": "OTHER",
                "bank_code": "OTHER",
                "phone": "OTHER",
                "bank_batch_id": None,
            },
        )

    def test_payment_that_left_is_not_made_anew(self):
        for state in ("received", "unresolved", "cancelled"):
            with self.refused():
                self.sql(
                    "UPDATE g2p_bridge_disbursement SET state = %s WHERE id = %s",
                    state,
                    self.line.id,
                )

    def test_steps(self):
        self.assertKept(
            self.envelope._funds_step("block"),
            {"amount": 1, "reference": "OTHER", "bank_reference": "OTHER"},
        )
        self.assertKept(
            self.envelope.bank_batch_ids,
            {"reference": "OTHER", "payload_digest": "OTHER", "payment_date": "2020-01-01"},
        )

    def test_what_is_done_is_not_sent_again(self):
        for table in ("g2p_bridge_bank_batch", "g2p_bridge_funds_step"):
            with self.refused():
                self.sql(
                    f"UPDATE {table} SET state = 'pending' WHERE envelope_id = %s",
                    self.envelope.id,
                )

    def test_statement(self):
        self.assertKept(
            self.statement,
            {
                "account_number": "OTHER",
                "account_as_written": "OTHER",
                "statement_number": "77",
                "content_sha256": "0" * 64,
                "file_id": None,
                "opening_balance": 1,
                "closing_balance": 1,
                "statement_date": "2020-01-01",
            },
        )
        self.assertKept(
            self.statement.entry_ids[0],
            {
                "amount": 1,
                "mark": "C",
                "customer_reference": "OTHER",
                "bank_reference": "OTHER",
                "value_date": "2020-01-01",
                "raw": "OTHER",
            },
        )

    def test_file_of_a_statement(self):
        received = self.statement.file_id
        self.assertKept(received, {"name": "OTHER", "sha256": "0" * 64, "size": 99})
        self.assertUndeletable(received)
        file = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", received._name),
                    ("res_id", "=", received.id),
                    ("res_field", "=", "content"),
                ]
            )
        )
        with self.refused():
            self.sql("DELETE FROM ir_attachment WHERE id = %s", file.id)
        with self.refused():
            self.sql("UPDATE ir_attachment SET checksum = 'x' WHERE id = %s", file.id)
        # Where it is stored is nobody's concern.
        self.sql("UPDATE ir_attachment SET store_fname = store_fname WHERE id = %s", file.id)

    def test_nobody_over_rpc(self):
        for name in self.users:
            for record in (self.envelope, self.line, self.statement):
                self.assertForbidden(self.rpc, name, record, "unlink")
            self.assertForbidden(self.rpc, name, self.line, "write", {"disbursement_amount": 1})
            self.assertForbidden(self.rpc, name, self.envelope, "write", {"state": "shipped"})

    def test_superuser_gets_a_sentence(self):
        with self.assertRaisesRegex(UserError, "Account Number of .* can't be changed any more"):
            self.envelope.sudo().write({"sponsor_bank_account_number": "OTHER"})
        with self.assertRaisesRegex(UserError, "can't be deleted"):
            self.statement.sudo().unlink()

    def test_error_of_the_database_becomes_a_sentence(self):
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False):
                self.sql("DELETE FROM g2p_bridge_envelope WHERE id = %s", self.envelope.id)
        except KEPT as error:
            text = self.env["g2p.bridge.envelope"]._sql_error_to_message(error)
        self.assertIn("stays as it is", text)

    def test_values_that_stay_the_same_may_be_written(self):
        total = self.envelope.total_disbursement_amount
        self.envelope.sudo().write({"total_disbursement_amount": total})
        self.sql(
            "UPDATE g2p_bridge_disbursement SET disbursement_amount = disbursement_amount,"
            " account_number = account_number WHERE id = %s",
            self.line.id,
        )

    def test_old_cycles_can_be_moved_out_with_a_reason(self):
        entries = self.statement.entry_ids.ids
        with self.env["g2p.bridge.envelope"]._archiving("2026 moved to the archive"):
            self.sql("DELETE FROM g2p_bridge_statement_entry WHERE id = ANY(%s)", entries)
            with self.refused():
                self.sql("UPDATE g2p_bridge_disbursement SET disbursement_amount = 1")
        self.assertFalse(self.env["g2p.bridge.statement.entry"].browse(entries).exists())
        self.assertUndeletable(self.line)


class TestWaiting(FrozenCase):
    """A statement that waits for a person."""

    def test_statement_that_waits(self):
        """What it was received as stays; which account it leads to may turn out."""
        waiting, _known = self.receive(self.statement(account_number="STRANGER"))
        self.assertKept(
            waiting,
            {"account_as_written": "OTHER", "statement_number": "77", "content_sha256": "0" * 64},
        )
        waiting.sudo().account_number = "OTHER"


class TestBefore(FrozenCase):
    """Before money moves, what is allowed goes on to be possible."""

    def test_totals_are_amended(self):
        envelope = self.create_envelope(disbursement_schedule_date=self.today(5))
        self.service.amend_disbursement_envelope(
            {
                "disbursement_envelope_id": envelope.disbursement_envelope_id,
                "number_of_beneficiaries": 2,
                "number_of_disbursements": 2,
                "total_disbursement_amount": "1234567890123.45",
                "disbursement_schedule_date": self.today(6),
            }
        )
        self.assertEqual(envelope._declared()[0], 2)

    def test_even_then_nobody_edits_what_was_received(self):
        envelope = self.filled_envelope(disbursement_schedule_date=self.today(5))
        self.assertKept(
            envelope.disbursement_ids,
            {"disbursement_amount": 1, "account_number": "OTHER", "beneficiary_id": "OTHER"},
        )
        self.assertKept(envelope, {"sponsor_bank_account_number": "OTHER"})
        with self.refused(AccessError):
            envelope.with_user(self.users["admin"]).write({"total_disbursement_amount": 1})

    def test_envelope_of_which_nothing_has_begun_can_be_deleted(self):
        envelope = self.create_envelope(disbursement_schedule_date=self.today(5))
        envelope.sudo().unlink()
        self.assertFalse(envelope.exists())

    def test_cancelled_stays_cancelled(self):
        envelope = self.filled_envelope(disbursement_schedule_date=self.today(5))
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": envelope.disbursement_envelope_id}
        )
        with self.refused():
            self.sql("UPDATE g2p_bridge_envelope SET cancellation_status = 'not_cancelled'")
        with self.refused():
            self.sql(
                "UPDATE g2p_bridge_disbursement SET state = 'resolved' WHERE envelope_id = %s",
                envelope.id,
            )
