# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files that were joined, framed or sent through old systems: never one statement of two."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..lib import read, scan
from .common import Mt940Case, line, statement, stream
from .test_round_trip import as_text, entries, is_readable

BOM = "\ufeff"
HEADER = "{1:F01BANKXX22AXXX0000000000}{2:O9401200260115BANKXX22AXXX00000000002601151200N}{4:"
#: What banks and systems put around a statement: before it, behind it.
WRAPPERS = [
    ("", ""),
    ("", "-\n"),
    ("\n \n", "- \n"),
    (HEADER + "\n", "-}\n"),
    (HEADER + "\n", "-}{5:{CHK:123456789ABC}}\n"),
    (HEADER + "\n", "-}$\n"),
    ("\x01" + HEADER + "\n", "-}\x03"),
    ("\x01" + HEADER + "\n", "-}\x03" + " " * 300),
    ("\x01\n", "-\x03\n"),
    ("\x01", "\x03\n"),
    ("", "\x1a"),
    ("", "-\n\x1a"),
    ("", "-\x1a"),
    (":940:\n", ""),
    (BOM, ""),
    (BOM, "-"),
    (BOM + BOM, "-\n"),
    (" ", ""),
    ("\t  ", "-\n"),
    (BOM + " ", ""),
]
LINE_ENDS = st.sampled_from(["\n", " \n", "\n\n"])
#: Fields behind the closing balance.
TAILS = ["", ":64:C260131EUR1,\n", ":64:C260131EUR1,\n:65:C260201EUR1,\n", ":86:of it\nmore\n"]


def plain(text):
    """What :func:`facts` says of a text that has one statement and nothing around it."""
    (found,) = facts(text.encode())
    return found


def facts(content):
    """(identity, digest, lines) of each statement of a file."""
    file = stream(content)
    return [
        (
            (found.account_number, found.statement_number, found.closing_balance),
            found.digest,
            [(entry.mark, entry.amount, entry.references) for entry in read(file, found).entries],
        )
        for found in scan(file)
    ]


@st.composite
def files(draw):
    """Statements, and a file in which they were joined in any way.

    :return: (texts of the statements, bytes of the file)
    """
    texts, content = [], b""
    for number in range(draw(st.integers(1, 4))):
        lines = draw(st.lists(entries().filter(is_readable), max_size=3))
        text = statement(
            *map(as_text, lines),
            account=f"ACC{number}",
            number=f"{number}/1",
            tail=draw(st.sampled_from(TAILS)),
        )
        texts.append(text)
        before, behind = draw(st.sampled_from(WRAPPERS))
        if draw(st.booleans()):
            text = "".join(part + draw(LINE_ENDS) for part in text.removesuffix("\n").split("\n"))
        whole = before + text + behind
        if draw(st.booleans()):
            whole = whole.replace("\n", "\r\n")
        encoding = draw(st.sampled_from(["utf-8", "cp1252"]))
        content += _encoded(whole, encoding)
    return texts, content


def _encoded(text, encoding):
    """In this encoding if it has all the letters; a byte order mark stays one."""
    try:
        return b"\xef\xbb\xbf".join(part.encode(encoding) for part in text.split(BOM))
    except UnicodeEncodeError:
        return text.encode()


class TestJoined(Mt940Case):
    @settings(deadline=None, suppress_health_check=list(HealthCheck))
    @given(files())
    def test_same_statements_however_they_are_joined(self, drawn):
        texts, content = drawn
        self.assertEqual(facts(content), [plain(text) for text in texts])

    def two(self, joint, first_tail="", second_account="2"):
        return (
            statement(line(customer="A"), account="1", tail=first_tail)
            + joint
            + statement(line(customer="B"), account=second_account, tail="")
        )

    def test_any_joint(self):
        marks = (BOM, " ", "\t", "\x01", "\x1a", "-", "-" + BOM, "-}\x03\x01")
        for joint in (*marks, "\n \n", BOM + "\n"):
            first, second = self.read_all(self.two(joint))
            self.assertEqual((first.account_number, second.account_number), ("1", "2"))
            self.assertEqual([one.customer_reference for one in first.entries], ["A"])
            self.assertEqual([one.customer_reference for one in second.entries], ["B"])

    def test_any_joint_behind_a_text_of_the_statement(self):
        for joint in (BOM, " ", "\x1a", "-", ":940:\n"):
            first, second = self.read_all(self.two(joint, ":86:of the statement\nmore\n"))
            self.assertEqual((first.account_number, second.account_number), ("1", "2"))

    def test_joined_in_the_middle_of_a_line(self):
        """The second :20: can't be seen: refused, never one statement of two."""
        for tail in ("", ":64:C260131EUR900,00\n", ":86:of the statement\n", "-\n", "-}\n"):
            for eol in ("\n", "\r\n"):
                first, second = statement(line(), tail=tail), statement(line(), account="2")
                text = (first.removesuffix("\n") + second).replace("\n", eol)
                try:
                    found = [one.account_number for one in self.read_all(text)]
                except Exception as error:
                    self.assertRegex(str(error), "Line [0-9]+: ")
                else:
                    self.assertEqual(found, ["1234567890", "2"])

    def test_joined_statement_whose_first_lines_are_missing(self):
        second = statement(line(), account="2")
        for lost in (1, 2, 3):
            rest = "\n".join(second.split("\n")[lost:])
            for tail in ("", ":64:C260131EUR900,00\n", ":86:of it\n"):
                self.refused(statement(line(), tail=tail) + rest, "Line")
            if lost < 3:  # an opening balance alone may be text
                self.refused(statement(line(), closing=None, tail="") + rest, "Line")

    def test_joined_statement_that_is_indented(self):
        second = "\n".join(" " + part for part in statement(line(), account="2").split("\n"))
        for tail in ("", ":64:C260131EUR900,00\n", ":86:of it\n"):
            self.refused(statement(line(), tail=tail) + second, "Line", "account")

    def test_cut_off_statement_before_any_joint(self):
        for joint in (BOM, " ", "-", "\x1a", "x"):
            text = statement(line(), closing=None, tail="") + joint + statement(line())
            self.refused(text, "before the previous one has a closing balance")

    def test_frames_of_a_disk(self):
        text = "".join(
            f"\x01{HEADER}\n{statement(line(), number=f'{n}/1', tail='-}')}\x03" for n in (1, 2)
        ).replace("\n", "\r\n")
        found = self.read_all(text + " " * (-len(text) % 512))
        self.assertEqual([one.statement_number for one in found], ["1", "2"])
        self.assertEqual([one.raw for one in found[1].entries], [line()])

    def test_end_of_a_file_of_dos(self):
        for end in ("\x1a", "-\n\x1a", "-\x1a\x1a", "-\n\x1a anything \x1a"):
            (found,) = self.read_all(statement(line(), tail="") + end)
            self.assertEqual(len(found.entries), 1)
        (found,) = self.read_all(statement(line(), tail="").removesuffix("\n") + "\x1a")
        self.assertEqual(str(found.closing_balance), "900.00")

    def test_frames_among_entries(self):
        for byte in ("\x01", "\x03", "\x1a"):
            text = statement(line(), line(narrative=(f"a{byte}b",)))
            self.refused(text, "Line 9", f"0x{ord(byte):02x}", "not text")
            self.refused(statement(line(narrative=(f"{byte}",)), line()), "Line 6")

    def test_other_control_characters_anywhere(self):
        for byte in ("\x00", "\x02", "\x04", "\x1b", "\x7f"):
            self.refused(statement(line()) + byte, "Line 11", "not text")


class TestHostile(Mt940Case):
    """Files that were made to keep a reader busy end in time: each of them in a second or two."""

    LINES = 60_000

    def test_many_statements(self):
        text = statement(line()) * 20_000
        self.assertEqual(len(self.scan(text)), 20_000)

    def test_many_that_only_look_like_headers(self):
        for part in (":20:x\n:21:x\n", ":28C:x\n:28C:x\n", ":25:x\n:NS:x\n" + "x\n" * 97):
            text = statement(line(narrative=["x", part * (self.LINES // part.count("\n"))]))
            self.refused(text, "more than 65536 letters")

    def test_endless_header(self):
        for part in (":21:x\n", "x\n", "\n", ":13D:x\n"):
            self.refused(":20:x\n:25:1\n:28C:1/1\n" + part * self.LINES, "Line")

    def test_many_closing_balances(self):
        closing = ":62F:C260131EUR1,00\n"
        text = statement(line(), tail=(closing + ":86:x\nt\nt\n") * (self.LINES // 4) + line())
        self.refused(text, "after the closing balance")

    def test_long_joints(self):
        for part in (" ", "\x01", "\x1a", "\t", BOM):
            text = (part * 80_000 + "x\n") * 30
            self.refused(text, "not an MT940 file")
            self.assertEqual(len(self.scan(statement(line()) + text + statement(line()))), 2)

    def test_lines_of_a_narrative_that_begin_like_entries(self):
        self.refused(statement(line(), ":61:x\n" * 500_000), "more than 65536 letters")
