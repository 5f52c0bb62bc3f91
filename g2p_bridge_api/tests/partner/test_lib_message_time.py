# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests.common import BaseCase

from ...lib.message_time import read_time

MOMENT = datetime(2026, 11, 25, 14, 30, 15)


class TestMessageTime(BaseCase):
    def test_ways_of_writing_the_same_moment(self):
        for text in (
            "2026-11-25T14:30:15Z",
            "2026-11-25T14:30:15",
            "2026-11-25 14:30:15+00:00",
            "2026-11-25T20:00:15+0530",
            "2026-11-25T09:30:15-05:00",
            "2026-11-26T04:29:15.000+13:59",
        ):
            self.assertEqual(read_time(text), MOMENT)
        self.assertEqual(
            read_time("2026-11-25T14:30:15.123456789Z"), MOMENT + timedelta(microseconds=123456)
        )

    def test_what_names_no_moment(self):
        for text in (
            "string",
            "",
            "2026-11-25",
            "2026-13-25T14:30:15Z",
            "2026-11-25T25:30:15Z",
            "2026-11-25T14:30:15+99:00",
            "0001-01-01T00:00:00+01:00",
            "1795375670",
            "٢٠٢٦-11-25T14:30:15Z",
        ):
            self.assertIsNone(read_time(text))

    @given(st.text())
    def test_no_text_breaks_it(self, text):
        read_time(text)

    @given(st.datetimes(), st.integers(-14 * 60, 14 * 60))
    def test_what_python_writes_is_read(self, moment, minutes):
        zone = timezone(timedelta(minutes=minutes))
        written = moment.replace(tzinfo=zone)
        try:
            expected = moment - timedelta(minutes=minutes)
        except OverflowError:
            expected = None
        self.assertEqual(read_time(written.isoformat()), expected)
