from . import program_wizard
