# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import unittest
from contextlib import contextmanager

import requests

from ..lib.diagnosis import cause_of, chain
from ..lib.errors import OutcomeUnknown, Rejected, Unavailable
from ..models.endpoint.advice import ADVICE


@contextmanager
def raising(error):
    """Raise ``error`` from whatever goes wrong inside, as connectors do."""
    try:
        yield
    except requests.RequestException as cause:
        raise error from cause


class TestDiagnosis(unittest.TestCase):
    """From what a connector raises to what a person can mend."""

    def assertCause(self, cause, error):
        self.assertEqual(cause_of(error), cause)
        self.assertIn(cause, ADVICE)

    def test_a_name_that_is_not_known(self):
        with self.assertRaises(Unavailable) as caught, raising(Unavailable("CONNECTION_FAILED")):
            requests.post("https://bank.invalid", timeout=5)
        self.assertCause("name", caught.exception)

    def test_codes_where_no_exception_tells_more(self):
        for error, cause in (
            (Unavailable("NO_ADDRESS"), "no_address"),
            (Unavailable("INVALID_ADDRESS"), "address"),
            (Unavailable("INVALID_CREDENTIAL"), "credential_form"),
            (Unavailable("CONNECTION_FAILED"), "unreachable"),
            (Rejected("HTTP_401"), "credential"),
            (Rejected("HTTP_403"), "credential"),
            (Rejected("HTTP_404"), "path"),
            (Unavailable("HTTP_429"), "busy"),
            (OutcomeUnknown("HTTP_302"), "redirect"),
            (OutcomeUnknown("HTTP_503"), "server"),
            (OutcomeUnknown("INVALID_ANSWER"), "answer"),
            (OutcomeUnknown("TIMEOUT"), "read_timeout"),
            (OutcomeUnknown("NO_ANSWER"), "dropped"),
            (Rejected("HTTP_422"), "refusal"),
            (Rejected("CLOSED_TODAY"), "refusal"),
            (OutcomeUnknown("ELSE"), "other"),
        ):
            with self.subTest(error=error.code):
                self.assertCause(cause, error)

    def test_exceptions_that_wrap_each_other_end(self):
        first, second = ValueError(), ValueError()
        first.__cause__, second.__cause__ = second, first
        self.assertEqual(list(chain(first)), [first, second])
