# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import threading

from odoo.addons.g2p_bridge_base.tests.certificate import self_signed

from ...models.webhook.webhook_client import EXCERPT
from .webhook_common import WebhookCase


class TestWebhookFailure(WebhookCase):
    """A receiver that is down, slow or wrong loses nothing, and people come to know of it."""

    def test_a_server_error_is_tried_again_with_the_same_events(self):
        self.receiver.script = [500]
        self.receiver.answer_text = b"database is down"
        self.filled_envelope()
        self.deliver()
        self.assertEqual(self.webhook.status, "failing")
        delivery = self.webhook.delivery_ids[0]
        self.assertEqual((delivery.status_code, delivery.error_code), (500, "HTTP_500"))
        self.assertEqual(delivery.answer, "database is down")
        self.pass_time(minutes=2)
        first, second = self.receiver.requests
        self.assertEqual(first.headers["event-id"], second.headers["event-id"])
        self.assertEqual(self.webhook.status, "fine")
        self.assertEqual(set(self.states()), {"delivered"})
        self.assertEqual(set(self.webhook.delivery_ids.mapped("attempts")), {2})

    def test_what_happens_meanwhile_comes_after_what_waits(self):
        self.receiver.script = [500]
        envelope = self.filled_envelope()
        self.deliver()
        self.run_jobs()
        self.deliver()
        self.assertEqual(len(self.receiver.requests), 1)
        self.pass_time(minutes=2)
        self.receiver.requests = self.receiver.requests[1:]
        kinds = [event["kind"] for event in self.receiver.events]
        self.assertEqual(kinds, self.emitted(envelope))
        self.assertEqual(self.receiver.sequences(), sorted(self.receiver.sequences()))

    def test_nobody_calls_before_the_next_attempt_is_due(self):
        self.receiver.script = [500]
        self.filled_envelope()
        self.deliver()
        self.webhook._job_deliver()
        self.env["g2p.bridge.event"]._cron_heartbeat()
        self.run_jobs()
        self.assertEqual(len(self.receiver.requests), 1)

    def test_each_kind_of_failure_is_told_apart(self):
        self.filled_envelope()
        self.env["g2p.bridge.event"]._job_dispatch()
        for script, code in (
            ([302], "HTTP_302"),
            ([404], "HTTP_404"),
            ([429], "HTTP_429"),
            ([_hang_up], "NO_ANSWER"),
            ([_garbage], "NO_ANSWER"),
        ):
            self.receiver.script = script
            self.pass_time(days=1)
            self.assertEqual(self.webhook.last_error_code, code)
            self.assertEqual(set(self.states()), {"pending"})
            self.webhook.action_resume()
            self.env.cr.execute("UPDATE g2p_bridge_webhook_delivery SET first_attempt_at = NULL")

    def test_a_redirect_is_not_followed(self):
        self.receiver.script = [307]
        self.filled_envelope()
        self.deliver()
        self.assertEqual([request.path for request in self.receiver.requests], ["/events"])

    def test_a_receiver_that_is_down_is_called_again(self):
        self.receiver.close()
        self.filled_envelope()
        self.deliver()
        self.assertEqual(self.webhook.last_error_code, "CONNECTION_FAILED")
        self.receiver = self.new_receiver()
        self.webhook.base_url = self.receiver.url
        self.pass_time(minutes=2)
        self.assertEqual(set(self.states()), {"delivered"})

    def test_a_certificate_that_nobody_trusts_stops_the_delivery(self):
        receiver = self.new_receiver(certificate=self_signed(self))
        self.webhook.base_url = receiver.url
        self.filled_envelope()
        self.deliver()
        self.assertEqual(receiver.requests, [])
        self.assertEqual(self.webhook.last_error_code, "CONNECTION_FAILED")
        self.webhook.action_send_test()
        self.assertIn("certificate", self.webhook.last_test_advice)

    def test_a_receiver_that_says_nothing_is_not_waited_for(self):
        self.webhook.read_timeout = 1
        release = threading.Event()
        self.addCleanup(release.set)
        self.receiver.script = [lambda _handler: release.wait(60)]
        self.filled_envelope()
        self.deliver()
        self.assertEqual(self.webhook.last_error_code, "TIMEOUT")

    def test_a_receiver_that_answers_drop_by_drop_is_hung_up_on(self):
        self.webhook.write({"read_timeout": 1, "connect_timeout": 1})
        release = threading.Event()
        self.addCleanup(release.set)

        def drip(handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            try:
                while not release.wait(0.2):
                    handler.wfile.write(b"X-Drop: 1\r\n")
            except OSError:
                release.set()

        self.receiver.script = [drip]
        self.filled_envelope()
        self.deliver()
        self.assertEqual(self.webhook.last_error_code, "TIMEOUT")
        self.assertTrue(release.wait(30))

    def test_an_endless_body_is_not_read(self):
        release = threading.Event()
        self.addCleanup(release.set)

        def pour(handler):
            handler.send_response(200)
            handler.end_headers()
            try:
                while not release.is_set():
                    handler.wfile.write(b"y" * 4096)
            except OSError:
                release.set()

        self.receiver.script = [pour]
        self.filled_envelope()
        self.deliver()
        self.assertTrue(release.wait(30))
        self.assertEqual(set(self.states()), {"delivered"})
        self.assertEqual(self.webhook.delivery_ids[0].answer, "y" * EXCERPT)

    def test_a_receiver_that_took_it_while_we_died_gets_it_again(self):
        self.filled_envelope()
        self.env["g2p.bridge.event"]._job_dispatch()
        request = self.webhook._take_request()
        self.webhook._send(*request[1:])  # taken, and never recorded
        self.run_jobs()
        first, second = self.receiver.requests
        self.assertEqual(first.headers["event-id"], second.headers["event-id"])
        self.assertEqual(set(self.states()), {"delivered"})

    def test_events_are_given_up_in_the_end_and_somebody_is_told(self):
        self.receiver.script = [500] * 3
        envelope = self.later_filled()
        self.deliver()
        self.pass_time(days=2)
        self.assertEqual(set(self.states()), {"pending"})
        self.pass_time(days=2)
        self.assertEqual(set(self.states()), {"failed"})
        (activity,) = self.webhook.activity_ids
        self.assertIn("HTTP_500", activity.summary)
        self.assertEqual(activity.user_id, self.env.user)
        # What comes afterwards is sent.
        envelope._pause("A question")
        self.env["g2p.bridge.event"]._job_dispatch()
        self.receiver.requests.clear()
        self.pass_time(days=1)
        self.assertIn("envelope.paused", [event["kind"] for event in self.receiver.events])

    def test_a_webhook_that_keeps_failing_is_paused_and_goes_on_when_resumed(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge.webhook_give_up_days", "30")
        self.receiver.script = [500] * 3
        envelope = self.later_filled()
        self.deliver()
        for _turn in range(2):
            self.pass_time(days=4)
        self.assertEqual(self.webhook.status, "paused")
        self.assertTrue(self.webhook.activity_ids)
        envelope._pause("A question")
        self.deliver()
        self.assertEqual(len(self.receiver.requests), 3)
        self.assertEqual(set(self.states()), {"pending"})
        self.receiver.requests.clear()
        self.webhook.action_resume()
        self.run_jobs()
        self.assertEqual([event["kind"] for event in self.receiver.events], self.emitted(envelope))
        self.assertFalse(self.webhook.activity_ids)

    def test_a_receiver_that_is_gone_is_paused_at_once(self):
        self.receiver.script = [410]
        self.filled_envelope()
        self.deliver()
        self.assertEqual(self.webhook.status, "paused")

    # Sending again

    def test_given_up_events_are_sent_again_with_the_reason_kept(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge.webhook_give_up_days", "1")
        self.receiver.script = [500] * 2
        envelope = self.later_filled()
        self.deliver()
        self.pass_time(days=2)
        self.assertEqual(set(self.states()), {"failed"})
        self.receiver.requests.clear()
        self.pass_time(days=1)
        self.replay(which="failed")
        self.assertEqual([event["kind"] for event in self.receiver.events], self.emitted(envelope))
        delivery = self.webhook.delivery_ids[0]
        self.assertEqual(
            (delivery.replays, delivery.replay_reason, delivery.replayed_by_id),
            (1, "The receiver lost them", self.env.user),
        )

    def test_selected_events_are_sent_again_under_their_own_ids(self):
        self.filled_envelope()
        self.deliver()
        former = self.receiver.events
        self.receiver.requests.clear()
        chosen = self.webhook.delivery_ids[:2]
        self.replay(deliveries=chosen)
        self.assertEqual(
            [event["event_id"] for event in self.receiver.events],
            [event["event_id"] for event in former[-2:]],
        )

    def test_a_new_webhook_is_sent_what_happened_before_it_was(self):
        self.webhook.active = False
        envelope = self.filled_envelope()
        self.run_jobs()
        self.deliver()
        self.assertEqual(self.receiver.requests, [])
        webhook = self.new_webhook(name="New")
        self.replay(webhook, which="since", since=envelope.create_date.replace(year=2000))
        mine = [
            event["kind"]
            for event in self.receiver.events
            if event["disbursement_envelope_id"] == envelope.disbursement_envelope_id
        ]
        self.assertEqual(mine, self.emitted(envelope))
        self.assertEqual(webhook.delivery_ids[0].replay_reason, "The receiver lost them")

    def test_undelivered_events_are_never_removed(self):
        self.receiver.script = [500]
        self.filled_envelope()
        self.deliver()
        self.env.cr.execute("UPDATE g2p_bridge_event SET happened_at = '2000-01-01'")
        self.env["g2p.bridge.event"]._cron_forget()
        waiting = self.states()
        self.assertEqual(set(waiting), {"pending"})
        self.pass_time(minutes=2)
        self.assertEqual(self.states(), {"delivered": waiting["pending"]})
        self.env["g2p.bridge.event"]._cron_forget()
        self.assertEqual(self.states(), {})


def _hang_up(handler):
    """No answer at all."""
    handler.close_connection = True


def _garbage(handler):
    """Something that is no HTTP."""
    handler.wfile.write(b"\x00\x01 nonsense\r\n\r\n")
    handler.close_connection = True
