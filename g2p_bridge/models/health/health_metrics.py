# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

import pytz
from odoo import api, fields, models

from ...lib.metrics import exposition
from .stall import KINDS


class HealthMetrics(models.AbstractModel):
    """The same for machines: numbers, and no word about a person or a payment."""

    _inherit = "g2p.bridge.health"

    @api.model
    def _metrics(self, company):
        """:return: bytes in the text format of Prometheus: the figures of one company"""
        facts = self.sudo()._facts(company)
        now = fields.Datetime.now()
        beats, jobs = facts["heartbeats"], facts["jobs"]
        steps = [beat["key"] for beat in beats]
        waiting = {step: facts["waiting"].get(step, (0, None)) for step in steps}
        kinds = Counter(stall.kind for stall in facts["stalls"])
        return exposition(
            {
                "heartbeat_late": [([beat["key"]], int(beat["late"])) for beat in beats],
                "heartbeat_last_run_timestamp_seconds": [
                    ([beat["key"]], pytz.utc.localize(beat["last"]).timestamp())
                    for beat in beats
                    if beat["last"]
                ],
                "heartbeat_age_seconds": [
                    ([beat["key"]], self._age(beat)) for beat in beats if beat["last"]
                ],
                "waiting_items": [([step], count) for step, (count, _since) in waiting.items()],
                "oldest_waiting_seconds": [
                    ([step], max((now - since).total_seconds(), 0) if since else 0)
                    for step, (_count, since) in waiting.items()
                ],
                "failed_jobs": [([], jobs["failed"])],
                "due_jobs": [([], jobs["due"])],
                "job_runner_up": [([], int(jobs["alive"]))],
                "uncertain_items": [
                    ([row["currency"]], row["count"]) for row in facts["uncertain"]
                ],
                "uncertain_amount": [
                    ([row["currency"]], float(row["amount"])) for row in facts["uncertain"]
                ],
                "unproved_payments": [
                    ([row["currency"]], row["count"]) for row in facts["unproved"]
                ],
                "unproved_amount": [
                    ([row["currency"]], float(row["amount"])) for row in facts["unproved"]
                ],
                "missing_statements": [([], facts["gaps"])],
                "differing_statements": [([], facts["differing"])],
                "restore_unconfirmed": [
                    ([], int(self.env["g2p.bridge.restore"].sudo()._unconfirmed()))
                ],
                "stalled": [([kind], kinds[kind]) for kind, _name in KINDS],
            }
        )

    @api.model
    def _life_signs(self):
        """Whether the machinery itself runs, read anew: no scheduled action has to run for it.

        :return: dict: ``troubles``, sorted kinds of what is wrong; ``heartbeats``, for each
            step ``late`` and ``age_seconds``, None where it never ran
        """
        health = self.sudo()
        beats = health._heartbeats()
        stalls = health._system_stalls(beats, health._jobs())
        return {
            "troubles": sorted({stall.kind for stall in stalls}),
            "heartbeats": {
                beat["key"]: {"late": beat["late"], "age_seconds": self._age(beat)}
                for beat in beats
            },
        }

    @api.model
    def _age(self, beat):
        """:return: whole seconds since a scheduled action last ran; None: never"""
        if not beat["last"]:
            return None
        return max(int((fields.Datetime.now() - beat["last"]).total_seconds()), 0)
