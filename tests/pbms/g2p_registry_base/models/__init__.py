from . import registrant
