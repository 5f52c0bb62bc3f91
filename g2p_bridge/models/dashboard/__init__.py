# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The dashboard: the landing page, read anew each time and kept nowhere.

- ``dashboard``: the page as a whole, envelopes by stage, problems of the machinery
- ``dashboard_tasks``: what a person has to do, one table of all kinds
- ``dashboard_money``: where the money is, by currency and over time
- ``dashboard_onboarding``: the first steps of a new installation
"""

from . import dashboard
from . import dashboard_tasks
from . import dashboard_money
from . import dashboard_onboarding
