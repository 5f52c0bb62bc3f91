# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.queue_job.exception import RetryableJobError

SECONDS_UNTIL_FREE = 5


def try_again(error):
    """What a job raises when another transaction was quicker."""
    return RetryableJobError(str(error), seconds=SECONDS_UNTIL_FREE, ignore_retry=True)
