from . import call_back
