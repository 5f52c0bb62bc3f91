# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from hypothesis import given
from hypothesis import strategies as st
from odoo.tests.common import BaseCase

from ...services.disbursement_rows import (
    amounts_of,
    are_faultless,
    name_reissues,
    row_faults,
    sender_key,
    sender_keys,
)

KEY, REISSUE = "mis_reference_number", "reissue_of"
GOOD = {
    "disbursement_envelope_id": "ENVELOPE",
    "beneficiary_id": "P1",
    "beneficiary_name": "Àmina ნინო",
    "narrative": "Cash transfer",
    "disbursement_amount": "10.40",
}
ODD = st.sampled_from(
    ["", " ", "\0", "\n", "two\nlines", "\ud800", "x" * 255, "x" * 256, "​", 0, 7, -1, 1.5]
    + [True, False, None, [], {}, b"x", "0", "-3", "10.401", "1e3", 10**40, " padded "]
    + ["1.23457E+17", "12E5", "123456789012.0", "1.2.0", "#N/A", "#12", "Err:502", "a:b"]
)
NAMES = st.sampled_from([*GOOD, KEY, REISSUE])


@st.composite
def lists_of_rows(draw):
    """Good rows, and now and then one in which a value or two are odd or missing."""
    rows = [{**GOOD, KEY: f"K{number}"} for number in range(draw(st.integers(1, 4)))]
    for name, value in draw(st.lists(st.tuples(NAMES, ODD), max_size=2)):
        draw(st.sampled_from(rows))[name] = value
    if draw(st.integers(0, 5)) == 0:
        del draw(st.sampled_from(rows))[draw(st.sampled_from([*GOOD, KEY]))]
    if draw(st.integers(0, 9)) == 0:
        rows[0] = draw(ODD)
    return rows


class TestDisbursementRows(BaseCase):
    """Looking at all rows at once never lets through what a look at each would find."""

    @given(lists_of_rows())
    def test_quick_look_agrees_with_a_look_at_each_row(self, rows):
        amounts = amounts_of(rows, 2)
        self.assertEqual(amounts, [amount for row in rows for amount in amounts_of([row], 2)])
        keys = [sender_key(row) for row in rows]
        self.assertEqual(sender_keys(rows), keys)
        if are_faultless(rows, amounts, keys):
            whole = zip(rows, amounts, keys, strict=True)
            self.assertFalse([fault for row in whole for fault in row_faults(*row, mapped=True)])
            self.assertEqual(len(set(keys)), len(rows))
            self.assertFalse(name_reissues(rows))
            self.assertFalse([row for row in rows if row.get(REISSUE) is not None])

    def test_good_rows_are_told_by_the_quick_look(self):
        rows = [{**GOOD, KEY: f"K{number}"} for number in range(3)]
        self.assertTrue(are_faultless(rows, amounts_of(rows, 2), sender_keys(rows)))
