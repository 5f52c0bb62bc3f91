from . import demo
from . import demo_api
from . import demo_pbms
