# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import TransactionCase
from odoo.tools import SQL

from ...models.disbursement.disbursement import Disbursement
from ...models.disbursement.disbursement_states import MOVES, PAST_BANK, STATES, TAKEN_BACK


class TestDisbursementStates(TransactionCase):
    """The moves that a payment may make, and those that the database refuses."""

    def refused(self):
        """{(from, to)} that the database refuses whoever writes"""
        names = [name for name, _words in STATES]
        rules = [rule for rule in Disbursement._frozen if rule.columns == ("state",)]
        broken = " OR ".join(f"({rule.broken()})" for rule in rules)
        query = (
            "SELECT old.state, new.state FROM unnest(%s) AS old (state), unnest(%s) AS new (state)"
        )
        return set(self.env.execute_query(SQL(f"{query} WHERE {broken}", names, names)))

    def test_every_state_has_its_moves_each_with_a_reason(self):
        names = {name for name, _words in STATES}
        self.assertEqual(set(MOVES), names)
        for before, moves in MOVES.items():
            self.assertLessEqual(set(moves), names - {before})
            self.assertTrue(all(moves.values()))

    def test_the_database_refuses_no_move_that_is_made(self):
        made = {(before, after) for before, moves in MOVES.items() for after in moves}
        self.assertEqual(self.refused() & made, set())

    def test_the_database_takes_nothing_back_that_is_past_the_bank(self):
        back = {(before, after) for before in PAST_BANK for after in TAKEN_BACK}
        gone = {("cancelled", name) for name, _words in STATES if name != "cancelled"}
        self.assertEqual(self.refused(), back | gone)
