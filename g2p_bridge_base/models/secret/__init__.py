"""Secrets: kept sealed, shown to nobody."""

from . import secret_mixin
from . import secret_show
