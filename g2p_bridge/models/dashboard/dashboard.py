# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass
from datetime import date, timedelta

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools.translate import LazyTranslate

from ..envelope.envelope_states import IN_FLIGHT

_lt = LazyTranslate(__name__)

PROBLEMS = {
    "late_heartbeat": _lt(
        "Scheduled actions of the bridge do not run in time: what is left behind stays so."
    ),
    "jobs_not_run": _lt("Jobs are due and nobody runs them: nothing goes on."),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody has chosen to look at.

    ``since`` is None where all times are meant, and ``unit`` the step of a chart of that
    period; ``program_id`` is None for all programs.
    """

    today: date
    since: date | None
    unit: str
    program_id: int | None

    def of_program(self, path="program_id"):
        """The domain of the chosen program; empty for all programs.

        :param str path: from the model that is searched to the program
        """
        return [(path, "=", self.program_id)] if self.program_id else []

    def from_day(self, path):
        """The domain of the chosen period; ``path`` leads to a date or a time."""
        return [(path, ">=", self.since.isoformat())] if self.since else []


class Dashboard(models.AbstractModel):
    """The landing page: what is under way, what waits for a person, where the money is.

    Everything comes from envelopes, steps, batches and statement totals, and through the record
    rules of the user. Of single disbursements only those are looked at whose proof may
    be late (``proof_overdue``).

    A *link* in the answer tells the web client what to open: ``action`` (XML id), and where
    they are not the action's own, ``name`` (title), ``domain``, ``context`` and ``view``.
    """

    _name = "g2p.bridge.dashboard"
    _description = "Dashboard"

    @api.model
    @api.readonly
    def read_dashboard(self, period="month", program_id=False):
        """Everything on the page, at once.

        :param str period: ``month`` (30 days), ``year`` (this year) or ``all``
        :param program_id: id of a benefit program; false for all of them
        :return: dict; amounts are text with exactly the currency's decimals
        :raises AccessError: the user is in no group of the bridge
        """
        roles = self._roles()
        self.env.flush_all()
        scope = self._scope(period, program_id)
        envelopes = self.env["g2p.bridge.envelope"]
        return {
            "has_envelopes": bool(envelopes.search_count([], limit=1)),
            "programs": self._programs(),
            "stages": self._stages(scope),
            "problems": self._problems(roles),
            "tasks": self._tasks(scope, roles),
            **self._money(scope),
            "onboarding": self._onboarding(roles),
        }

    @api.model
    def _roles(self):
        """:return: set of the user's roles"""
        roles = self.env["res.users"]._g2p_bridge_roles()
        if not roles:
            raise AccessError(
                self.env._(
                    "Only people with a role in G2P Bridge may see its dashboard. "
                    "Ask an administrator for one."
                )
            )
        return roles

    @api.model
    def _scope(self, period, program_id):
        today = self.env.company._g2p_bridge_today()
        since, unit = {
            "month": (today - timedelta(days=30), "day"),
            "year": (today.replace(month=1, day=1), "week"),
        }.get(period, (None, "month"))
        return Scope(today, since, unit, int(program_id or 0) or None)

    @api.model
    def _programs(self):
        """The programs to choose from."""
        programs = self.env["g2p.bridge.program"].search_fetch([], ["benefit_program_name"])
        return [{"id": program.id, "name": program.benefit_program_name} for program in programs]

    @api.model
    def _stages(self, scope):
        """Envelopes by stage: those under way now, then those finished in the period."""
        program = scope.of_program()
        finished = [("state", "=", "reconciled"), *scope.from_day("disbursement_schedule_date")]
        ands = ["&"] * (len(finished) - 1)
        groups = self.env["g2p.bridge.envelope"]._read_group(
            [*program, "|", *IN_FLIGHT.domain(), *ands, *finished],
            ["state", "needs_attention", "paused"],
            ["__count", "number_of_disbursements:sum"],
        )
        return [
            self._stage(
                state,
                [group[1:] for group in groups if group[0] == state],
                [*(finished if state == "reconciled" else [("state", "=", state)]), *program],
            )
            for state in (*IN_FLIGHT, "reconciled")
        ]

    @api.model
    def _stage(self, state, groups, domain):
        """:param groups: [(needs attention, paused, envelopes, disbursements)]"""
        states = self.env["g2p.bridge.envelope"]._fields["state"]
        name = dict(states._description_selection(self.env))[state]
        return {
            "state": state,
            "name": name,
            "envelopes": sum(group[2] for group in groups),
            "disbursements": sum(group[3] for group in groups),
            "attention": sum(group[2] for group in groups if group[0]),
            "paused": sum(group[2] for group in groups if group[1]),
            "link": self._link("envelope_action", name, domain),
        }

    @api.model
    def _problems(self, roles):
        """What is wrong with the machinery itself, for the administrators who keep it running.

        Read anew each time: were it left to a scheduled action, nobody would see here that
        scheduled actions have stopped.

        :return: list of dicts ``kind`` and ``text``, of what is wrong; empty for others
        """
        if "admin" not in roles:
            return []
        wrong = self.env["g2p.bridge.health"]._life_signs()["troubles"]
        return [
            {"kind": kind, "text": self.env._(text)}
            for kind, text in PROBLEMS.items()
            if kind in wrong
        ]

    @api.model
    def _link(self, action, name, domain):
        """What the web client opens: an action with another title and domain."""
        xmlid = action if "." in action else f"g2p_bridge.{action}"
        return {"action": xmlid, "name": name, "domain": list(domain)}
