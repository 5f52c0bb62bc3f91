from . import envelope_create
from . import envelope_amend
from . import decision
from . import mapper_test
