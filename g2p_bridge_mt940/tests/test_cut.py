# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A statement in parts is the statement in one go, wherever it is cut."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.g2p_bridge.lib.statement import StatementFormatError

from ..lib import cut, read, scan
from .common import Mt940Case, line, statement, stream
from .test_round_trip import as_text, entries, is_readable

FINE = line()
LOOKS_LIKE_AN_ENTRY = line(narrative=("see", ":61:below", ":61:", "end"))
FAULTY = [
    FINE.replace("D100,00", "D100.00"),
    line(value="260431"),
    line(entry="1332"),
    line(supplement=":62X:"),
    line(amount="1234567890123456,00"),
]


class TestCut(Mt940Case):
    def parts(self, text, size):
        """Where the only statement of a file is cut: the file, the slice and the parts."""
        file = stream(text)
        (where,) = scan(file)
        return file, where, cut(file, where, size)

    def in_parts(self, text, size):
        """All entries of a statement that is read part by part, numbered through."""
        file, where, parts = self.parts(text, size)
        found = []
        for part in parts:
            before = len(found)
            for entry in read(file, where, part=part).entries:
                entry.sequence += before
                found.append(entry)
        return found

    def outcome(self, reading, *args):
        """What a reading gives, or the text with which it is refused."""
        try:
            return reading(*args)
        except StatementFormatError as error:
            return str(error)

    def whole(self, text):
        return self.read_all(text)[0].entries

    def assert_same(self, text, size):
        self.assertEqual(self.outcome(self.in_parts, text, size), self.outcome(self.whole, text))

    @settings(deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(entries().filter(is_readable), max_size=8), st.booleans(), st.integers(1, 900))
    def test_any_statement_and_any_size(self, wanted, windows, size):
        text = statement(*map(as_text, wanted))
        self.assert_same(text.replace("\n", "\r\n") if windows else text, size)

    @settings(deadline=None)
    @given(
        st.lists(st.sampled_from([FINE, LOOKS_LIKE_AN_ENTRY, *FAULTY]), min_size=1, max_size=9),
        st.integers(1, 700),
    )
    def test_refused_with_the_same_text(self, wanted, size):
        self.assert_same(statement(*wanted), size)

    def test_parts_are_of_about_the_size(self):
        text = statement(*[line(customer=f"{number:015d}") for number in range(1000)])
        _file, where, parts = self.parts(text, 8000)
        length = where.closing_start - where.entries_start
        self.assertEqual(len(parts), -(-length // 8000))
        self.assertEqual((parts[0][0], parts[-1][1]), (where.entries_start, where.closing_start))
        for (_begin, end), (begin, _end) in zip(parts, parts[1:], strict=False):
            self.assertEqual(end, begin)
        self.assertLess(max(end - begin for begin, end in parts), 8200)

    def test_narrative_that_looks_like_entries_stays_with_its_own(self):
        text = statement(line(narrative=("see", *[":61:below"] * 50)), FINE)
        file, where, parts = self.parts(text, 40)
        self.assertEqual(
            [file.getvalue()[begin : begin + 8] for begin, _end in parts],
            [b":61:2601", b":61:2601"],
        )

    def test_statement_without_entries_is_one_part(self):
        _file, where, parts = self.parts(statement(), 1)
        self.assertEqual(parts, [(where.entries_start, where.closing_start)])
