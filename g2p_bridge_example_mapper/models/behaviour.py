# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import threading
import time
from functools import partial

import requests
from odoo import api, fields, models

from odoo.addons.g2p_bridge_base.own_transaction import in_own_transaction

from ..lib import spoil

_logger = logging.getLogger(__name__)

#: How often the lot of a request is drawn, if others draw at the same moment.
TRIES = 20


class MapperBehaviour(models.Model):
    """How the simulated mapper behaves: one record, read at each request."""

    _name = "g2p.bridge.example.mapper.behaviour"
    _description = "Example Mapper Behaviour"

    # === Fields ===

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
            ("partial", "Answer only the first half of the request"),
            ("swapped", "Give the answers in reverse order"),
            ("wrong_ids", "Give some answers under an ID that nobody asked for"),
            ("malformed", "Give some addresses that nobody can read"),
            ("bad_json", "Answer with broken JSON"),
            ("html", "Answer with a web page"),
        ],
        default="none",
        required=True,
        help="What the mapper does wrong, until another choice is made here or it has happened "
        "as often as you say below.",
    )
    fault_times = fields.Integer(
        "Times Left",
        help="How often it still happens; after that the mapper answers as it should. "
        "0: until another choice is made.",
    )
    fault_probability = fields.Float(
        "Probability (%)",
        default=100.0,
        digits=(5, 2),
        required=True,
        help="How likely it hits a request. 100: each one.",
    )
    fault_seed = fields.Integer(
        "Seed",
        default=1,
        required=True,
        help="The same seed hits the same requests again, counted from the moment it is set.",
    )
    fault_occasions = fields.Integer(
        "Requests So Far",
        readonly=True,
        help="Requests that the fault could have hit since the seed was set.",
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

    # === Constraints ===

    _probability_range = models.Constraint(
        "CHECK(fault_probability BETWEEN 0 AND 100)", "The probability is between 0 and 100 %."
    )
    _times_not_negative = models.Constraint(
        "CHECK(fault_times >= 0)", "Times left cannot be negative."
    )
    _every_positive = models.Constraint(
        "CHECK(fault_every > 0)", "One of so many is a whole number above zero."
    )
    _seconds_range = models.Constraint(
        "CHECK(fault_seconds BETWEEN 0 AND 600)", "The mapper waits between 0 and 600 seconds."
    )

    # === Compute ===

    def _compute_address(self):
        for behaviour in self:
            behaviour.address = f"{behaviour.get_base_url()}/g2p_bridge_example_mapper"

    # === CRUD ===

    def write(self, vals):
        """A new seed or another fault begins the lots anew."""
        begins = {"fault", "fault_seed"} & set(vals)
        return super().write({**vals, "fault_occasions": 0} if begins else vals)

    # === Actions ===

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

    # === Helpers ===

    @api.model
    def _current(self):
        """:return: the record that is in force; made anew if somebody deleted it"""
        return self.sudo().search([], limit=1, order="id") or self.sudo().create({})

    @api.model
    def _for_request(self):
        """:return: the record in force, with the lot of one request drawn: see :meth:`_fault`"""
        behaviour = self._current()
        return behaviour.with_context(example_mapper_fault=behaviour._draw())

    def _fault(self):
        """What goes wrong with this request."""
        return self.env.context.get("example_mapper_fault", self.fault)

    def _draw(self):
        """Decide whether the fault hits a request, durably: whatever becomes of the request,
        it was drawn for once."""
        if self.fault == "none" or not (self.fault_times or self.fault_probability < 100):
            return self.fault
        return in_own_transaction(self.env, self._draw_in, TRIES)

    def _draw_in(self, cr):
        cr.execute(
            "SELECT fault, fault_times, fault_probability, fault_seed, fault_occasions"
            " FROM g2p_bridge_example_mapper_behaviour WHERE id = %s FOR UPDATE",
            [self.id],
            log_exceptions=False,
        )
        fault, times, probability, seed, occasions = cr.fetchone()
        hit = fault != "none" and spoil.is_hit(seed, occasions or 0, probability)
        # The last time ends the fault.
        ended = hit and times == 1
        cr.execute(
            "UPDATE g2p_bridge_example_mapper_behaviour SET fault = %s, fault_times = %s,"
            " fault_occasions = COALESCE(fault_occasions, 0) + 1 WHERE id = %s",
            ["none" if ended else fault, max((times or 0) - hit, 0), self.id],
            log_exceptions=False,
        )
        return fault if hit else "none"

    def _wait(self):
        """Let a slow mapper be slow."""
        if self._fault() == "slow":
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
        return spoil.answers(self._fault(), answers, self.fault_every)

    def _spoil_reply(self, data):
        """:return: (content type, bytes) of a reply as the fault leaves it"""
        return spoil.reply(self._fault(), data)


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
