# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..access.access_common import AccessCase

MAIL = """From: {sender}
To: bridge@example.org
Subject: Re: envelope
Message-Id: <forged@example.org>
References: {references}

Approved after a phone call.
"""


class TestHistory(AccessCase):
    """In the history of what is paid everybody speaks for himself, and nothing is unsaid."""

    def setUp(self):
        super().setUp()
        self.program.write({"own_policies": True, "approval": "any"})
        self.envelope = self.filled_envelope(disbursement_schedule_date=self.today(3))
        self.approve("approver", self.envelope, "Looks right")
        self.env.cr.flush()  # what is tracked is told at the end of a transaction
        self.approved = self.messages().filtered(lambda message: "Looks right" in message.body)
        self.assertEqual(self.approved.author_id, self.partner("approver"))

    def partner(self, name):
        return self.users[name].partner_id

    def messages(self):
        domain = [("model", "=", self.envelope._name), ("res_id", "=", self.envelope.id)]
        return self.env["mail.message"].search(domain)

    def post(self, name, **values):
        return self.rpc(name, self.envelope, "message_post", body="Said so", **values)

    def assertRefused(self, function, *args, **kwargs):
        before = self.messages()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            function(*args, **kwargs)
        self.assertEqual(self.messages(), before)

    def test_a_comment_in_ones_own_name(self):
        partner = self.partner("officer")
        for values in ({}, {"author_id": partner.id}, {"email_from": partner.email_formatted}):
            message = self.messages().browse(self.post("officer", **values))
            self.assertEqual(message.author_id, partner)
            self.assertEqual(message.message_type, "comment")

    def test_not_in_the_name_of_another(self):
        other = self.partner("approver")
        self.assertRefused(self.post, "officer", author_id=other.id)
        self.assertRefused(self.post, "officer", email_from="minister@gov.test")
        self.assertRefused(self.post, "officer", email_from=other.email_formatted)
        self.assertRefused(self.post, "officer", author_id=False)

    def test_not_as_the_bridge_itself(self):
        for kind in ("notification", "email", "auto_comment", "out_of_office"):
            with self.subTest(kind):
                self.assertRefused(self.post, "officer", message_type=kind)
        self.assertRefused(self.post, "officer", body_is_html=True)
        self.assertRefused(self.post, "officer", subtype_xmlid="mail.mt_activities_other")

    def test_not_at_another_time_and_not_with_changes(self):
        self.assertRefused(self.post, "officer", date="2020-01-01 00:00:00")
        field = self.env["ir.model.fields"]._get(self.envelope._name, "state")
        change = {"field_id": field.id, "old_value_char": "x", "new_value_char": "Approved"}
        self.assertRefused(self.post, "officer", tracking_value_ids=[(0, 0, change)])

    def test_not_by_a_default_of_ones_own(self):
        self.rpc_model(
            "officer", "ir.default", "set", "mail.message", "date", "2020-01-01 00:00:00", True
        )
        message = self.messages().browse(self.post("officer"))
        self.assertEqual(message.date.year, message.create_date.year)

    def test_not_past_the_record(self):
        values = {
            "model": self.envelope._name,
            "res_id": self.envelope.id,
            "body": "Approved",
            "author_id": self.partner("approver").id,
        }
        self.assertRefused(self.rpc_model, "officer", "mail.message", "create", [values])
        own = {**values, "author_id": self.partner("officer").id, "message_type": "notification"}
        self.assertRefused(self.rpc_model, "officer", "mail.message", "create", [own])

    def test_not_by_the_composer_and_not_later(self):
        values = {
            "model": self.envelope._name,
            "res_ids": str(self.envelope.ids),
            "body": "Approved",
            "author_id": self.partner("approver").id,
            "composition_mode": "comment",
        }
        for mode in ("comment", "mass_mail"):
            with self.subTest(mode):
                vals = {**values, "composition_mode": mode}
                wizard = self.rpc_model("officer", "mail.compose.message", "create", vals)
                composer = self.env["mail.compose.message"].browse(wizard)
                self.assertRefused(self.rpc, "officer", composer, "action_send_mail")
        later = self.rpc_model(
            "officer",
            "mail.scheduled.message",
            "create",
            {
                "model": self.envelope._name,
                "res_id": self.envelope.id,
                "body": "Approved",
                "author_id": self.partner("approver").id,
                "scheduled_date": "2099-01-01 00:00:00",
            },
        )
        message = self.env["mail.scheduled.message"].browse(later)
        self.assertRefused(self.rpc, "officer", message, "post_message")

    def test_the_composer_in_ones_own_name(self):
        context = {
            "default_model": self.envelope._name,
            "default_res_ids": self.envelope.ids,
            "default_composition_mode": "comment",
        }
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.users["officer"])
            .with_context(**context)
            .create({"body": "All is well"})
        )
        composer.action_send_mail()
        message = self.messages()[0]
        self.assertIn("All is well", message.body)
        self.assertEqual(message.author_id, self.partner("officer"))

    def test_nobody_is_told_something_in_the_name_of_another(self):
        self.assertRefused(
            self.rpc,
            "officer",
            self.envelope,
            "message_notify",
            body="Release it",
            partner_ids=self.partner("approver").ids,
            author_id=self.partner("admin").id,
        )

    def test_no_mail_is_taken_into_the_history(self):
        mail = MAIL.format(
            sender=self.partner("approver").email or "approver@example.org",
            references=self.approved.message_id,
        )
        before = self.messages()
        self.env["mail.thread"].message_process(False, mail)
        self.rpc_model("officer", "mail.thread", "message_process", False, mail)
        self.assertEqual(self.messages(), before)

    def test_nothing_is_changed_or_taken_back(self):
        own = self.messages().browse(self.post("approver"))
        self.env["res.users"].browse(self.users["admin"].id).group_ids += self.env.ref(
            "base.group_system"
        )
        for name in ("approver", "admin"):
            for message in (self.approved, own):
                self.assertRefused(self.rpc, name, message, "write", {"body": "Nothing happened"})
                self.assertRefused(self.rpc, name, message, "write", {"res_id": 1})
                self.assertRefused(self.rpc, name, message, "unlink")
        with self.assertRaises(AccessError):
            self.envelope.with_user(self.users["approver"])._message_update_content(
                own.sudo(), body="Nothing happened"
            )

    def test_not_even_what_is_tracked(self):
        self.users["admin"].group_ids += self.env.ref("base.group_system")
        self.approve("approver", self.second())
        self.env.flush_all()
        tracked = self.env["mail.tracking.value"].search(
            [("mail_message_id.model", "=", self.envelope._name)], limit=1
        )
        self.assertTrue(tracked)
        with self.assertRaises(AccessError):
            self.rpc("admin", tracked, "write", {"new_value_char": "Other"})
        with self.assertRaises(AccessError):
            self.rpc("admin", tracked, "unlink")
        values = {"mail_message_id": self.approved.id, "new_value_char": "Other"}
        with self.assertRaises(AccessError):
            self.rpc_model("admin", "mail.tracking.value", "create", [values])

    def second(self):
        return self.filled_envelope(
            cycle_code_mnemonic="2", disbursement_schedule_date=self.today(3)
        )

    def test_a_to_do_is_done_in_ones_own_name(self):
        to_do = self.envelope.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.users["officer"].id, summary="Look"
        )
        self.rpc("officer", to_do, "action_feedback", feedback="Done")
        self.assertEqual(self.messages()[0].author_id, self.partner("officer"))

    def test_other_records_are_as_ever(self):
        partner = self.env["res.partner"].create({"name": "Somebody"})
        written = "First"
        message = partner.message_post(body=written, message_type="comment")
        message.with_user(self.env.ref("base.user_admin")).write({"body": "Second"})
        self.assertIn("Second", message.body)


@tagged("post_install", "-at_install")
class TestHistoryOverHttp(HttpCase):
    """The page writes as superuser: what it hands over is looked at as well."""

    def test_comments_only_and_not_changed(self):
        bank = self.env["g2p.bridge.sponsor.bank"].create({"name": "Bank", "code": "HISTORY"})
        self.authenticate("admin", "admin")
        posted = self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": bank._name,
                "thread_id": bank.id,
                "post_data": {"body": "Confirmed", "message_type": "notification"},
            },
        )
        message = self.env["mail.message"].browse(posted["message_id"])
        self.assertEqual(message.message_type, "comment")
        self.assertEqual(message.author_id, self.env.ref("base.user_admin").partner_id)
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self.make_jsonrpc_request(
                "/mail/message/update_content",
                {"message_id": message.id, "update_data": {"body": "Nothing"}},
            )
        message.invalidate_recordset()
        self.assertIn("Confirmed", message.body)
