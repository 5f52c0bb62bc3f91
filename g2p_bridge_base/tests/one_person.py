# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether one administrator is enough, for tests of something else."""

from .. import keys


def let_one_person(case, enough=True):
    """Have the server's configuration say whether one person may direct money.

    :param case: the test case; afterwards the configuration says what it said before
    """
    options = {**keys.server_options(), "one_person": "yes" if enough else "no"}
    case.patch(keys, "server_options", lambda: options)
