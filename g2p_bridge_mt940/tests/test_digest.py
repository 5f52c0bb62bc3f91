# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a statement is known by: the same for the same statement, whatever lies around it."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..lib import scan
from ..lib.text import BLOCK
from .common import Mt940Case, line, statement, stream
from .test_round_trip import as_text, entries, is_readable

TEXT = statement(line(narrative=("José Müller", "", "x")), line(mark="RD"))


class TestDigest(Mt940Case):
    def digest(self, content, encoding=""):
        (found,) = scan(stream(content), encoding)
        return found.digest

    def test_form(self):
        self.assertRegex(self.digest(TEXT), "^[0-9a-f]{64}$")

    def test_the_same_for_the_same_statement(self):
        for name, content in {
            "line ends": TEXT.replace("\n", "\r\n"),
            "a mixture of line ends": TEXT.replace("\n", "\r\n", 3),
            "blanks at the end of lines": TEXT.replace("\n", " \t\n"),
            "blank lines": TEXT.replace("\n", "\n\n \n"),
            "no blank lines": TEXT.replace("\n\n", "\n"),
            "no end of the last line": TEXT.removesuffix("\n"),
            "no trailer": TEXT.removesuffix("-\n"),
            "a byte order mark": "\ufeff" + TEXT,
            "Windows-1252": TEXT.encode("cp1252"),
            "a header of the bank": ":940:\n" + TEXT,
            "another header": "BANKNL2A\n940\nBANKNL2A\n" + TEXT,
            "blocks of SWIFT": "{1:F01}{2:I940}{4:\n" + TEXT.replace("\n-\n", "\n-}{5:}\n"),
            "frames": "\x01" + TEXT.replace("\n-\n", "\n-}\x03   "),
            "an end of file": TEXT + "\x1a",
            "an end of file without trailer": TEXT.replace("\n-\n", "\n\x1a"),
            "text around it": "from the bank\n" + TEXT + "to you\n",
        }.items():
            with self.subTest(name):
                self.assertEqual(self.digest(content), self.digest(TEXT))

    def test_another_for_other_content(self):
        seen = {self.digest(TEXT)}
        for name, content in {
            "reference": TEXT.replace(":20:STMT1", ":20:STMT2"),
            "account": TEXT.replace(":25:1234567890", ":25:1234567891"),
            "number": TEXT.replace(":28C:1/1", ":28C:1/2"),
            "opening balance": TEXT.replace("EUR1000,00", "EUR1000,01"),
            "amount": TEXT.replace("D100,00", "D100,01", 1),
            "narrative": TEXT.replace("x\n", "y\n"),
            "letter": TEXT.replace("ü", "ö"),
            "one entry less": TEXT.replace(line(mark="RD") + "\n", ""),
            "one entry more": TEXT.replace(":62F:", line(mark="RD") + "\n:62F:"),
            "closing balance": TEXT.replace(":62F:C260131EUR900,00", ":62F:C260131EUR900,01"),
            "field behind it": TEXT.replace(":64:C260131EUR900,00", ":64:C260131EUR900,01"),
            "text behind it": TEXT.replace("\n-\n", "\n:86:text\n-\n"),
            "more text behind it": TEXT.replace("\n-\n", "\n:86:text\nmore\n-\n"),
            "lines that are put together": TEXT.replace("\nPROGRAM", "PROGRAM"),
            "a blank before a line": TEXT.replace("\nPROGRAM", "\n PROGRAM"),
        }.items():
            with self.subTest(name):
                self.assertNotEqual(content, TEXT)
                self.assertNotIn(self.digest(content), seen)
                seen.add(self.digest(content))

    @settings(deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(entries().filter(is_readable), max_size=3), st.data())
    def test_every_letter_counts(self, lines, data):
        text = statement(*map(as_text, lines), tail=":64:C260131EUR1,00\n")
        letters = [at for at, letter in enumerate(text) if not letter.isspace()]
        at = data.draw(st.sampled_from(letters))
        letter = data.draw(st.sampled_from([one for one in "AB17éñ東" if one != text[at]]))
        other = text[:at] + letter + text[at + 1 :]
        try:
            found = scan(stream(other))
        except ValueError:
            return
        self.assertNotEqual([one.digest for one in found], [self.digest(text)])

    def test_blocks_make_no_difference(self):
        """A statement is hashed in blocks; where they end depends on what lies before it."""
        text = statement(*[line(narrative=("Müller", "", "x " * (n % 30))) for n in range(9000)])
        self.assertGreater(len(text), 2 * BLOCK)
        found = [self.digest("x\n" * before + text) for before in (0, 1, 17, 4001)]
        self.assertEqual(len(set(found)), 1)
        self.assertEqual(self.digest(text.replace("\n", " \r\n").encode("cp1252")), found[0])

    def test_encoding_that_is_set_makes_no_difference(self):
        """It may be set, or corrected, after the statement was received."""
        for encoding in ("utf-8", "cp1252", "cp852", "iso8859-5", "gb18030"):
            content = TEXT.encode("cp852")
            self.assertEqual(self.digest(content, encoding), self.digest(content))

    def test_text_that_is_in_no_encoding_has_one_too(self):
        content = TEXT.encode("cp852")
        self.assertRegex(self.digest(content), "^[0-9a-f]{64}$")
        self.assertNotEqual(self.digest(content), self.digest(content.replace(b"x\n", b"y\n")))
        self.assertNotEqual(self.digest(content), self.digest(content.replace(b"\x81", b"\x8d")))
