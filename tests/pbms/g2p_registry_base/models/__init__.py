from . import registrant
from . import reg_id
from . import phone_number
