# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.g2p_bridge.lib.encodings import ENCODINGS
from odoo.addons.g2p_bridge.lib.statement import StatementFormatError

from ..lib import cut, read, scan
from ..lib.encoding import is_line_safe
from .common import Mt940Case, line, statement, stream

NAMES = {
    "cp1250": "Łukasz Žižka",
    "cp1251": "Юлия Щукина",
    "cp1253": "Αλέξανδρος Ψ",
    "cp1254": "İğdır Şükrü",
    "cp1255": "משה לוי",
    "cp1256": "محمد علي",
    "cp852": "Łódź Ťažký",
    "cp437": "Muñoz é",
    "cp850": "Ñandú ×",
    "cp866": "Щукин",
    "iso8859-2": "Łódź",
    "iso8859-5": "Щукин",
    "iso8859-9": "İğdır",
    "koi8-r": "Щукин",
    "cp874": "สมชาย",
    "cp932": "表示ソ",
    "gb18030": "联通𠀀",
    "big5": "功許蓋",
    "cp949": "김철수",
}


class TestEncoding(Mt940Case):
    def content(self, encoding, *names):
        return statement(*[line(narrative=(name, "x")) for name in names]).encode(encoding)

    def names(self, content, encoding="", part_encoding=None):
        """The first narrative of each entry; in parts of some bytes if that is asked for."""
        file = stream(content)
        (where,) = scan(file, encoding)
        if part_encoding is None:
            found = list(read(file, where).entries)
        else:
            parts = cut(file, where, 60)
            found = [e for part in parts for e in read(file, where, part, part_encoding).entries]
        self.assertEqual({entry.narratives[1] for entry in found}, {"x"})
        return [entry.narratives[0] for entry in found]

    def test_encoding_that_is_set(self):
        for encoding, name in NAMES.items():
            with self.subTest(encoding):
                content = self.content(encoding, name, "plain", name)
                self.assertEqual(self.names(content, encoding), [name, "plain", name])

    def test_encoding_may_be_set_after_a_statement_was_cut(self):
        content = self.content("cp852", "Łódź", "Ťažký")
        self.assertEqual(self.names(content, "", "cp852"), ["Łódź", "Ťažký"])
        self.assertEqual(self.names(content, "cp1250", "cp852"), ["Łódź", "Ťažký"])
        self.assertEqual(self.names(content, "cp852", ""), ["Łódź", "Ťažký"])

    def test_neither_utf_8_nor_windows(self):
        """It is found all the same, so that it is kept until somebody sets the encoding."""
        content = b"\n" + self.content("cp852", "Müller")
        (found,) = scan(stream(content))
        self.assertEqual((found.account_number, found.statement_number), ("1234567890", "1"))
        self.refused(content, "Line 2", "neither UTF-8 nor Windows-1252", "sponsor bank")

    def test_text_that_is_not_in_the_encoding_that_is_set(self):
        content = self.content("cp1252", "ok", "José", "ok")
        with self.assertRaisesRegex(StatementFormatError, "Line 9: the byte 0xe9 .* utf-8"):
            self.names(content, "utf-8")

    def test_every_encoding_of_the_list_will_do(self):
        for encoding, label in ENCODINGS:
            with self.subTest(label):
                self.assertTrue(is_line_safe(encoding))

    def test_encoding_in_which_no_line_can_be_found(self):
        for encoding in ("utf-16", "utf-7", "cp500", "hz", "johab", "rot13", "no such", "\0"):
            self.assertFalse(is_line_safe(encoding), encoding)
            with self.assertRaisesRegex(StatementFormatError, "sponsor bank"):
                scan(stream(statement(line())), encoding)
