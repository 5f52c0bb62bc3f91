from collections import Counter

import pytz
from odoo import api, fields, models

from ..lib.metrics import exposition
from ..lib.stall import SYSTEM_KINDS
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
                "stalled": [([kind], kinds[kind]) for kind, _name in KINDS],
            }
        )

    @api.model
    def _troubles(self):
        """:return: sorted kinds of what is wrong with the machinery itself; empty: it runs"""
        stalls = self.sudo()._system_stalls(self._heartbeats(), self._jobs())
        return sorted({stall.kind for stall in stalls} & set(SYSTEM_KINDS))
