# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from odoo.addons.g2p_bridge_base.keys import one_person

from ...lib.stall import SYSTEM_KINDS

_lt = LazyTranslate(__name__)

READERS = {"officer", "finance", "admin", "auditor"}
#: Things that stand still which the page lists one by one; more are told by their number.
MOST_LISTED = 50
STEP_NAMES = {
    "resolve": _lt("Resolve beneficiaries"),
    "check": _lt("Check funds"),
    "block": _lt("Block funds"),
    "ship": _lt("Hand batches to the bank"),
    "release": _lt("Release remainders"),
    "statement": _lt("Process statements"),
    "watch": _lt("Watch for what stands still"),
}
SENTENCES = {
    "uncertain": _lt("It is not known whether the bank has done it: ask the bank and decide."),
    "failed": _lt("It has failed and is not tried again by itself: try again, or give up."),
    "failed_jobs": _lt("Its jobs fail again and again: an administrator has to look why."),
    "late_answer": _lt("The mapper took the questions and has not called back."),
    "stale_claim": _lt("It was begun and never ended, and does not go on by itself."),
    "missed_date": _lt("Its schedule date is past, and not everything has left."),
    "slow_statement": _lt("The statement waits for too long to be processed."),
    "disabled": _lt("Envelopes wait for it, but it is disabled: an administrator enables it."),
    "late_heartbeat": _lt("The scheduled action has not run when it should have."),
    "heads_behind": _lt(
        "The heads of the audit trail do not reach the file outside of the database, so a "
        "trail that is made anew would not be found out: have the server's log looked into."
    ),
    "jobs_not_run": _lt("Jobs are due and nobody runs them: have the job runner looked after."),
}


class Health(models.AbstractModel):
    """Whether the bridge works: what its page shows, and what monitoring asks for."""

    _inherit = "g2p.bridge.health"

    @api.model
    @api.readonly
    def read_health(self):
        """Everything on the page, at once, of the companies that the user has chosen.

        :return: dict; amounts are text, moments are UTC
        :raises AccessError: for who is neither officer, finance, administrator nor auditor
        """
        roles = self._check_reader()
        facts = self.sudo()._facts(self.env.companies)
        stalls, unproved = facts["stalls"], self._unproved_figures(facts)
        restored = self.env["g2p.bridge.restore"].sudo()._refusal() or False
        return {
            "well": not (stalls or facts["jobs"]["failed"] or restored or unproved["any"]),
            "silent": self._silence(facts["heartbeats"]),
            "restored": restored,
            "notices": self._notices(),
            "one_person": one_person(),
            "steps": [self._step_row(beat, facts) for beat in facts["heartbeats"]],
            "jobs": {
                **facts["jobs"],
                "due_since": _text(facts["jobs"]["due_since"]),
                "link": self._job_link() if "admin" in roles else False,
            },
            "uncertain": facts["uncertain"],
            "unproved": unproved,
            "stalls": self._stall_rows(stalls[:MOST_LISTED]),
            "more": max(len(stalls) - MOST_LISTED, 0),
            "trail": bool(roles & {"admin", "auditor"}) and self._trail_words(),
            "now": _text(fields.Datetime.now()),
        }

    @api.model
    def _notices(self):
        """What people have to know of how the bridge is set up, as sentences.

        Also when another addon opens what the bridge's safety rests on.
        """
        opened = self.env["ir.model.access"]._g2p_bridge_opened()
        return [opened._g2p_bridge_told()] if opened else []

    @api.model
    def _check_reader(self):
        roles = self.env["res.users"]._g2p_bridge_roles()
        if not roles & READERS:
            raise AccessError(
                self.env._(
                    "Only officers, finance, administrators and auditors of G2P Bridge may see "
                    "its health. Ask an administrator for a role."
                )
            )
        return roles

    @api.model
    def _facts(self, companies):
        """What page and monitoring are made of; as many queries for much as for little."""
        heartbeats, jobs = self._heartbeats(), self._jobs(companies)
        stalls = [
            *self._system_stalls(heartbeats, jobs),
            *self._trail_stalls(),
            *self._step_stalls(),
        ]
        return {
            "heartbeats": heartbeats,
            "jobs": jobs,
            "waiting": self._waiting(companies),
            "uncertain": self._uncertain(companies),
            "unproved": self._unproved(companies),
            "gaps": self.env["g2p.bridge.statement"].search_count(self._gaps_domain(companies)),
            "differing": self.env["g2p.bridge.statement"].search_count(
                self._differing_domain(companies)
            ),
            "stalls": self._select(stalls, companies),
        }

    @api.model
    def _waiting(self, companies):
        """:return: {step: (how many wait, since when the oldest does)}"""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT step, COUNT(*), MIN(since) FROM (%s) i WHERE company_id = ANY(%s)"
                " GROUP BY step",
                self._items(),
                companies.ids,
            )
        )
        return {step: (count, since) for step, count, since in rows}

    @api.model
    def _uncertain(self, companies):
        """The money of which it is not known where it is, by currency.

        :return: list of dicts: currency, symbol, position, count, amount (exact text)
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT c.name, c.symbol, c.position, COUNT(*),"
                " ROUND(SUM(s.amount), c.decimal_places)::text"
                " FROM (SELECT envelope_id, line_amount AS amount FROM g2p_bridge_bank_batch"
                "        WHERE state = 'uncertain'"
                "       UNION ALL SELECT envelope_id, COALESCE(amount, 0)"
                "         FROM g2p_bridge_funds_step"
                "        WHERE state = 'uncertain') s"
                " JOIN g2p_bridge_envelope e ON e.id = s.envelope_id"
                " JOIN res_currency c ON c.id = e.currency_id"
                " WHERE e.company_id = ANY(%s) GROUP BY c.id ORDER BY c.name",
                companies.ids,
            )
        )
        names = ("currency", "symbol", "position", "count", "amount")
        return [dict(zip(names, row, strict=True)) for row in rows]

    @api.model
    def _unproved(self, companies):
        """The payments that no statement proves in time, by currency, as :meth:`_uncertain`."""
        lines = self.env["g2p.bridge.disbursement"]
        return lines._overdue_sums(self._unproved_domain(companies))

    @api.model
    def _unproved_domain(self, companies):
        lines = self.env["g2p.bridge.disbursement"]
        return lines._overdue_domain(("envelope_id.company_id", "in", companies.ids))

    @api.model
    def _gaps_domain(self, companies):
        """Statements before which another one is missing."""
        return [("is_gap_before", "=", True), ("company_id", "in", companies.ids)]

    @api.model
    def _differing_domain(self, companies):
        """Statements that a person has handed in otherwise than the bank itself."""
        return [("differs_from_id", "!=", False), ("company_id", "in", companies.ids)]

    @api.model
    def _unproved_figures(self, facts):
        """What of the bank's proof is missing, with what the web client opens for it."""
        companies = self.env.companies
        return {
            "any": bool(facts["unproved"] or facts["gaps"] or facts["differing"]),
            "rows": facts["unproved"],
            "link": self._list_link("disbursement_action", self._unproved_domain(companies)),
            "gaps": facts["gaps"],
            "gaps_link": self._list_link("statement_action", self._gaps_domain(companies)),
            "differing": facts["differing"],
            "differing_link": self._list_link(
                "statement_action", self._differing_domain(companies)
            ),
        }

    @api.model
    def _silence(self, heartbeats):
        """Whether scheduled actions have stopped altogether.

        :return: False, or a dict: ``last``, when the last one ran, False where none ever did
        """
        if not all(beat["late"] for beat in heartbeats):
            return False
        return {"last": _text(max((b["last"] for b in heartbeats if b["last"]), default=None))}

    @api.model
    def _step_row(self, beat, facts):
        count, since = facts["waiting"].get(beat["key"], (0, None))
        return {
            "key": beat["key"],
            "name": self.env._(STEP_NAMES[beat["key"]]),
            "last": _text(beat["last"]),
            "next": _text(beat["next"]),
            "active": beat["active"],
            "late": beat["late"],
            "waiting": count,
            "oldest": _text(since),
        }

    @api.model
    def _stall_rows(self, stalls):
        """The lines that people read, each with what it is about and what to open."""
        names = {}
        for model in {stall.model for stall in stalls if stall.res_id}:
            ids = [stall.res_id for stall in stalls if stall.model == model]
            records = self.env[model].sudo().browse(ids)
            names.update({(model, record.id): record.display_name for record in records})
        return [
            {
                "key": "/".join(map(str, stall.key)),
                "kind": stall.kind,
                "system": stall.kind in SYSTEM_KINDS,
                "where": names.get((stall.model, stall.res_id)) or self._where(stall),
                "text": self._sentence(stall.kind),
                "count": stall.count,
                "since": _text(stall.since),
                "link": self._open(stall.model, stall.res_id),
            }
            for stall in stalls
        ]

    @api.model
    def _where(self, stall):
        """What has no page of its own."""
        if stall.kind == "heads_behind":
            return self.env._("Audit trail")
        return self.env._("Job queue")

    @api.model
    def _trail_words(self):
        """How old the newest head of the audit trail outside of the database is."""
        return self.env["g2p.bridge.audit.seal"].sudo()._outside_words()

    @api.model
    def _sentence(self, kind):
        return self.env._(SENTENCES[kind])

    @api.model
    def _open(self, model, res_id):
        """What the web client opens; False for what this user can't look at."""
        if model == "queue.job" and self.env[model].has_access("read"):
            return self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.queue_job_action")
        if not res_id or not self.env[model].has_access("read"):
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": res_id,
            "views": [(False, "form")],
        }

    @api.model
    def _list_link(self, name, domain):
        """A list of some records; False for who can't look at them."""
        action = self.env["ir.actions.act_window"]._for_xml_id(f"g2p_bridge.{name}")
        if not self.env[action["res_model"]].has_access("read"):
            return False
        return {**action, "domain": domain, "context": {}}

    @api.model
    def _job_link(self):
        return self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.failed_job_action")


def _text(moment):
    return fields.Datetime.to_string(moment) or False
