# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests.common import BaseCase
from stdnum.iso7064 import mod_37_36

from ...lib.reference import LENGTH, is_reference, make_references, moment_of, record_id_of

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ids = st.integers(0, 36**8 - 1)
moments = st.integers(0, 36**6 - 1)


class TestReference(BaseCase):
    @given(st.lists(ids, min_size=1), moments)
    def test_each_reference_tells_moment_and_id_and_passes_iso_7064(self, numbers, moment):
        references = make_references(numbers, moment)
        self.assertEqual(len(references), len(numbers))
        for number, reference in zip(numbers, references, strict=True):
            self.assertEqual(len(reference), LENGTH)
            self.assertEqual((int(reference[:6], 36), int(reference[6:14], 36)), (moment, number))
            self.assertTrue(mod_37_36.is_valid(reference))
            self.assertTrue(is_reference(reference))

    def test_neighbouring_ids_across_the_halves(self):
        numbers = [36**4 - 1, 36**4, 36**4 + 1, 36**2, 0, 36**8 - 1]
        references = make_references(iter(numbers), 1)
        self.assertEqual(list(map(record_id_of, references)), numbers)

    def test_the_same_id_at_another_moment_is_another_reference(self):
        self.assertNotEqual(make_references([5], 100), make_references([5], 101))

    @given(ids, moments, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
    def test_one_wrong_character_is_found(self, number, moment, position, wrong):
        (reference,) = make_references([number], moment)
        changed = reference[:position] + wrong + reference[position + 1 :]
        self.assertEqual(is_reference(changed), changed == reference)

    @given(ids, moments, st.integers(0, LENGTH - 2))
    def test_two_swapped_neighbours_are_found_as_the_standard_says(self, number, moment, position):
        (reference,) = make_references([number], moment)
        pair = reference[position : position + 2][::-1]
        changed = reference[:position] + pair + reference[position + 2 :]
        self.assertEqual(is_reference(changed), mod_37_36.is_valid(changed))

    @given(st.text())
    def test_any_text_may_be_asked_about(self, text):
        if is_reference(text):
            self.assertTrue(set(text) <= set(ALPHABET) and mod_37_36.is_valid(text))

    def test_other_things_are_no_references(self):
        (good,) = make_references([7], 7)
        for text in (None, 15, "", good[:-1], good + "0", good.lower(), f" {good[1:]}", "é" * 15):
            self.assertFalse(is_reference(text))

    def test_what_does_not_fit_is_refused(self):
        for numbers, moment in (([-1], 0), ([36**8], 0), ([1], -1), ([1], 36**6)):
            with self.subTest(numbers=numbers, moment=moment), self.assertRaises(ValueError):
                make_references(numbers, moment)

    def test_moments_are_seconds_since_2020_utc(self):
        self.assertEqual(moment_of(datetime(2020, 1, 1, 0, 1)), 60)
        east = timezone(timedelta(hours=2))
        self.assertEqual(moment_of(datetime(2020, 1, 1, 2, 0, 5, tzinfo=east)), 5)
