# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Decisions about lines of statements, taken as the windows take them."""

from odoo.service.model import call_kw
from odoo.tests import new_test_user

from ..access.access_common import AccessCase

FINANCE = "g2p_bridge_base.group_finance,base.group_allow_export"


class EntryCase(AccessCase):
    """A person of finance, at the list of open lines, and a second one who confirms."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = new_test_user(cls.env, "bridge_second", groups=FINANCE)

    def setUp(self):
        super().setUp()
        # Who is added in a test is gone with it.
        self.users = dict(self.users)

    def match(self, entry, line, name="finance", reason="The bank wrote so"):
        """Match a line by hand, and have that confirmed where it needs a second person."""
        self.match_alone(entry, line, name, reason)
        if entry.decision == "proposed":
            self.by_second(entry, "action_confirm")

    def match_alone(self, entry, line, name="finance", reason="The bank wrote so"):
        window = self.rpc(name, entry, "action_match")
        wizard = self.env[window["res_model"]].browse(window["res_id"])
        self.rpc(name, wizard, "write", {"disbursement_id": line.id, "reason": reason})
        return self.rpc(name, wizard, "action_confirm")

    def by_second(self, records, method, *args):
        """Call a public method as the second person of finance."""
        model = self.env[records._name].with_user(self.second)
        return call_kw(model, method, [records.ids, *args], {})

    def window_of(self, user, records, button, **values):
        """Press a button that opens a window, fill it in, and confirm it.

        :param user: record of the person
        """
        action = call_kw(records.browse().with_user(user), button, [records.ids], {})
        model = self.env[action["res_model"]].with_user(user)
        wizard = call_kw(model, "create", [values], {"context": action["context"]})
        return call_kw(model, "action_confirm", [[wizard]], {})

    def decide(self, kind, entries, name="finance", reason="The bank wrote so"):
        """Mark lines as not ours, or reopen them."""
        button = {"entry_not_ours": "action_not_ours", "entry_reopen": "action_reopen"}[kind]
        result = self.window_of(self.users[name], entries, button, reason=reason)
        for entry in entries.filtered(lambda one: one.decision == "reopening"):
            self.by_second(entry, "action_confirm")
        return result

    def not_ours(self, entries, **values):
        return self.decide("entry_not_ours", entries, **values)

    def reopen(self, entries, **values):
        return self.decide("entry_reopen", entries, **values)

    def history(self, record):
        """Everything that the history of a record says."""
        self.env.cr.flush()
        return "".join(record.message_ids.mapped("body"))

    def assertInvariants(self, record):
        """What counts lines agrees with the lines, whatever was decided about them."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT n.id, SUM(CASE WHEN e.mark IN ('D', 'RC') THEN e.amount ELSE -e.amount END),
                   COUNT(*) FILTER (WHERE e.mark IN ('D', 'RC') AND e.ordinal = 1),
                   COUNT(*) FILTER (WHERE e.mark IN ('C', 'RD'))
                   - COUNT(*) FILTER (WHERE e.mark IN ('D', 'RC') AND e.ordinal > 1)
              FROM g2p_bridge_statement_entry e
              JOIN g2p_bridge_disbursement d ON d.id = e.disbursement_id
              JOIN g2p_bridge_envelope n ON n.id = d.envelope_id
             WHERE e.outcome = 'matched' GROUP BY n.id
            """
        )
        net = {row[0]: row[1:] for row in self.env.cr.fetchall()}
        self.env.cr.execute(
            "SELECT envelope_id, SUM(reconciled_amount - reversed_amount),"
            " SUM(reconciled_count)::bigint, SUM(reversed_count)::bigint"
            " FROM g2p_bridge_statement_total GROUP BY envelope_id"
        )
        self.assertEqual({row[0]: row[1:] for row in self.env.cr.fetchall()}, net)
        for entry in record.entry_ids:
            matched, error = entry.outcome == "matched", entry.outcome == "error"
            self.assertEqual(bool(entry.error_reason), error)
            self.assertTrue(entry.disbursement_id or not matched)
            self.assertTrue(entry.outcome != "not_ours" or not entry.disbursement_id)
        matched = record.entry_ids.filtered(lambda entry: entry.outcome == "matched")
        debits = matched.filtered(lambda entry: entry.mark in ("D", "RC"))
        self.assertEqual(record.matched_count, len(debits))
        self.assertEqual(record.reversed_count, len(matched) - len(debits))
        kinds = [entry.outcome for entry in record.entry_ids]
        self.assertEqual(record.error_count, kinds.count("error"))
        self.assertEqual(record.not_ours_count, kinds.count("not_ours"))
        self.assertEqual(record.entry_count, len(kinds))
