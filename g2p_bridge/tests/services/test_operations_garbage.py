# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.tools import mute_logger

from ...exceptions import BridgeError
from .operations_common import NO_AMOUNTS, OperationsCase

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=20)
    | st.binary(max_size=5)
    | st.dates()
    | st.sampled_from(["\0", "\ud800", "x" * 300, *filter(lambda v: v != 10**5000, NO_AMOUNTS)])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
GARBAGE = settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


class TestGarbage(OperationsCase):
    """Whatever is sent, the only error is a refusal with a code, and it can be shown."""

    def setUp(self):
        super().setUp()
        self.envelope = self.later_filled()
        self.line = self.envelope.disbursement_ids[0]

    def attempt(self, operation, *args):
        with mute_logger("odoo.sql_db"), suppress(_Undo), self.env.cr.savepoint():
            try:
                operation(*args)
            except BridgeError as refusal:
                self.assertRegex(refusal.code, "^[A-Z_]+$")
                str(refusal).encode()
            self.env.flush_all()
            raise _Undo

    def dicts(self, **good):
        """Messages whose fields are right, absent or anything at all."""
        fields = {name: st.just(value) | ANYTHING for name, value in good.items()}
        return st.fixed_dictionaries({}, optional=fields)

    @GARBAGE
    @given(st.data())
    def test_envelope_operations(self, data):
        envelope_id = self.envelope.disbursement_envelope_id
        values = self.envelope_values(
            disbursement_envelope_id=envelope_id,
            disbursement_schedule_date=self.today(5),
            cycle_code_mnemonic="GARBAGE",
        )
        message = data.draw(self.dicts(**values) | ANYTHING)
        self.attempt(self.service.create_disbursement_envelope, message)
        self.attempt(self.service.amend_disbursement_envelope, message)
        self.attempt(self.service.cancel_disbursement_envelope, message, data.draw(ANYTHING))

    @GARBAGE
    @given(st.data())
    def test_disbursement_operations(self, data):
        (row,) = self.rows(self.envelope, "0.01", start=9)
        row |= {
            "disbursement_id": self.line.disbursement_id,
            "beneficiary_account_type": "BANK_ACCOUNT",
            "beneficiary_account": "123",
        }
        rows = data.draw(st.lists(self.dicts(**row) | ANYTHING, max_size=4) | ANYTHING)
        self.attempt(self.service.create_disbursements, rows)
        self.attempt(self.service.cancel_disbursements, rows)

    @GARBAGE
    @given(st.data())
    def test_status_and_upload(self, data):
        good = st.just(self.line.disbursement_id)
        message = data.draw(st.lists(good | ANYTHING, max_size=4) | good | ANYTHING)
        self.attempt(self.service.get_disbursement_status, message)
        self.attempt(self.service.get_disbursement_envelope_status, message)


class _Undo(Exception):
    """Roll the savepoint back: one attempt must not feed the next."""
