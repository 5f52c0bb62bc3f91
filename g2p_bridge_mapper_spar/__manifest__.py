# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "G2P Bridge: SPAR Mappers",
    "summary": "Asks ID mappers that speak SPAR 1.x, also asynchronously, or SPAR 2.x",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "G2P Bridge contributors",
    "category": "G2P Bridge",
    "depends": ["g2p_bridge"],
    "data": ["views/mapper_views.xml"],
}
