# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Programs of others from the package index, each in a venv of its own below G2P_BRIDGE_HOME."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

#: What pip says when it is not the packages that are to blame.
UNREACHABLE = ("NewConnectionError", "NameResolutionError", "ConnectTimeout", "ReadTimeout")
UNREACHABLE += ("ProxyError", "Connection refused", "Connection broken", "Network is unreachable")
#: Variables that would lead a program of another venv back into ours.
FOREIGN = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


class IndexUnreachable(Exception):
    """The package index can't be reached, so there is nobody to try this with."""


def python_of(name, requirements):
    """The Python that has what the file ``requirements`` pins; installs it where it is not yet.

    :param name: of the venv, and of what is in it, for people
    :raises IndexUnreachable: the packages can't be fetched
    """
    home = Path(os.environ["G2P_BRIDGE_HOME"])
    pins = requirements.read_bytes() + sys.version.encode()
    venv = home / f"{name}-{hashlib.sha256(pins).hexdigest()[:8]}"
    with (home / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (venv / ".complete").exists():
            shutil.rmtree(venv, ignore_errors=True)
            _install(venv, name, requirements)
            (venv / ".complete").touch()
    return venv / "bin" / "python"


def clean_environment():
    """Our environment without what would lead another venv's Python astray."""
    return {name: value for name, value in os.environ.items() if name not in FOREIGN}


def _install(venv, name, requirements):
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    command = [venv / "bin" / "python", "-m", "pip", "install", "--no-input", "--no-deps"]
    done = subprocess.run(
        [*command, "--prefer-binary", "-r", requirements], capture_output=True, text=True
    )
    if done.returncode:
        said = done.stdout + done.stderr
        reason = next((mark for mark in UNREACHABLE if mark in said), None)
        if reason:
            raise IndexUnreachable(f"the package index can't be reached ({reason})")
        raise RuntimeError(f"{name} can't be installed:\n{said[-3000:]}")
