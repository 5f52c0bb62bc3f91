# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase
from odoo.tools import mute_logger

from ...turns import Busy, TurnTaken, in_turns, take_turns

TURN = ("g2p_bridge_test", ["envelope"])


class TestTurns(TransactionCase):
    """Two connections of their own; what a crowd makes of it is in the tests across addons."""

    def setUp(self):
        super().setUp()
        self.holder, self.caller = (
            self.enterContext(self.registry.cursor()) for _connection in range(2)
        )
        self.work = lambda: take_turns(self.caller, *TURN)

    def test_a_turn_that_is_taken_is_not_waited_for_amid_a_transaction(self):
        take_turns(self.holder, *TURN)
        with self.assertRaises(TurnTaken):
            self.work()

    def test_a_turn_ends_with_its_transaction(self):
        take_turns(self.holder, *TURN)
        self.holder.rollback()
        self.work()

    def test_who_has_waited_has_the_turn_until_the_end_and_no_longer(self):
        tries = []

        def work():
            tries.append(1)
            if len(tries) == 1:
                raise TurnTaken(take_turns(self.caller, *TURN))
            return take_turns(self.caller, *TURN)

        in_turns(self.env(cr=self.caller), work)
        with self.assertRaises(TurnTaken):
            take_turns(self.holder, *TURN)
        self.caller.rollback()
        take_turns(self.holder, *TURN)

    @mute_logger("odoo.sql_db")
    def test_who_waits_for_too_long_is_told_so_and_leaves_nothing_behind(self):
        take_turns(self.holder, *TURN)
        with self.assertRaises(Busy):
            in_turns(self.env(cr=self.caller), self.work, patience=0.05)
        self.holder.rollback()
        take_turns(self.holder, *TURN)

    def test_a_failure_gives_the_turn_back(self):
        tries = []

        def work():
            tries.append(1)
            if len(tries) == 1:
                raise TurnTaken(take_turns(self.caller, *TURN))
            take_turns(self.caller, *TURN)
            raise ValueError("no")

        with self.assertRaises(ValueError):
            in_turns(self.env(cr=self.caller), work)
        take_turns(self.holder, *TURN)
