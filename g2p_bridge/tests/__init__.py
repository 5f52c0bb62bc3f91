from . import test_life
from . import test_protocol
from . import test_lib_tabular
from . import test_lib_tabular_xlsx
