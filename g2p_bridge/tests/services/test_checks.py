# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from hypothesis import example, given
from hypothesis import strategies as st
from odoo.tests.common import BaseCase

from ...services.checks import are_texts, is_text

#: What a reader sees nothing of, though no program calls it blank.
UNSEEN = (
    "\ufeff\u200b\u200d\u2060\u2062\u00ad\u034f\u115f\u3164\uffa0\u2800\ufe0f\U000e0001\x01\x7f"
)


class TestTexts(BaseCase):
    """What a name, an ID or a narrative has to be: something that somebody can see."""

    def test_what_nobody_sees_is_no_text(self):
        for text in ("", " ", "\t\n", "\u00a0\u2003\u3000", *UNSEEN, f" {UNSEEN} "):
            self.assertFalse(is_text(text), ascii(text))
            self.assertFalse(are_texts(["A", text]), ascii(text))

    def test_what_somebody_sees_is_a_text(self):
        """Also where marks are among it: joiners make letters, and files begin with U+FEFF."""
        for text in (
            "A",
            "0",
            "-",
            "é",
            "\u0301",
            "অ\u200dA",
            "محمد",
            "李",
            "\ufeffAda",
            "👩\u200d🌾",
        ):
            self.assertTrue(is_text(text), ascii(text))

    def test_what_can_not_be_kept_is_no_text(self):
        for text in ("A\0", "\ud800", "A" * 256, None, 5, b"A"):
            self.assertFalse(is_text(text))

    @given(st.lists(st.text(max_size=4) | st.text(" A\u3164é", max_size=3), max_size=3))
    @example([])
    def test_many_are_texts_only_if_each_is(self, texts):
        if are_texts(texts):
            self.assertTrue(texts and all(map(is_text, texts)))
