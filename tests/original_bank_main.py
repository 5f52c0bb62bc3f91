# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Starts OpenG2P's own example bank in its own venv.

``original_bank_main.py migrate`` makes its tables, ``run`` serves its API; as a module it has
``celery_app``, for its worker. Which part is imported first decides whose settings are read.
"""

import sys

if __name__ == "__main__":
    from openg2p_g2p_bridge_example_bank_api.app import Initializer  # noqa: I001
    from openg2p_fastapi_common.ping import PingInitializer

    initializer = Initializer()
    PingInitializer()
    app = initializer.return_app()
    sys.exit(initializer.main())

from openg2p_g2p_bridge_example_bank_celery.app import celery_app  # noqa: E402, F401
