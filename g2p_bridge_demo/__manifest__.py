# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "G2P Bridge: Demo World",
    "summary": "A program, its bank account, its people and their addresses. Never for production",
    "version": "19.0.2.0.0",
    "license": "LGPL-3",
    "author": "G2P Bridge contributors",
    "website": "https://github.com/OpenG2P",
    "maintainers": ["OpenG2P"],
    "development_status": "Beta",
    "category": "G2P Bridge",
    "depends": [
        "g2p_bridge_api",
        "g2p_bridge_mt940",
        "g2p_bridge_example_bank",
        "g2p_bridge_example_mapper",
        "g2p_bridge_mapper_spar",
        "g2p_bridge_pbms",
    ],
    "data": ["data/people.xml", "data/world.xml", "data/pbms.xml", "data/api.xml"],
}
