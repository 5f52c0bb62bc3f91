# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import unittest

from ..quiet_logs import HideArguments, HideValues


class TestQuietLogs(unittest.TestCase):
    """What Odoo logs of our records, without what they hold."""

    def said(self, hide, level, message, *arguments):
        record = logging.LogRecord("odoo", level, "", 0, message, arguments, None)
        self.assertTrue(hide.filter(record))
        return record.getMessage()

    def test_a_refused_statement_is_told_without_its_values(self):
        statement = b"INSERT INTO g2p_bridge_program (name) VALUES ('O''Neil 77400001')"
        error = "duplicate key\nDETAIL:  Key (account)=(77400001) already exists.\n"
        told = self.said(
            HideValues(), logging.ERROR, "bad query: %s\nERROR: %s", statement, ValueError(error)
        )
        self.assertNotIn("77400001", told)
        self.assertNotIn("Neil", told)
        for kept in ("INSERT INTO g2p_bridge_program", "duplicate key", "already exists"):
            self.assertIn(kept, told)

    def test_a_piece_of_the_statement_is_left_out(self):
        error = "syntax error\nLINE 1: ...'77400001'\n          ^"
        message = "bad query: %s\nERROR: %s"
        told = self.said(HideValues(), logging.ERROR, message, "SELECT g2p_bridge", error)
        self.assertNotIn("77400001", told)

    def test_statements_of_others_stay_as_they_are(self):
        told = self.said(HideValues(), logging.ERROR, "bad query: %s\nERROR: %s", "SELECT 'x'", "e")
        self.assertIn("SELECT 'x'", told)

    def test_a_call_is_told_without_its_arguments(self):
        class Records:
            _name = "g2p.bridge.sponsor.bank"

        hide, message = HideArguments(), "call %s.%s(%s)"
        told = self.said(hide, logging.DEBUG, message, Records(), "write", {"credential": "x1"})
        self.assertIn("write", told)
        self.assertNotIn("x1", told)
        Records._name = "res.partner"
        told = self.said(hide, logging.DEBUG, message, Records(), "write", {"name": "x1"})
        self.assertIn("x1", told)
