"""The dashboard: what there is to do, where the money is, what to set up first."""

from . import dashboard
from . import dashboard_tasks
from . import dashboard_troubles
from . import dashboard_money
from . import dashboard_onboarding
