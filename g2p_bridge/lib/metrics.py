# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The figures of the bridge as Prometheus reads them. No Odoo records here."""

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

#: What each figure is: name → help, names of its labels.
FIGURES = {
    "heartbeat_late": ("1 where the scheduled action of a step does not run in time.", ["step"]),
    "heartbeat_last_run_timestamp_seconds": ("When the scheduled action last ran.", ["step"]),
    "heartbeat_age_seconds": ("Seconds since the scheduled action last ran.", ["step"]),
    "waiting_items": ("Items of a step that wait and may run.", ["step"]),
    "oldest_waiting_seconds": ("Age of the oldest waiting item of a step.", ["step"]),
    "failed_jobs": ("Background jobs that have failed.", []),
    "due_jobs": ("Background jobs that are late by more than ten minutes.", []),
    "job_runner_up": ("0 where jobs are due and none is begun.", []),
    "uncertain_items": ("Steps of which nobody knows whether the bank did them.", ["currency"]),
    "uncertain_amount": ("The money of these steps, rounded as a float is.", ["currency"]),
    "unproved_payments": ("Payments that no statement proves in time.", ["currency"]),
    "unproved_amount": ("The money of these payments, rounded as a float is.", ["currency"]),
    "missing_statements": ("Statements before which another one is missing.", []),
    "differing_statements": ("Statements handed in otherwise than the bank has told.", []),
    "restore_unconfirmed": ("1 in a restored database until an administrator confirms.", []),
    "stalled": ("Things that stand still, by kind.", ["kind"]),
}


class Figures:
    """A collector of the figures that were given to it, and nothing about the process."""

    def __init__(self, samples):
        self.samples = samples

    def collect(self):
        for name, (words, labels) in FIGURES.items():
            family = GaugeMetricFamily(f"g2p_bridge_{name}", words, labels=labels)
            for values, figure in self.samples.get(name, ()):
                family.add_metric([str(value) for value in values], figure)
            yield family


def exposition(samples):
    """The text of the answer.

    :param samples: {name of a figure: [(values of its labels, number)]}
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(samples))
    return generate_latest(registry)
