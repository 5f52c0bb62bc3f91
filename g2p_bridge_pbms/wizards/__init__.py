from . import reissue
