from . import spar, spar_2, spar_async
