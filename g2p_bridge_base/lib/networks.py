# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which network addresses may be called.

Whoever names the address of a bank, an ID mapper or a webhook could name our own database,
or the address at which a cloud hands out its machines' credentials. So only public addresses
are called, and those in networks that are allowed by name.
"""

import ipaddress
import re

#: A part of a server's name, and a last part that makes an IP address of it.
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII | re.IGNORECASE).fullmatch
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE).fullmatch
#: IPv6 addresses that a gateway translates to the IPv4 address in their last four bytes.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
#: This machine and its immediate surroundings: never part of a wider network that is allowed.
_NEAR = tuple(
    (ipaddress.ip_network(text), kind)
    for text, kind in (
        ("127.0.0.0/8", "own"),
        ("0.0.0.0/8", "own"),
        ("::1/128", "own"),
        ("::/128", "own"),
        ("169.254.0.0/16", "link"),
        ("fe80::/10", "link"),
        ("fd00:ec2::/32", "link"),
        # Where some clouds hand out credentials, though the addresses look like any others.
        ("100.100.100.200/32", "link"),
        ("168.63.129.16/32", "link"),
        ("192.0.0.192/32", "link"),
    )
)


def parse_networks(text):
    """The networks in a text like ``10.1.0.0/16, 127.0.0.1``.

    :raises ValueError: one of them is none
    """
    return tuple(ipaddress.ip_network(part) for part in (text or "").replace(",", " ").split())


def forbidden_kind(address, networks=()):
    """Why an IP address must not be called.

    :param networks: those that are allowed though they are not public. One that holds this
        machine or its surroundings among much else does not mean them.
    :return: ``own`` (this machine), ``link`` (its immediate surroundings), ``private`` or
        ``other`` (no address of a single machine); None if it may be called
    """
    ip = _meant(ipaddress.ip_address(address.partition("%")[0]))
    near, kind = next((item for item in _NEAR if _is_in(ip, item[0])), (None, "private"))
    for network in networks:
        if _is_in(ip, network) and (near is None or network.subnet_of(near)):
            return None
    if not near and (ip.is_multicast or ip.is_reserved):
        return "other"
    if near or not ip.is_global or getattr(ip, "is_site_local", False):
        return kind
    return None


def is_allowed(address, networks=()):
    """Whether an IP address is a public one, or in a network that is allowed by name."""
    return forbidden_kind(address, networks) is None


def leads_outside(address, networks=()):
    """Whether an IP address is reached over the internet: public, and in no network by name."""
    ip = _meant(ipaddress.ip_address(address.partition("%")[0]))
    return is_allowed(address) and not any(_is_in(ip, network) for network in networks)


def is_bare_address(host):
    """Whether a server's name is an IP address in its usual form."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_plain_host(host):
    """Whether a server's name is what it looks like.

    Packages read ``0x7f.1``, ``2130706433`` and ``①②⑦.⓪.⓪.①`` as IP addresses too: nobody who
    has a real one writes it so.
    """
    if is_bare_address(host):
        return True
    labels = host.split(".")
    return all(map(_LABEL, labels)) and not _NUMBER(labels[-1])


def _meant(ip):
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if ip.version == 6 and ip in _NAT64:
        return ipaddress.ip_address(int(ip) & 0xFFFFFFFF)
    if ip.version == 6:
        teredo = ip.teredo
        return ip.ipv4_mapped or ip.sixtofour or (teredo and teredo[1]) or ip
    return ip


def _is_in(ip, network):
    return ip.version == network.version and ip in network
