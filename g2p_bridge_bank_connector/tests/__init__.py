from . import test_diagnosis
from . import test_guarded_http
from . import test_jose
from . import test_networks
from . import test_signing_key
