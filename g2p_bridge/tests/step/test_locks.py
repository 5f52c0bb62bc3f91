# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase
from odoo.tools import mute_logger

from ...locks import Busy, LockTaken, take_locks, with_locks

LOCK = ("g2p_bridge_test", ["envelope"])


class TestLocks(TransactionCase):
    """Two connections of their own; what a crowd makes of it is in the tests across addons."""

    def setUp(self):
        super().setUp()
        self.holder, self.caller = (
            self.enterContext(self.registry.cursor()) for _connection in range(2)
        )
        self.work = lambda: take_locks(self.caller, *LOCK)

    def test_a_lock_that_is_taken_is_not_waited_for_amid_a_transaction(self):
        take_locks(self.holder, *LOCK)
        with self.assertRaises(LockTaken):
            self.work()

    def test_a_lock_ends_with_its_transaction(self):
        take_locks(self.holder, *LOCK)
        self.holder.rollback()
        self.work()

    def test_who_has_waited_has_the_lock_until_the_end_and_no_longer(self):
        tries = []

        def work():
            tries.append(1)
            if len(tries) == 1:
                raise LockTaken(take_locks(self.caller, *LOCK))
            return take_locks(self.caller, *LOCK)

        with_locks(self.env(cr=self.caller), work)
        with self.assertRaises(LockTaken):
            take_locks(self.holder, *LOCK)
        self.caller.rollback()
        take_locks(self.holder, *LOCK)

    @mute_logger("odoo.sql_db")
    def test_who_waits_for_too_long_is_told_so_and_leaves_nothing_behind(self):
        take_locks(self.holder, *LOCK)
        with self.assertRaises(Busy):
            with_locks(self.env(cr=self.caller), self.work, patience=0.05)
        self.holder.rollback()
        take_locks(self.holder, *LOCK)

    def test_a_failure_gives_the_lock_back(self):
        tries = []

        def work():
            tries.append(1)
            if len(tries) == 1:
                raise LockTaken(take_locks(self.caller, *LOCK))
            take_locks(self.caller, *LOCK)
            raise ValueError("no")

        with self.assertRaises(ValueError):
            with_locks(self.env(cr=self.caller), work)
        take_locks(self.holder, *LOCK)
