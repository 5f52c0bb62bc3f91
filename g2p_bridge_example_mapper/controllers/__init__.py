from . import spar
