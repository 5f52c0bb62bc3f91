# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import requests
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.job import Job

from ..lib import fault as faults
from ..lib import receipt

DELIVER_KEY = "example_bank_deliver_%s"
#: Seconds to wait for the receiver, who may have much to read.
TIMEOUT = 300
#: Seconds before the second attempt, and the longest wait between two.
FIRST_DELAY = 60
LONGEST_DELAY = 3600
#: Attempts in a row that may fail: with these waits, some nineteen hours.
MOST_FAILURES = 24
ERROR_LENGTH = 200
#: What stands in field :25: instead of the account's own number, where a fault says so.
OTHER_ACCOUNT = "OTHER-ACCOUNT"


class ExampleBankStatementDelivery(models.Model):
    """How a statement reaches the client: posted until the client says that it has it.

    A client that does not take it for most of a day is left to a person. Where a fault says so, the
    statement goes astray on its way.
    """

    _inherit = "g2p.bridge.example.bank.statement"

    # === Fields ===

    delivery_state = fields.Selection(
        [
            ("download", "To be downloaded"),
            ("pending", "Waiting"),
            ("failed", "Failed, will be tried again"),
            ("delivered", "Delivered"),
            ("given_up", "Given up"),
            ("held", "Held back (fault)"),
        ],
        readonly=True,
        default="download",
        index="btree_not_null",
    )
    delivery_attempts = fields.Integer("Attempts", readonly=True)
    delivery_failures = fields.Integer(
        "Failures in a Row", readonly=True, help="Since it was last delivered, or sent by hand."
    )
    next_attempt_at = fields.Datetime("Next Attempt", readonly=True)
    delivered_at = fields.Datetime(readonly=True)
    last_error = fields.Char(readonly=True)
    delivery_fault = fields.Selection(
        [(kind, kind) for kind in faults.STATEMENT],
        readonly=True,
        help="The fault that this statement met.",
    )

    # === Actions ===

    def action_deliver_again(self):
        """Post the statement (again) to the account's call-back address, at once."""
        self.check_access("write")
        for statement in self.sudo():
            if statement.state != "made":
                raise UserError(
                    self.env._("Statement %s is not made yet. Wait for it.", statement.reference)
                )
            if not statement.account_id.callback_url:
                raise UserError(
                    self.env._(
                        "Account %s has no call-back address. Enter one on the account.",
                        statement.account_id.account_number,
                    )
                )
            statement.write(
                {"delivery_state": "pending", "delivery_failures": 0, "next_attempt_at": False}
            )
            statement._enqueue_delivery()

    # === Steps ===

    def _job_deliver(self):
        """Deliver the statement when that is due, and with it those that it has overtaken."""
        self.ensure_one()
        due = self.next_attempt_at
        if self.delivery_state == "pending" and due and due > fields.Datetime.now():
            self._enqueue_delivery()
            return self.env._("Statement %s is sent later.", self.reference)
        said = self._deliver()
        if self.delivery_state == "delivered":
            self._send_those_overtaken()
        return said

    def _deliver(self):
        """Post the file once; a failure is recorded and the next attempt planned.

        The receiver recognises a file that it has already, so that a delivery whose record
        was lost is simply made again.
        """
        if self.delivery_state not in ("pending", "failed"):
            return self.env._("Statement %s needs no delivery.", self.reference)
        error = self._post_file()
        attempts = self.delivery_attempts + 1
        if not error:
            self.write(
                {
                    "delivery_state": "delivered",
                    "delivery_attempts": attempts,
                    "delivery_failures": 0,
                    "delivered_at": fields.Datetime.now(),
                    "next_attempt_at": False,
                    "last_error": False,
                }
            )
            return self.env._("Statement %s is delivered.", self.reference)
        failures = self.delivery_failures + 1
        self.write(
            {
                "delivery_attempts": attempts,
                "delivery_failures": failures,
                "last_error": error[:ERROR_LENGTH],
            }
        )
        if failures >= MOST_FAILURES:
            self.write({"delivery_state": "given_up", "next_attempt_at": False})
            return self.env._("Given up: %s", error)
        delay = min(FIRST_DELAY * 2 ** min(failures - 1, 10), LONGEST_DELAY)
        next_attempt = fields.Datetime.now() + timedelta(seconds=delay)
        self.write({"delivery_state": "failed", "next_attempt_at": next_attempt})
        self._enqueue_delivery()
        return error

    def _post_file(self):
        """Post the file. The first attempt brings what a fault wants; the right file always comes,
        too.

        :return: as of :meth:`_post`
        """
        content, first = self.attachment_id.raw, not self.delivery_attempts
        if self.delivery_fault == "statement_twice" and first:
            self._post(content)
        if self.delivery_fault == "statement_other_account" and first:
            number = self.account_id.account_number
            own, other = f":25:{number}".encode(), f":25:{OTHER_ACCOUNT}".encode()
            self._post(content.replace(own, other, 1))
        return self._post(content)

    # === Helpers ===

    def _schedule_delivery(self):
        """Start the delivery of a statement that was just made, where the account wants it."""
        self.ensure_one()
        if self.account_id.statement_delivery == "callback":
            self.delivery_state = "pending"
            self._enqueue_delivery()
            self._meet_fault()

    def _meet_fault(self):
        """Have this statement go astray, if a fault waits for it."""
        effect = self.env["g2p.bridge.example.bank.fault"]._take_now(
            faults.SEND_STATEMENT, self.account_id
        )
        self.delivery_fault = effect.kind or False
        if effect.kind == "statement_late":
            self.next_attempt_at = fields.Datetime.now() + timedelta(seconds=effect.seconds)
        elif effect.kind in ("statement_out_of_order", "statement_gap"):
            self.delivery_state = "held"

    @api.model
    def _due_deliveries(self):
        now = fields.Datetime.now()
        return self.search(
            [
                ("delivery_state", "in", ("pending", "failed")),
                "|",
                ("next_attempt_at", "=", False),
                ("next_attempt_at", "<=", now),
            ]
        )

    def _enqueue_delivery(self):
        self.env["queue.job"]._enqueue_once(self._delivery_jobs())

    def _delivery_jobs(self):
        return [
            Job(
                statement._job_deliver,
                identity_key=DELIVER_KEY % statement.id,
                eta=statement.next_attempt_at or None,
                description=self.env._("Example bank: deliver statement %s", statement.reference),
            )
            for statement in self
        ]

    def _post(self, content):
        """:return: "" if the client accepted the file, else why not"""
        account = self.account_id.sudo()
        if not account.callback_url:
            return self.env._("The account has no call-back address.")
        headers = {}
        if account.callback_token:
            headers["Authorization"] = f"Bearer {account.callback_token}"
        file = (self.attachment_id.name, content, "text/plain")
        try:
            response = requests.post(
                account.callback_url,
                files={"statement_file": file},
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.exceptions.RequestException as error:
            # The text of the exception may carry the address and what is secret in it.
            return self.env._("No answer: %s", type(error).__name__)
        return self._refusal_in(response)

    @api.model
    def _refusal_in(self, response):
        if response.status_code != 200:
            return f"HTTP {response.status_code}"
        try:
            answer = response.json()
        except ValueError:
            return self.env._("The answer is not JSON.")
        refusal = receipt.refusal(answer)
        if refusal is None:
            return ""
        return self.env._("Refused: %s", refusal or self.env._("the answer gives no reason."))

    def _send_those_overtaken(self):
        """Send what was held back until a later statement had come."""
        overtaken = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("delivery_state", "=", "held"),
                ("delivery_fault", "=", "statement_out_of_order"),
                ("number", "<", self.number),
            ]
        )
        for statement in overtaken:
            statement.delivery_state = "pending"
            statement._enqueue_delivery()
