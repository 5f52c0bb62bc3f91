from . import behaviour, entry
