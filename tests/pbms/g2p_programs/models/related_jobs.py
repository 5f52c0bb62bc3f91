# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The jobs of a cycle, as PBMS looks for them: among the first arguments of all jobs."""

from odoo import models


class RelatedJobs(models.Model):
    _inherit = "g2p.cycle"

    def action_view_related_queue_jobs(self):
        """Button: the queue jobs of this cycle."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("queue_job.action_queue_job")
        return {**action, "domain": self._get_related_job_domain()}

    def _get_related_job_domain(self):
        """Raises IndexError as soon as one job of a model like g2p.cycle has no argument, and
        TypeError where the first one is neither a list nor cycles."""
        jobs = self.env["queue.job"].search([("model_name", "like", self._name)])
        return [("id", "in", jobs.filtered(lambda job: self in job.args[0]).ids)]
