# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import unittest

from ..lib.networks import forbidden_kind, is_allowed, is_plain_host, parse_networks


class TestNetworks(unittest.TestCase):
    """Which addresses may be called, in every spelling that they have."""

    def test_only_public_addresses_may_be_called(self):
        for address in ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"):
            self.assertTrue(is_allowed(address), address)
        for address, kind in (
            ("127.0.0.1", "own"),
            ("127.8.8.8", "own"),
            ("0.0.0.0", "own"),
            ("::1", "own"),
            ("::", "own"),
            ("169.254.169.254", "link"),
            ("100.100.100.200", "link"),
            ("168.63.129.16", "link"),
            ("fd00:ec2::254", "link"),
            ("fe80::1%eth0", "link"),
            ("10.1.2.3", "private"),
            ("172.16.0.1", "private"),
            ("192.168.1.1", "private"),
            ("100.64.0.1", "private"),
            ("198.18.0.1", "private"),
            ("fc00::1", "private"),
            ("fec0::1", "private"),
            ("224.0.0.1", "other"),
            ("255.255.255.255", "other"),
            ("ff02::1", "other"),
        ):
            self.assertEqual(forbidden_kind(address), kind, address)

    def test_an_address_inside_another_one_is_judged_by_what_it_means(self):
        for address, kind in (
            ("::ffff:127.0.0.1", "own"),
            ("::ffff:a9fe:a9fe", "link"),
            ("64:ff9b::7f00:1", "own"),
            ("64:ff9b::a01:203", "private"),
            ("2002:7f00:1::", "own"),
            ("2002:0a01:0203::", "private"),
        ):
            self.assertEqual(forbidden_kind(address), kind, address)

    def test_a_network_is_allowed_by_name(self):
        networks = parse_networks("10.0.0.0/8, ::1  192.168.1.7")
        for address in ("10.1.2.3", "::1", "192.168.1.7", "::ffff:10.0.0.1"):
            self.assertTrue(is_allowed(address, networks), address)
        self.assertFalse(is_allowed("192.168.1.8", networks))
        self.assertEqual(parse_networks(None), ())
        for text in ("everywhere", "10.0.0.1/8", "10.0.0.0/33", "10.0.0"):
            with self.assertRaises(ValueError, msg=text):
                parse_networks(text)

    def test_this_machine_and_its_surroundings_are_never_meant_by_the_way(self):
        wide = parse_networks("0.0.0.0/0 ::/0")
        for address in ("10.1.2.3", "fc00::1"):
            self.assertTrue(is_allowed(address, wide), address)
        for address in ("127.0.0.1", "169.254.169.254", "::1", "fe80::1", "fd00:ec2::254"):
            self.assertFalse(is_allowed(address, wide), address)
        named = parse_networks("127.0.0.1 169.254.0.0/16")
        for address in ("127.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"):
            self.assertTrue(is_allowed(address, named), address)
        self.assertFalse(is_allowed("127.0.0.2", named))

    def test_a_name_is_what_it_looks_like(self):
        for host in (
            "bank.example.org",
            "bank-1",
            "localhost",
            "xn--bcher-kva.example",
            "10.1.2.3",
        ):
            self.assertTrue(is_plain_host(host), host)
        for host in ("::1", "fe80::1%eth0", "2606:2800:220:1:248:1893:25c8:1946"):
            self.assertTrue(is_plain_host(host), host)
        for host in (
            "2130706433",
            "017700000001",
            "0x7f000001",
            "0x7f.1",
            "127.1",
            "0177.0.0.1",
            "127.0.0.01",
            "①②⑦.⓪.⓪.①",
            "bücher.example",
            "bank.example.org.",
            "bank..org",
            "-bank.org",
            "ba nk.org",
            "bank.org\\@evil.org",
            "a" * 64,
        ):
            self.assertFalse(is_plain_host(host), host)
