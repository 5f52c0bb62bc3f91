import unittest

from ..lib.backoff import FIRST, LONGEST, delay
from ..lib.cursor import pack, unpack
from ..lib.event_kinds import CODES, FIGURES
from ..lib.guarded_http import is_allowed, parse_networks


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


class TestAddresses(unittest.TestCase):
    def test_only_public_addresses_may_be_called(self):
        for address in ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"):
            self.assertTrue(is_allowed(address), address)
        for address in (
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1%eth0",
            "fc00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
        ):
            self.assertFalse(is_allowed(address), address)

    def test_a_network_is_allowed_by_name(self):
        networks = parse_networks("10.0.0.0/8, ::1  192.168.1.7")
        for address in ("10.1.2.3", "::1", "192.168.1.7", "::ffff:10.0.0.1"):
            self.assertTrue(is_allowed(address, networks), address)
        self.assertFalse(is_allowed("192.168.1.8", networks))
        self.assertEqual(parse_networks(None), ())
        with self.assertRaises(ValueError):
            parse_networks("everywhere")


class TestKinds(unittest.TestCase):
    def test_figures_are_of_kinds_that_exist(self):
        self.assertLessEqual(set(FIGURES), set(CODES))
        self.assertEqual(len(CODES), len(set(CODES)))
