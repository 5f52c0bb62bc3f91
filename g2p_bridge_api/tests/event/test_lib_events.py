# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import unittest

from ...lib.backoff import FIRST, LONGEST, delay
from ...lib.cursor import pack, unpack
from ...lib.event_kinds import CODES, FIGURES


class TestCursor(unittest.TestCase):
    def test_a_cursor_gives_back_its_numbers(self):
        for numbers in ((0, 0), (1, 2), (2**31, 2**40)):
            self.assertEqual(unpack(pack(*numbers)), numbers)

    def test_what_is_no_cursor_is_refused(self):
        good = pack(5, 7)
        for text in (
            "",
            "x",
            good[:-1],
            good + "A",
            good.lower(),
            "é",
            None,
            5,
            "=" * 20,
            "A" * 23,
        ):
            with self.assertRaises(ValueError):
                unpack(text)


class TestBackoff(unittest.TestCase):
    def test_the_delay_doubles_up_to_a_limit(self):
        self.assertEqual(delay(1, lambda: 0), FIRST)
        self.assertEqual(delay(4, lambda: 0), 8 * FIRST)
        self.assertEqual(delay(10**6, lambda: 0), LONGEST)

    def test_chance_makes_it_shorter_by_half_at_most(self):
        self.assertEqual(delay(4, lambda: 1), 4 * FIRST)


class TestKinds(unittest.TestCase):
    def test_figures_are_of_kinds_that_exist(self):
        self.assertLessEqual(set(FIGURES), set(CODES))
        self.assertEqual(len(CODES), len(set(CODES)))
