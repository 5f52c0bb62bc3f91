import logging
import threading
import time
from functools import partial

import requests
from odoo import api, fields, models

_logger = logging.getLogger(__name__)

#: What stands where an address should be, under the fault "malformed".
MALFORMED = "account_number;;no address"


class MapperBehaviour(models.Model):
    """How the simulated mapper behaves: one record, read at each request."""

    _name = "g2p.bridge.example.mapper.behaviour"
    _description = "Example Mapper Behaviour"

    name = fields.Char(default=lambda self: self.env._("Behaviour"), required=True)
    address = fields.Char(
        compute="_compute_address", help="What an ID mapper of the bridge has as its address."
    )
    signature_required = fields.Boolean(
        help="The real mapper answers 500 to a request without the header Signature. Its shape "
        "is checked here, not what it signs; one that ends in '.bad' counts as forged."
    )
    fault = fields.Selection(
        [
            ("none", "None: answer as it should be"),
            ("error_500", "Answer each request with error 500"),
            ("slow", "Wait, then answer"),
            ("missing", "Leave out some of the answers"),
            ("swapped", "Give the answers in reverse order"),
            ("malformed", "Give some addresses that nobody can read"),
        ],
        default="none",
        required=True,
        help="What the mapper does wrong with every request, until another choice is made here.",
    )
    call_back = fields.Selection(
        [
            ("after", "After the acknowledgement"),
            ("before", "Before the acknowledgement, as the real mapper"),
            ("late", "Late"),
            ("twice", "Twice"),
            ("never", "Never"),
        ],
        "Call-Back",
        default="after",
        required=True,
        help="When the answer to an asynchronous request comes. Answers that are left out make "
        "it a partial one.",
    )
    fault_every = fields.Integer(
        "One of so Many",
        default=2,
        required=True,
        help="2: every second answer is left out or unreadable; 1: every one.",
    )
    fault_seconds = fields.Integer(
        "Seconds to Wait",
        default=90,
        required=True,
        help="Choose more than the client's time-out to let it expire. As long as that a late "
        "call-back takes.",
    )

    _every_positive = models.Constraint(
        "CHECK(fault_every > 0)", "One of so many is a whole number above zero."
    )
    _seconds_range = models.Constraint(
        "CHECK(fault_seconds BETWEEN 0 AND 600)", "The mapper waits between 0 and 600 seconds."
    )

    def _compute_address(self):
        for behaviour in self:
            behaviour.address = f"{behaviour.get_base_url()}/g2p_bridge_example_mapper"

    @api.model
    def action_open(self):
        """Open the one record there is."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Example Mapper (simulation): Behaviour"),
            "res_model": self._name,
            "res_id": self._current().id,
            "view_mode": "form",
        }

    @api.model
    def _current(self):
        """:return: the record that is in force; made anew if somebody deleted it"""
        return self.sudo().search([], limit=1, order="id") or self.sudo().create({})

    def _wait(self):
        """Let a slow mapper be slow."""
        if self.fault == "slow":
            time.sleep(self.fault_seconds)

    def _call_back(self, url, data, response):
        """Bring the reply to an asynchronous request, once: there is no second try.

        :param response: the acknowledgement
        """
        send = partial(_post, url, data)
        if self.call_back == "before":
            send()
        elif self.call_back == "late":
            response.call_on_close(partial(_later, self.fault_seconds, send))
        elif self.call_back != "never":
            for _time in range(2 if self.call_back == "twice" else 1):
                response.call_on_close(partial(_later, 0, send))

    def _spoil(self, answers):
        """:return: the answers to a resolve request as the fault leaves them"""
        self.ensure_one()
        if self.fault == "swapped":
            return answers[::-1]
        if self.fault == "missing":
            return [item for item, hit in self._hits(answers) if not hit]
        if self.fault == "malformed":
            return [
                {**item, "fa": MALFORMED} if hit and item["fa"] else item
                for item, hit in self._hits(answers)
            ]
        return answers

    def _hits(self, answers):
        for number, item in enumerate(answers, start=1):
            yield item, number % self.fault_every == 0


def _later(seconds, send):
    timer = threading.Timer(seconds, send)
    timer.daemon = True
    timer.start()


def _post(url, data):
    """Bring a reply; what the receiver makes of it changes nothing here."""
    headers = {"Content-Type": "application/json"}
    try:
        requests.post(url, data=data, headers=headers, timeout=30, allow_redirects=False)
    except requests.RequestException as error:
        _logger.info("example mapper: a call-back did not arrive (%s)", type(error).__name__)
