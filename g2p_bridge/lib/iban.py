# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""International account numbers (ISO 13616): whether one is right, and what it is made of."""

import re

from stdnum.iso7064 import mod_97_10

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}")
#: Country and the lengths of the groups of its national part: bank, branch, account, check
#: digits. From the registry of IBANs.
_REGISTRY = """
    AD 4-4-12, AE 3-16, AL 8-16, AT 5-11, AZ 4-20, BA 3-3-8-2, BE 3-7-2, BG 4-4-2-8, BH 4-14,
    BI 5-5-11-2, BR 8-5-10-1-1, BY 4-4-16, CH 5-12, CR 4-14, CY 3-5-16, CZ 4-6-10, DE 8-10,
    DJ 5-5-11-2, DK 4-9-1, DO 4-20, EE 2-2-11-1, EG 4-4-17, ES 4-4-1-1-10, FI 3-11, FK 2-12,
    FO 4-9-1, FR 5-5-11-2, GB 4-6-8, GE 2-16, GI 4-15, GL 4-9-1, GR 3-4-16, GT 4-20, HR 7-10,
    HU 3-4-1-15-1, IE 4-6-8, IL 3-3-13, IQ 4-3-12, IS 4-2-6-10, IT 1-5-5-12, JO 4-4-18, KW 4-22,
    KZ 3-13, LB 4-20, LC 4-24, LI 5-12, LT 5-11, LU 3-13, LV 4-13, LY 3-3-15, MC 5-5-11-2,
    MD 2-18, ME 3-13-2, MK 3-10-2, MN 4-12, MR 5-5-11-2, MT 4-5-18, MU 4-2-2-12-3-3, NI 4-20,
    NL 4-10, NO 4-6-1, OM 3-16, PK 4-16, PL 8-16, PS 4-21, PT 4-4-11-2, QA 4-21, RO 4-16,
    RS 3-13-2, RU 9-5-15, SA 2-18, SC 4-2-2-16-3, SD 2-12, SE 3-16-1, SI 5-8-2, SK 4-6-10,
    SM 1-5-5-12, SO 4-3-12, ST 4-4-11-2, SV 4-20, TL 3-14-2, TN 2-3-13-2, TR 5-1-16, UA 6-19,
    VA 3-15, VG 4-16, XK 4-10-2
"""
_GROUPS = {
    country: [int(length) for length in lengths.split("-")]
    for country, lengths in (entry.split() for entry in _REGISTRY.split(","))
}


def is_iban(number: str) -> bool:
    """Whether a number, in capitals and without blanks, is an IBAN with right check digits."""
    if not _IBAN.fullmatch(number) or not mod_97_10.is_valid(number[4:] + number[:4]):
        return False
    groups = groups_of(number)
    return not groups or len(number) == 4 + sum(groups)


def groups_of(number: str) -> list[int]:
    """The lengths of the groups of an IBAN's national part; empty for an unknown country."""
    return _GROUPS.get(number[:2], [])
