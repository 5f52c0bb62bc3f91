# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time

from odoo import api, fields, models

from ...lib.diagnosis import Trace, cause_of
from ...lib.errors import ConnectorError
from .advice import ADVICE

#: Longest text of an outside system that is kept.
LONGEST_ANSWER = 500
#: Causes of which the message is ours: the other side said nothing.
NO_ANSWER = {"name", "refused", "tls", "connect_timeout", "read_timeout", "dropped", "unreachable"}


class EndpointProbe(models.AbstractModel):
    """Trying an endpoint out, and what the last try told."""

    _inherit = "g2p.bridge.endpoint"

    # === Fields ===

    last_test_at = fields.Datetime("Last Tested", readonly=True, copy=False)
    last_test_by_id = fields.Many2one("res.users", "Tested By", readonly=True, copy=False)
    last_test_result = fields.Selection(
        [("ok", "Answered"), ("failed", "Failed")],
        "Connection",
        readonly=True,
        copy=False,
        help="Outcome of the last test. It says nothing of what has changed since.",
    )
    last_test_milliseconds = fields.Integer("Took (ms)", readonly=True, copy=False)
    last_test_tried = fields.Text(
        "What Was Tried", readonly=True, copy=False, help="Each address that was called."
    )
    last_test_answer = fields.Text("Answer", readonly=True, copy=False)
    last_test_cause = fields.Char(readonly=True, copy=False)
    last_test_advice = fields.Text("What to Do", compute="_compute_last_test_advice")

    # === Compute ===

    @api.depends("last_test_cause")
    @api.depends_context("lang")
    def _compute_last_test_advice(self):
        for endpoint in self:
            advice = endpoint._test_advice().get(endpoint.last_test_cause)
            endpoint.last_test_advice = advice and self.env._(advice)

    # === CRUD ===

    def write(self, vals):
        """A test tells nothing any more of what is called in another way."""
        if not self._tested_names() & set(vals):
            return super().write(vals)
        before = {endpoint: endpoint._tested_facts() for endpoint in self}
        result = super().write(vals)
        for endpoint, facts in before.items():
            if endpoint.last_test_at and facts != endpoint._tested_facts():
                endpoint._forget_test()
        return result

    # === Actions ===

    def action_test_connection(self):
        """Reach the other side without any effect; keep and show what came of it."""
        self.ensure_one()
        self.check_access("write")
        self._try_out(lambda endpoint: endpoint._get_connector().test_connection())
        return self._test_notification()

    # === Helpers ===

    def _unaudited_names(self):
        tests = {name for name in self._fields if name.startswith("last_test_")}
        return super()._unaudited_names() | tests

    def _try_out(self, call, words=None):
        """Carry out a call that changes nothing outside, and keep what came of it.

        :param call: function of this record, bound to a trace of what is called
        :param words: function of the call's answer that puts it into words
        :return: tuple (answer or None, :class:`ConnectorError` or None)
        """
        self.ensure_one()
        trace, answer, failure = Trace(), None, None
        begun = time.monotonic()
        try:
            answer = call(self.with_context(endpoint_trace=trace))
            text = words(answer) if words else answer
        except ConnectorError as error:
            failure, text = error, self._failure_words(error)
        self.sudo().write(
            {
                "last_test_at": fields.Datetime.now(),
                "last_test_by_id": self.env.uid,
                "last_test_result": "failed" if failure else "ok",
                "last_test_milliseconds": round((time.monotonic() - begun) * 1000),
                "last_test_tried": self._tried_words(trace),
                "last_test_answer": self._without_secrets(text)[:LONGEST_ANSWER],
                "last_test_cause": cause_of(failure) if failure else False,
            }
        )
        return answer, failure

    def _failure_words(self, error):
        """What the other side said, as far as it did."""
        if cause_of(error) in NO_ANSWER:
            return self.env._("None (%s)", error.code)
        if error.message.replace(" ", "_") == error.code:
            return error.message
        return f"{error.message} ({error.code})"

    def _tried_words(self, trace):
        lines = [
            self.env._("%(address)s answered with status %(status)s", address=url, status=status)
            if status
            else self.env._("%s gave no answer", url)
            for url, status in trace.calls
        ]
        return self._without_secrets("\n".join(lines)) or False

    def _test_notification(self):
        failed = self.last_test_result == "failed"
        # Some causes need no advice: our own refusal says what to do.
        text = failed and self.last_test_advice or self.last_test_answer
        title = (
            self.env._("%s: the test failed", self.name)
            if failed
            else self.env._(
                "%(name)s answered within %(time)s ms",
                name=self.name,
                time=self.last_test_milliseconds,
            )
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if failed else "success",
                "title": title,
                "message": text,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    @api.model
    def _test_advice(self):
        """:return: {cause of a failed test: what to do about it}"""
        return ADVICE

    @api.model
    def _tested_names(self):
        """:return: set of the fields that say what is called, and how"""
        return {"base_url", "connector", "credential", "sign_requests"}

    def _tested_facts(self):
        names = self._tested_names() - {"credential"}
        return [self._readable_secret("credential"), *(self[name] for name in sorted(names))]

    def _forget_test(self):
        self.sudo().write(
            {
                "last_test_at": False,
                "last_test_by_id": False,
                "last_test_result": False,
                "last_test_milliseconds": 0,
                "last_test_tried": False,
                "last_test_answer": False,
                "last_test_cause": False,
            }
        )
