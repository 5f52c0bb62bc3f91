# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.g2p_bridge.lib.statement import StatementFormatError

from ..lib import read, scan
from .common import Mt940Case, line, statement, stream

ALPHABET = "ABCXYZabcxyz0189 .,:/-?+'()éßñ東{}"
REFERENCE = (
    st.text("ABCXYZ0189/-. ", max_size=20)
    .map(lambda s: s.strip(" /"))
    .filter(lambda s: "//" not in s)
)
#: Text that tries to pass for fields, beside ordinary text.
LIKE_FIELDS = st.sampled_from(
    [":20:REF", ":25:1", ":28C:1/1", ":60F:C260101EUR1,00", ":61:", ":61:x", ":62F:", "-", " :20:"]
)
TEXT = st.text(ALPHABET, max_size=65).filter(lambda s: not s.startswith(":"))
NARRATIVE = st.none() | st.lists(TEXT | LIKE_FIELDS | st.just(""), min_size=1, max_size=6)
DAYS = st.dates(date(2001, 1, 1), date(2098, 12, 31))
AMOUNTS = st.tuples(st.integers(0, 10**15 - 1), st.integers(0, 3)).map(
    lambda pair: Decimal(pair[0]).scaleb(-pair[1])
)


def is_header(narrative):
    """Whether lines of a narrative are a whole header of a statement, which is refused."""
    lines = [text[:4] for text in narrative or []]
    return ":60F" in lines and (":25:" in lines or ":28C" in lines)


@st.composite
def entries(draw):
    value = draw(DAYS)
    return {
        "value": value,
        "entry": draw(st.none() | st.just(value + timedelta(draw(st.integers(-150, 150))))),
        "mark": draw(st.sampled_from(["C", "D", "RC", "RD"])),
        "funds": draw(st.sampled_from(["", "R", "D", "C", "X"])),
        "amount": draw(AMOUNTS),
        "kind": draw(st.sampled_from(["NTRF", "S103", "FCHG", "N102"])),
        "customer": draw(REFERENCE),
        "bank": draw(st.none() | REFERENCE),
        "supplement": draw(st.none() | TEXT),
        "narrative": draw(NARRATIVE.filter(lambda lines: not is_header(lines))),
    }


def as_text(entry):
    amount = f"{entry['amount']:f}".replace(".", ",")
    return line(
        value=f"{entry['value']:%y%m%d}",
        entry=f"{entry['entry']:%m%d}" if entry["entry"] else "",
        mark=entry["mark"] + entry["funds"],
        amount=amount if "," in amount else amount + ",",
        **{key: entry[key] for key in ("kind", "customer", "bank", "supplement", "narrative")},
    )


def is_readable(entry):
    """The one gap of the package: a leap day in the year after, or before, the value date."""
    day = entry["entry"]
    return not day or (day.month, day.day) != (2, 29) or day.year == entry["value"].year


class TestRoundTrip(Mt940Case):
    @settings(deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.lists(entries().filter(is_readable), max_size=6), min_size=1, max_size=3),
        st.booleans(),
        st.sampled_from(["-\n", "", ":64:C260131EUR1,\n:86:text\n", "-}{5:{CHK:0}}\n\n"]),
    )
    def test_what_is_written_is_read(self, wanted, windows, tail):
        text = "".join(
            statement(*map(as_text, of), account=f"ACC{n}", tail=tail)
            for n, of in enumerate(wanted)
        )
        file = text.replace("\n", "\r\n") if windows else text
        found = self.read_all(file)
        self.assertEqual(
            [one.account_number for one in found], [f"ACC{n}" for n in range(len(wanted))]
        )
        for one, of in zip(found, wanted, strict=True):
            self.assertEqual([entry.raw for entry in one.entries], [as_text(e) for e in of])
            for entry, e in zip(one.entries, of, strict=True):
                self._check(entry, e)

    def _check(self, entry, wanted):
        self.assertEqual(entry.value_date, wanted["value"])
        self.assertEqual(entry.entry_date, wanted["entry"])
        self.assertEqual(entry.mark, wanted["mark"])
        self.assertEqual(entry.amount, wanted["amount"])
        self.assertEqual(entry.customer_reference, wanted["customer"])
        self.assertEqual(entry.bank_reference, wanted["bank"] or "")
        self.assertEqual(entry.narratives, wanted["narrative"] or [])


class TestAnyInput(Mt940Case):
    """Whatever the bytes are, they are read or refused with a sentence."""

    def _take(self, content):
        file = stream(content)
        try:
            for where in scan(file):
                for _entry in read(file, where).entries:
                    pass
        except StatementFormatError as error:
            self.assertTrue(str(error))

    @settings(deadline=None)
    @given(st.binary(max_size=300))
    def test_any_bytes(self, content):
        self._take(content)

    @settings(deadline=None)
    @given(st.data())
    def test_a_statement_with_damage(self, data):
        content = bytearray(statement(line(), line(mark="RD"), line(narrative=None)).encode())
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(content) - 1))
            length = data.draw(st.integers(0, 8))
            content[at : at + length] = data.draw(st.binary(max_size=4))
        self._take(bytes(content))

    @settings(deadline=None)
    @given(st.integers(0, 400))
    def test_a_statement_cut_off_anywhere_is_refused_or_whole(self, length):
        text = statement(*[line(customer=str(n)) for n in range(5)])
        try:
            (found,) = self.read_all(text[:length])
        except StatementFormatError:
            return
        self.assertEqual(len(found.entries), 5)
