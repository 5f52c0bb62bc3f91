# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Users who may change other people, also where another addon asks for more than Odoo does."""

REGISTRAR = "g2p_registry_base.group_g2p_registrar"


def let_write_people(users):
    """Beside OpenG2P's registry, whoever writes a person has to be let read its memberships."""
    registrar = users.env.ref(REGISTRAR, raise_if_not_found=False)
    if registrar:
        for user in users:
            user.group_ids += registrar
