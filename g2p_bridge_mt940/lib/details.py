# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an entry says in codes: the fields of an :class:`Entry` that MT940 has no place for.

Banks write references, reason and counterparty into the narrative (field 86), or below the
line itself (subfield 9), in one of these ways:

* German banks: three digits for the kind of booking (GVC), then numbered subfields,
  ``166?00SEPA-UEBERWEISUNG?20EREF+ABC?21SVWZ+GRANT?31DE02…?32PERSON A``. Polish ones write
  ``<`` or ``~`` for the question mark. Source: Belegungsregeln of the DFÜ-Abkommen, annex 3.
* SWIFT and Dutch banks: code words between slashes, ``/EREF/ABC//BENM//NAME/PERSON A``.
* In plain text: ``EREF+ABC``, ``PmtInfId: ABC``, ``RETURN REASON AC04``.

The narrative itself stays as it is; a code that is not known is text. Most narratives hold no
code at all, so a glance comes before any work.
"""

import re
from functools import lru_cache

from odoo.addons.g2p_bridge.lib.statement import Entry
from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK

#: Shortest line that may have been broken because it was full; a shorter one ends a value.
_FULL_LINE = 50
#: What banks write where there is no reference.
_NO_REFERENCE = {"NOTPROVIDED", "NOT PROVIDED", "NONREF"}

_GERMAN = re.compile(r"[0-9]{3}([?<>~^@|!;+])[0-9]{2}")
_PURPOSE = {*range(20, 30), *range(60, 64)}
#: A name goes on in a second subfield when the first one is full.
_FULL_SUBFIELD = 27
#: Kinds of bookings (GVC) that are for a whole batch, or that bring money back.
_BATCHES = {"191", "192", "193", "194", "195", "196", "197"}
_RETURNS = {"059", "108", "109", "159"}
_KEYS = "EREF KREF MREF BREF RREF CRED DEBT COAM OAMT SVWZ MTLG ABWA ABWE IBAN BIC PURP MDAT"
#: A key; a subfield may end in the middle of it.
_BROKEN_KEYS = "|".join("\n?".join(key) for key in _KEYS.split())
_KEY = re.compile(rf"(?<![A-Za-z])({_BROKEN_KEYS})\n?[+:][ ]?")

_SLASHED = re.compile(
    r"/(ACCW|ADDR|BBAN|BENM|BIC|CHGS|CNTP|CSID|EREF|EXCH|IBAN|ID|INV|ISDT|MARF|NAME|NRTX|OCMT|ORDP"
    r"|PIND|PMTINF|PMTINFID|PREF|PURP|REMI|RFB|ROC|RTRN|RTYP|SVCL|TRCD|TRTP|ULTB|ULTC|ULTD)/"
)
_BATCH = re.compile(r"PmtInf(?:Id)?\b[ :/=+-]{0,5}([^\s/]+)", re.IGNORECASE)
_COUNT = re.compile(
    r"NbOfTxs?\b[ :/=+-]{0,5}([0-9]{1,9})\b|\bTOTAAL[ ]+([0-9]{1,9})\b"
    r"|\b([0-9]{1,9}) (?:Zahlungen|Posten|payments|transactions)\b",
    re.IGNORECASE,
)

#: Words without which a text says nothing of a return.
_RETURN_WORDS = ("RETURN", "REJECT", "REASON", "RETOUR")
#: Reasons for a return: codes of ISO 20022 with digits, which cannot be other words by accident,
#: and those that are words, which count behind a word for return alone.
_REASON = re.compile(
    r"\b((?:AC|AG|AM|BE|CH|CN|DT|ED|FF|FR|MD|MS|RC|RF|RR|SL|TD|TM)[0-9]{2})\b"
    rf"|(?:{'|'.join(_RETURN_WORDS)})[A-Z]{{0,9}}(?:[^A-Z0-9]{{1,5}}(?:REASON|CODE)){{0,2}}"
    r"[^A-Z0-9]{1,5}"
    r"(AGNT|ARDT|CNOR|CURR|CUST|DNOR|DUPL|ERIN|FOCR|FRAD|LEGL|NARR|NOAS|NOOR|SVNR|TECH|UPAY)\b"
)


def fill(entry: Entry, text: str) -> None:
    """Fill in what the entry says in codes; what the line itself says comes first.

    :param entry: with its supplementary details
    :param text: the narrative, its lines joined by line feeds
    """
    if "/" in entry.supplementary_details:
        _read_slashed(entry, entry.supplementary_details)
    if text[:3].isdigit() and (german := _GERMAN.match(text)):
        _read_german(entry, text, german[1])
    elif "/" in text and _SLASHED.search(text):
        _read_slashed(entry, text)
    elif "+" in text:
        # A value ends with its line.
        keys = {name: value.partition("\n")[0] for name, value in _keys(text).items()}
        _fill_references(entry, keys)
    if "PmtInf" in text or "PMTINF" in text:
        _read_batch(entry, text)
    # In plain text, only money that comes back has a reason.
    if entry.mark in BACK and not entry.reason_code:
        _read_reason(entry, text)


def _read_german(entry: Entry, text: str, separator: str) -> None:
    """Numbered subfields; a line may end anywhere, also in the middle of a number."""
    subfields: dict[int, str] = {}
    _before, *parts = _subfield(separator).split(text.replace("\n", ""))
    for number, value in zip(parts[::2], parts[1::2], strict=True):
        subfields.setdefault(int(number), value)
    get = subfields.get
    purpose = [value for number, value in subfields.items() if number in _PURPOSE]
    # A value goes on in the next subfield.
    keys = {name: value.replace("\n", "") for name, value in _keys("\n".join(purpose)).items()}
    if separator == "?":  # other banks have other kinds
        _read_kind(entry, text[:3], "".join(purpose), keys, get(34, ""))
    _fill_references(entry, keys)
    first, second = get(32, "").strip(" /"), get(33, "").strip(" /")
    gap = " " if second and len(first) < _FULL_SUBFIELD else ""
    _fill_up(
        entry,
        counterparty_name=first + gap + second,
        counterparty_account=(get(31) or get(38) or keys.get("IBAN", "")).strip(),
    )


@lru_cache(maxsize=16)
def _subfield(separator: str) -> re.Pattern[str]:
    return re.compile(re.escape(separator) + "([0-9]{2})")


def _read_kind(entry: Entry, kind: str, purpose: str, keys: dict[str, str], more: str) -> None:
    """What the kind of booking (GVC) makes of the rest.

    :param more: addition to the kind, in returns the bank's reason, such as 914
    """
    if kind in _BATCHES:
        batch = _reference(keys.pop("KREF", ""))
        _fill_up(entry, batch_reference=batch, batch_count=_count(purpose))
    if kind in _RETURNS:
        found = _REASON.search(purpose)
        reason = found[1] or found[2] if found else more.strip()
        # At the least, that it is a return.
        _fill_up(entry, reason_code=reason or kind)


def _keys(text: str) -> dict[str, str]:
    """What stands behind each key and its plus sign; the first one of a key counts."""
    _before, *parts = _KEY.split(text)
    keys: dict[str, str] = {}
    for name, value in zip(parts[::2], parts[1::2], strict=True):
        keys.setdefault(name.replace("\n", ""), value)
    return keys


def _fill_references(entry: Entry, keys: dict[str, str]) -> None:
    _fill_up(
        entry,
        end_to_end_id=_reference(keys.get("EREF", "")),
        instruction_id=_reference(keys.get("BREF") or keys.get("KREF", "")),
    )


def _read_slashed(entry: Entry, text: str) -> None:
    """Code words between slashes; a value ends at the next one or with a line that is short."""
    lines = text.split("\n")
    joined = "".join(line if len(line) >= _FULL_LINE else line + "\n" for line in lines)
    codes: dict[str, str] = {}
    _before, *parts = _SLASHED.split(joined)
    for code, value in zip(parts[::2], parts[1::2], strict=True):
        codes.setdefault(code, value.partition("\n")[0].strip(" /"))
    get = codes.get
    account, _slash, rest = get("CNTP", "").partition("/")
    _bic, _slash, name = rest.partition("/")
    party = get("BENM") or get("ORDP", "")
    batch = _reference(get("PREF") or get("PMTINF") or get("PMTINFID", ""))
    _fill_up(
        entry,
        end_to_end_id=_reference(get("EREF") or get("ROC", "")),
        batch_reference=batch,
        batch_count=_number(get("NRTX", "").partition("/")[0]) or (_count(joined) if batch else 0),
        reason_code=get("RTRN", "").partition("/")[0].strip(),
        counterparty_account=(
            get("IBAN") or account or get("BBAN") or get("ACCW", "").partition(",")[0]
        ),
        counterparty_name=(
            get("NAME") or name.partition("/")[0] or (party if not party.isdigit() else "")
        ),
    )


def _read_batch(entry: Entry, text: str) -> None:
    if found := _BATCH.search(text):
        _fill_up(entry, batch_reference=found[1], batch_count=_count(text))


def _count(text: str) -> int | None:
    found = _COUNT.search(text)
    return int(found[found.lastindex]) if found else None


def _read_reason(entry: Entry, text: str) -> None:
    upper = f"{text}\n{entry.supplementary_details}".upper()
    if any(word in upper for word in _RETURN_WORDS) and (found := _REASON.search(upper)):
        entry.reason_code = found[1] or found[2]


def _fill_up(entry: Entry, **values: str | int | None) -> None:
    """Set what the entry does not say yet."""
    for name, value in values.items():
        if value and not getattr(entry, name):
            setattr(entry, name, value)


def _reference(text: str) -> str:
    text = text.strip()
    return "" if text.upper() in _NO_REFERENCE else text


def _number(text: str) -> int | None:
    """How many; what is too long for a count is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
