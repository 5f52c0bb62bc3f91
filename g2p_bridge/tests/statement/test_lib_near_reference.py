# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase

from ...lib.near_reference import contained_references, near_references
from ...lib.reference import make_references

(ID,) = make_references([123456], 200_000_000)


class TestNearReference(BaseCase):
    """Disbursement IDs in what banks and people write."""

    def test_written_out(self):
        for text in (ID, f"PAY{ID}", f"{ID}/1", ID.lower(), f"{ID[:5]}-{ID[5:9]} {ID[9:]}"):
            with self.subTest(text):
                self.assertEqual(contained_references(text), {ID})

    def test_one_slip(self):
        wrong = "Z" if ID[4] != "Z" else "Y"
        for text in (
            ID[:4] + wrong + ID[5:],
            ID[:4] + ID[5:],
            ID[:4] + "Z" + ID[4:],
            ID[:3] + ID[4] + ID[3] + ID[5:],
        ):
            with self.subTest(text):
                self.assertIn(ID, near_references("ref", text))

    def test_few_candidates(self):
        self.assertLess(len(near_references("ABCDEFGHIJKLMNO")), 40)

    def test_neither(self):
        for text in ("", None, "hello", "9" * 3000):
            with self.subTest(text):
                self.assertEqual(near_references(text), set())
                self.assertEqual(contained_references(text), set())
