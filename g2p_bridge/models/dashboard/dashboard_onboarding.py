# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass

from odoo import api, models
from odoo.tools.translate import LazyGettext, LazyTranslate

_lt = LazyTranslate(__name__)

#: Who is shown the first steps: whoever carries out at least one of them.
SHOWN_TO = {"admin", "officer", "finance"}


@dataclass(frozen=True, slots=True)
class Step:
    """A step on the way; ``roles`` carry it out, ``who`` tells all others whom to ask."""

    key: str
    roles: frozenset
    title: LazyGettext
    hint: LazyGettext
    verb: LazyGettext
    who: LazyGettext


ADMINISTRATOR = frozenset({"admin"}), _lt("An administrator does this.")
OFFICER = frozenset({"officer"}), _lt("An officer does this.")
FINANCE = frozenset({"finance", "admin"}), _lt("Somebody of finance does this.")
#: Who may give roles to people.
MANAGES_USERS = "base.group_erp_manager"

STEPS = [
    Step(
        "bank",
        ADMINISTRATOR[0],
        _lt("Enable a sponsor bank"),
        _lt("It holds the money and pays it out. Test the connection, then enable it."),
        _lt("Set up a bank"),
        ADMINISTRATOR[1],
    ),
    Step(
        "mapper",
        ADMINISTRATOR[0],
        _lt("Enable an ID mapper"),
        _lt("Only where people are known by an ID instead of an account."),
        _lt("Set up a mapper"),
        ADMINISTRATOR[1],
    ),
    Step(
        "program",
        ADMINISTRATOR[0],
        _lt("Describe a benefit program"),
        _lt("Which bank pays it, from which account and by which rules."),
        _lt("Set up a program"),
        ADMINISTRATOR[1],
    ),
    Step(
        "people",
        ADMINISTRATOR[0],
        _lt("Name the people"),
        _lt(
            "An officer declares envelopes and imports. Make a user with that role, and give a "
            "password by the gear menu."
        ),
        _lt("Open users"),
        _lt("Whoever manages the users does this."),
    ),
    Step(
        "envelope",
        OFFICER[0],
        _lt("Declare an envelope"),
        _lt("How many payments one cycle has, and what they add up to."),
        _lt("Declare an envelope"),
        OFFICER[1],
    ),
    Step(
        "disbursements",
        OFFICER[0],
        _lt("Import its disbursements"),
        _lt("From a file, or sent by the PBMS: one row for each payment."),
        _lt("Import a file"),
        OFFICER[1],
    ),
    Step(
        "statement",
        FINANCE[0],
        _lt("Receive the bank's statement"),
        _lt("It proves what was paid. The bank sends it, or you upload its file."),
        _lt("Open statements"),
        FINANCE[1],
    ),
]


class DashboardOnboarding(models.AbstractModel):
    """The way from nothing to a first paid envelope."""

    _inherit = "g2p.bridge.dashboard"

    @api.model
    def _onboarding(self, roles):
        """The first steps; False once a statement proved a payment, or for who has no part in it.

        :return: list of dicts: ``done``; ``optional``, the way goes on without it; ``verb``
            is what this user may do (False: ``who`` says who does it)
        """
        proved = [("state", "=", "done"), ("matched_count", ">", 0)]
        if not roles & SHOWN_TO or self._any("g2p.bridge.statement", proved):
            return False
        done, links = self._steps_done(), self._step_links()
        asks = self._any("g2p.bridge.program", [("id_mapper_resolution_required", "=", True)])
        return [
            {
                "key": step.key,
                "title": self.env._(step.title),
                "hint": self.env._(step.hint),
                "done": done[step.key],
                "optional": step.key == "mapper" and not asks,
                "verb": self.env._(step.verb) if self._may_take(step, roles) else False,
                "who": self.env._(step.who),
                "link": links[step.key],
            }
            for step in STEPS
        ]

    @api.model
    def _may_take(self, step, roles):
        """Whether this user carries out a step; users are a matter of Odoo's own roles."""
        if step.key == "people" and not self.env.user.has_group(MANAGES_USERS):
            return False
        return bool(step.roles & roles)

    @api.model
    def _steps_done(self):
        """{key of the step: whether it is done}"""
        usable = [("environment", "!=", "disabled"), ("is_confirmed", "=", True)]
        connected = [*usable, ("connector", "!=", False)]
        return {
            "bank": self._any("g2p.bridge.sponsor.bank", connected),
            "mapper": self._any("g2p.bridge.mapper", usable),
            "program": self._any("g2p.bridge.program", []),
            "people": self._has_officer(),
            "envelope": self._any("g2p.bridge.envelope", []),
            "disbursements": self._any("g2p.bridge.bank.batch", [("line_count", ">", 0)]),
            "statement": False,
        }

    @api.model
    def _step_links(self):
        """{key of the step: what its button opens}"""
        return {
            "bank": self._setup_link(
                "g2p_bridge_bank_connector.sponsor_bank_action", "g2p.bridge.sponsor.bank"
            ),
            "mapper": self._setup_link("g2p_bridge.mapper_action", "g2p.bridge.mapper"),
            "program": self._setup_link("g2p_bridge.program_action", "g2p.bridge.program"),
            "people": {"action": "base.action_res_users"},
            "envelope": {"action": "g2p_bridge.envelope_create_action"},
            "disbursements": self._import_link(),
            "statement": {"action": self._statement_action()},
        }

    @api.model
    def _setup_link(self, action, model):
        """A new form where there is nothing yet, else the list to choose from."""
        found = self.env[model].with_context(active_test=False)
        return {"action": action, "view": "list" if found.search_count([], limit=1) else "form"}

    @api.model
    def _import_link(self):
        """A new import into the envelope that still receives, if there is one."""
        receiving = self.env["g2p.bridge.envelope"].search([("state", "=", "receiving")], limit=1)
        context = {"default_envelope_id": receiving.id} if receiving else {}
        return {"action": "g2p_bridge.import_action", "view": "form", "context": context}

    @api.model
    def _statement_action(self):
        """The action by which statements come in. Addons of formats may know a shorter way.

        :return: XML id
        """
        return "g2p_bridge.statement_action"

    @api.model
    def _has_officer(self):
        """Whether anybody of these companies may declare envelopes."""
        officers = self.env.ref("g2p_bridge_base.group_officer").sudo().all_user_ids
        return bool(
            officers.filtered(lambda user: user.active and user.company_ids & self.env.companies)
        )

    @api.model
    def _any(self, model, domain):
        return bool(self.env[model].search_count(domain, limit=1))
