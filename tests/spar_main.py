# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Starts the real SPAR mapper in its own venv: `spar_main.py migrate` or `spar_main.py run`."""

# ruff: noqa: I001  (whichever part is imported first decides whose settings are read)
from openg2p_spar_mapper_api.app import Initializer
from openg2p_fastapi_common.ping import PingInitializer

initializer = Initializer()
PingInitializer()
app = initializer.return_app()

if __name__ == "__main__":
    initializer.main()
