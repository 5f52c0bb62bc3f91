# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Processes that read parts of a statement side by side, as workers of Odoo do."""

import os
from multiprocessing import Pipe
from multiprocessing.connection import wait

import odoo.api
import odoo.sql_db
from harness import MemoryWatch


class Worker:
    """A process of its own, with connections of its own; made from this one, Odoo loaded."""

    def __init__(self, world):
        self.pipe, other = Pipe()
        self.process = os.fork()
        if not self.process:
            try:
                _work(world, other)
            finally:
                os._exit(1)  # nothing of the process that it was made from is to be tidied up
        other.close()
        self.pipe.recv()

    def end(self):
        """:return: MiB by which its memory had grown at its peak"""
        self.pipe.send(None)
        growth = self.pipe.recv()
        os.waitpid(self.process, 0)
        return growth


def read_parts(workers, part_ids):
    """Let the workers read these parts: whoever is free takes the next one."""
    waiting, busy = list(part_ids), {}
    free = list(workers)
    while waiting or busy:
        while waiting and free:
            worker = free.pop()
            worker.pipe.send(waiting.pop(0))
            busy[worker.pipe] = worker
        for pipe in wait(list(busy)):
            pipe.recv()
            free.append(busy.pop(pipe))


def _work(world, pipe):
    # The connections so far are those of the process that this one was made from.
    odoo.sql_db._Pool = None
    world.registry._db = odoo.sql_db.db_connect(world.registry.db_name)
    memory = MemoryWatch()
    pipe.send("ready")
    while (part_id := pipe.recv()) is not None:
        with world.registry.cursor() as cr:
            env = odoo.api.Environment(cr, world.officer_id, {})
            env["g2p.bridge.statement.part"].browse(part_id)._job_step()
        pipe.send("read")
    pipe.send(memory.growth())
