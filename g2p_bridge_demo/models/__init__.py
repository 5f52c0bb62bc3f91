from . import demo
from . import demo_pbms
