# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import TestCase

from ..lib.chain import Head
from ..lib.heads import RESTORED, TAIL, HeadFile


def head(number, letter="a"):
    return Head(number, letter * 64)


class TestHeadFile(TestCase):
    """A file that only grows, and tells of each database what is known outside of it."""

    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "below" / "heads.log"
        self.file = HeadFile(self.path, "7-1", "bridge")

    def test_nothing_yet(self):
        self.assertIsNone(self.file.newest().newest)
        self.assertEqual(self.file.read().hashes, {})

    def test_each_database_sees_its_own(self):
        self.file.append(head(1))
        HeadFile(self.path, "7-2", "copy").append(head(1, "b"))
        self.file.append(head(2))
        outside = self.file.read()
        self.assertEqual(outside.hashes, {1: "a" * 64, 2: "a" * 64})
        self.assertEqual(outside.newest, head(2))
        self.assertFalse(outside.conflicts or outside.unreadable)

    def test_two_heads_of_one_number(self):
        self.file.append(head(1))
        self.file.append(head(1, "b"))
        self.assertEqual(self.file.read().conflicts, {1})

    def test_a_backup_lets_numbers_be_given_anew_but_not_before_it(self):
        for number in (1, 2, 3):
            self.file.append(head(number))
        self.file.append(head(2), RESTORED)
        self.file.append(head(3, "b"))
        outside = self.file.read()
        self.assertFalse(outside.conflicts)
        self.assertEqual(outside.hashes[3], "b" * 64)
        self.file.append(head(2, "c"))
        self.assertEqual(self.file.read().conflicts, {2})

    def test_no_backup_of_what_never_was(self):
        self.file.append(head(1))
        self.file.append(head(2))
        self.file.append(Head(0, "0" * 64), RESTORED)
        self.assertEqual(self.file.read().conflicts, {0})

    def test_the_newest_one_of_a_long_file_with_others_behind_it(self):
        self.file.append(head(5))
        other = HeadFile(self.path, "7-2", "other")
        with open(self.path, "a") as file:
            line = f"2026-01-01T00:00:00Z 7-2 other head {head(9)}\n"
            file.write(line * (2 * TAIL // len(line)))
        self.assertEqual(self.file.newest().newest, head(5))
        self.assertEqual(other.newest().newest, head(9))

    def test_what_nobody_wrote_is_counted(self):
        self.file.append(head(1))
        with open(self.path, "ab") as file:
            file.write(b"\xff\xfe\nnot a line\n2026-01-01T00:00:00Z 7-1 bridge head 5:short\n")
        outside = self.file.read()
        self.assertEqual((outside.unreadable, outside.newest), (3, head(1)))
