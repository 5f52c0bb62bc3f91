# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.util import urlsafe_b64encode
from odoo.exceptions import UserError, ValidationError

from odoo.addons.g2p_bridge_base.models.endpoint import http_client

from ...models.webhook import webhook_send
from .webhook_common import WebhookCase


class TestWebhook(WebhookCase):
    """Partners hear what happens: signed, in order, and again until they have taken it."""

    def test_a_receiver_hears_everything_once_and_in_order(self):
        envelope = self.filled_envelope()
        self.run_jobs()
        self.deliver()
        kinds = [event["kind"] for event in self.receiver.events]
        self.assertEqual(kinds, self.emitted(envelope))
        sequences = self.receiver.sequences()
        self.assertEqual(sequences, sorted(set(sequences)))
        self.assertEqual(self.states(), {"delivered": len(kinds)})
        self.deliver()
        self.assertEqual(len(self.receiver.events), len(kinds))

    def test_a_message_is_signed_over_its_exact_bytes(self):
        self.filled_envelope()
        self.deliver()
        (request,) = self.receiver.requests
        keys = self.env["g2p.bridge.signing.key"]._public_jwks(self.env.company)
        jose_header = jose_verify(request, keys)
        self.assertEqual(jose_header["alg"], "ES256")
        with self.assertRaises(ValueError):
            request.body = request.body.replace(b"CASH", b"CASK")
            jose_verify(request, keys)

    def test_a_message_says_when_it_was_sent_and_names_its_events(self):
        self.filled_envelope()
        self.deliver()
        (request,) = self.receiver.requests
        self.assertEqual(request.message["version"], "1.0")
        self.assertRegex(request.message["sent_at"], r"^\d{4}-\d\d-\d\dT[\d:.]+Z$")
        named = request.headers["event-id"].split(", ")
        self.assertEqual(named, [event["event_id"] for event in request.message["events"]])
        self.assertEqual(request.headers["content-type"], "application/json")

    def test_nothing_personal_leaves(self):
        envelope = self.filled_envelope()
        self.run_jobs()
        self.deliver()
        sent = b"".join(request.body for request in self.receiver.requests).decode()
        for line in envelope.disbursement_ids:
            for secret in (line.beneficiary_id, line.beneficiary_name, line.disbursement_id):
                self.assertNotIn(f'"{secret}"', sent)
        self.assertNotIn("Person", sent)
        self.assertNotIn("CASH-ACCOUNT", sent)

    def test_amounts_are_exact_numbers(self):
        self.filled_envelope("0.10", "0.20")
        self.deliver()
        self.assertRegex(
            self.receiver.requests[0].body.decode(), r'"disbursement_amount": 0\.30[,}]'
        )

    def test_many_events_travel_in_requests_of_fifty(self):
        self.program.write({"own_policies": True, "bank_batch_size": 1})
        self.filled_envelope(*["1.00"] * 60)
        self.run_jobs()
        self.deliver()
        sizes = [len(request.message["events"]) for request in self.receiver.requests]
        self.assertEqual(sizes[0], webhook_send.MOST_EVENTS)
        self.assertEqual(len(sizes), 2)
        self.assertEqual(self.receiver.sequences(), sorted(self.receiver.sequences()))

    def test_a_webhook_hears_only_of_its_kinds_and_programs(self):
        self.make_program("OTHER")
        kind = self.env["g2p.bridge.event.kind"].search([("code", "=", "envelope.complete")])
        self.webhook.write({"kind_ids": kind.ids, "program_ids": self.program.ids})
        envelope = self.filled_envelope()
        self.filled_envelope(benefit_program_mnemonic="OTHER")
        self.deliver()
        (event,) = self.receiver.events
        self.assertEqual(event["kind"], "envelope.complete")
        self.assertEqual(event["disbursement_envelope_id"], envelope.disbursement_envelope_id)

    def test_a_partner_never_hears_of_a_program_that_it_may_not_reach(self):
        other = self.make_program("OTHER")
        self.limit_partner(other)
        self.webhook.program_ids = self.program
        self.filled_envelope()
        self.deliver()
        self.assertEqual(self.receiver.requests, [])

    def test_what_waits_is_skipped_once_the_partner_has_lost_the_program(self):
        self.receiver.script = [500]
        self.filled_envelope()
        self.deliver()
        self.limit_partner(self.make_program("OTHER"))
        self.pass_time(minutes=2)
        self.assertEqual(set(self.states()), {"skipped"})
        self.assertEqual(len(self.receiver.requests), 1)

    def test_an_archived_partner_hears_nothing_more(self):
        self.partner.active = False
        self.filled_envelope()
        self.deliver()
        self.assertEqual(self.receiver.requests, [])

    def test_two_webhooks_each_get_their_own(self):
        receiver = self.new_receiver()
        receiver.script = [503]
        other = self.new_webhook(name="Other", base_url=receiver.url)
        self.filled_envelope()
        self.deliver()
        self.assertEqual(set(self.states()), {"delivered"})
        self.assertEqual(set(self.states(other)), {"pending"})

    def test_a_disabled_webhook_is_told_nothing(self):
        self.webhook.action_disable()
        self.filled_envelope()
        self.deliver()
        self.assertEqual(self.states(), {})

    def test_an_answer_is_kept_to_its_beginning_only(self):
        self.receiver.answer_text = b"x" * 5000 + b"\0"
        self.filled_envelope()
        self.deliver()
        self.assertEqual({len(row.answer) for row in self.webhook.delivery_ids}, {200})

    # The address

    def test_an_address_of_a_private_network_is_called_only_where_that_is_allowed(self):
        self.patch(http_client, "server_networks", lambda: ())
        self.env["ir.config_parameter"].set_param("g2p_bridge.private_networks", "10.0.0.0/8")
        self.filled_envelope()
        self.deliver()
        self.assertEqual(self.receiver.requests, [])
        self.assertEqual(self.webhook.last_error_code, "FORBIDDEN_ADDRESS")
        self.env["ir.config_parameter"].set_param("g2p_bridge.private_networks", "127.0.0.1")
        self.pass_time(minutes=2)
        self.assertEqual(set(self.states()), {"delivered"})

    def test_an_address_that_cannot_be_one_is_refused_with_its_remedy(self):
        for address in (
            "ftp://example.org/x",
            "https://user:secret@example.org/x",
            "example.org",
            "https://example.org/x#part",
            "javascript:alert(1)",
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.webhook.base_url = address
        self.webhook.base_url = "https://example.org/x?token=1"

    # The test event

    def test_a_test_event_tells_whether_it_was_taken(self):
        self.receiver.answer_text = b"got it"
        action = self.webhook.action_send_test()
        self.assertEqual(action["params"]["type"], "success")
        self.assertIn("got it", self.webhook.last_test_answer)
        (event,) = self.receiver.events
        self.assertEqual(event["kind"], "test")
        self.assertTrue(self.receiver.requests[0].message["test"])
        self.assertEqual(self.states(), {})

    def test_a_test_event_that_fails_says_what_to_do(self):
        self.receiver.script = [302]
        action = self.webhook.action_send_test()
        self.assertEqual(action["params"]["type"], "danger")
        self.assertIn("Redirects are never followed", self.webhook.last_test_advice)
        self.assertEqual(len(self.receiver.requests), 1)

    def test_without_a_key_nothing_is_sent_and_the_test_says_so(self):
        self.env["g2p.bridge.signing.key"].search([]).action_withdraw()
        self.webhook.action_send_test()
        self.assertEqual(self.receiver.requests, [])
        self.assertIn("Signing Keys", self.webhook.last_test_advice)
        with self.assertRaises(UserError):
            self.webhook.action_enable()

    def test_the_chatter_takes_the_partner_for_no_contact(self):
        self.assertFalse(self.webhook._message_get_suggested_recipients())
        self.assertFalse(self.webhook._mail_get_partners()[self.webhook.id])

    def test_an_administrator_alone_changes_webhooks(self):
        auditor = self.env["res.users"].create(
            {
                "name": "Auditor",
                "login": "auditor-of-webhooks",
                "group_ids": [(6, 0, [self.env.ref("g2p_bridge_base.group_auditor").id])],
            }
        )
        webhook = self.webhook.with_user(auditor)
        self.assertEqual(webhook.name, "Ministry")
        for button in ("action_send_test", "action_resume", "action_replay", "action_enable"):
            with self.assertRaises(UserError):
                getattr(webhook, button)()
        with self.assertRaises(UserError):
            webhook.read(["credential"])

    def test_another_company_sees_no_events_and_no_webhooks(self):
        self.filled_envelope()
        self.deliver()
        company = self.env["res.company"].create({"name": "Other Ministry"})
        group = self.env.ref("g2p_bridge_base.group_admin")
        stranger = self.env["res.users"].create(
            {
                "name": "Stranger",
                "login": "stranger-of-webhooks",
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
                "group_ids": [(6, 0, group.ids)],
            }
        )
        for model in ("g2p.bridge.event", "g2p.bridge.webhook", "g2p.bridge.webhook.delivery"):
            self.assertTrue(self.env[model].search_count([]), model)
            self.assertFalse(self.env[model].with_user(stranger).search_count([]), model)


def jose_verify(request, keys):
    """Check a request's signature as a receiver would, with our published keys.

    :return: the header of the signature
    :raises ValueError: it is not ours, or not over these bytes
    """
    header, empty, signature = request.headers["signature"].split(".")
    assert not empty and re.fullmatch(r"[\w-]+", header)
    payload = urlsafe_b64encode(request.body).decode()
    try:
        checked = jws.deserialize_compact(
            f"{header}.{payload}.{signature}", KeySet.import_key_set(keys), algorithms=["ES256"]
        )
    except JoseError as error:
        raise ValueError(str(error)) from error
    return checked.headers()
