from . import envelope_pipeline
from . import envelope_timeline
from . import envelope_export
from . import envelope_preview
