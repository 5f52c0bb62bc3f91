from . import test_admission
from . import test_lib_jws
from . import test_lib_message_time
from . import test_lib_public_keys
from . import test_partner
from . import test_partner_messages
from . import test_partner_tours
