from . import export_disbursements
from . import import_files
from . import mapper_call_back
from . import monitoring
