# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Texts that would be code if anybody took them for it: they are data, everywhere."""

import base64
from functools import partial

from access_world import EveryModelCase
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import mute_logger
from psycopg2 import DataError
from psycopg2 import Error as DatabaseError

from odoo.addons.g2p_bridge.exceptions import BridgeError

#: Each is stored, found and shown as it is.
HOSTILE = (
    "'); DROP TABLE g2p_bridge_disbursement; --",
    "' OR '1'='1",
    '" OR ""="',
    "1; SELECT pg_sleep(9)",
    "%s %(id)s %% %",
    "{0} {self.env} ${x}",
    "\\'; \\x00 \\",
    "a\\.b\tc",
    "_%_",
    "[('id', '!=', 0)]",
    "$$ || current_user || $$",
    "/* */ UNION SELECT 1 --",
    "Zoë \u202e \U0001f4b8 \u2028 x",
    "=HYPERLINK(0)",
)
NUL = "A\0B"


class TestOperations(EveryModelCase):
    """What senders, files and banks write."""

    def test_every_text_of_a_disbursement_is_kept_as_it_came(self):
        amounts = ["1.00"] * len(HOSTILE)
        envelope = self.create_envelope(
            cycle_code_mnemonic=HOSTILE[0],
            number_of_beneficiaries=len(HOSTILE),
            number_of_disbursements=len(HOSTILE),
            total_disbursement_amount=len(HOSTILE),
            disbursement_schedule_date=self.today(7),
        )
        rows = self.rows(envelope, *amounts)
        texts = ("mis_reference_number", "beneficiary_id", "beneficiary_name", "narrative")
        for row, text in zip(rows, HOSTILE, strict=True):
            row.update(dict.fromkeys(texts, text))
        self.service.create_disbursements(rows)
        for name in texts:
            kept = envelope.disbursement_ids.sorted("id").mapped(name)
            self.assertEqual(kept, list(HOSTILE))
        self.assertEqual(envelope.cycle_code_mnemonic, HOSTILE[0])

    def test_a_text_that_the_database_can_not_keep_is_refused(self):
        with self.assertRaises(BridgeError):
            self.create_envelope(cycle_code_mnemonic=NUL)
        rows = self.rows(self.waiting, "1.00", start=9, beneficiary_name=NUL)
        with self.assertRaises(BridgeError):
            self.service.create_disbursements(rows)

    def test_no_id_names_anything_but_itself(self):
        """A text that would be true for all rows finds none."""
        count = self.env["g2p.bridge.disbursement"].search_count([("state", "=", "cancelled")])
        for text in (*HOSTILE, NUL):
            for method, message in (
                ("get_disbursement_envelope_status", text),
                ("get_disbursement_status", [text]),
                ("cancel_disbursements", [{"disbursement_id": text}]),
                ("cancel_disbursement_envelope", {"disbursement_envelope_id": text}),
                ("amend_disbursement_envelope", {"disbursement_envelope_id": text}),
                ("create_disbursements", [{"disbursement_envelope_id": text}]),
                ("list_disbursements", {"disbursement_envelope_id": text}),
            ):
                with self.subTest(text, method=method):
                    try:
                        answer = getattr(self.service, method)(message)
                    except BridgeError:
                        continue
                    self.assertEqual(method, "get_disbursement_status")
                    self.assertNotIn("reconciled", str(answer))
        self.assertEqual(
            self.env["g2p.bridge.disbursement"].search_count([("state", "=", "cancelled")]), count
        )

    def test_lists_take_no_order_limit_or_cursor_but_their_own(self):
        envelope_id = self.waiting.disbursement_envelope_id
        whole = {"disbursement_envelope_id": envelope_id}
        for text in (*HOSTILE, NUL, "1", "-1", "1e9"):
            for method, values in (
                ("list_disbursements", {"cursor": text}),
                ("list_disbursements", {"limit": text}),
                ("list_disbursements", {"states": [text]}),
                ("list_changes", {"cursor": text}),
                ("list_changes", {"limit": text}),
            ):
                with self.subTest(text, method=method, values=list(values)):
                    try:
                        getattr(self.service, method)({**whole, **values})
                    except BridgeError:
                        continue
                    self.assertEqual(("limit", "1"), (*values, text))
        answer = self.service.list_disbursements({**whole, "order": "id; DROP TABLE res_users"})
        self.assertEqual(len(answer["disbursements"]), 3)

    def test_statement_lines_are_kept_and_looked_into_as_they_came(self):
        lines = [
            self.entry("D", text[:16], raw=text, bank_reference=text, narratives=[text, text])
            for text in HOSTILE
        ]
        statement = self.process(*lines, statement_number="77", reference_number=HOSTILE[0])
        entries = statement.entry_ids.sorted("entry_sequence")
        self.assertEqual(entries.mapped("raw"), list(HOSTILE))
        self.assertEqual(entries.mapped("bank_reference"), list(HOSTILE))
        self.assertEqual(set(entries.mapped("error_reason")), {"INVALID_DISBURSEMENT"})
        for entry in entries:
            # Opening the window looks for payments that are like the line.
            self.rpc("finance", entry, "action_match")

    def test_file_of_disbursements(self):
        head = "mis_reference_number,beneficiary_id,beneficiary_name,disbursement_amount,narrative"
        quoted = ['"' + text.replace('"', '""') + '"' for text in HOSTILE]
        lines = [f"{text},{text},{text},1.00,{text}" for text in quoted]
        envelope = self.create_envelope(
            cycle_code_mnemonic="FILE",
            number_of_beneficiaries=len(HOSTILE),
            number_of_disbursements=len(HOSTILE),
            total_disbursement_amount=len(HOSTILE),
            disbursement_schedule_date=self.today(7),
        )
        content = "\n".join([head, *lines]).encode()
        values = {"envelope_id": envelope.id, "file_name": f"{HOSTILE[0]}.csv"}
        values["file"] = base64.b64encode(content)
        found = self.rpc_model("officer", "g2p.bridge.import", "create", values)
        record = self.env["g2p.bridge.import"].browse(found)
        self.rpc("officer", record, "action_import")
        self.run_jobs()
        self.assertEqual(record.state, "done", record.message)
        kept = envelope.disbursement_ids.sorted("id").mapped("beneficiary_name")
        self.assertEqual(kept, list(HOSTILE))


class TestScreens(EveryModelCase):
    """What people type into search boxes, and what a client asks for instead."""

    def assertData(self, attempt):
        """It is answered, or refused as a value; the database never takes it for a command."""
        try:
            with mute_logger("odoo.models", "odoo.sql_db"), self.env.cr.savepoint():
                return attempt()
        except (UserError, ValueError, KeyError, TypeError):
            return None
        except DataError:
            return None  # a text where there has to be a number
        except DatabaseError as error:
            self.fail(f"The database took it for a command: {error.diag.message_primary}")

    def test_search_boxes(self):
        """Every text of every table that finance or an administrator reads."""
        for model in self.tables():
            user = next((one for one in ("finance", "admin") if self.reads(one, model)), None)
            texts = [
                field.name
                for field in self.env[model]._fields.values()
                if field.type in ("char", "text") and field.store
            ]
            shown = self.rpc_model(user, model, "fields_get") if user else ()
            names = [name for name in texts if name in shown]
            for name in names:
                like = Domain.OR(
                    Domain(name, operator, text)
                    for text in HOSTILE
                    for operator in ("ilike", "=like", "not ilike")
                )
                with self.subTest(model, field=name):
                    count = partial(self.rpc_model, user, model, "search_count")
                    self.assertFalse(count([(name, "in", list(HOSTILE))]))
                    self.assertLessEqual(count(list(like)), count([]))
            if user:
                for text in HOSTILE:
                    self.rpc_model(user, model, "name_search", text)

    def reads(self, user, model):
        return self.env[model].with_user(self.users[user]).has_access("read")

    def test_names_of_fields_orders_and_groups(self):
        """Where a client names what to sort and group by, it names fields and nothing else."""
        for model in ("g2p.bridge.envelope", "g2p.bridge.disbursement", "g2p.bridge.statement"):
            for text in (*HOSTILE, "id; DROP TABLE res_users", "id, (SELECT 1)", "id) --"):
                for method, arguments in (
                    ("search", {"domain": [], "order": text}),
                    ("search", {"domain": [(text, "=", 1)]}),
                    ("search", {"domain": [("id", text.lower(), 1)]}),
                    ("search", {"domain": [], "limit": text}),
                    ("search", {"domain": [], "offset": text}),
                    ("search_read", {"domain": [], "fields": [text]}),
                    ("web_search_read", {"domain": [], "specification": {text: {}}}),
                    (
                        "formatted_read_group",
                        {"domain": [], "groupby": [text], "aggregates": ["__count"]},
                    ),
                    (
                        "formatted_read_group",
                        {"domain": [], "groupby": [], "aggregates": [f"{text}:sum"]},
                    ),
                    (
                        "formatted_read_group",
                        {"domain": [], "groupby": [], "aggregates": [f"id:{text}"]},
                    ),
                    (
                        "formatted_read_group",
                        {
                            "domain": [],
                            "groupby": ["state"],
                            "aggregates": ["__count"],
                            "order": text,
                        },
                    ),
                ):
                    with self.subTest(model, method=method, text=text):
                        self.assertData(
                            lambda model=model, method=method, arguments=arguments: self.rpc_model(
                                "finance", model, method, **arguments
                            )
                        )

    def test_filters_of_dashboards_and_windows(self):
        envelope = self.world["g2p.bridge.envelope"]
        for text in (*HOSTILE, NUL):
            for attempt in (
                lambda text=text: self.rpc_model(
                    "officer", "g2p.bridge.dashboard", "read_dashboard", text
                ),
                lambda text=text: self.rpc_model(
                    "officer", "g2p.bridge.dashboard", "read_dashboard", "month", text
                ),
                lambda text=text: self.rpc("officer", envelope, "preview_release", text),
                lambda text=text: self.rpc("officer", envelope, "preview_release", 2, text),
                lambda text=text: self.rpc("officer", envelope, "action_open_part", text),
                lambda text=text: self.rpc_model(
                    "officer",
                    "g2p.bridge.decision",
                    "create",
                    {
                        "kind": "cancel_envelope",
                        "res_model": text,
                        "res_ids": text,
                        "reason": text,
                    },
                ),
            ):
                with self.subTest(text):
                    self.assertData(attempt)
